"""The note form: what is handed in, held against the playbook and written (contract.md, *Form fields and values*)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.models import StatusReason, Workload
from notes import policy, rewriting, splitting, summaries, writing
from notes.forms.fields import Prose
from notes.forms.layout import NoteLayout
from notes.forms.note_merge import MergedNote
from notes.forms.split import SplitForm
from notes.models import Campaign, Note
from notes.pasting import workloads_in
from notes.types import LIVE, NoteType


class NoteForm(MergedNote, NoteLayout):
    """Add or change a note."""

    # After a check: the campaigns whose pause rule refused it; how it can be split, and the two it was split into.
    refused_by: Sequence[Campaign] = ()
    split: SplitForm | None = None
    parts: tuple[writing.Draft, ...] = ()

    def _post_clean(self) -> None:
        """Lay the values on the note, then ask the model and the rules of writing, each error at its field."""
        cleaned, note = self.cleaned_data, self.instance
        note.sections = dict(note.sections)
        if self.rewrites and self.kind and (words := rewriting.risk_words(self.rewrites, self.kind)):
            note.sections[writing.RISKS_SECTION] = words
        summary = self.kind != NoteType.OVERALL_STATUS or cleaned.get("is_exec_summary")
        for section in self.sections if self.kind else ():
            value = cleaned.get(section.field) or ("" if section.kind != "date" else None)
            if not summary:
                if value:
                    message = _("This belongs to an Executive Summary. Tick it, or empty its sections.")
                    self.add_error("is_exec_summary", ValidationError(message, code="sections_without_summary"))
                value = ""
            if section.column:
                setattr(note, section.column, value)
            elif value:
                note.sections[section.field] = value
            else:
                note.sections.pop(section.field, None)
        if self.kind == NoteType.ENTITLEMENT_STATUS and self.adding:
            by_slug = {reason.slug: reason for reason in StatusReason.objects.all()}
            note.l2, note.l3 = by_slug.get(cleaned.get("l2", "")), by_slug.get(cleaned.get("l3", ""))
        super()._post_clean()  # type: ignore[misc]
        # Where customer or type is wrong there is nothing to hold against the playbook yet.
        if self.kind and not self.conflict and "customer" in cleaned and "note_type" in cleaned:
            self._ask_playbook()

    def _update_errors(self, errors: ValidationError) -> None:
        """A field that failed by itself keeps its own message; the model's "required" would only repeat it."""
        if hasattr(errors, "error_dict"):
            fresh = {name: error for name, error in errors.error_dict.items() if name not in self.errors}
            if not fresh:
                return
            errors = ValidationError(fresh)
        super()._update_errors(errors)

    def _ask_playbook(self) -> None:
        if "_save_untagged" in self.data:
            self.draft.untag(self.draft.refused_names)
        self.refused_by = self.draft.refused_by
        drafts = [self.draft]
        if self.rewrites is None and splitting.may_split(self.draft):
            self.split = SplitForm(self.draft, self.data)
            if self.split.is_bound and self.split.is_valid():
                self.parts = self.split.parts()
                drafts = [*self.parts]
        for name, error in ((name, error) for draft in drafts for name, error in writing.check(draft).items()):
            if name == "__all__" or name in self.fields:
                if name not in self.errors:
                    self.add_error(None if name == "__all__" else name, error)
            else:
                self.add_error(None, error)
        if self.rewrites:
            self._ask_of_rewriting(self.rewrites)
        if self.instance.is_exec_summary and self.cleaned_data.get("request") and self.asked_for is None:
            self._refuse_request()

    def _refuse_request(self) -> None:
        """The request is another's, or somebody was faster; then the words may still be a summary of their own."""
        if self.named_request is None:
            field: forms.ModelChoiceField[Any] = forms.ModelChoiceField(None)
            self.add_error(None, ValidationError(field.error_messages["invalid_choice"], code="invalid_choice"))
            return
        message = _("The request was answered or taken back meanwhile. Save again to keep this as a summary by choice.")
        self.add_error(None, ValidationError(message, code="closed"))

    def _ask_of_rewriting(self, old: Note) -> None:
        if not self.cleaned_data.get("rewrite_reason"):
            message = _("Say why the old note is withdrawn.")
            self.add_error("rewrite_reason", ValidationError(message, code="required"))
        old.refresh_from_db(fields=["withdrawn_at"])
        refused = rewriting.error(old, self.instance)
        if refused:
            self.add_error("rewrite_reason", refused)

    @cached_property
    def draft(self) -> writing.Draft:
        """What the form hands to `notes.writing`, valid or not."""
        cleaned = self.cleaned_data
        return writing.Draft(
            note=self.instance,
            by=self.user,
            workloads=self._workloads(),
            tags=cleaned.get("tags", ""),
            risks=cleaned.get("risks", ""),
            written_as=cleaned.get("written_as", ""),
            asked=self.asked_for if self.instance.is_exec_summary else None,
            campaigns=self.campaigns,
        )

    def _workloads(self) -> list[Workload]:
        """Those ticked, and those that a summary's lines name; an Entitlement Status note has its entitlement's."""
        if self.kind == NoteType.ENTITLEMENT_STATUS:
            return [self.instance.entitlement.workload] if self.instance.entitlement else []
        ticked = list(self.cleaned_data.get("workloads", []))
        codes = workloads_in(str(self.instance.sections.get("exec_workloads", "")))
        named = Workload.objects.filter(code__in=codes) if codes else []
        return list({workload.pk: workload for workload in (*ticked, *named)}.values())

    def save(self, commit: bool = True) -> Note:
        """Write the note with all it moves; `commit` is always so, as a note is never half a note."""
        if self.errors:
            raise ValueError("An invalid note is not saved.")
        with transaction.atomic():
            if self.rewrites:
                summaries.hold(self.rewrites.customer_id, self.instance.customer_id)
            note = splitting.save(*self.parts)[0] if self.parts else writing.save(self.draft)
            if self.rewrites:
                rewriting.replace(self.rewrites, note, by=self.user, reason=self.cleaned_data["rewrite_reason"])
        return note


class WithdrawForm(forms.Form):
    """Why a note is withdrawn."""

    reason = Prose(label=_("Why"), max_length=2_000, rows=2)


def refuse_type(user: User, given: str | None) -> None:
    """Raise PermissionDenied for a known live type that `user` may not write (contract, *Answers*)."""
    if given in LIVE and not policy.may_write(user, NoteType(given)):
        raise PermissionDenied
