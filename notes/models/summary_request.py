"""Executive summaries asked for (domain.md §4)."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.scope import ScopedQuerySet
from customers.models import Customer, Versioned
from notes.models.note import Note

OPEN_ROWS = Q(note=None, taken_back_at=None)


class SummaryRequestQuerySet(ScopedQuerySet):
    """Executive summaries asked for."""

    partner_path = "customer__partner_id"

    def open(self) -> Self:
        """Those neither answered nor taken back."""
        return self.filter(OPEN_ROWS)

    def in_order(self) -> Self:
        """The open ones first, most urgent first; then the others, those due last first."""
        due = models.Case(models.When(OPEN_ROWS, then=F("due_date")), output_field=models.DateField())
        return self.order_by(due.asc(nulls_last=True), "-due_date", "-pk")


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
        indexes = [models.Index(fields=["due_date", "id"], condition=OPEN_ROWS, name="summaryrequest_open")]
        constraints = [
            models.CheckConstraint(condition=Q(note=None) | Q(taken_back_at=None), name="summaryrequest_one_end")
        ]

    def __str__(self) -> str:
        return f"{self.customer}, {self.due_date:%Y-%m-%d}"

    @property
    def is_open(self) -> bool:
        """Whether somebody still waits for it."""
        return self.note_id is None and self.taken_back_at is None
