"""What stands at the side of a customer's page: what is open, whose it is, and who the customer is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, OuterRef, Q, Subquery

from accounts.counting import capped_count
from accounts.models import User
from accounts.roles import Role
from customers.models import Assignment, Customer, HandOver
from notes import policy, upkeep
from notes.models import Campaign, Note, NoteTag, Risk
from notes.summaries import open_at

SHOWN = 5
MOST_WITHDRAWN = 10


def open_risks(customer: Customer, reader: User) -> dict[str, Any]:
    """The most urgent open risks (`risks`), how many there are (`risk_count`, whether more: `risks_capped`), and which
    of them the reader may step (`steppable`).
    """
    rows = Risk.objects.visible_to(reader).open().filter(customer=customer)
    shown = list(rows.select_related("owner", "workload").order_by("due_order", "pk")[:SHOWN])
    may = policy.steppable(reader).filter(pk__in=[risk.pk for risk in shown]).values_list("pk", flat=True)
    count, capped = capped_count(rows)
    return {"risks": shown, "risk_count": count, "risks_capped": capped, "steppable": set(may)}


def next_actions(customer: Customer, reader: User) -> list[Note]:
    """The live notes whose next action is open, by its date; those without a date last."""
    rows = upkeep.open_actions(Note.objects.visible_to(reader).filter(customer=customer))
    return list(rows.select_related("next_action_person")[:SHOWN])


# --- People -----------------------------------------------------------------------------------------------------------


@dataclass
class Serving:
    """Somebody who serves the customer in a role; `away_to` while another covers, or who they cover for (`covers`)."""

    person: User
    ends: dt.date | None = None
    away_to: dt.date | None = None
    covers: User | None = None


@dataclass
class RoleRow:
    """A role at the customer, and who holds it today."""

    role: Role
    people: list[Serving] = field(default_factory=list)


def people(customer: Customer, reader: User) -> list[RoleRow]:
    """Who serves the customer today, by role in the playbook's order; who is away stands before who covers for them."""
    assigned = Assignment.objects.visible_to(reader).current().filter(customer=customer).select_related("user")
    covers = list(
        HandOver.objects.within(reader)
        .holding()
        .filter(customers=customer)
        .select_related("from_user", "to_user")
        .order_by("starts", "pk")
    )
    by_role: dict[Role, list[Assignment]] = {}
    for row in assigned.order_by("pk"):
        by_role.setdefault(Role(row.role), []).append(row)
    return [_role_row(role, by_role[role], covers) for role in Role if role in by_role]


def _role_row(role: Role, rows: Iterable[Assignment], covers: list[HandOver]) -> RoleRow:
    found: dict[int, Serving] = {}
    for row in rows:
        found.setdefault(row.user_id, Serving(row.user, ends=row.ends))
    told = RoleRow(role)
    standing_in = {cover.to_user_id for cover in covers if cover.from_user_id in found}
    for key, serving in found.items():
        if key in standing_in:
            continue
        told.people.append(serving)
        for cover in (cover for cover in covers if cover.from_user_id == key):
            serving.away_to = cover.ends
            told.people.append(Serving(cover.to_user, covers=cover.from_user))
    # Two who stand in for each other have no one before them.
    named = {serving.person.pk for serving in told.people}
    told.people += [serving for key, serving in found.items() if key not in named]
    return told


# --- Facts ------------------------------------------------------------------------------------------------------------


def campaigns(customer: Customer, reader: User) -> list[Campaign]:
    """The campaigns it takes part in, each with the moment `since` of its first live note under the hashtag."""
    tagged = NoteTag.objects.filter(content_object=OuterRef("pk"), tag__name=OuterRef(OuterRef("hashtag")))
    first = (
        Note.objects.visible_to(reader)
        .live()
        .filter(Exists(tagged), customer=customer)
        .order_by("created_at", "pk")
        .values("created_at")[:1]
    )
    return list(Campaign.objects.annotate(since=Subquery(first)).filter(since__isnull=False))


# --- Executive summaries ----------------------------------------------------------------------------------------------


def summaries(customer: Customer, reader: User) -> dict[str, Any]:
    """The executive summary in force (`summary`, None), whether there are `older_summaries`, and those asked for
    (`asked`).
    """
    rows = Note.objects.visible_to(reader).live().filter(customer=customer, is_exec_summary=True)
    last = list(rows.select_related("author").order_by("-created_at", "-pk")[:2])
    return {
        "summary": last[0] if last else None,
        "older_summaries": len(last) > 1,
        "asked": list(open_at(customer, reader)[:SHOWN]),
    }


def withdrawn(customer: Customer, reader: User) -> dict[str, Any]:
    """The newest withdrawn notes (`withdrawn`), and how many there are (`withdrawn_count`, `withdrawn_capped`)."""
    rows = Note.objects.visible_to(reader).filter(Q(withdrawn_at__isnull=False), customer=customer)
    shown = list(rows.select_related("author", "withdrawn_by").order_by("-created_at", "-pk")[: MOST_WITHDRAWN + 1])
    count, capped = (len(shown), False) if len(shown) <= MOST_WITHDRAWN else capped_count(rows)
    return {"withdrawn": shown[:MOST_WITHDRAWN], "withdrawn_count": count, "withdrawn_capped": capped}
