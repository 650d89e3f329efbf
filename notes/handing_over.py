"""Handing over: what of a person's work may go to whom, and what stays behind and why.

A handover is for good, or with an end: then it is a cover, and nothing is taken from whom it was. This module says
what would happen (`plan`); `notes.moving_work` does it; `notes.covering` says who stands in for whom.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from customers.models import Assignment, Customer, Entitlement, HandOver, foreign_error
from customers.spans import Span, gaps, shared
from notes import upkeep
from notes.models import Note, Risk, SummaryRequest

# Assignments by person, customer and role: the days on which each holds.
Taken = dict[tuple[int, int, str], list[Span]]


@dataclass(frozen=True)
class Terms:
    """Whose work goes to whom, and when: to whom it goes unless a customer says otherwise. `ends` None is for good."""

    from_user: User
    to_user: User
    starts: dt.date
    ends: dt.date | None = None
    word: str = ""

    @property
    def for_good(self) -> bool:
        """Whether it is no cover."""
        return self.ends is None

    @property
    def span(self) -> Span:
        """The days it is about."""
        return self.starts, self.ends


@dataclass
class Row:
    """One customer in a plan, and whose it becomes.

    `moving` are the assignments `to` can take up, `staying` those whose role `to` does not hold; `error` is why the
    customer stays behind as a whole, None where it goes.
    """

    customer: Customer
    to: User
    moving: list[Assignment] = field(default_factory=list)
    staying: list[Assignment] = field(default_factory=list)
    error: ValidationError | None = None
    actions: int = 0
    risks: int = 0
    requests: int = 0
    entitlements: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """How much is open there with whom it is from, by kind (see `open_work`)."""
        return {name: getattr(self, name) for name in ("actions", "risks", "requests", "entitlements")}

    @property
    def roles(self) -> list[str]:
        """The roles in which it goes on."""
        return list(dict.fromkeys(row.role for row in self.moving))

    @property
    def roles_behind(self) -> list[str]:
        """The roles that stay behind."""
        return list(dict.fromkeys(row.role for row in self.staying if row.role not in self.roles))


def open_work(user: User) -> dict[str, models.QuerySet[Any]]:
    """What is open with `user` and would be orphaned: next actions, risks, summary requests, entitlements owned."""
    return {
        "actions": upkeep.open_actions(Note.objects.filter(next_action_person=user)),
        "risks": Risk.objects.open().filter(owner=user),
        "requests": SummaryRequest.objects.open().filter(asked_of=user),
        "entitlements": Entitlement.objects.active().filter(owner=user),
    }


def has_work(user: User) -> bool:
    """Whether anything waits for `user`: a customer served today or later, or something open (see `open_work`)."""
    serves = Assignment.objects.filter(user=user).filter(Q(ends=None) | Q(ends__gte=timezone.localdate()))
    return serves.exists() or any(rows.exists() for rows in open_work(user).values())


def date_errors(starts: dt.date, ends: dt.date | None) -> dict[str, ValidationError]:
    """What is wrong with the dates, by field: what has been done by whom before today stays as it was."""
    if starts < timezone.localdate():
        return {"starts": ValidationError(_("A handover begins today or later."), code="past")}
    if ends is not None and ends < starts:
        return {"ends": ValidationError(_("Ends before it starts."), code="invalid")}
    return {}


def serving(user: User, span: Span) -> models.QuerySet[Assignment]:
    """The assignments of `user` that hold on any day of `span`, bare."""
    rows = Assignment.objects.filter(user=user).filter(Q(ends=None) | Q(ends__gte=span[0]))
    return rows.filter(Q(starts=None) | Q(starts__lte=span[1])) if span[1] else rows


def plan(terms: Terms, by: User, others: Mapping[int, User] | None = None) -> list[Row]:
    """The customers that `by` may hand over on these terms, by name; each with what goes along and what does not.

    Those `terms.from_user` serves on a day of the handover; for good, also those where something is open with them.
    `others` names other recipients by customer. A number of queries that depends on the recipients alone.
    """
    counts = {
        name: dict(rows.order_by().values_list("customer_id").annotate(Count("pk")))
        for name, rows in open_work(terms.from_user).items()
        if terms.for_good or name != "entitlements"
    }
    held = serving(terms.from_user, terms.span) & Assignment.objects.visible_to(by)
    assignments = defaultdict(list)
    for assignment in held.order_by("role", "pk"):
        assignments[assignment.customer_id].append(assignment)
    wanted = {*assignments, *(key for found in counts.values() if terms.for_good for key in found)}
    customers = Customer.objects.visible_to(by).filter(pk__in=wanted).select_related("region").order_by("name", "pk")
    rows = [
        Row(
            customer,
            (others or {}).get(customer.pk, terms.to_user),
            moving=assignments[customer.pk],
            **{name: found.get(customer.pk, 0) for name, found in counts.items()},
        )
        for customer in customers
    ]
    covered = _covered(terms, {row.to.pk for row in rows})
    for row in rows:
        _judge(row, terms, covered)
    return rows


def _covered(terms: Terms, to: Collection[int]) -> dict[tuple[int, int], dt.date]:
    """Until when each (person, customer) is covered already on a day of these terms."""
    if terms.for_good:
        return {}
    standing = HandOver.objects.filter(
        from_user=terms.from_user, to_user__in=to, ended_at=None, starts__lte=terms.ends, ends__gte=terms.starts
    )
    return {(to, key): ends for to, key, ends in standing.values_list("to_user_id", "customers", "ends")}


def _judge(row: Row, terms: Terms, covered: Mapping[tuple[int, int], dt.date]) -> None:
    """Sort out what of a row's assignments can go, or why nothing does."""
    held = {role.value for role in row.to.roles}
    row.staying = [one for one in row.moving if one.role not in held]
    serves = bool(row.moving)
    row.moving = [one for one in row.moving if one.role in held]
    foreign = foreign_error(row.to, row.customer.partner_id)
    if row.to.pk == terms.from_user.pk:
        row.error = ValidationError(_("That is who hands it over."), code="same")
    elif foreign:
        row.error = foreign
    elif not held or (Role.FRP in row.to.roles and row.to.partner_id is None):
        row.error = ValidationError(_("May not see this customer."), code="blind")
    elif serves and not row.moving:
        message = _("Does not hold the role %(roles)s.") % {"roles": ", ".join(row.roles_behind)}
        row.error = ValidationError(message, code="role")
    elif (row.to.pk, row.customer.pk) in covered:
        row.error = ValidationError(_("Covers this customer already on some of these days."), code="covered")


