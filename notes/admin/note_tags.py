"""A note's hashtags in the admin: what the tag field offers, and where else a campaign's must stand."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext

from accounts.scoped_admin import person
from notes import policy
from notes.advice import Place
from notes.completion import offers
from notes.models import Note
from notes.types import NoteType


def tags_view(request: HttpRequest) -> HttpResponse:
    """`?q=` as JSON: `{"tags": [{"name", "about", "campaign"}]}`, names without `#`; for whoever may write a note."""
    if not policy.writable_types(person(request)):
        raise PermissionDenied
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    found = offers(person(request), request.GET.get("q", ""), timezone.localdate())
    answer = JsonResponse(
        {"tags": [{"name": one.name, "about": one.about, "campaign": one.is_campaign} for one in found]}
    )
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def say_places(request: HttpRequest, note: Note, places: Iterable[Place]) -> None:
    """Tell the writer in which type of theirs a saved note's campaigns must stand too: advice, never a refusal."""
    for place in places:
        links = format_html_join(
            " · ",
            '<a href="{}?customer={}&amp;note_type={}">{}</a>',
            ((reverse("admin:notes_note_add"), note.customer_id, kind, NoteType(kind).label) for kind in place.types),
        )
        words = gettext("Your role records %(tag)s in its own place; write it there too:") % {"tag": place.tag}
        messages.info(request, format_html("{} {}", words, links))
