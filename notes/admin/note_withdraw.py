"""The page that withdraws a note (contract, `/admin/notes/note/<id>/withdraw/`)."""

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from accounts import submissions
from accounts.scoped_admin import person
from notes import policy, writing
from notes.forms.note import WithdrawForm

if TYPE_CHECKING:
    from notes.admin.note import NoteAdmin


def withdraw_view(note_admin: "NoteAdmin", request: HttpRequest, object_id: str) -> HttpResponse:
    """Withdraw a note, by POST with `reason`; a GET asks for it."""
    if not note_admin.has_view_permission(request):
        raise PermissionDenied
    note = note_admin.found(request, object_id)
    if note is None:
        raise Http404
    if note.withdrawn_by_id == person(request).pk and submissions.is_again(request):
        submissions.say_again(request, reverse("admin:notes_note_change", args=[note.pk]))
        return HttpResponseRedirect(reverse("admin:notes_note_changelist"))
    if not policy.may_withdraw(person(request), note):
        raise PermissionDenied
    form = WithdrawForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                writing.withdraw(note, by=person(request), reason=form.cleaned_data["reason"])
                submissions.claim(request, note)
        except writing.Conflict:
            messages.warning(request, gettext("Somebody has withdrawn this note meanwhile."))
            return HttpResponseRedirect(reverse("admin:notes_note_change", args=[note.pk]))  # which says who and why
        except ValidationError as error:
            form.add_error(None, error)
        else:
            note_admin.log_change(request, note, [{"changed": {"fields": ["withdrawn"]}}])
            messages.success(request, gettext("Note withdrawn. It is in no list any more; its history keeps it."))
            return HttpResponseRedirect(reverse("admin:notes_note_changelist"))
    context = {
        **note_admin.admin_site.each_context(request),
        "opts": note_admin.opts,
        "title": gettext("Withdraw note"),
        "note": note,
        "form": form,
        "submission": submissions.token(request),
    }
    return TemplateResponse(request, "admin/notes/note/withdraw.html", context)
