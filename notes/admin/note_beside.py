"""What stands at the side of the note form: an entitlement's history, the customer's other ones, its open risks."""

from typing import Any, NamedTuple

from accounts.models import User
from customers.models import Entitlement, StatusPeriod
from notes.admin import note_start
from notes.forms.note import NoteForm
from notes.models import Note, Risk

MOST_PERIODS = 5


class Past(NamedTuple):
    """A status that an entitlement had, and the note that gave it, where the reader may see one."""

    period: StatusPeriod
    note: Note | None


def beside(form: NoteForm, user: User) -> dict[str, Any]:
    """For the page: `past`, `others` and `open_risks`, as far as the form has a use for them."""
    context: dict[str, Any] = {}
    if form.chosen_customer is None:
        return context
    if "risks" in form.fields:
        risks = Risk.objects.visible_to(user).open().filter(customer=form.chosen_customer)
        context["open_risks"] = risks.count()
    if form.chosen_entitlement is not None:
        context["past"] = past(form.chosen_entitlement, user)
        context["others"] = note_start.entitlements(user, form.chosen_customer).exclude(pk=form.chosen_entitlement.pk)
    return context


def past(entitlement: Entitlement, user: User) -> list[Past]:
    """The entitlement's last statuses, newest first. Two queries."""
    periods = list(entitlement.periods.select_related("l2", "changed_by").order_by("-valid_from", "-pk")[:MOST_PERIODS])
    notes = Note.objects.visible_to(user).live().filter(period__in=[period.pk for period in periods])
    by_period = {note.period_id: note for note in notes.select_related("l2", "l3", "author")}
    return [Past(period, by_period.get(period.pk)) for period in periods]
