"""The form of a campaign, and of its rules, as a programme administrator fills them in (domain.md §7)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.scoped_inlines import TolerantFormSet
from accounts.versioned_form import VersionedForm
from notes import hashtags
from notes.models import Campaign, CampaignRule


class CampaignForm(VersionedForm):
    """A hashtag may be typed with its sign; one that is renamed stays as an alias."""

    hashtag = forms.CharField(
        label=_("Hashtag"),
        max_length=hashtags.MAX_LENGTH + 1,  # with its sign
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        help_text=_("As it is written in notes: “#wildfire”. Capitals make no difference."),
    )

    between = {"aliases": " "}

    class Meta:
        model = Campaign
        fields = "__all__"  # the admin names those it shows

    def clean_hashtag(self) -> str:
        """Its name; what is none is left for `Campaign.clean` to refuse, with the word as typed."""
        typed = str(self.cleaned_data["hashtag"])
        return hashtags.normalise(typed) or typed

    def clean(self) -> dict[str, Any] | None:
        """Keep the earlier hashtag as an alias: notes are written with it, and texts hold it."""
        cleaned = super().clean()
        earlier, name = self.initial.get("hashtag"), self.cleaned_data.get("hashtag")
        if self.instance.pk and earlier and name and name != earlier and "aliases" in self.cleaned_data:
            self.cleaned_data["aliases"] = f"{self.cleaned_data['aliases']} {earlier}".strip()
        return cleaned


class RuleFormSet(TolerantFormSet):
    """A campaign's rules: each role and note type once."""

    def clean(self) -> None:
        """A row that says what another one says, or said before this save, is refused where it stands.

        Django leaves out this check, as the campaign is no field of the row.
        """
        # Read again: the rows at hand bear what was typed already.
        standing = CampaignRule.objects.filter(campaign=self.instance.pk)
        taken: dict[Any, Any] = {(rule.role, rule.note_type): rule.pk for rule in standing}
        for form in self.forms:
            if form in self.deleted_forms or not form.is_valid() or not form.has_changed():
                continue
            row = (form.cleaned_data["role"], form.cleaned_data["note_type"])
            if taken.setdefault(row, form) not in (form, form.instance.pk):
                form.add_error(None, ValidationError(_("Another row says the same."), code="unique"))
