"""Entitlements and their status over time (domain.md §5)."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop
from simple_history.models import HistoricalRecords

from accounts.models import User
from accounts.scope import ScopedQuerySet
from customers.choices import BusinessReason, Scenario, SplitReason
from customers.models.customer import Customer, Versioned, foreign_error
from customers.models.reason import StatusReason, Workload
from customers.splits import split_errors
from customers.status import FIRST_L1, FIRST_L2, L1, Errors, State, after, validate


class EntitlementQuerySet(ScopedQuerySet):
    """Entitlements."""

    partner_path = "customer__partner_id"

    def active(self) -> Self:
        """Without Duplicate/Invalid, which leaves every count, list and export of active work (domain.md §5)."""
        return self.exclude(l1=L1.DUPLICATE_INVALID)


class Entitlement(Versioned):
    """A customer's right to one workload, and where its deployment stands."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="entitlements", verbose_name=_("customer"), db_index=False
    )
    workload = models.ForeignKey(
        Workload, models.PROTECT, related_name="entitlements", verbose_name=_("workload"), db_index=False
    )
    split_reason = models.CharField(_("split reason"), max_length=24, choices=SplitReason, blank=True)
    split_label = models.CharField(
        _("split label"), max_length=100, blank=True, help_text=_("What tells this row from the other: “Germany”.")
    )
    split_approved = models.BooleanField(
        _("split approved"),
        default=False,
        help_text=_("Duplicated licences need a programme administrator's approval."),
    )
    seats = models.PositiveIntegerField(_("seats"), default=0)
    l1 = models.CharField("L1", max_length=20, choices=L1, default=FIRST_L1, editable=False)
    l2 = models.ForeignKey(
        StatusReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="L2", editable=False
    )
    l3 = models.ForeignKey(
        StatusReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="L3", editable=False
    )
    target_date = models.DateField(_("target date"), null=True, blank=True)
    unblock_date = models.DateField(_("projected unblock date"), null=True, blank=True)
    engagement_start_date = models.DateField(_("engagement start date"), null=True, blank=True)
    scenario = models.CharField(_("engagement scenario"), max_length=16, choices=Scenario, blank=True)
    business_reason = models.CharField(_("business reason"), max_length=40, choices=BusinessReason, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="entitlements",
        verbose_name=_("owner"),
    )
    status_changed_at = models.DateTimeField(_("status changed at"), default=timezone.now, editable=False)
    imported = models.BooleanField(_("imported"), default=False, editable=False)

    objects = EntitlementQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("entitlement")
        verbose_name_plural = _("entitlements")
        ordering = ["customer", "workload", "split_label", "pk"]
        permissions = [("approve_split", gettext_noop("Can approve a split for duplicated licences"))]
        indexes = [
            models.Index(fields=["workload", "l1"], name="entitlement_workload_l1"),
            models.Index(fields=["l1", "target_date"], name="entitlement_l1_target"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "workload", "split_label"], name="entitlement_split_label"),
            models.UniqueConstraint(
                fields=["customer", "workload"], condition=Q(split_reason=""), name="entitlement_one_unsplit"
            ),
            models.CheckConstraint(condition=Q(l1__in=L1.values), name="entitlement_l1"),
            models.CheckConstraint(condition=Q(split_reason="") | ~Q(split_label=""), name="entitlement_split_named"),
            models.CheckConstraint(
                condition=~Q(split_reason=SplitReason.DUPLICATED_LICENCES) | Q(split_approved=True),
                name="entitlement_split_approved",
            ),
            models.CheckConstraint(
                condition=~Q(l1=L1.IN_PROGRESS) | Q(imported=True) | Q(target_date__isnull=False),
                name="entitlement_target_date",
            ),
            models.CheckConstraint(
                condition=Q(l1=L1.IN_PROGRESS) | Q(engagement_start_date=None), name="entitlement_start_date"
            ),
            models.CheckConstraint(condition=Q(l3=None) | Q(l2__isnull=False), name="entitlement_l3_under_l2"),
        ]

    def __str__(self) -> str:
        split = f" ({self.split_label})" if self.split_label else ""
        return f"{self.customer}: {self.workload}{split}"

    @cached_property
    def short(self) -> str:
        """Its workload and split, where the customer is in sight already."""
        return f"{self.workload.code} {self.split_label}".strip()

    @property
    def state(self) -> State:
        """The status as it stands."""
        return State(
            l1=self.l1,
            l2=self.l2.slug if self.l2 else "",
            l3=self.l3.slug if self.l3 else "",
            target_date=self.target_date,
            unblock_date=self.unblock_date,
            engagement_start_date=self.engagement_start_date,
        )

    @property
    def blocked_from(self) -> str:
        """The L1 it came from, where it is Blocked; "" where it is not, or began so."""
        if self.l1 != L1.BLOCKED or self.pk is None:
            return ""
        before = self.periods.exclude(l1=L1.BLOCKED).order_by("-valid_from", "-pk")
        return before.values_list("l1", flat=True).first() or ""

    def clean(self) -> None:
        """The rules of domain.md §5 over this row: its status and dates, and its split.

        Raises ValidationError with a dictionary by field.
        """
        if self._state.adding and not self.l2_id and self.l1 == FIRST_L1:
            self.l2 = StatusReason.objects.filter(slug=FIRST_L2).first()
        stood = Entitlement.objects.select_related("l2", "l3").filter(pk=self.pk).first() if self.pk else None
        errors = validate(
            self.state,
            StatusReason.tree(),
            old=stood.state if stood else None,
            blocked_from=stood.blocked_from if stood else "",
            imported=self.imported,
        )
        errors |= split_errors(self, self._siblings().values_list("split_reason", "split_label"))
        errors |= self.owner_errors()
        if errors:
            raise ValidationError(errors)

    def owner_errors(self) -> Errors:
        """Why its owner may not be it: a partner's staff own only what their organisation serves (domain.md §1)."""
        foreign = foreign_error(self.owner, self.customer.partner_id) if self.owner and self.customer_id else None
        return {"owner": foreign} if foreign else {}

    def _siblings(self) -> "models.QuerySet[Entitlement]":
        """The customer's other rows of the same workload."""
        rows = Entitlement.objects.filter(customer=self.customer_id, workload=self.workload_id)
        return rows.exclude(pk=self.pk)

    def move(self, new: State, *, by: User, at: dt.datetime) -> "StatusPeriod":
        """Make `new` the status from `at` on, and return the period it opens. Only a note calls this (domain.md §2).

        `new` has been validated; the row is locked by the caller; saves the row and closes the period in force.
        """
        old = self.state
        new = after(old, new)
        by_slug = {reason.slug: reason for reason in StatusReason.objects.filter(slug__in=[new.l2, new.l3])}
        if (new.l1, new.l2, new.l3) != (old.l1, old.l2, old.l3):
            self.status_changed_at = at
        self.l1, self.l2, self.l3 = new.l1, by_slug.get(new.l2), by_slug.get(new.l3)
        self.target_date, self.unblock_date = new.target_date, new.unblock_date
        self.engagement_start_date = new.engagement_start_date
        self.version += 1
        self.save()
        return self.redate(by=by, at=at)

    def redate(self, *, by: User, at: dt.datetime) -> "StatusPeriod":
        """Close the period in force and open one with what stands now, from `at` on.

        Two who act at once may come in the other order than their clocks say; then the later begins where the earlier
        began, so that no period ends before it starts.
        """
        standing = self.periods.filter(valid_to=None).first()
        if standing is not None:
            at = max(at, standing.valid_from)
            self.periods.filter(pk=standing.pk).update(valid_to=at)
        return self.open_period(by=by, at=at)

    def open_period(self, *, by: User | None, at: dt.datetime) -> "StatusPeriod":
        """Record the status as it stands now as the one in force from `at` on."""
        period = self.period_from(by=by, at=at)
        period.save()
        return period

    def period_from(self, *, by: User | None, at: dt.datetime) -> "StatusPeriod":
        """The status as it stands now, from `at` on, not saved yet."""
        return StatusPeriod(
            entitlement=self,
            l1=self.l1,
            l2=self.l2,
            l3=self.l3,
            target_date=self.target_date,
            unblock_date=self.unblock_date,
            engagement_start_date=self.engagement_start_date,
            valid_from=at,
            changed_by=by,
        )


