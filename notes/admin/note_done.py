"""The page that marks a note's next action done, and opens it again (contract, `/admin/notes/note/<id>/done/`)."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.backends.utils import csrf_input
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from accounts.came_from import came_from
from accounts.scoped_admin import person
from notes import next_actions, policy
from notes.models import Note
from notes.writing import Conflict

if TYPE_CHECKING:
    from notes.admin.note import NoteAdmin


def done_view(note_admin: "NoteAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    """By POST: done; with `undo=1`: open again; either leads back to `next`, or to the note. A GET asks.

    `action` may bring the text that the person saw: where the note names another by now, nothing is marked.
    """
    user = person(request)
    if not note_admin.has_view_permission(request):
        raise PermissionDenied
    note = note_admin.found(request, object_id)
    if note is None:
        raise Http404
    if not policy.may_finish_action(user, note):
        if note.withdrawn_at is None and not note.next_action:
            raise Http404  # there is none to be done
        raise PermissionDenied
    if request.method == "POST":
        return _marked(note_admin, request, note)
    context = {
        **note_admin.admin_site.each_context(request),
        "opts": note_admin.opts,
        "title": gettext("Next action"),
        "note": note,
        "next": came_from(request),
    }
    return TemplateResponse(request, "admin/notes/note/done.html", context)


def _marked(note_admin: "NoteAdmin", request: HttpRequest, note: Note) -> HttpResponse:
    undo = request.POST.get("undo") == "1"
    mark = next_actions.reopen if undo else next_actions.finish
    try:
        changed = mark(note, by=person(request), action=request.POST.get("action"))
    except Conflict:
        note.refresh_from_db()
        told = gettext("Nothing is marked: the next action has changed meanwhile, to “%(action)s”.")
        messages.warning(request, told % {"action": note.next_action})
    else:
        if changed:
            note_admin.log_change(request, note, [{"changed": {"fields": ["next action done at"]}}])
        words = gettext("Open again: %(action)s") if undo else gettext("Done: %(action)s")
        told = words % {"action": note.next_action}
        messages.success(request, told if undo else format_html("{} {}", told, _undo(request, note)))
    return HttpResponseRedirect(came_from(request) or reverse("admin:notes_note_change", args=[note.pk]))


def _undo(request: HttpRequest, note: Note) -> SafeString:
    """A button that takes the mark away again. It rides in the message, so whatever page shows that needs no word of
    it; its token holds until the person logs out, as any form's.
    """
    return format_html(
        '<form method="post" action="{}">{}<input type="hidden" name="undo" value="1">'
        '<input type="hidden" name="next" value="{}"><button class="btn small">{}</button></form>',
        reverse("admin:notes_note_done", args=[note.pk]),
        csrf_input(request),
        came_from(request),
        gettext("Undo"),
    )
