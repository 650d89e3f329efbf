"""Does what `notes.handing_over` plans, in one transaction and few statements, each row's history told.

Customers are locked first, by id, as whoever writes a note or edits an entitlement does; then the rows beside them,
each kind by id, and only what stands under the lock counts. A form that was opened before finds a newer version (409).
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from customers.models import Assignment, Customer, HandOver
from customers.spans import DAY
from notes import handing_over, policy
from notes.handing_over import Row, Terms
from notes.writing import Conflict

CHUNK = 1_000


@dataclass
class Done:
    """What a handover did: one record for each recipient, and how much of each kind went along."""

    records: list[HandOver] = field(default_factory=list)
    customers: int = 0
    moved: dict[str, int] = field(default_factory=dict)
    rows: list[Row] = field(default_factory=list)


@transaction.atomic
def hand_over(terms: Terms, *, by: User, chosen: Collection[int], others: Mapping[int, User] | None = None) -> Done:
    """Hand the chosen customers (ids) over, each to whom `others` names or else to `terms.to_user`.

    Raises PermissionDenied without the right; ValidationError, by field or about the customers, where the dates are not
    in order, nothing is chosen, or one of the customers stays behind: then nothing is done.
    """
    if not policy.may_hand_over(by):
        raise PermissionDenied
    errors = handing_over.date_errors(terms.starts, terms.ends)
    if errors:
        raise ValidationError(errors)
    _lock(Customer.objects.filter(pk__in=chosen))
    _lock(Assignment.objects.filter(user=terms.from_user, customer__in=chosen))
    rows = [row for row in handing_over.plan(terms, by, others) if row.customer.pk in set(chosen)]
    handing_over.check_chosen(rows, chosen)
    at, done = timezone.now(), Done(customers=len(rows), rows=rows)
    of_person: dict[User, list[Row]] = defaultdict(list)
    for row in rows:
        of_person[row.to].append(row)
    _assign(rows, terms, by, at)
    for to, theirs in sorted(of_person.items(), key=lambda item: item[0].pk):
        keys = [row.customer.pk for row in theirs]
        if terms.for_good:
            for name, count in _give_work(terms.from_user, to, keys, by, at).items():
                done.moved[name] = done.moved.get(name, 0) + count
        record = HandOver(
            from_user=terms.from_user, to_user=to, starts=terms.starts, ends=terms.ends, word=terms.word, by=by, at=at
        )
        _sign(record, by, at)
        record.save()
        record.customers.set(keys)
        done.records.append(record)
    return done


@transaction.atomic
def end_early(handover: HandOver, *, by: User) -> HandOver:
    """End a cover today; what had not begun never does. What another cover needs too stays.

    Raises PermissionDenied without the right or out of scope, Conflict where it is no cover, or is over.
    """
    if not policy.may_hand_over(by) or not HandOver.objects.visible_to(by).filter(pk=handover.pk).exists():
        raise PermissionDenied
    _lock(Customer.objects.filter(handovers=handover))
    _lock(HandOver.objects.filter(pk=handover.pk))
    record: HandOver = HandOver.objects.select_related("to_user", "from_user").get(pk=handover.pk)
    today, at = timezone.localdate(), timezone.now()
    if record.ends is None or record.ends < today or record.ended_at is not None:
        raise Conflict
    needed = _needed_elsewhere(record, today)
    _lock(Assignment.objects.filter(pk__in=_made_by(record)))
    rows = Assignment.objects.filter(pk__in=_made_by(record), user=record.to_user).filter(
        Q(ends=None) | Q(ends__gt=today)
    )
    ended = []
    for row in rows:
        if (row.customer_id, row.role) in needed:
            continue
        if row.starts is not None and row.starts > today:
            _sign(row, by, at)
            row.delete()
        else:
            row.ends = today
            ended.append(row)
    _save_all(ended, by, at)
    record.ended_at, record.version = at, record.version + 1
    _sign(record, by, at)
    record.save()
    return record


# --- Assignments ------------------------------------------------------------------------------------------------------


def _assign(rows: Sequence[Row], terms: Terms, by: User, at: dt.datetime) -> None:
    """Assignments for the recipients, and for good the end of those they take up."""
    taken = handing_over.taken_by({row.to for row in rows}, [row.customer.pk for row in rows])
    changed, new = [], []
    for row in rows:
        for held in row.moving:
            days = handing_over.missing_days(held, row.to, terms.span, taken)
            if terms.for_good and held.starts is not None and held.starts >= terms.starts:
                # It has not begun, so it cannot end the day before: it is handed on itself.
                if days:
                    held.user, (held.starts, held.ends) = row.to, days.pop(0)
                    changed.append(held)
                else:
                    _sign(held, by, at)
                    held.delete()
            elif terms.for_good:
                held.ends = terms.starts - DAY
                changed.append(held)
            new += [
                Assignment(customer=row.customer, user=row.to, role=held.role, starts=starts, ends=ends)
                for starts, ends in days
            ]
    _save_all(changed, by, at)
    made = Assignment.objects.bulk_create(new, batch_size=CHUNK)
    _tell(Assignment, made, by, at, new=True)


def _save_all(rows: Sequence[Assignment], by: User, at: dt.datetime) -> None:
    for row in rows:
        row.version += 1
    Assignment.objects.bulk_update(rows, ["user", "starts", "ends", "version"], batch_size=CHUNK)
    _tell(Assignment, rows, by, at)


def _made_by(record: HandOver) -> models.QuerySet[Any]:
    """The assignments that a handover made: their history begins in its own moment."""
    history: Any = Assignment.history
    begun: models.QuerySet[Any] = history.filter(
        history_type="+", history_date=record.at, history_user=record.by_id, user=record.to_user_id
    )
    begun = begun.filter(customer__in=record.customers.all())
    return begun.values("id")


def _needed_elsewhere(record: HandOver, today: dt.date) -> set[tuple[int, str]]:
    """Customers and roles that the same person holds for another cover too."""
    others = HandOver.objects.filter(to_user=record.to_user_id, ended_at=None, ends__gte=today).exclude(pk=record.pk)
    pairs = set(others.filter(customers__in=record.customers.all()).values_list("customers", "from_user"))
    held = Assignment.objects.filter(user__in={user for _customer, user in pairs}, customer__in=record.customers.all())
    return {
        (customer, role)
        for customer, user, role in held.values_list("customer_id", "user_id", "role")
        if (customer, user) in pairs
    }


# --- What is open -----------------------------------------------------------------------------------------------------


def _give_work(from_user: User, to: User, customers: list[int], by: User, at: dt.datetime) -> dict[str, int]:
    """What is open with `from_user` at these customers goes to `to`; how many rows of each kind that were."""
    work = handing_over.open_work(from_user)
    columns: dict[str, dict[str, Any]] = {
        "entitlements": {"owner": to},
        "actions": {"next_action_person": to, "next_action_owner": to.username, "updated_at": at},
        "risks": {"owner": to},
        "requests": {"asked_of": to},
    }
    return {name: _give(work[name].filter(customer__in=customers), set_to, by, at) for name, set_to in columns.items()}


def _give(rows: models.QuerySet[Any], columns: Mapping[str, Any], by: User, at: dt.datetime) -> int:
    keys = _lock(rows)
    for start in range(0, len(keys), CHUNK):
        here = rows.model._default_manager.filter(pk__in=keys[start : start + CHUNK])
        here.update(**columns, version=F("version") + 1)
        _tell(rows.model, list(here), by, at)
    return len(keys)


def _lock(rows: models.QuerySet[Any]) -> list[int]:
    """Lock rows by id, so that two who lock the same ones wait for each other and never in a ring; their ids."""
    return list(rows.order_by("pk").select_for_update(no_key=True, of=("self",)).values_list("pk", flat=True))


def _tell(model: Any, rows: Sequence[Any], by: User, at: dt.datetime, *, new: bool = False) -> None:
    if rows:
        model.history.bulk_history_create(rows, batch_size=CHUNK, update=not new, default_user=by, default_date=at)


def _sign(row: Any, by: User, at: dt.datetime) -> None:
    """Who did it and when, for the history of a row saved by itself."""
    row._history_user, row._history_date = by, at
