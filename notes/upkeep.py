"""What falls due and who has to see to it (domain.md §9): one function for each kind, over whichever rows one has in
hand, and one for each person's share of it.

Days are days in the user's time zone. A kind takes a scoped queryset and narrows it, so that nothing is in it that the
reader may not know of; a list of all and one person's home ask the same function.
"""

import datetime as dt
from collections.abc import Collection

from django.db.models import Case, DateTimeField, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from customers.choices import Priority
from customers.models import Assignment, Customer
from customers.models.customer import CustomerQuerySet
from customers.models.entitlement import Entitlement, EntitlementQuerySet
from customers.status import L1
from notes import policy, summaries
from notes.covering import with_covered
from notes.models import Note, Risk, SummaryRequest
from notes.models.note import NoteQuerySet
from notes.models.risk import RiskQuerySet
from notes.models.summary_request import SummaryRequestQuerySet
from notes.types import NoteType

# An Enterprise Status is due on its 14th day and overdue on its 21st (domain.md §4).
DUE_DAYS, OVERDUE_DAYS = 14, 21
SILENT_DAYS = 30


def start_of(day: dt.date) -> dt.datetime:
    """The moment a day begins in the user's time zone."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))


# --- The kinds, over rows in hand -------------------------------------------------------------------------------------


def open_actions(notes: NoteQuerySet) -> NoteQuerySet:
    """Of live notes those whose next action is still to be done; overdue first, those without a date last."""
    rows = notes.live().filter(next_action_done_at=None).exclude(next_action="")
    return rows.order_by(F("next_action_date").asc(nulls_last=True), "pk")


def enterprise_due(customers: CustomerQuerySet) -> CustomerQuerySet:
    """The enterprise customers whose picture is 14 days old, or at its own next update, or was never written; the
    oldest first. Each carries `status_at`, `status_next` and `status_rag` of its last Enterprise Status.
    """
    last = Note.objects.live().filter(customer=OuterRef("pk"), note_type=NoteType.ENTERPRISE_STATUS)
    last = last.order_by("-created_at", "-pk")
    today = timezone.localdate()
    rows = customers.filter(enterprise_level__in=policy.ENTERPRISE_LEVELS).annotate(
        status_at=Subquery(last.values("created_at")[:1], output_field=DateTimeField()),
        status_next=Subquery(last.values("next_update")[:1]),
        status_rag=Subquery(last.values("rag")[:1]),
    )
    old = Q(status_at__lt=start_of(today - dt.timedelta(days=DUE_DAYS - 1)))
    due: CustomerQuerySet = rows.filter(Q(status_at=None) | old | Q(status_next__lte=today))
    return due.order_by(F("status_at").asc(nulls_first=True), "pk")


def enterprise_overdue(written: dt.date | None, next_update: dt.date | None, today: dt.date) -> bool:
    """Whether a picture written on a day, with its own next update, is overdue and not only due; never written is."""
    if written is None or (today - written).days >= OVERDUE_DAYS:
        return True
    return next_update is not None and next_update < today


def dates_to_renew(entitlements: EntitlementQuerySet) -> EntitlementQuerySet:
    """In Progress without or past its target date, Blocked past its unblock date; the longest past first, those
    without a date before them.
    """
    today = timezone.localdate()
    in_progress = Q(l1=L1.IN_PROGRESS) & (Q(target_date=None) | Q(target_date__lt=today))
    blocked = Q(l1=L1.BLOCKED, unblock_date__lt=today)
    rows: EntitlementQuerySet = entitlements.filter(in_progress | blocked)
    passed = Case(When(l1=L1.BLOCKED, then=F("unblock_date")), default=F("target_date"))
    return rows.order_by(passed.asc(nulls_first=True), "pk")


def silent(customers: CustomerQuerySet) -> CustomerQuerySet:
    """High-priority customers with no note in 30 days, today among them; the longest silent first. Each carries
    `last_note_at`, None where there is no note at all.
    """
    since = start_of(timezone.localdate() - dt.timedelta(days=SILENT_DAYS - 1))
    live = Note.objects.live().filter(customer=OuterRef("pk"))
    last = live.order_by("-created_at", "-pk").values("created_at")[:1]
    rows: CustomerQuerySet = customers.filter(~Exists(live.filter(created_at__gte=since)), priority=Priority.HIGH)
    rows = rows.annotate(last_note_at=Subquery(last, output_field=DateTimeField()))
    return rows.order_by(F("last_note_at").asc(nulls_first=True), "pk")


# --- One person's share -----------------------------------------------------------------------------------------------


def assigned(user: User, roles: Collection[str] = ()) -> QuerySet[Assignment]:
    """The assignments by which `user` serves customers today, in these roles (any unless told)."""
    rows = Assignment.objects.visible_to(user).current().filter(user=user)
    return rows.filter(role__in=roles) if roles else rows


def served(user: User, roles: Collection[str] = ()) -> CustomerQuerySet:
    """The customers that `user` serves today, in these roles (any unless told)."""
    rows: CustomerQuerySet = Customer.objects.visible_to(user)
    return rows.served_by(user, roles)


def next_actions(user: User) -> NoteQuerySet:
    """The notes whose next action is with `user`, whoever wrote them, or with somebody they cover there today."""
    return open_actions(Note.objects.visible_to(user).filter(with_covered(user, "next_action_person")))


def asked_of(user: User) -> SummaryRequestQuerySet:
    """The executive summaries that `user` is asked for, the most urgent first: by name, or as whoever leads the
    engagement where nobody is named; and those asked of somebody they cover there today.
    """
    leads = assigned(user, summaries.LEADS).values("customer_id")
    rows: SummaryRequestQuerySet = SummaryRequest.objects.visible_to(user).open()
    mine = with_covered(user, "asked_of") | Q(asked_of=None, customer__in=leads)
    return rows.filter(mine).order_by("due_date", "pk")


def enterprise_status(user: User) -> CustomerQuerySet:
    """The customers whose Enterprise Status `user`, an FTA assigned to them today, has to write."""
    return enterprise_due(served(user, [Role.FTA]))


def renewals(user: User) -> EntitlementQuerySet:
    """The entitlements whose dates `user` has to renew: of the customers they serve, and those they own elsewhere."""
    rows: EntitlementQuerySet = Entitlement.objects.visible_to(user)
    # Sought from both ends: behind an *or* the database would read every date of the programme that has passed.
    keys = Entitlement.objects.order_by().values("pk")
    of_customers = keys.filter(customer__in=assigned(user).values("customer_id"))
    return dates_to_renew(rows.filter(pk__in=of_customers.union(keys.filter(owner=user))))


def silent_customers(user: User) -> CustomerQuerySet:
    """The silent ones among the customers that `user` serves."""
    return silent(served(user))


def open_risks(user: User) -> RiskQuerySet:
    """The open risks that `user` owns, or somebody they cover there today, by due date."""
    rows: RiskQuerySet = Risk.objects.visible_to(user).open()
    return rows.filter(with_covered(user, "owner")).order_by("due_order", "pk")
