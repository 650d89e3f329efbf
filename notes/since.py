"""What changed at a customer since a moment: beside an executive summary, what its writer has to tell (domain.md §4).

A fixed number of queries, whatever happened.
"""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Count, F, Min, Q
from django.utils import timezone

from accounts.models import User
from customers.models import Assignment, Customer
from notes.campaigns import Campaigns
from notes.models import Campaign, Note, NoteTag, Risk
from notes.risks import RiskState
from notes.types import NoteType

# As many of each kind are told; the customer's lists hold the rest.
MOST_TOLD = 8


@dataclass(frozen=True)
class RiskChange:
    """A risk that was raised, escalated or closed: when it came to stand so, and the word about it."""

    risk: Risk
    at: dt.datetime
    is_new: bool

    @property
    def why(self) -> str:
        """What was said of its last step."""
        return str(self.risk.last_step)


@dataclass(frozen=True)
class PersonChange:
    """Somebody who began or ended to serve the customer."""

    user: User
    role: str
    day: dt.date
    came: bool


@dataclass(frozen=True)
class Changes:
    """What changed since `at`, each kind newest first; of moves and risks at most `MOST_TOLD`, and whether there are
    more. `moves` are the Entitlement Status notes that moved a status, `notes` counts live notes by type.
    """

    at: dt.datetime
    moves: list[Note]
    risks: list[RiskChange]
    notes: list[tuple[NoteType, int]]
    campaigns: list[tuple[Campaign, dt.datetime]]
    people: list[PersonChange]
    more_moves: bool
    more_risks: bool

    @property
    def nothing(self) -> bool:
        """Whether nothing did."""
        return not (self.moves or self.risks or self.notes or self.campaigns or self.people)

    @property
    def day(self) -> dt.date:
        """The day since when, for links to lists."""
        return timezone.localdate(self.at)


def changes_since(customer: Customer, at: dt.datetime, reader: User, campaigns: Campaigns | None = None) -> Changes:
    """What happened at `customer` after `at`, as far as `reader` may know of it."""
    notes = Note.objects.visible_to(reader).live().filter(customer=customer, created_at__gt=at)
    moved = ~Q(l1="") & (_differs("l1") | _differs("l2") | _differs("l3"))
    moves = notes.filter(moved, note_type=NoteType.ENTITLEMENT_STATUS)
    moves = moves.select_related("entitlement__workload", "from_l2", "l2").order_by("-created_at", "-pk")
    told_moves = list(moves[: MOST_TOLD + 1])
    told_risks = _risks(customer, at, reader)
    counts = dict(notes.order_by().values_list("note_type").annotate(Count("pk")))
    return Changes(
        at=at,
        moves=told_moves[:MOST_TOLD],
        risks=told_risks[:MOST_TOLD],
        notes=[(kind, counts[kind.value]) for kind in NoteType if kind.value in counts],
        campaigns=_campaigns(customer, at, reader, campaigns or Campaigns.load()),
        people=_people(customer, at, reader),
        more_moves=len(told_moves) > MOST_TOLD,
        more_risks=len(told_risks) > MOST_TOLD,
    )


def _differs(column: str) -> Q:
    """Whether a status note left a level otherwise than it found it; nothing is no value to compare with."""
    before = f"from_{column}"
    if column == "l1":
        return ~Q(l1=F(before))
    emptied = Q(**{f"{column}__isnull": True, f"{before}__isnull": False})
    filled = Q(**{f"{column}__isnull": False, f"{before}__isnull": True})
    both = Q(**{f"{column}__isnull": False, f"{before}__isnull": False})
    return emptied | filled | (both & ~Q(**{column: F(before)}))


def _risks(customer: Customer, at: dt.datetime, reader: User) -> list[RiskChange]:
    """Those raised since; of the others those that were escalated or closed, not what was only mitigated further."""
    loud = ~Q(closed_at=None) | Q(state=RiskState.ESCALATED)
    rows = Risk.objects.visible_to(reader).filter(customer=customer)
    rows = rows.filter(Q(raised_at__gt=at) | Q(last_step_at__gt=at) & loud).order_by("-pk")[: 4 * MOST_TOLD]
    found = [RiskChange(risk, risk.last_step_at or risk.raised_at, risk.raised_at > at) for risk in rows]
    return sorted(found, key=lambda change: change.at, reverse=True)


def _campaigns(
    customer: Customer, at: dt.datetime, reader: User, campaigns: Campaigns
) -> list[tuple[Campaign, dt.datetime]]:
    """The campaigns whose tag first stands on the customer's notes since: it was no campaign's customer before."""
    names = [campaign.hashtag for campaign in campaigns.all]
    tagged = NoteTag.objects.filter(
        content_object__in=Note.objects.visible_to(reader).filter(customer=customer), live=True, tag__name__in=names
    )
    first = dict(tagged.order_by().values_list("tag__name").annotate(Min("created_at")))
    found = [(campaign, first[campaign.hashtag]) for campaign in campaigns.all if campaign.hashtag in first]
    return [(campaign, began) for campaign, began in found if began > at]


def _people(customer: Customer, at: dt.datetime, reader: User) -> list[PersonChange]:
    """Who was assigned or ended since; who did both is passed over."""
    today, since = timezone.localdate(), timezone.localdate(at)
    if not reader.has_perm("customers.view_assignment"):
        return []
    rows = Assignment.history.filter(customer_id=customer.pk, history_date__gt=at, history_type__in=["+", "-"])
    told: dict[int, PersonChange] = {}
    for row in rows.select_related("user").order_by("history_date", "history_id"):
        came, day = row.history_type == "+", timezone.localdate(row.history_date)
        if not came and told.pop(row.id, None) is not None:
            continue
        day = max(day, row.starts) if came and row.starts else day
        told[row.id] = PersonChange(row.user, row.role, day, came)
    ended = Assignment.objects.visible_to(reader).filter(customer=customer, ends__gte=since, ends__lt=today)
    for gone in ended.select_related("user"):
        if gone.ends is not None and told.pop(gone.pk, None) is None:
            told[gone.pk] = PersonChange(gone.user, gone.role, gone.ends, came=False)
    # Nobody of another partner is met here (domain.md §1); whoever is no person here any more has no name.
    found = [change for change in told.values() if change.user is not None and change.user.known_to(reader)]
    return sorted(found, key=lambda change: change.day, reverse=True)
