"""Executive summaries on request: asked by a manager, answered by the note that gives one (domain.md §4).

Whoever asks, and whoever writes, changes or withdraws a summary, takes the customer's row first (`hold`), so that they
come one after the other.
"""

import datetime as dt
from collections.abc import Iterable
from urllib.parse import urlencode

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import Case, F, IntegerField, Q, QuerySet, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from customers.models import Assignment, Customer
from customers.status import Errors
from notes import policy
from notes.models import Note, SummaryRequest
from notes.models.summary_request import SummaryRequestQuerySet
from notes.types import NoteType

# Who is asked where nobody is named: the first of these who serves the customer today.
LEADS = (Role.FM, Role.FRP)
MOST_AT_ONCE = 200


def hold(*customers: int) -> None:
    """Make others who ask for or give summaries at these customers (ids) wait until this transaction ends; taken in one
    order by all, and before any note or request of theirs.
    """
    rows = Customer.objects.select_for_update(no_key=True).filter(pk__in=customers)
    list(rows.order_by("pk").values_list("pk"))


# --- Asking -----------------------------------------------------------------------------------------------------------


def writers(customers: Iterable[Customer]) -> QuerySet[Assignment]:
    """Who can be asked at each of these customers: whoever serves it today and may write Overall Status, the managers
    of the engagement first. One query.
    """
    able = User.objects.with_perm(
        NoteType.OVERALL_STATUS.permission, backend="django.contrib.auth.backends.ModelBackend"
    ).filter(is_active=True)
    of_the_place = Q(user__partner=None) | Q(user__partner=F("customer__partner"))
    order = Case(
        *(When(role=role, then=Value(number)) for number, role in enumerate(LEADS)),
        default=Value(len(LEADS)),
        output_field=IntegerField(),
    )
    rows = Assignment.objects.current().filter(of_the_place, customer__in=customers, user__in=able)
    return rows.select_related("user").order_by("customer", order, "pk")


def people_to_ask(customer: Customer) -> list[User]:
    """Who can be asked at `customer`, each once, whoever is asked by default first."""
    return list(dict.fromkeys(row.user for row in writers([customer])))


def leads(customers: Iterable[Customer]) -> dict[int, User]:
    """Whom to ask where nobody is named, by customer: its FastTrack Manager, or its partner's staff; a customer that
    has neither is left out.
    """
    found: dict[int, User] = {}
    for row in writers(customers):
        if row.role in LEADS:
            found.setdefault(row.customer_id, row.user)
    return found


def standing(customers: Iterable[Customer], by: User) -> SummaryRequestQuerySet:
    """The open requests of `by` at these customers."""
    rows: SummaryRequestQuerySet = SummaryRequest.objects.open()
    return rows.filter(customer__in=customers, asked_by=by).select_related("customer")


def errors(asked: SummaryRequest, by: User, *, stood: SummaryRequest | None = None) -> Errors:
    """What is wrong with a request as it is handed in, by field; `stood` is the one it replaces.

    One open request a person and customer is enough: a second would only be answered by the same note.
    """
    found: Errors = {}
    if asked.due_date and asked.due_date < timezone.localdate() and (stood is None or stood.due_date != asked.due_date):
        found["due_date"] = past()
    of = asked.asked_of
    if of is not None and (stood is None or stood.asked_of_id != of.pk) and of not in people_to_ask(asked.customer):
        found["asked_of"] = not_a_writer(of)
    if stood is None and (twice := standing([asked.customer], by).first()):
        found["customer"] = asked_already(twice)
    return found


def past() -> ValidationError:
    """That a summary cannot be given by a day that is over."""
    return ValidationError(_("This day has passed."), code="past")


def not_a_writer(person: User) -> ValidationError:
    """That somebody cannot be asked: only who serves the customer and may write Overall Status can answer."""
    message = _("%(name)s does not serve this customer as a writer of Overall Status notes.")
    return ValidationError(message, code="not_a_writer", params={"name": person})


def asked_already(asked: SummaryRequest) -> ValidationError:
    """That a person's request stands."""
    message = _("You have asked for this customer's summary already, by %(date)s.")
    return ValidationError(message, code="asked", params={"date": date_format(asked.due_date)})


