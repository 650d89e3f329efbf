"""Executive summaries asked for (domain.md §4)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.scope import ScopedQuerySet
from customers.models import Customer, Versioned
from notes.models.note import Note


class SummaryRequestQuerySet(ScopedQuerySet):
    """Executive summaries asked for."""

    partner_path = "customer__partner_id"

    def open(self) -> Self:
        """Those neither answered nor taken back."""
        return self.filter(note=None, taken_back_at=None)


class SummaryRequest(Versioned):
    """An executive summary that a manager asked for; it closes with the note that gives it (domain.md §4)."""

    customer = models.ForeignKey(Customer, models.PROTECT, related_name="summary_requests", verbose_name=_("customer"))
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("asked by")
    )
    asked_of = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="summary_requests",
        verbose_name=_("asked of"),
    )
    asked_at = models.DateTimeField(_("asked at"), default=timezone.now, editable=False)
    word = models.CharField(_("a word with it"), max_length=500, blank=True)
    due_date = models.DateField(_("due date"))
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, editable=False, related_name="answers", verbose_name=_("answered by")
    )
    taken_back_at = models.DateTimeField(_("taken back at"), null=True, editable=False)

    objects = SummaryRequestQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("summary request")
        verbose_name_plural = _("summary requests")
        ordering = ["due_date", "pk"]

    def __str__(self) -> str:
        return f"{self.customer}, {self.due_date:%Y-%m-%d}"
