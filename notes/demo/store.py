"""Stores finished rows a chunk at a time, with the records of their history.

Not by `bulk_create`: it works out every statement anew, which took most of the time. Here the statement of a table is
worked out once; SQLite repeats it, PostgreSQL takes the rows by COPY.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from django.db import connection, models

CHUNK = 20_000
Row = Any  # a row of any model: the stubs know nothing of columns set by attribute name
Convert = Callable[[Any], Any]
HISTORY = ("history_date", "history_type", "history_user_id", "history_change_reason")


class Table:
    """Where the rows of one model go, and how its values look in the database."""

    def __init__(self, model: type[models.Model], fields: list[Any]) -> None:
        self.columns = [field.column for field in fields]
        self.names = [field.attname for field in fields]
        self.values_of = itemgetter(*self.names)
        self.table = model._meta.db_table
        self.converts = [
            (place, convert) for place, field in enumerate(fields) if (convert := _convert(field)) is not None
        ]
        self.rows: list[tuple[Any, ...]] = []

    def add(self, values: dict[str, Any]) -> None:
        """Take a row by attribute name."""
        row = list(self.values_of(values))
        for place, convert in self.converts:
            if row[place] is not None:
                row[place] = convert(row[place])
        self.rows.append(tuple(row))

    def flush(self) -> None:
        """Write what is waiting."""
        if not self.rows:
            return
        columns = ", ".join(map(connection.ops.quote_name, self.columns))
        into = f"{connection.ops.quote_name(self.table)} ({columns})"
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                with cursor.cursor.copy(f"COPY {into} FROM STDIN") as copy:
                    for row in self.rows:
                        copy.write_row(row)
            else:
                marks = ", ".join(["%s"] * len(self.columns))
                cursor.executemany(f"INSERT INTO {into} VALUES ({marks})", self.rows)  # noqa: S608  (our own tables)
        self.rows.clear()


def _convert(field: Any) -> Convert | None:
    """What brings a value of the field into the database's form, where that is not the value itself."""
    ops = connection.ops
    if isinstance(field, models.DateTimeField):
        return lru_cache(4_096)(ops.adapt_datetimefield_value)
    if isinstance(field, models.DateField):
        return lru_cache(4_096)(ops.adapt_datefield_value)
    if isinstance(field, models.JSONField):
        return lambda value: field.get_db_prep_save(value, connection)
    # A member of a value set is stored as its value.
    return str if isinstance(field, models.CharField) and field.choices else None


class Store:
    """Takes rows of any model, and the records of those that keep history.

    `order` names models from what is pointed at to what points: a chunk is written so, and only between customers, that
    no row comes before one it points to. SQLite checks keys at the end, but as long as one is missing it looks through
    whole tables at every row (a hundred thousand notes took four times as long).
    """

    def __init__(self, order: Sequence[type[models.Model]]) -> None:
        self.tables: dict[type[models.Model], Table] = {model: _table_of(model) for model in order}
        self.histories: dict[type[models.Model], Table] = {}
        self.waiting = 0

    def add(self, row: Row) -> None:
        """Take one row as it stands now."""
        self.tables[type(row)].add(row.__dict__)
        self.waiting += 1

    def record(self, row: Row, kind: str, *, by: int | None, at: dt.datetime, **then: Any) -> None:
        """Take the record of a row made (`+`) or changed (`~`) as it stands now, save for what `then` says."""
        table = self.histories.get(type(row))
        if table is None:
            table = self.histories[type(row)] = _history_of(type(row))
        made = {"history_date": at, "history_type": kind, "history_user_id": by, "history_change_reason": None}
        table.add(row.__dict__ | then | made)
        self.waiting += 1

    def settle(self) -> None:
        """Write what is waiting once it is a chunk; all that points to each other has been added."""
        if self.waiting >= CHUNK:
            self.flush()

    def flush(self) -> None:
        """Write everything that is waiting."""
        for table in (*self.tables.values(), *self.histories.values()):
            table.flush()
        self.waiting = 0


def _table_of(model: type[models.Model]) -> Table:
    return Table(model, [field for field in model._meta.concrete_fields if not field.generated])


def _history_of(model: type[models.Model]) -> Table:
    """The table of a model's records; what its history leaves out stays out, the records number themselves."""
    historical = model.history.model  # type: ignore[attr-defined]
    kept = {field.attname for field in historical.tracked_fields}
    return Table(historical, [field for field in historical._meta.fields if field.attname in {*kept, *HISTORY}])
