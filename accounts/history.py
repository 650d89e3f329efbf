"""What happened to a record: who, when and what, read from the versions that simple-history keeps and from events.

A `Story` says for one model what is told: its own versions, rows that stand beside it (`Beside`: hashtags, assignments)
and tables that are a history themselves (`Events`: steps, periods). Only keys are read for the whole record, and whole
rows for one page of it, in a number of queries that does not depend on how many there are.
"""

import datetime as dt
from abc import ABC, abstractmethod
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext

from accounts.changes import Change, Value, changes_of, label_of, value_of

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# Rows that one person wrote within this time are one change, as long as none of them is of the same thing.
TOGETHER = dt.timedelta(seconds=2)


class Kind(Enum):
    """What a row of history records of its thing."""

    ADDED = "added"
    CHANGED = "changed"
    REMOVED = "removed"


@dataclass(frozen=True)
class Key:
    """Where one recorded change stands: row `pk` of `source`, to be compared with row `before`, None for nothing."""

    source: "Source"
    at: dt.datetime
    by: Any
    thing: Any
    pk: Any
    before: Any
    kind: Kind


# --- Where it is read -------------------------------------------------------------------------------------------------


class Source(ABC):
    """One table that records what happened to a record."""

    @abstractmethod
    def keys(self, record: models.Model) -> list[Key]:
        """Every change recorded of `record`, oldest first. One query."""

    @abstractmethod
    def rows(self, pks: Iterable[Any]) -> Mapping[Any, Any]:
        """These rows by key. One query, none for no keys."""

    @abstractmethod
    def changes(self, key: Key, row: Any, before: Any) -> Iterable[Change]:
        """What a change changed; `before` is None where nothing stood or nothing was recorded."""

    def headline(self, key: Key, row: Any, before: Any) -> str:
        """What to call the change where it is more than a change; ""."""
        return ""

    # Whether the table names who did it itself; simple-history names nobody outside a request.
    signed = False


_COLUMNS = ("history_date", "history_user_id", "history_id", "history_type")


class _Kept(Source):
    """Rows of a model that simple-history keeps."""

    model: type[models.Model]

    @property
    def _kept(self) -> Any:
        return self.model.history  # type: ignore[attr-defined]

    def rows(self, pks: Iterable[Any]) -> Mapping[Any, Any]:
        """Whole versions."""
        return self._kept.in_bulk(pks)  # type: ignore[no-any-return]

    def _keys(self, rows: Any, thing: str, here: str, record: models.Model) -> list[Key]:
        """A key for each row at which its thing came to the record, changed there, or left it."""
        found: list[Key] = []
        last: dict[Any, Any] = {}  # thing to its last version, None once it is gone
        ordered = rows.order_by("history_date", "history_id").values_list(*_COLUMNS, thing, here)
        for at, by, pk, sort, of, place in ordered:
            stood, stands = last.get(of), sort != "-" and place == record.pk
            if stands:
                begins = sort == "+" or (of in last and stood is None)
                found.append(Key(self, at, by, of, pk, stood, Kind.ADDED if begins else Kind.CHANGED))
            elif stood is not None or (of not in last and sort == "-" and place == record.pk):
                found.append(Key(self, at, by, of, pk, stood or pk, Kind.REMOVED))
            last[of] = pk if stands else None
        return found


@dataclass(frozen=True, eq=False)
class Versions(_Kept):
    """The record's own versions.

    `untold` columns say nothing to a reader; `since` names for a column the one that holds what stood before the record
    began; `inside` tells a column that is more than one value, from the row and the one before it; `headlines` is what
    it is called when a column gets filled.
    """

    model: type[models.Model]
    untold: Sequence[str] = ("version",)
    since: Mapping[str, str] = field(default_factory=dict)
    inside: Mapping[str, Callable[[Any, Any], Iterable[Change]]] = field(default_factory=dict)
    headlines: Mapping[str, "StrPromise"] = field(default_factory=dict)

    def keys(self, record: models.Model) -> list[Key]:
        """By the record's own key."""
        return self._keys(self._kept.filter(id=record.pk), "id", "id", record)

    def changes(self, key: Key, row: Any, before: Any) -> Iterator[Change]:
        """Column by column, in the model's order."""
        if key.kind is Kind.REMOVED:
            return
        passed_over = {*self.untold, *self.since.values()}
        for column in self._kept.model.tracked_fields:
            if column.primary_key or column.name in passed_over:
                continue
            if column.name in self.inside:
                yield from self.inside[column.name](row, before)
            elif before is None and column.name in self.since:
                stood = getattr(row, self.model._meta.get_field(self.since[column.name]).attname)  # type: ignore[union-attr]
                old, new = value_of(column, stood), value_of(column, getattr(row, column.attname))
                if old or new:
                    yield Change(label_of(column), old, new)
            else:
                yield from changes_of([column.name], row, before)

    def headline(self, key: Key, row: Any, before: Any) -> str:
        """Added, removed, or what filling a column is called."""
        if key.kind is not Kind.CHANGED:
            return gettext("Added") if key.kind is Kind.ADDED else gettext("Removed")
        filled = (
            words
            for name, words in self.headlines.items()
            if before is not None and getattr(row, name) and not getattr(before, name)
        )
        return str(next(filled, ""))