@transaction.atomic
def ask(*rows: SummaryRequest, by: User) -> None:
    """Ask for summaries, all or none; whoever leads the engagement is asked where nobody is named.

    Raises PermissionDenied where `by` may not ask, ValidationError (by field) where a rule refuses one.
    """
    if not policy.may_ask(by):
        raise PermissionDenied
    keys = [row.customer_id for row in rows]
    hold(*keys)  # so not twice at once by the same person either
    customers = {row.pk: row for row in Customer.objects.visible_to(by).filter(pk__in=keys)}
    if len(customers) < len(set(keys)):
        raise PermissionDenied
    twice = standing(customers.values(), by).first()
    if twice is not None:
        raise ValidationError({"customer": asked_already(twice)})
    lead = leads(customers.values())
    able = {(one.customer_id, one.user_id) for one in writers(customers.values())}
    for row in rows:
        row.clean_fields(exclude=["customer", "asked_by", "asked_of"])
        if row.due_date < timezone.localdate():
            raise ValidationError({"due_date": past()})
        if row.asked_of is not None and (row.customer_id, row.asked_of_id) not in able:
            raise ValidationError({"asked_of": not_a_writer(row.asked_of)})
        row.customer, row.asked_by = customers[row.customer_id], by
        row.asked_of = row.asked_of or lead.get(row.customer_id)
        row.save()


@transaction.atomic
def take_back(asked: SummaryRequest, *, by: User) -> None:
    """Take an open request back; it stays to be read.

    Raises PermissionDenied where it is not theirs, ValidationError once it is answered or taken back.
    """
    row = SummaryRequest.objects.select_for_update().get(pk=asked.pk)
    if not policy.owns_request(by, row):
        raise PermissionDenied
    if not row.is_open:
        raise closed()
    row.taken_back_at = timezone.now()
    row.version += 1
    row.save()


def closed() -> ValidationError:
    """That somebody was faster."""
    return ValidationError(_("This request has been answered or taken back meanwhile."), code="closed")


# --- Answering --------------------------------------------------------------------------------------------------------


def answer(note: Note, *, at: dt.datetime, named: SummaryRequest | None = None) -> None:
    """An Executive Summary answers every open request of its customer that was asked before `at`, which is when it was
    written or became a summary: who asked has what they asked for, whomever it was written for.

    `named` is the request it was written for: raises ValidationError where that is open no more. Called by
    `notes.writing.save` alone, in its transaction.
    """
    rows = SummaryRequest.objects.select_for_update().filter(customer=note.customer_id, note=None, taken_back_at=None)
    waiting = list(rows.order_by("pk"))
    if named is not None and named.pk not in {row.pk for row in waiting}:
        raise ValidationError({"__all__": closed()})
    for row in waiting:
        if row.asked_at <= at or row == named:
            _give(row, note)


def release(note: Note, *, rewritten_as: Note | None = None) -> None:
    """A note that is a live Executive Summary no more answers nobody: what it answered is answered by the note it was
    rewritten as, or by a newer summary of the customer, or is open again.
    """
    answered = list(SummaryRequest.objects.select_for_update().filter(note=note).order_by("pk"))
    if not answered:
        return
    others = Note.objects.live().filter(customer=note.customer_id, is_exec_summary=True).exclude(pk=note.pk)
    newer = list(others.filter(created_at__gte=min(row.asked_at for row in answered)).order_by("created_at", "pk"))
    if rewritten_as is not None and rewritten_as.is_exec_summary and rewritten_as.customer_id == note.customer_id:
        newer.insert(0, rewritten_as)
    for row in answered:
        _give(row, next((one for one in newer if one == rewritten_as or one.created_at >= row.asked_at), None))


def _give(row: SummaryRequest, note: Note | None) -> None:
    row.note = note
    row.version += 1
    row.save()


def release_people(customer: Customer) -> None:
    """Ask nobody for a summary whose organisation serves the customer no more (domain.md §1)."""
    foreign = SummaryRequest.objects.open().filter(customer=customer, asked_of__partner__isnull=False)
    for row in foreign.exclude(asked_of__partner=customer.partner_id):
        row.asked_of = None
        row.version += 1
        row.save()


# --- Who is shown what ------------------------------------------------------------------------------------------------


def open_at(customer: Customer, reader: User) -> SummaryRequestQuerySet:
    """What is asked for at a customer, most urgent first."""
    rows: SummaryRequestQuerySet = SummaryRequest.objects.visible_to(reader).open()
    return rows.filter(customer=customer).select_related("asked_by", "asked_of").order_by("due_date", "pk")


def address(asked: SummaryRequest) -> str:
    """Where the summary that is asked for is written."""
    query = {"customer": asked.customer_id, "note_type": NoteType.OVERALL_STATUS.value, "request": asked.pk}
    return f"{reverse('admin:notes_note_add')}?{urlencode(query)}"


def last_summary(customer: Customer, reader: User, *, before: dt.datetime | None = None) -> Note | None:
    """The executive summary in force of a customer, today or just `before` a moment; None where there was none yet."""
    rows = Note.objects.visible_to(reader).live().filter(customer=customer, is_exec_summary=True)
    if before is not None:
        rows = rows.filter(created_at__lt=before)
    return rows.select_related("author").order_by("-created_at", "-pk").first()
