"""Rows without a version of their own that two people edited on the page of their record, brought together.

They ride on the record's version. A row is one thing: it is taken over, or it clashes, as a whole.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext

from accounts import merging
from accounts.merging import Clash, Merge, Whose
from accounts.sent_values import as_sent, comparable, put, shown

MOST_ROWS = 1_000


@dataclass
class _Row:
    """A row as it is handed in: `pk` is "" for a new one."""

    pk: str
    sent: dict[str, Any]
    removed: bool = False
    clash: Clash | None = None

    @property
    def blank(self) -> bool:
        return not any(self.sent.values())


class RowMerge:
    """The rows of `model` under `parent` as a POST has them under `prefix`, held against those that stand.

    `data` is changed in place. `opened` is the version of the parent that the form was opened on, None for no known.
    """

    def __init__(
        self,
        data: Any,
        prefix: str,
        fields: Mapping[str, forms.Field],
        model: type[models.Model],
        parent: Any,
        link: str,
    ) -> None:
        self.data, self.prefix, self.model, self.parent, self.link = data, prefix, model, parent, link
        columns = {column.name for column in model._meta.concrete_fields if not column.primary_key}
        self.fields = {name: field for name, field in fields.items() if name in columns and f"{name}_id" != link}

    def settle(self, opened: int | None) -> Merge | None:
        """Do as was chosen; where the parent moved on since `opened`, bring both sides together and tell it."""
        rows = self._read()
        if rows is None:
            return None
        stale = opened != self.parent.version
        standing = {str(row.pk): self._of(row) for row in self._standing()}
        kept = merging.rows_at(self.model, self.link, self.parent, opened) if stale else None
        stood = {str(key): self._of(row) for key, row in kept.items()} if kept is not None else None
        chosen = self._choose(rows, (stood or {}) if stale else standing)
        merge = Merge([]) if stale else None
        if merge is not None:
            rows = self._bring_together(rows, standing, stood, merge)
        if merge is not None or chosen:
            self._write(rows)
            if merge is not None:
                merge.clashes = [row.clash for row in rows if row.clash]
        return merge

    # --- Reading and writing the POST ---------------------------------------------------------------------------------

    def _read(self) -> list[_Row] | None:
        total = str(self.data.get(f"{self.prefix}-TOTAL_FORMS", ""))
        if not (total.isascii() and total.isdecimal() and len(total) < 5 and int(total) <= MOST_ROWS):
            return None
        rows = []
        for place in range(int(total)):
            at = f"{self.prefix}-{place}"
            sent = {
                name: field.widget.value_from_datadict(self.data, {}, f"{at}-{name}")
                for name, field in self.fields.items()
            }
            rows.append(_Row(str(self.data.get(f"{at}-id", "")), sent, f"{at}-DELETE" in self.data))
        keys = [row.pk for row in rows if row.pk]
        return rows if len(keys) == len(set(keys)) else None

    def _write(self, rows: list[_Row]) -> None:
        """Lay the rows out anew: those that stand first, as a formset has them."""
        rows.sort(key=lambda row: not row.pk)
        ours = re.compile(rf"(merge-)?{re.escape(self.prefix)}-\d+(-\w+)?")
        for key in [key for key in self.data if ours.fullmatch(key)]:
            del self.data[key]
        for place, row in enumerate(rows):
            at = f"{self.prefix}-{place}"
            self.data[f"{at}-id"] = row.pk
            self.data[f"{at}-{self.link.removesuffix('_id')}"] = str(self.parent.pk)
            for name, field in self.fields.items():
                put(self.data, f"{at}-{name}", field, row.sent[name])
            if row.removed:
                self.data[f"{at}-DELETE"] = "on"
            if row.clash is not None:
                first = next(iter(self.fields))
                row.clash = Clash(
                    name=f"merge-{at}",
                    label=row.clash.label,
                    theirs=row.clash.theirs,
                    mine=row.clash.mine,
                    at=f"id_{at}-{first}",
                    both=row.clash.both,
                )
        self.data[f"{self.prefix}-TOTAL_FORMS"] = str(len(rows))
        self.data[f"{self.prefix}-INITIAL_FORMS"] = str(sum(bool(row.pk) for row in rows))

    # --- What stands --------------------------------------------------------------------------------------------------

    def _standing(self) -> Any:
        return self.model._default_manager.filter(**{self.link: self.parent.pk}).order_by("pk")

    def _of(self, row: Any) -> dict[str, Any]:
        return {
            name: as_sent(field, row._meta.get_field(name).value_from_object(row))
            for name, field in self.fields.items()
        }

    def _same(self, one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
        if one is None or other is None:
            return one is other
        return all(
            comparable(field, one[name]) == comparable(field, other[name]) for name, field in self.fields.items()
        )

    def _words(self, sent: Mapping[str, Any] | None) -> str:
        if sent is None:
            return gettext("removed")
        return " · ".join(filter(None, (shown(field, sent[name]) for name, field in self.fields.items())))

    # --- Both sides ---------------------------------------------------------------------------------------------------

    def _choose(self, rows: list[_Row], theirs: Mapping[str, Mapping[str, Any]]) -> bool:
        """Do as was chosen of each row; whether any choice changed one."""
        chosen = False
        for place, row in list(enumerate(rows)):
            choice, saved = self.data.get(f"merge-{self.prefix}-{place}"), theirs.get(row.pk)
            if choice == "theirs" and not row.pk:
                rows.remove(row)  # they had removed it
            elif choice == "both" and saved and not row.removed:
                rows.append(_Row("", row.sent))
                row.sent = dict(saved)
            elif choice == "theirs" and saved:
                row.sent, row.removed = dict(saved), False
            else:
                continue
            chosen = True
        return chosen

    def _bring_together(
        self,
        rows: list[_Row],
        standing: dict[str, dict[str, Any]],
        stood: dict[str, dict[str, Any]] | None,
        merge: Merge,
    ) -> list[_Row]:
        label = str(capfirst(self.model._meta.verbose_name))
        mine = {row.pk: row for row in rows if row.pk}
        new = [row for row in rows if not row.pk]
        laid: list[_Row] = []
        for key, theirs in standing.items():
            row = mine.pop(key, None)
            opened = stood.get(key) if stood is not None else None
            if row is None:
                laid.append(_Row(key, theirs))
                if stood is not None and opened is None:
                    merge.taken.append((label, self._words(theirs)))
                continue
            handed = None if row.removed else row.sent
            by = self._whose(opened, theirs, handed, known=opened is not None)
            if by is Whose.THEIRS:
                row.sent = theirs
                merge.taken.append((label, self._words(theirs)))
            elif by is Whose.BOTH:
                row.clash = Clash("", label, self._words(theirs), self._words(handed), both=handed is not None)
            laid.append(row)
        for key, row in mine.items():
            was = stood.get(key) if stood is not None else self._last(key)
            if was is None:
                laid.append(row)  # never one of these: its id is refused
            elif row.removed or self._same(was, row.sent):
                merge.taken.append((label, f"{self._words(was)}: {gettext('removed')}"))
            else:
                laid.append(_Row("", row.sent, clash=Clash("", label, self._words(None), self._words(row.sent))))
        added = [theirs for key, theirs in standing.items() if stood is not None and key not in stood]
        return laid + [row for row in new if not any(self._same(row.sent, theirs) for theirs in added)]

    def _whose(self, opened: Any, theirs: Any, mine: Any, *, known: bool) -> Whose:
        if self._same(theirs, mine):
            return Whose.NOBODY
        if not known:
            return Whose.BOTH
        if self._same(opened, mine):
            return Whose.THEIRS
        return Whose.MINE if self._same(opened, theirs) else Whose.BOTH

    def _last(self, key: str) -> dict[str, Any] | None:
        """What a row that is gone was, where it was one of the parent's."""
        if not (key.isascii() and key.isdecimal() and len(key) < 19):
            return None
        kept: Any = self.model.history  # type: ignore[attr-defined]
        row = kept.filter(id=key, **{self.link: self.parent.pk}).order_by("-history_date", "-history_id").first()
        return self._of(row) if row is not None else None
