"""The managers' lists as pages and as CSV, at one address each."""

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.counting import capped_count
from accounts.models import User
from notes.models import Campaign
from reports import bar
from reports.export import csv_lines
from reports.lists.base import ReportList
from reports.lists.notes import NoteList
from reports.lists.risks import RiskList


def asker(request: HttpRequest) -> User:
    """Who asks; the middleware lets nobody in who is not logged in."""
    assert isinstance(request.user, User)
    return request.user


@require_safe
def first_list(request: HttpRequest) -> HttpResponse:
    """`/reports/` leads to the first list."""
    return HttpResponseRedirect(reverse("reports:notes"))


@require_safe
def notes(request: HttpRequest) -> HttpResponseBase:
    """All notes."""
    listing = NoteList(request.GET, asker(request))
    return answer(request, listing, title=_("All notes"), template="reports/notes.html")


@require_safe
def campaign(request: HttpRequest, slug: str) -> HttpResponseBase:
    """The notes of a campaign."""
    user = asker(request)
    if not user.has_perm(NoteList.permission):
        raise PermissionDenied
    found = get_object_or_404(Campaign, slug=slug)
    listing = NoteList(request.GET, user, found)
    return answer(request, listing, title=str(found), template="reports/notes.html", campaign=found)


@require_safe
def risks(request: HttpRequest) -> HttpResponseBase:
    """Escalations and risks."""
    listing = RiskList(request.GET, asker(request))
    steppable = set() if listing.format else listing.steppable(listing.page.ids)
    title = _("Escalations and risks")
    return answer(request, listing, title=title, template="reports/risks.html", steppable=steppable)


def answer(request: HttpRequest, listing: ReportList, *, title: str, template: str, **context: Any) -> HttpResponseBase:
    """The list as the page or the file asked for. A file with a bad parameter is 400, a page says what is wrong."""
    if listing.format == "csv":
        return csv_answer(listing)
    page = listing.page
    records = listing.records(page.ids)
    context |= {
        **admin.site.each_context(request),
        "title": title,
        "listing": listing,
        "records": records,
        "page": page,
        "last_shown": page.first + len(records),
        "bar": bar.FilterBar(request, listing),
        "today": timezone.localdate(),
        "may_export": listing.user.has_perm("reports.export"),
    }
    return TemplateResponse(request, template, context)


def bad_file(listing: ReportList) -> HttpResponse:
    """What is wrong with the parameters of a file that was asked for."""
    return HttpResponse("\n".join(listing.problems) + "\n", status=400, content_type="text/plain; charset=utf-8")


def csv_answer(listing: ReportList) -> HttpResponseBase:
    """The list as CSV, streamed; needs the right to take lists away."""
    if not listing.user.has_perm("reports.export"):
        raise PermissionDenied
    if listing.problems:
        return bad_file(listing)
    most = settings.EXPORT_MAX_ROWS
    if most and capped_count(listing.rows, most)[1]:
        words = _("The list has more than %d rows; narrow it by a filter.") % most
        return HttpResponse(f"{words}\n", status=413, content_type="text/plain; charset=utf-8")
    lines = in_time_zone(csv_lines([column.name for column in listing.chosen], listing.cells()))
    response = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    name = f"ftstatus-{listing.file_name}-{timezone.localdate():%Y-%m-%d}.csv"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def in_time_zone(lines: Iterator[str]) -> Iterator[str]:
    """`lines` in the time zone of the request: a stream is read after the request's own has been put back."""
    zone = timezone.get_current_timezone()

    def stream() -> Iterator[str]:
        while True:
            with timezone.override(zone):
                line = next(lines, None)
            if line is None:
                return
            yield line

    return stream()