def stranger() -> ValidationError:
    """Said of a chosen customer that does not exist for `by`, or that the other does not serve."""
    return ValidationError(_("One of these customers is not theirs to hand over, or no longer."), code="stranger")


def check_chosen(rows: Iterable[Row], chosen: Collection[int]) -> None:
    """Raise ValidationError unless every chosen customer is one that goes."""
    by_customer = {row.customer.pk: row for row in rows}
    errors = [
        ValidationError(
            _("%(customer)s: %(why)s") % {"customer": row.customer, "why": row.error.message}, row.error.code
        )
        for row in by_customer.values()
        if row.customer.pk in chosen and row.error is not None
    ]
    if not chosen:
        errors.append(ValidationError(_("Choose at least one customer."), code="required"))
    if set(chosen) - by_customer.keys():
        errors.append(stranger())
    if errors:
        raise ValidationError(errors)


def taken_by(people: Collection[User], customers: Collection[int]) -> Taken:
    """Which days of which customers these people have in each role, so that nobody is assigned twice. One query."""
    found: Taken = defaultdict(list)
    rows = Assignment.objects.filter(user__in=people, customer__in=customers)
    for user, customer, role, starts, ends in rows.values_list("user_id", "customer_id", "role", "starts", "ends"):
        found[user, customer, role].append((starts, ends))
    return found


def missing_days(assignment: Assignment, to: User, span: Span, taken: Taken) -> list[Span]:
    """The days of `span` on which `assignment` holds and `to` has not its role; they are `to`'s from now on."""
    days = shared((assignment.starts, assignment.ends), span)
    have = taken[to.pk, assignment.customer_id, assignment.role]
    left = gaps(days, have) if days else []
    have += left
    return left
