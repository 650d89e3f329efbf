"""A form that knows which version of its record it was opened on, and brings two people's changes together."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import NON_FIELD_ERRORS, FieldDoesNotExist, ValidationError
from django.db import models
from django.forms.models import InlineForeignKeyField
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts import merging
from accounts.differences import Differ
from accounts.merging import Clash, Merge, Whose
from accounts.models import User
from accounts.sent_values import as_sent, comparable, mark, put, shown

# A text as long as this may be is told word by word.
PROSE = 300


class VersionedForm(forms.ModelForm):
    """A form that brings back the version it was opened on.

    Where somebody saved since, `conflict` is set and `merge` tells both sides (contract, 409): what they alone changed
    is taken over, what is changed here stands, and for what both changed the page asks: `merge-<field>` comes back as
    `mine`, `theirs` or `both`. Nothing is saved until then; the save is held against the version that was shown.
    """

    version = forms.IntegerField(label=_("version"), required=False, widget=forms.HiddenInput)
    conflict = False
    merge: Merge | None = None
    # Fields that are asked but not kept in the record, so there is nothing of theirs to hold them against.
    unkept: ClassVar[frozenset[str]] = frozenset()
    # What stands between theirs and mine where both are kept, by field.
    between: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            del self.fields["version"]
        else:
            self.initial = {**self.initial, "version": self.instance.version}
        for name, field in self.fields.items():
            rows: Any = getattr(field, "queryset", None)
            if isinstance(field, forms.ModelChoiceField) and rows.model is User:
                # Whoever has left takes on nothing new, and stays where they stand.
                stands = getattr(self.instance, f"{name}_id", None)
                field.queryset = rows.filter(models.Q(is_active=True) | models.Q(pk=stands))

    def _update_errors(self, errors: ValidationError) -> None:
        """Where a rule has refused a field in words, the constraint behind it need not repeat it by its name."""
        by_field = getattr(errors, "error_dict", {})
        if len(by_field) > 1:
            by_field.pop(NON_FIELD_ERRORS, None)
        for name in [name for name in by_field if name not in (*self.fields, NON_FIELD_ERRORS)]:
            by_field.setdefault(NON_FIELD_ERRORS, []).extend(by_field.pop(name))
        for error in (error for found in by_field.values() for error in found):
            # A form swaps the words of these two codes for its own, which say less than the rule's.
            if error.code in ("required", "invalid"):
                error.code = "rule"
        super()._update_errors(errors)  # type: ignore[misc]

    # --- Two at once --------------------------------------------------------------------------------------------------

    def full_clean(self) -> None:
        """Django's, over what comes of both sides; the saved one was read under a lock (`ScopedAdmin.get_object`)."""
        if self.is_bound and "version" in self.fields and self.instance.pk is not None:
            self._bring_together()
        super().full_clean()

    def clean(self) -> dict[str, Any] | None:
        """A form that lost a race is not saved."""
        cleaned = super().clean()
        if self.conflict:
            if self.merge and self.merge.again:
                words = _("You chose theirs and changed the field as well. Nothing is saved; choose once more.")
            else:
                words = _(
                    "Somebody saved this after you opened it. What you typed is kept; nothing of theirs is replaced "
                    "until you save again."
                )
            self.add_error(None, forms.ValidationError(words, code="conflict"))
        return cleaned

    def kept_values(self, kept: Any) -> dict[str, Any]:
        """What the form showed of the record as history keeps it in `kept`, by field; shaped as `initial`."""
        columns = {column.name for column in type(kept).tracked_fields}
        return {
            name: kept._meta.get_field(name).value_from_object(kept) for name in self._held_names if name in columns
        }

    @property
    def covers(self) -> set[str]:
        """The columns that the form's fields show."""
        return set(self.fields)

    @cached_property
    def _held_names(self) -> list[str]:
        """The fields that are compared: what a person fills in and the record keeps."""
        passed_over = {"version", forms.formsets.DELETION_FIELD_NAME, self._meta.model._meta.pk.name, *self.unkept}
        return [
            name
            for name, field in self.fields.items()
            if name not in passed_over and not field.disabled and not isinstance(field, InlineForeignKeyField)
        ]

    def _sent(self, name: str) -> Any:
        field = self.fields[name]
        return field.widget.value_from_datadict(self.data, self.files, self.add_prefix(name))

    def _comparables(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        return {name: comparable(self.fields[name], value) for name, value in sent.items()}

    def _bring_together(self) -> None:
        opened = self._opened()
        stale = opened != self.instance.version
        chooses = any(f"merge-{self.add_prefix(name)}" in self.data for name in self._held_names)
        if not stale and not chooses:
            return
        self.data = self.data.copy()  # type: ignore[attr-defined]
        theirs = {name: as_sent(self.fields[name], self.initial.get(name)) for name in self._held_names}
        kept = merging.kept_at(self.instance, opened) if stale else None
        stood = None
        if kept is not None:
            stood = {name: as_sent(self.fields[name], value) for name, value in self.kept_values(kept).items()}
        # What a choice was made between is the version that was shown, which a third person may have changed since.
        undecided = self._choose(stood or {} if stale else theirs)
        if stale:
            self._hold_against(opened, stood, theirs)
            self.instance.meanwhile = opened, kept
        elif undecided:
            self.conflict = True
            self.merge = Merge(merging.saves_since(self.instance, None), again=True)
            self.merge.clashes = self._clashes(undecided, theirs)
        self.data[self.add_prefix("version")] = str(self.instance.version)  # type: ignore[index]
        self.__dict__.pop("changed_data", None)

    def _opened(self) -> int | None:
        try:
            return self.fields["version"].to_python(self._sent("version"))
        except ValidationError:
            return None

    def _choose(self, theirs: Mapping[str, Any]) -> list[str]:
        """Do as was chosen on the page of a lost race; the fields that were both chosen as theirs and edited by hand
        come back, as neither may be dropped.
        """
        undecided = []
        for name, value in theirs.items():
            key, field = self.add_prefix(name), self.fields[name]
            choice, mine = self.data.get(f"merge-{key}"), self._sent(name)
            if choice == "theirs":
                seen = self.data.get(f"merge-{key}-seen")
                if seen and seen != mark(comparable(field, mine)):
                    undecided.append(name)
                else:
                    put(self.data, key, field, value)
            elif choice == "both" and self._joins(name):
                put(self.data, key, field, self._both(name, value, mine))
        return undecided

    def _hold_against(self, opened: int | None, stood: Mapping[str, Any] | None, theirs: Mapping[str, Any]) -> None:
        mine = {name: self._sent(name) for name in self._held_names}
        found = merging.compare(
            None if stood is None else self._comparables(stood),
            self._comparables(theirs),
            self._comparables(mine),
            self._held_names,
        )
        for name in (name for name, by in found.items() if by is Whose.THEIRS):
            put(self.data, self.add_prefix(name), self.fields[name], theirs[name])
        typed = any(self._sent(name) for name in self.unkept if name in self.fields)
        self.conflict = self.asks_when_untouched or typed or bool({Whose.MINE, Whose.BOTH} & set(found.values()))
        if not self.conflict:
            return
        self.merge = Merge(merging.saves_since(self.instance, opened))
        self.merge.clashes = self._clashes((name for name, by in found.items() if by is Whose.BOTH), theirs)
        self.merge.taken = [
            (self._label(name), shown(self.fields[name], theirs[name]))
            for name, by in found.items()
            if by is Whose.THEIRS
        ]

    # Whether a form in which nothing was touched is answered with 409 too; a row among others is not.
    asks_when_untouched = True

    def _label(self, name: str) -> str:
        return str(capfirst(self.fields[name].label or name))

    def _clashes(self, names: Iterable[str], theirs: Mapping[str, Any]) -> list[Clash]:
        differ, clashes = Differ(), []
        for name in names:
            field, key, sent = self.fields[name], self.add_prefix(name), self._sent(name)
            old, new = shown(field, theirs[name]), shown(field, sent)
            told_by_word = self._is_text(field) and (self._is_long(field) or len(old) + len(new) > PROSE)
            clashes.append(
                Clash(
                    name=f"merge-{key}",
                    label=self._label(name),
                    theirs=old,
                    mine=new,
                    at=self[name].id_for_label or f"id_{key}",
                    pieces=merging.told_apart(old, new, differ) if told_by_word and old and new else (),
                    both=self._fits(name, theirs[name], sent),
                    seen=mark(comparable(field, sent)),
                )
            )
        return clashes

    def typed(self) -> list[tuple[str, str]]:
        """What was handed in, each field in words under its label; blank ones are left out."""
        names = [name for name in self.fields if name in self._held_names or name in self.unkept]
        sent = {name: self._sent(name) for name in names}
        return [(self._label(name), shown(self.fields[name], value)) for name, value in sent.items() if value]

    # --- Keeping both -------------------------------------------------------------------------------------------------

    @staticmethod
    def _is_text(field: forms.Field) -> bool:
        return isinstance(field, forms.CharField) and not isinstance(field, forms.SlugField)

    @staticmethod
    def _is_long(field: forms.Field) -> bool:
        return isinstance(field.widget, forms.Textarea) or (getattr(field, "max_length", None) or 0) >= PROSE

    def _joins(self, name: str) -> bool:
        """Whether theirs and mine can both stand in a field: several rows can, a text can unless it names one thing."""
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            return True
        if not self._is_text(field):
            return False
        try:
            column = self._meta.model._meta.get_field(name)
        except FieldDoesNotExist:
            return True
        return not getattr(column, "unique", False)

    def _both(self, name: str, theirs: Any, mine: Any) -> Any:
        field = self.fields[name]
        if isinstance(field, forms.ModelMultipleChoiceField):
            return list(dict.fromkeys([*theirs, *map(str, mine or ())]))
        between = self.between.get(name, "\n\n" if isinstance(field.widget, forms.Textarea) else " / ")
        old, new = (str(text or "").replace("\r\n", "\n").strip() for text in (theirs, mine))
        return merging.joined(old, new, between)

    def _fits(self, name: str, theirs: Any, mine: Any) -> bool:
        if not self._joins(name) or not theirs or not mine:
            return False
        limit = getattr(self.fields[name], "max_length", None)
        return limit is None or len(self._both(name, theirs, mine)) <= limit
