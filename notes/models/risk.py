"""Risks and their life (domain.md §8)."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from simple_history.models import HistoricalRecords

from accounts.models import PartnerOrganisation, Region
from accounts.scope import ScopedQuerySet
from customers.models import Customer, Entitlement, Versioned, Workload, foreign_error
from notes.models.note import Note
from notes.risks import CLOSED, NEXT, EscalatedTo, RiskState, Severity

OPEN_ROWS = Q(closed_at=None)


class RiskQuerySet(ScopedQuerySet):
    """Risks."""

    def open(self) -> Self:
        """Those neither resolved nor accepted."""
        return self.filter(OPEN_ROWS)


class Risk(Versioned):
    """Something that threatens an engagement, watched until it is resolved or accepted."""

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="risks", verbose_name=_("customer"), db_index=False
    )
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, blank=True, related_name="risks", verbose_name=_("entitlement")
    )
    workload = models.ForeignKey(
        Workload, models.PROTECT, null=True, editable=False, related_name="risks", verbose_name=_("workload")
    )
    note = models.ForeignKey(
        Note, models.PROTECT, null=True, editable=False, related_name="risks", verbose_name=_("raised with the note")
    )
    title = models.CharField(_("title"), max_length=500)
    description = models.TextField(_("what is being done"), blank=True, max_length=10_000)
    severity = models.CharField(_("severity"), max_length=8, choices=Severity, default=Severity.MEDIUM)
    state = models.CharField(_("state"), max_length=12, choices=RiskState, default=RiskState.OPEN, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="risks",
        verbose_name=_("owner"),
    )
    due_date = models.DateField(_("due date"), null=True, blank=True)
    # What lists order by: a risk without a date comes after all that have one, on every database alike.
    due_order = models.GeneratedField(
        expression=Coalesce(F("due_date"), Value(dt.date(9999, 12, 31), output_field=models.DateField())),
        output_field=models.DateField(),
        db_persist=True,
    )
    escalated_to = models.CharField(_("escalated to"), max_length=16, choices=EscalatedTo, blank=True, editable=False)
    reference = models.CharField(_("reference"), max_length=200, blank=True, editable=False)
    raised_at = models.DateTimeField(_("raised at"), default=timezone.now, editable=False)
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, editable=False, related_name="+", verbose_name=_("raised by")
    )
    closed_at = models.DateTimeField(_("closed at"), null=True, editable=False)
    last_step_at = models.DateTimeField(_("last step at"), null=True, editable=False)
    last_step = models.TextField(_("last step"), blank=True, editable=False)
    region = models.ForeignKey(Region, models.PROTECT, editable=False, related_name="+", db_index=False)
    partner = models.ForeignKey(
        PartnerOrganisation, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    objects = RiskQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["due_order", "region", "partner"])

    class Meta:
        verbose_name = _("risk")
        verbose_name_plural = _("risks")
        ordering = ["due_order", "pk"]
        permissions = [("step_risk", gettext_noop("Can step any risk in scope"))]
        indexes = [
            models.Index(F("due_order"), F("id"), condition=OPEN_ROWS, name="risk_open"),
            *[
                models.Index(F(column), F("due_order"), F("id"), condition=OPEN_ROWS, name=f"risk_open_{column}")
                for column in ("region", "partner", "owner", "customer", "workload")
            ],
            models.Index(F("due_order"), F("id"), name="risk_due"),
            models.Index(F("customer"), F("raised_at").desc(), F("id").desc(), name="risk_customer_raised"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(severity__in=Severity.values), name="risk_severity"),
            models.CheckConstraint(condition=Q(state__in=RiskState.values), name="risk_state"),
            models.CheckConstraint(
                condition=Q(state__in=CLOSED, closed_at__isnull=False) | (~Q(state__in=CLOSED) & Q(closed_at=None)),
                name="risk_closed_at",
            ),
            models.CheckConstraint(
                condition=~Q(state=RiskState.ESCALATED) | ~Q(escalated_to=""), name="risk_escalated_to"
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def age_days(self, today: dt.date | None = None) -> int:
        """Whole days since it was raised, to today or to the day it was closed, in the active time zone."""
        end = timezone.localdate(self.closed_at) if self.closed_at else (today or timezone.localdate())
        return (end - timezone.localdate(self.raised_at)).days

    @property
    def next_states(self) -> tuple[RiskState, ...]:
        """Where a step may take it from here (domain.md §8)."""
        return NEXT[RiskState(self.state)]

    def clean(self) -> None:
        """The entitlement is one of the customer's, the owner nobody of a partner that does not serve it.

        Raises ValidationError with a dictionary by field.
        """
        errors = {}
        if self.entitlement and self.customer_id and self.entitlement.customer_id != self.customer_id:
            errors["entitlement"] = ValidationError(_("That entitlement is another customer's."), code="invalid")
        foreign = foreign_error(self.owner, self.customer.partner_id) if self.owner and self.customer_id else None
        if foreign:
            errors["owner"] = foreign
        if errors:
            raise ValidationError(errors)


class RiskStep(models.Model):
    """One step in a risk's life: who, when, from where to where, and why (domain.md §8)."""

    risk = models.ForeignKey(Risk, models.CASCADE, related_name="steps", verbose_name=_("risk"))
    from_state = models.CharField(_("from"), max_length=12, choices=RiskState)
    to_state = models.CharField(_("to"), max_length=12, choices=RiskState)
    comment = models.TextField(_("comment"))
    escalated_to = models.CharField(_("escalated to"), max_length=16, choices=EscalatedTo, blank=True)
    reference = models.CharField(_("reference"), max_length=200, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("step of a risk")
        verbose_name_plural = _("steps of a risk")
        default_permissions = ()
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(comment=""), name="riskstep_comment"),
            models.CheckConstraint(
                condition=~Q(to_state=RiskState.ESCALATED) | ~Q(escalated_to=""), name="riskstep_escalated_to"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_from_state_display()} → {self.get_to_state_display()}"
