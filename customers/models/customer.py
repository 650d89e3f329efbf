"""Customers, and who serves them."""

import datetime as dt
from collections.abc import Collection
from typing import Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import PartnerOrganisation, Region, User
from accounts.roles import Role
from accounts.scope import ScopedQuerySet
from customers.choices import EnterpriseLevel, EnterpriseReason, Priority


def foreign_error(user: User, partner_id: int | None) -> ValidationError | None:
    """Why `user` may not serve or own what is at a customer of this partner organisation (None: of none): a partner's
    staff are at work for that partner's customers alone (domain.md §1, FRP).
    """
    if user.partner_id in (None, partner_id):
        return None
    return ValidationError(_("Works for a partner organisation that does not serve this customer."), code="foreign")


class Versioned(models.Model):
    """A record people edit: its version tells two people who opened it at once apart."""

    version = models.PositiveIntegerField(_("version"), default=1)

    class Meta:
        abstract = True


class CustomerQuerySet(ScopedQuerySet):
    """Customers."""

    def served_by(self, user: User, roles: Collection[str] = ()) -> Self:
        """Those that `user` is assigned to today, in these roles (any unless told)."""
        rows = Assignment.objects.current().filter(user=user)
        rows = rows.filter(role__in=roles) if roles else rows
        return self.filter(pk__in=rows.values("customer_id"))


class Customer(Versioned):
    """A customer of the programme: one tenant."""

    name = models.CharField(_("name"), max_length=200)
    tenant_id = models.CharField(_("tenant ID"), max_length=64, unique=True)
    brand = models.CharField(_("public/brand name"), max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, related_name="customers", verbose_name=_("region"))
    country = models.CharField(_("country"), max_length=100, blank=True)
    industry = models.CharField(_("industry"), max_length=100, blank=True)
    seats = models.PositiveIntegerField(_("seats"), default=0)
    priority = models.CharField(_("priority"), max_length=8, choices=Priority, default=Priority.MEDIUM)
    enterprise_level = models.PositiveSmallIntegerField(
        _("enterprise level"), choices=EnterpriseLevel, null=True, blank=True
    )
    enterprise_reason = models.CharField(_("enterprise reason"), max_length=32, choices=EnterpriseReason, blank=True)
    s400 = models.BooleanField("S400", default=False, help_text=_("One of the largest customers, shown on slides."))
    managed = models.BooleanField(_("managed account"), default=False)
    partner = models.ForeignKey(
        PartnerOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="customers",
        verbose_name=_("partner organisation"),
        help_text=_("The partner that serves this customer; its staff see it."),
    )
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)

    objects = CustomerQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["name", "id"], name="customer_name"),
            models.Index(fields=["region", "name", "id"], name="customer_region_name"),
            models.Index(fields=["partner", "name", "id"], name="customer_partner_name"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(priority__in=Priority.values), name="customer_priority"),
            models.CheckConstraint(
                condition=Q(enterprise_level=None) | Q(enterprise_level__in=EnterpriseLevel.values),
                name="customer_enterprise_level",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class AssignmentQuerySet(ScopedQuerySet):
    """Assignments."""

    partner_path = "customer__partner_id"

    def within(self, user: User) -> Self:
        """In scope; a partner's staff do not meet those who served the customer for another partner."""
        rows = super().within(user)
        return rows if user.is_superuser else rows.filter(user__in=User.objects.visible_to(user))

    def current(self, on: dt.date | None = None) -> Self:
        """Those that hold on a day (today in the user's time zone unless told)."""
        day = on or timezone.localdate()
        return self.filter(Q(starts=None) | Q(starts__lte=day), Q(ends=None) | Q(ends__gte=day))


class Assignment(Versioned):
    """Who serves a customer in which role, and from when to when, so that leave is covered (domain.md §2)."""

    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="assignments", verbose_name=_("customer"), db_index=False
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="assignments", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=8, choices=Role)
    starts = models.DateField(_("starts"), null=True, blank=True)
    ends = models.DateField(_("ends"), null=True, blank=True)

    objects = AssignmentQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["customer", "role", "pk"]
        indexes = [models.Index(fields=["customer", "role", "user"], name="assignment_customer_role")]
        constraints = [
            models.CheckConstraint(condition=Q(role__in=Role.values), name="assignment_role"),
            models.CheckConstraint(
                condition=Q(starts=None) | Q(ends=None) | Q(ends__gte=F("starts")), name="assignment_dates"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.customer}: {self.user} ({self.role})"

    def clean(self) -> None:
        """Dates in order; a partner's staff only on that partner's customers (domain.md §1, FRP)."""
        if self.starts and self.ends and self.ends < self.starts:
            raise ValidationError({"ends": ValidationError(_("Ends before it starts."), code="invalid")})
        foreign = foreign_error(self.user, self.customer.partner_id) if self.customer_id and self.user_id else None
        if foreign:
            raise ValidationError({"user": foreign})
