"""A note to be read, by who may not change it or when it takes no change any more."""

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.template.response import TemplateResponse

from accounts.scoped_admin import person
from notes import policy
from notes.admin import note_steps
from notes.models import Note, Risk
from notes.playbook import cut_for_slide

if TYPE_CHECKING:
    from notes.admin.note import NoteAdmin


def page(
    note_admin: "NoteAdmin", request: HttpRequest, note: Note, typed: note_steps.Typed | None = None
) -> TemplateResponse:
    """The note to be read; with what its author had `typed` when somebody withdrew it: then it is a 409."""
    # Each section's label, its text, and what a slide cuts from it.
    sections: list[tuple[Any, Any, str]] = []
    for section in note.template.sections if note.template else ():
        if value := note.section_values.get(section.field):
            text, cut = cut_for_slide(value) if section.advised_length else (value, "")
            sections.append((section.label, text if section.choices is None else section.choices(text).label, cut))
    context = {
        **note_admin.admin_site.each_context(request),
        "opts": note_admin.opts,
        "title": note.type.label,
        "note": note,
        "sections": sections,
        **risks(request, note),
        "may_withdraw": policy.may_withdraw(person(request), note),
        "typed": typed,
        "rewritten_as": note_admin.get_queryset(request).filter(rewrites=note).first(),
        "rewritten_from": note_admin.get_queryset(request).filter(rewritten_as=note).first(),
    }
    return TemplateResponse(request, "admin/notes/note/read.html", context, status=200 if typed is None else 409)


def risks(request: HttpRequest, note: Note) -> dict[str, Any]:
    """Those it raised, as far as the reader may know of risks, and which of them the reader may step."""
    raised = list(Risk.objects.visible_to(request.user).filter(note=note).select_related("owner").order_by("pk"))
    own = policy.steppable(person(request)).filter(note=note) if raised else Risk.objects.none()
    return {"risks": raised, "steppable": set(own.values_list("pk", flat=True))}
