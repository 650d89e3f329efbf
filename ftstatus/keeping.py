"""Words outlive the session they were typed in: what a note form hands in is kept before it is turned away."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.views.csrf import csrf_failure as django_csrf_failure

from notes.admin import note_draft

NOTE_FORMS = ("admin:notes_note_add", "admin:notes_note_change")


def _is_note_form(request: HttpRequest) -> bool:
    match = request.resolver_match
    return request.method == "POST" and match is not None and match.view_name in NOTE_FORMS


class KeepWords:
    """Stands before the middleware that sends whoever is not logged in to the log-in page."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view: Any, args: Any, kwargs: Any) -> HttpResponse | None:
        """See `note_draft.outlive`."""
        return note_draft.outlive(request) if _is_note_form(request) else None


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer. A form opened before somebody logged in fails so; of a note form the words are kept first: its
    seal, which nobody can forge, says for whom.
    """
    kept = note_draft.outlive(request, refused=True) if _is_note_form(request) else None
    if isinstance(kept, TemplateResponse):
        return kept.render()
    return kept or django_csrf_failure(request, reason)
