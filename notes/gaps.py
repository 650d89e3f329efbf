"""What is missing of a campaign (domain.md §7): the note a role has to write of it, the tag on a note it touches.

Both hold within the campaign's dates and count live notes only; a customer is in the campaign from its first tagged
note on.
"""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from customers.models import Assignment
from notes import policy, upkeep
from notes.choices import Engagement, TechnicalStatus
from notes.models import Campaign, Note, NoteTag
from notes.models.note import NoteQuerySet
from notes.types import LIVE, PAUSES, STOPPED, NoteType

# How far back one is reminded of an own note without the tag.
RECENT_DAYS = 30
# As `notes.types.says_pause`, asked of the database, and the status such a customer is given.
SAYS_PAUSE = (
    Q(pace__in=PAUSES) | Q(tech_status=TechnicalStatus.PAUSED) | Q(engagement=Engagement.ON_HOLD) | Q(l1__in=STOPPED)
)


def rules_of(campaign: Campaign) -> dict[str, list[NoteType]]:
    """In which types each role records the campaign; reads `campaign.rules`, so prefetch them."""
    types: dict[str, list[NoteType]] = {}
    for rule in campaign.rules.all():
        types.setdefault(rule.role, []).append(NoteType(rule.note_type))
    return types


def _within(campaign: Campaign) -> Q:
    dates = Q(created_at__gte=upkeep.start_of(campaign.starts))
    if campaign.ends is not None and campaign.ends < dt.date.max:
        dates &= Q(created_at__lt=upkeep.start_of(campaign.ends + dt.timedelta(days=1)))
    return dates


def _tagged(campaign: Campaign, customer: str) -> NoteQuerySet:
    """The live notes of the outer row's customer that carry the tag. They are sought from the customer, whose notes are
    few, and not from the tag.
    """
    tag = NoteTag.objects.filter(content_object=OuterRef("pk"), tag__name=campaign.hashtag)
    return Note.objects.live().filter(_within(campaign), Exists(tag), customer=OuterRef(customer))


def missing(campaign: Campaign, assignments: QuerySet[Assignment]) -> QuerySet[Assignment]:
    """Of these assignments those whose customer is in the campaign and has no tagged note of one of the types in which
    that role records it. A role without a rule owes nothing, an FTA only at level 3 and 4.
    """
    rules = rules_of(campaign)
    if not rules:
        return assignments.none()
    places = Q()
    for role, types in rules.items():
        places |= Q(author_role=role, note_type__in=types)
    recorded = _tagged(campaign, "customer").filter(places, author_role=OuterRef("role"))
    rows = assignments.filter(
        ~Q(role=Role.FTA) | Q(customer__enterprise_level__in=policy.ENTERPRISE_LEVELS), role__in=rules
    )
    rows = rows.filter(Exists(_tagged(campaign, "customer")), ~Exists(recorded))
    return rows.order_by("customer__name", "customer", "role", "pk")


def untagged(campaign: Campaign, notes: NoteQuerySet) -> NoteQuerySet:
    """Of these notes the live ones without the tag on a customer that was in the campaign when they were written; those
    that say the customer pauses or stops get none (domain.md §7). Newest first.
    """
    own = NoteTag.objects.filter(content_object=OuterRef("pk"), tag__name=campaign.hashtag)
    before = _tagged(campaign, "customer").filter(created_at__lt=OuterRef("created_at"))
    rows = notes.live().filter(_within(campaign), ~SAYS_PAUSE, ~Exists(own), Exists(before), note_type__in=LIVE)
    return rows.order_by("-created_at", "-pk")


def running(campaigns: Iterable[Campaign]) -> list[Campaign]:
    """Those whose rules hold today."""
    return [campaign for campaign in campaigns if campaign.runs_on(timezone.localdate())]


def owed_by(user: User, campaign: Campaign) -> QuerySet[Assignment]:
    """Where `user` has the campaign still to record."""
    return missing(campaign, upkeep.assigned(user, [*rules_of(campaign)]))


def forgotten_by(user: User, campaign: Campaign) -> NoteQuerySet:
    """The recent notes of `user` that lack the campaign's tag."""
    since = upkeep.start_of(timezone.localdate() - dt.timedelta(days=RECENT_DAYS - 1))
    return untagged(campaign, Note.objects.visible_to(user).filter(author=user, created_at__gte=since))
