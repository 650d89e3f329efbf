"""Campaigns and hashtags: data, because the next emergency brings the next hashtag (domain.md §7)."""

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.models import TagBase

from accounts.models import in_language
from accounts.roles import Role
from customers.models import Versioned
from notes import hashtags
from notes.types import LIVE, NoteType


class Tag(TagBase):
    """A hashtag by its normalised name, without the `#`."""

    class Meta:
        verbose_name = _("hashtag")
        verbose_name_plural = _("hashtags")
        default_permissions = ()

    def slugify(self, tag: str, i: int | None = None) -> str:
        """taggit's, with room for the number that tells two of the same slug apart."""
        end = "" if i is None else f"_{i}"
        return f"{super().slugify(tag)[: hashtags.MAX_LENGTH - 10]}{end}"


class Campaign(Versioned):
    """An emergency or programme whose notes carry one hashtag."""

    slug = models.SlugField(_("slug"), max_length=64, unique=True, help_text=_("Its address: /reports/campaigns/…/"))
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    hashtag = models.CharField(_("hashtag"), max_length=hashtags.MAX_LENGTH, unique=True)
    aliases = models.CharField(
        _("aliases"),
        max_length=1000,
        blank=True,
        help_text=_("Other ways people write it, divided by spaces: “covid19 COVID-19”. They count as the hashtag."),
    )
    meaning = models.CharField(
        _("what it marks"), max_length=300, blank=True, help_text=_("“accelerates or asks for help because of …”")
    )
    meaning_zh = models.CharField(_("what it marks, in Chinese"), max_length=300, blank=True)
    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"), null=True, blank=True, help_text=_("Blank: no end."))
    pause_rule = models.BooleanField(
        _("pause rule"),
        default=True,
        help_text=_("A note that says the customer pauses or stops may not carry the tag."),
    )

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("campaign")
        verbose_name_plural = _("campaigns")
        ordering = ["-starts", "slug"]
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="campaign_dates"),
        ]

    def __str__(self) -> str:
        return f"#{self.hashtag}"

    @property
    def label(self) -> str:
        """Its name in the page's language."""
        return in_language(self.name, self.name_zh)

    @property
    def meaning_label(self) -> str:
        """What it marks, in the page's language."""
        return in_language(self.meaning, self.meaning_zh)

    @property
    def names(self) -> list[str]:
        """Every name it goes by, normalised, its hashtag first."""
        written = hashtags.split_field(self.aliases)[0]
        return list(dict.fromkeys([self.hashtag, *written]))

    @property
    def written_aliases(self) -> list[str]:
        """The aliases as people write them, for reading."""
        return hashtags.pieces(self.aliases)

    def runs_on(self, day: dt.date) -> bool:
        """Whether its rules hold on a day; both ends count."""
        return self.starts <= day and (self.ends is None or day <= self.ends)

    def _tidy_aliases(self) -> str:
        """As people write them, each name once and without its own hashtag, divided by spaces."""
        written: dict[str | None, str] = {self.hashtag: ""}
        for piece in self.written_aliases:
            written.setdefault(hashtags.normalise(piece), piece)
        return " ".join(filter(None, written.values()))

    def clean(self) -> None:
        """The hashtag and its aliases are hashtags, and no other campaign's; the dates are in order."""
        errors = {}
        name = hashtags.normalise(self.hashtag)
        if name is not None:
            self.hashtag = name
        elif self.hashtag:
            errors["hashtag"] = ValidationError(_("“%s” is not a hashtag.") % self.hashtag, code="invalid")
        strangers = hashtags.split_field(self.aliases)[1]
        if strangers:
            errors["aliases"] = ValidationError(_("“%s” is not a hashtag.") % strangers[0], code="invalid")
        else:
            self.aliases = self._tidy_aliases()
        if self.hashtag and not errors:
            taken = {other: campaign for campaign in Campaign.objects.exclude(pk=self.pk) for other in campaign.names}
            for field, names in (("hashtag", self.names[:1]), ("aliases", self.names[1:])):
                clash = next((written for written in names if written in taken), None)
                if clash:
                    message = _("#%(tag)s belongs to the campaign %(campaign)s.") % {
                        "tag": clash,
                        "campaign": taken[clash],
                    }
                    errors[field] = ValidationError(message, code="unique")
        if self.starts and self.ends and self.ends < self.starts:
            errors["ends"] = ValidationError(_("Ends before it starts."), code="invalid")
        if errors:
            raise ValidationError(errors)


class CampaignRule(models.Model):
    """In which note type a role records the campaign; a role with several rows may use any of them."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="rules", verbose_name=_("campaign"))
    role = models.CharField(_("role"), max_length=8, choices=Role)
    note_type = models.CharField(_("note type"), max_length=24, choices=[(kind.value, kind.label) for kind in LIVE])

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("campaign rule")
        verbose_name_plural = _("campaign rules")
        ordering = ["campaign", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["campaign", "role", "note_type"], name="campaignrule_once"),
            models.CheckConstraint(condition=Q(note_type__in=[kind.value for kind in LIVE]), name="campaignrule_type"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign}: {self.role} → {NoteType(self.note_type).label}"