class StatusPeriod(models.Model):
    """What an entitlement's status was from when to when; `valid_to` is empty on the one in force.

    A table of its own, because the list as of a day must be a look-up, not a replay of history.
    """

    entitlement = models.ForeignKey(
        Entitlement, models.CASCADE, related_name="periods", verbose_name=_("entitlement"), db_index=False
    )
    l1 = models.CharField("L1", max_length=20, choices=L1)
    l2 = models.ForeignKey(StatusReason, models.PROTECT, null=True, related_name="+", verbose_name="L2", db_index=False)
    l3 = models.ForeignKey(StatusReason, models.PROTECT, null=True, related_name="+", verbose_name="L3", db_index=False)
    target_date = models.DateField(_("target date"), null=True)
    unblock_date = models.DateField(_("projected unblock date"), null=True)
    engagement_start_date = models.DateField(_("engagement start date"), null=True)
    valid_from = models.DateTimeField(_("valid from"))
    valid_to = models.DateTimeField(_("valid to"), null=True)
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by")
    )

    class Meta:
        verbose_name = _("status period")
        verbose_name_plural = _("status periods")
        ordering = ["entitlement", "-valid_from", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["entitlement", "-valid_from", "-id"], name="period_entitlement_from")]
        constraints = [
            models.UniqueConstraint(fields=["entitlement"], condition=Q(valid_to=None), name="period_one_in_force"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="period_valid_to"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.entitlement_id}: {self.l1} {self.valid_from:%Y-%m-%d}"
