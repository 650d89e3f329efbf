"""Escalations and risks (contract.md, *Filters* and *CSV*; domain.md §8)."""

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Case, DurationField, ExpressionWrapper, F, OrderBy, Q, Value, When
from django.db.models.functions import TruncDate
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notes import policy
from notes.models import Risk
from notes.risks import EscalatedTo, RiskState, Severity
from reports.lists.base import Column, ReportList, in_order
from reports.parameters import Day, Driver, Known, ListFilters, Many, OneOf, within_period
from reports.periods import Period, start_of


def _words(filters: ListFilters, words: list[str]) -> Q:
    found = Q()
    for word in words:
        for column in ("title", "description", "customer__name", "customer__tenant_id"):
            found |= Q(**{f"{column}__icontains": word})
    return found


def _older_than(filters: ListFilters, days: list[int]) -> Q:
    """Older than the fewest of the days given; a closed risk's age ended the day it was closed (`Risk.age_days`)."""
    fewest = min(days)
    lived = ExpressionWrapper(TruncDate("closed_at") - TruncDate("raised_at"), output_field=DurationField())
    day = timezone.localdate() - dt.timedelta(days=fewest)
    return Q(closed_at=None, raised_at__lt=start_of(day)) | Q(
        pk__in=Risk.objects.exclude(closed_at=None).annotate(lived=lived).filter(lived__gt=dt.timedelta(days=fewest))
    )


def _due_before(filters: ListFilters, days: list[dt.date]) -> Q:
    """Due on or before the latest of the days given."""
    return Q(due_date__lte=max(days))


class RiskFilters(ListFilters):
    """What risks are narrowed by. Without `state`, resolved and accepted ones stay out."""

    q = Many(forms.CharField(max_length=200), narrow=_words, label=_("Words"))
    state = Many(OneOf(RiskState.choices), "state", label=_("State"))
    severity = Many(OneOf(Severity.choices), "severity", label=_("Severity"))
    owner = Many(Known(User, "username"), "owner_id", label=_("Owner"))
    age_over = Many(
        forms.IntegerField(min_value=0, max_value=100_000), narrow=_older_than, label=_("Older than (days)")
    )
    due_before = Many(Day(), narrow=_due_before, label=_("Due to"))
    escalated_to = Many(OneOf(EscalatedTo.choices), "escalated_to", label=_("Escalated to"))
    period = Many(OneOf(Period.choices), narrow=within_period("raised_at"), label=_("Raised"))

    def drive(self, values: dict[str, list[Any]] | None) -> Driver:
        """The risks themselves: the open ones unless states are named."""
        rows = Risk.objects.within(self.user)
        return Driver(rows if values and values["state"] else rows.open(), key="id")


_BY_SEVERITY = Case(
    When(severity=Severity.HIGH, then=Value(0)), When(severity=Severity.MEDIUM, then=Value(1)), default=Value(2)
)
_BY_STATE = Case(*[When(state=state, then=Value(place)) for place, state in enumerate(RiskState)], default=Value(9))


def _row(name: str) -> Column:
    return Column(name, lambda row: row[name])


def _moment(name: str) -> Column:
    return Column(name, lambda row: row[name] and timezone.localtime(row[name]))


class RiskList(ReportList):
    """`/reports/risks/`."""

    name = "risks"
    permission = "notes.view_risk"
    filters_class = RiskFilters
    orders = {
        "due_date": ("due_order",),
        "raised_at": ("raised_at",),
        "customer": ("customer__name",),
        "region": ("customer__region__code",),
        "severity": (),
        "state": (),
        "owner": ("owner__username",),
        "last_step_at": ("last_step_at",),
    }
    default_order = "due_date"
    nullable = frozenset({"owner__username", "last_step_at"})
    order_labels = {
        "due_date": _("Due date"),
        "raised_at": _("Raised"),
        "customer": _("Customer"),
        "region": _("Region"),
        "severity": _("Severity"),
        "state": _("State"),
        "owner": _("Owner"),
        "last_step_at": _("Last step"),
    }
    columns = (
        _row("id"),
        _moment("raised_at"),
        _row("customer_id"),
        Column("customer", lambda row: row["customer__name"]),
        Column("region", lambda row: row["customer__region__code"]),
        Column("workload", lambda row: row["workload__code"]),
        *map(_row, ("title", "severity", "state")),
        Column("owner", lambda row: row["owner__username"]),
        *map(_row, ("escalated_to", "reference", "due_date", "age_days")),
        _moment("last_step_at"),
        *map(_row, ("last_step", "note_id")),
    )
    more_columns = (_row("description"), Column("entitlement", lambda row: row["entitlement_id"]))
    fields = (
        "id",
        "raised_at",
        "closed_at",
        "customer_id",
        "customer__name",
        "customer__region__code",
        "workload__code",
        "title",
        "severity",
        "state",
        "owner__username",
        "owner__partner_id",
        "escalated_to",
        "reference",
        "due_date",
        "last_step_at",
        "last_step",
        "note_id",
        "description",
        "entitlement_id",
    )

    def ordering(self, order: str) -> list[OrderBy]:
        """Severity and state by what they mean, not by their spelling."""
        meaning = {"severity": _BY_SEVERITY, "state": _BY_STATE}.get(order.removeprefix("-"))
        if meaning is None:
            return super().ordering(order)
        down = order.startswith("-")
        return [meaning.desc() if down else meaning.asc(), F("due_order").asc(), F("id").asc()]

    def fetch(self, ids: list[int]) -> list[dict[str, Any]]:
        """The risks as dictionaries. One query."""
        found = {row["id"]: row for row in Risk.objects.filter(pk__in=ids).values(*self.fields)}
        today = timezone.localdate()
        for row in found.values():
            end = timezone.localdate(row["closed_at"]) if row["closed_at"] else today
            row["owner__username"] = self.name_of(row["owner__username"], row["owner__partner_id"])
            row["age_days"] = (end - timezone.localdate(row["raised_at"])).days
        return in_order(ids, found)

    def records(self, ids: list[int]) -> list[Risk]:
        """The risks with what a row of the page shows."""
        rows = Risk.objects.filter(pk__in=ids).select_related(
            "customer__region", "owner", "workload", "note", "raised_by"
        )
        return in_order(ids, {risk.pk: risk for risk in rows})

    def steppable(self, ids: list[int]) -> set[int]:
        """Those of `ids` that the reader may step."""
        return set(policy.steppable(self.user).filter(pk__in=ids).values_list("pk", flat=True))
