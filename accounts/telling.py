"""Tells a page of a record's history to one reader: names within the reader's scope, texts as differences."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext

from accounts.changes import Change, Ref, Value
from accounts.differences import Differ, Piece, shortened
from accounts.history import Key, Source, Story
from accounts.models import PartnerOrganisation, User
from accounts.scope import ScopedQuerySet

Rows = Mapping[Source, Mapping[Any, Any]]


@dataclass(frozen=True)
class Words:
    """A value as the reader may know it, and where it leads."""

    text: str
    url: str = ""


@dataclass(frozen=True)
class Line:
    """One thing that changed, ready to be shown: `old` and `new` (None for nothing), or the `pieces` of a text."""

    label: str
    old: Words | None
    new: Words | None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True)
class Entry:
    """One change as it is shown."""

    at: dt.datetime
    who: str
    headline: str
    lines: tuple[Line, ...]


class Names:
    """What referenced rows are called, as far as `reader` may know of them. One query a model."""

    def __init__(self, refs: Iterable[Ref], reader: User, named_with: Mapping[type[models.Model], tuple[str, ...]]):
        wanted: dict[type[models.Model], set[Any]] = defaultdict(set)
        for ref in refs:
            wanted[ref.model].add(ref.pk)
        self.reader = reader
        self.known: dict[Ref, Words] = {}
        for model, pks in wanted.items():
            rows: Any = model._default_manager.all()
            if hasattr(rows, "visible_to"):
                rows = rows.visible_to(reader)
            for row in rows.filter(pk__in=pks).select_related(*named_with.get(model, ())):
                self.known[Ref(model, row.pk)] = Words(str(row), self._address(row, rows))

    @staticmethod
    def _address(row: models.Model, rows: Any) -> str:
        """The page of a record of the customers' work; people and lists of words are only named."""
        if not isinstance(rows, ScopedQuerySet):
            return ""
        try:
            return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])
        except NoReverseMatch:
            return ""

    def of(self, ref: Ref) -> Words:
        """The row's name, or what is said of one that the reader may not know of."""
        return self.known.get(ref) or Words(self._unknown(ref.model))

    def _unknown(self, model: type[models.Model]) -> str:
        of_people = issubclass(model, User | PartnerOrganisation)
        unscoped = not hasattr(model._default_manager, "visible_to") or (of_people and self.reader.partner_id is None)
        if self.reader.is_superuser or unscoped:
            return gettext("no longer kept")
        if not of_people:
            return gettext("one you may not see")
        if issubclass(model, User):
            return gettext("somebody outside your organisation")
        return gettext("another organisation")

    def words(self, value: Value) -> Words | None:
        """A value in words; a lone reference leads to its page."""
        if not value:
            return None
        parts = [self.of(part) if isinstance(part, Ref) else Words(part) for part in value]
        return parts[0] if len(parts) == 1 else Words("".join(part.text for part in parts))


def tell(entries: Sequence[Sequence[Key]], story: Story, reader: User) -> list[Entry]:
    """A page of `Story.entries` in words, in a number of queries that does not depend on how many there are."""
    rows: Rows = {source: source.rows(_keys_of(source, entries)) for source in story.sources}
    raw = [(group, *_heard(group, story, rows)) for group in entries]
    values = [value for _group, _headline, changes in raw for change in changes for value in (change.old, change.new)]
    people = [Ref(User, key.by) for group in entries for key in group if key.by is not None]
    refs = [*people, *(part for value in values for part in value if isinstance(part, Ref))]
    names, differ = Names(refs, reader, story.named_with), Differ()
    told = []
    for group, headline, changes in raw:
        by = next((key.by for key in group if key.by is not None), None)
        who = names.of(Ref(User, by)).text if by is not None else gettext("the system")
        lines = tuple(_line(change, names, differ) for change in changes)
        told.append(Entry(max(key.at for key in group), who, headline, lines))
    return told


def lines(changes: Sequence[Change], story: Story, reader: User) -> list[Line]:
    """Changes in words, as far as `reader` may know of what they name. One query a model."""
    refs = [part for change in changes for value in (change.old, change.new) for part in value if isinstance(part, Ref)]
    names, differ = Names(refs, reader, story.named_with), Differ()
    return [_line(change, names, differ) for change in changes]


def _keys_of(source: Source, entries: Iterable[Sequence[Key]]) -> list[Any]:
    keys = (key for group in entries for key in group if key.source is source)
    return [pk for key in keys for pk in (key.pk, key.before) if pk is not None]


def _heard(group: Sequence[Key], story: Story, rows: Rows) -> tuple[str, list[Change]]:
    """A change's headline and lines; what two sources tell under one label is told once."""
    headline, heard, changes = "", dict[str, Source](), list[Change]()
    for key in sorted(group, key=lambda key: story.sources.index(key.source)):
        row = rows[key.source].get(key.pk)
        before = rows[key.source].get(key.before)
        if row is None:  # went between two queries
            continue
        headline = headline or key.source.headline(key, row, before)
        changes += [
            change
            for change in key.source.changes(key, row, before)
            if heard.setdefault(change.label, key.source) is key.source
        ]
    return headline or gettext("Changed"), changes


def _line(change: Change, names: Names, differ: Differ) -> Line:
    old, new = names.words(change.old), names.words(change.new)
    if not change.prose or old is None or new is None:
        return Line(change.label, old, new)
    return Line(change.label, old, new, tuple(shortened(differ.pieces(old.text, new.text))))
