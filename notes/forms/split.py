"""How a note that the pause rule refused is split: which workloads pause, and how the others go on (domain.md §7)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from customers.models import Workload
from notes import splitting
from notes.forms.fields import KnownRows, OneOf, Prose
from notes.playbook import TechnicalStatus
from notes.types import BODY_LIMIT, PAUSES, SECTION_LIMIT, Pace
from notes.writing import Draft

WORDS: dict[str, Any] = {
    "label": _("Text of the note on those that pause"),
    "required": True,
    "help_text": _("The note's own text stays with the others, and so do the hashtag, the risks and the next action."),
}


class SplitForm(forms.Form):
    """Asked beside a refused note, in the same form of the page; `draft` is that note as handed in."""

    split_workloads = KnownRows(
        Workload.objects.none(), label=_("Which of them pause?"), widget=forms.CheckboxSelectMultiple
    )
    split_words = Prose(**WORDS, max_length=BODY_LIMIT)
    split_pace = OneOf(
        [(pace.value, pace.label) for pace in Pace if pace not in PAUSES], label=_("Pace of the others"), required=True
    )
    split_status = OneOf(
        [(status.value, status.label) for status in TechnicalStatus if status != TechnicalStatus.PAUSED],
        label=_("Status of the others"),
        required=True,
    )

    def __init__(self, draft: Draft, data: Any) -> None:
        asked = "_save_split" in data
        super().__init__(data if asked else None, initial={"split_words": splitting.gist(draft)})
        self.draft = draft
        field = self.fields["split_workloads"]
        assert isinstance(field, KnownRows)
        field.queryset = Workload.objects.filter(pk__in=[workload.pk for workload in draft.workloads])
        if draft.kind in splitting.GIST:
            self.fields["split_words"] = Prose(**WORDS, max_length=SECTION_LIMIT)
        if draft.note.pace not in PAUSES:
            del self.fields["split_pace"]
        if draft.note.tech_status != TechnicalStatus.PAUSED:
            del self.fields["split_status"]

    def clean_split_workloads(self) -> list[Workload]:
        """Some of them, not all: otherwise the whole note pauses."""
        pausing = list(self.cleaned_data["split_workloads"])
        if len(pausing) == len(self.draft.workloads):
            message = _("If all of them pause, the note carries no such tag: save it without the tag.")
            raise ValidationError(message, code="all")
        return pausing

    def parts(self) -> tuple[Draft, Draft]:
        """The two notes that come of it; only when valid."""
        given = self.cleaned_data
        return splitting.split(
            self.draft,
            pausing=given["split_workloads"],
            words=given["split_words"],
            pace=given.get("split_pace", ""),
            tech_status=given.get("split_status", ""),
        )
