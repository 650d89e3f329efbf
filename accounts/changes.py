"""One thing that changed in a record, and how what stands in a column is put into words."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext


@dataclass(frozen=True)
class Ref:
    """A row by its key; what it is called is the reader's scope to say (`accounts.telling`)."""

    model: type[models.Model]
    pk: Any


# What stands in a field, in parts; () is nothing.
Value = tuple[str | Ref, ...]


@dataclass(frozen=True)
class Change:
    """One thing that changed: what it is, what stood, what stands. `prose` is told word by word."""

    label: str
    old: Value = ()
    new: Value = ()
    prose: bool = False


def label_of(field: models.Field) -> str:
    """A field's label as it begins a line."""
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]


def value_of(field: models.Field, value: Any) -> Value:
    """What stands in a column, as the reader's language has it; nothing for empty."""
    if value is None or value == "":
        return ()
    if isinstance(field, models.ForeignKey):
        return (Ref(field.related_model, value),)
    if field.flatchoices:
        return (str(dict(field.flatchoices).get(value, value)),)
    if isinstance(value, bool):
        return (gettext("Yes") if value else gettext("No"),)
    if isinstance(value, dt.datetime):
        return (date_format(timezone.localtime(value), "DATETIME_FORMAT"),)
    if isinstance(value, dt.date):
        return (date_format(value, "DATE_FORMAT"),)
    return (f"{value:,}",) if isinstance(value, int) else (str(value),)


def changes_of(names: Iterable[str], row: Any, before: Any) -> Iterator[Change]:
    """The columns in which two rows differ; of a row without one before it, those that say something."""
    for column in (row._meta.get_field(name) for name in names):
        new = getattr(row, column.attname)
        old = getattr(before, column.attname) if before is not None else None
        if old == new or (before is None and new in (False, 0)):
            continue
        stood, stands = value_of(column, old), value_of(column, new)
        if stood or stands:
            yield Change(label_of(column), stood, stands, prose=_is_prose(column))


def _is_prose(field: models.Field) -> bool:
    return isinstance(field, models.TextField) or (field.max_length or 0) >= 300
