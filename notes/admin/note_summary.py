"""What the note form shows and fills in for an executive summary: the request it answers, the last summary, and what
changed since (domain.md §4).
"""

from typing import Any

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext

from accounts.models import User
from accounts.scoped_admin import is_id, person
from customers.models import Customer
from notes import since, summaries, summary_start
from notes.forms.note import NoteForm
from notes.models import Note, SummaryRequest
from notes.types import NoteType

# What the address may name: the request to answer, the summary to start from.
REQUEST, SOURCE = "request", "from_summary"


def refuse_unknown(request: HttpRequest) -> None:
    """Raise Http404 where the address names a request that is not open at the customer it names, or a summary that is
    none of that customer's; a draft is opened whatever became of them.
    """
    given = request.GET
    if "draft" in given:
        return
    if given.get(REQUEST) and _request(given, person(request)) is None:
        raise Http404
    if given.get(SOURCE) and _source(given, person(request)) is None:
        raise Http404


def _request(given: QueryDict, user: User) -> SummaryRequest | None:
    key, customer = given.get(REQUEST, ""), given.get("customer", "")
    if not (is_id(key) and is_id(customer)):
        return None
    rows = SummaryRequest.objects.visible_to(user).open()
    return rows.filter(pk=key, customer=customer).first()


def _source(given: QueryDict, user: User) -> Note | None:
    key, customer = given.get(SOURCE, ""), given.get("customer", "")
    if not (is_id(key) and is_id(customer)):
        return None
    rows = Note.objects.visible_to(user).live().filter(is_exec_summary=True)
    return rows.select_related("author").filter(pk=key, customer=customer).first()


def filled(request: HttpRequest) -> dict[str, Any]:
    """The values that the form of a summary begins with, where the address asks for one; {} for any other form.

    What they come from is kept on the request for `beside`, which tells it.
    """
    given, user = request.GET, person(request)
    if given.get("note_type") != NoteType.OVERALL_STATUS or not (given.get(REQUEST) or given.get(SOURCE)):
        return {}
    if getattr(request, "note_refill", None) is not None:
        return {}
    customer: Customer | None = getattr(request, "note_customer", None)
    if customer is None:
        return {}
    source = _source(given, user) or summaries.last_summary(customer, user)
    start = summary_start.start(customer, user, source)
    request.note_start = start  # type: ignore[attr-defined]
    return start.values


def beside(request: HttpRequest, form: NoteForm) -> dict[str, Any]:
    """What stands beside the form of an Overall Status note: who waits for a summary, which request this one answers,
    what it was filled from, and what changed since the last one.
    """
    user, customer = person(request), form.chosen_customer
    if customer is None or form.kind != NoteType.OVERALL_STATUS:
        return {}
    if not form.adding:
        was = form.initial.get("is_exec_summary")
        answered = SummaryRequest.objects.visible_to(user).filter(note=form.instance).select_related("asked_by")
        return {
            "answered": list(answered.order_by("asked_at", "pk")),
            "waiting": [] if was else form.waiting,
        }
    start: summary_start.Start | None = getattr(request, "note_start", None)
    asked = form.asked_for
    context: dict[str, Any] = {"asked": asked, "start": start, "waiting": form.waiting}
    if asked or start or form["is_exec_summary"].value():
        last = start.source if start is not None else form.last_summary
        context["last_summary"] = last
        changes = since.changes_since(customer, last.created_at, user, form.campaigns) if last is not None else None
        context["changes"] = changes
    context["start_words"] = _told(start) if start is not None else []
    return context


def _told(start: summary_start.Start) -> list[str]:
    """What was done to the workload lines."""
    told = (
        (gettext("Status moved since, marked at the line: %(codes)s."), start.marked if start.source else []),
        (gettext("Added, as their status moved since: %(codes)s."), start.added if start.source else []),
        (gettext("Left out, as no entitlement stands: %(codes)s."), start.left_out),
    )
    return [words % {"codes": ", ".join(codes)} for words, codes in told if codes]