@dataclass(frozen=True, eq=False)
class Beside(_Kept):
    """Rows that point at the record by `link` (an attribute that ends in `_id`), each told in a few words."""

    model: type[models.Model]
    link: str
    label: "StrPromise | str"
    describe: Callable[[Any], Value]

    def keys(self, record: models.Model) -> list[Key]:
        """Of every row that ever pointed at the record, for as long as it did."""
        ever = self._kept.filter(**{self.link: record.pk}).order_by().values("id")
        return self._keys(self._kept.filter(id__in=ever), "id", self.link, record)

    def changes(self, key: Key, row: Any, before: Any) -> Iterator[Change]:
        """The row's words before and after."""
        old = self.describe(before) if before is not None else ()
        new = self.describe(row) if key.kind is not Kind.REMOVED else ()
        if key.kind is Kind.CHANGED and before is None:
            old = (gettext("not recorded"),)
        if old != new:
            yield Change(str(self.label), old, new)


@dataclass(frozen=True, eq=False)
class Events(Source):
    """A table whose rows are events of the record: written once, signed and dated by themselves."""

    read: Callable[[], models.QuerySet[Any]]
    link: str
    at: str
    by: str
    tell: Callable[[Any, Any], Iterable[Change]]
    called: Callable[[Any, Any], str]
    signed = True

    def keys(self, record: models.Model) -> list[Key]:
        """In the order they happened; each is compared with the one before it."""
        found: list[Key] = []
        rows = self.read().filter(**{self.link: record.pk}).order_by(self.at, "pk").values_list(self.at, self.by, "pk")
        for at, by, pk in rows:
            before = found[-1].pk if found else None
            found.append(Key(self, at, by, record.pk, pk, before, Kind.CHANGED if found else Kind.ADDED))
        return found

    def rows(self, pks: Iterable[Any]) -> Mapping[Any, Any]:
        """Whole events."""
        return self.read().in_bulk(list(pks))

    def changes(self, key: Key, row: Any, before: Any) -> Iterable[Change]:
        """As the event's own declaration tells it."""
        return self.tell(row, before)

    def headline(self, key: Key, row: Any, before: Any) -> str:
        """The event's name."""
        return self.called(row, before)


@dataclass(frozen=True)
class Story:
    """All that is told of one kind of record. Of two sources that tell the same at once the first is heard.

    `named_with` holds for a model the relations that its rows' names are made of.
    """

    sources: tuple[Source, ...]
    named_with: Mapping[type[models.Model], tuple[str, ...]] = field(default_factory=dict)

    def entries(self, record: models.Model) -> list[list[Key]]:
        """The record's changes, newest first, each with all that was written in one go. One query a source."""
        found = sorted((key for source in self.sources for key in source.keys(record)), key=lambda key: key.at)
        groups: list[list[Key]] = []
        for key in (key for key in found if not key.source.signed):
            if groups and _belongs(key, groups[-1]):
                groups[-1].append(key)
            else:
                groups.append([key])
        alone = _join(groups, [key for key in found if key.source.signed])
        return sorted([*groups, *alone], key=lambda group: max(key.at for key in group))[::-1]


def _belongs(key: Key, group: list[Key]) -> bool:
    """Whether a row was written in one go with those: soon after the first, by the same person, of something else."""
    if key.at - group[0].at > TOGETHER:
        return False
    return all(key.by == one.by and (key.source, key.thing) != (one.source, one.thing) for one in group)


def _join(groups: list[list[Key]], events: list[Key]) -> list[list[Key]]:
    """Put each event with the rows written nearest to it by the same person; what simple-history could not sign is by
    whom the event says. Those that stand alone come back.
    """
    starts, alone = [group[0].at for group in groups], []
    for event in events:
        first, last = bisect_left(starts, event.at - 2 * TOGETHER), bisect_right(starts, event.at + TOGETHER)
        near = [group for group in groups[first:last] if _goes_with(event, group)]
        if near:
            min(near, key=lambda group: _apart(event, group)).append(event)
        else:
            alone.append([event])
    return alone


def _goes_with(event: Key, group: list[Key]) -> bool:
    by_one = event.by is None or group[0].by in (event.by, None)
    return by_one and _apart(event, group) <= TOGETHER and all(one.source is not event.source for one in group)


def _apart(event: Key, group: list[Key]) -> dt.timedelta:
    return min(abs(one.at - event.at) for one in group)
