"""Handing over: who takes on whose customers, for a time or for good."""

import datetime as dt
from typing import Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from simple_history.models import HistoricalRecords

from accounts.models import User
from accounts.roles import Role
from accounts.scope import ScopedQuerySet
from customers.models.customer import Customer, Versioned


class HandOverQuerySet(ScopedQuerySet):
    """Handovers."""

    def visible_to(self, user: User | AnonymousUser) -> Self:
        """As any row of a customer; who may see assignments may see how they changed hands."""
        if not user.is_active or not user.has_perm("customers.view_assignment"):
            return self.none()
        return self.within(user)

    def within(self, user: User) -> Self:
        """Between people whose names `user` may meet; a partner's staff none that touches another's customer, for its
        word is about all of them.
        """
        if user.is_superuser:
            return self
        known = User.objects.visible_to(user)
        rows = self.filter(from_user__in=known, to_user__in=known)
        if user.partner_id is not None:
            return rows.exclude(customers__in=Customer.objects.exclude(partner=user.partner_id))
        return rows.none() if Role.FRP in user.roles else rows

    def holding(self, on: dt.date | None = None) -> Self:
        """Covers that hold on a day (today in the user's time zone unless told)."""
        day = on or timezone.localdate()
        return self.filter(starts__lte=day, ends__gte=day, ended_at=None)


class HandOver(Versioned):
    """One step that gave a person's customers, next actions, risks and requests to another.

    With `ends` it is a cover: the other stands in until then, and nothing is taken from whom it was. Without, it was
    for good, from `starts` on.
    """

    from_user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="handed_over",
        verbose_name=pgettext_lazy("handover", "from"),
    )
    to_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="taken_on", verbose_name=pgettext_lazy("handover", "to")
    )
    customers = models.ManyToManyField(Customer, related_name="handovers", verbose_name=_("customers"))
    starts = models.DateField(_("starts"))
    ends = models.DateField(_("ends"), null=True, blank=True, help_text=_("Blank: for good."))
    word = models.CharField(_("a word with it"), max_length=500, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", editable=False, verbose_name=_("by")
    )
    at = models.DateTimeField(_("at"), default=timezone.now, editable=False)
    ended_at = models.DateTimeField(_("ended early at"), null=True, editable=False)

    objects = HandOverQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("handover")
        verbose_name_plural = _("handovers")
        ordering = ["-starts", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=Q(ends=None) | Q(ends__gte=F("starts")), name="handover_dates"),
            models.CheckConstraint(condition=~Q(from_user=F("to_user")), name="handover_two"),
        ]

    def __str__(self) -> str:
        return f"{self.from_user} → {self.to_user}"
