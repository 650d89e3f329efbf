"""Asking for executive summaries of the customers chosen in a list, with one word and one date (domain.md §4)."""

from typing import Any

from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from accounts.scoped_admin import person
from customers.models import Customer
from notes import policy, summaries
from notes.forms.summary_request import AskSeveralForm
from notes.models import SummaryRequest

ACTION = "ask_for_summaries"


def ask_view(site: Any, opts: Any, request: HttpRequest, chosen: Any) -> HttpResponse | None:
    """The page that asks for word and date, and what comes of it: a request for each of `chosen`, or none.

    Whoever is asked already by this person is named, and `_leave_out` asks the others. None (back to the list) where
    there is nothing to ask.
    """
    user = person(request)
    if not policy.may_ask(user):
        raise PermissionDenied
    customers: list[Customer] = list(chosen.order_by("name", "pk")[: summaries.MOST_AT_ONCE + 1])
    if len(customers) > summaries.MOST_AT_ONCE:
        told = gettext("At most %(most)d summaries are asked for at once; choose fewer customers.")
        messages.error(request, told % {"most": summaries.MOST_AT_ONCE})
        return None
    form = AskSeveralForm(request.POST if "_ask" in request.POST or "_leave_out" in request.POST else None)
    twice = {row.customer_id: row for row in summaries.standing(customers, user)}
    asking = [one for one in customers if one.pk not in twice]
    if form.is_bound and form.is_valid() and (not twice or "_leave_out" in request.POST):
        rows = [SummaryRequest(customer=one, **form.cleaned_data) for one in asking]
        try:
            summaries.ask(*rows, by=user)
        except ValidationError:
            # Somebody, most likely oneself in another window, was faster: look once more at what stands.
            twice = {row.customer_id: row for row in summaries.standing(customers, user)}
        else:
            return _asked(request, len(rows))
    lead = summaries.leads(customers)
    context = {
        **site.each_context(request),
        "opts": opts,
        "title": gettext("Ask for executive summaries"),
        "form": form,
        "customers": customers,
        "twice": list(twice.values()),
        "left": len(customers) - len(twice),
        "leads": [(one, lead.get(one.pk)) for one in customers],
        "action": ACTION,
        "chosen": ACTION_CHECKBOX_NAME,
    }
    return TemplateResponse(request, "admin/notes/summaryrequest/ask_several.html", context)


def _asked(request: HttpRequest, number: int) -> HttpResponse:
    told = ngettext("Asked for %(count)d summary.", "Asked for %(count)d summaries.", number) % {"count": number}
    messages.success(request, told)
    return HttpResponseRedirect(f"{reverse('admin:notes_summaryrequest_changelist')}?whose=by_me&state=open")
