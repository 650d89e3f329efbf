"""Drafts in the admin: kept while one types, shown again on the form, read and deleted on a page of their own."""

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin, messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.views.decorators.cache import never_cache

from accounts import submissions
from accounts.models import User
from accounts.scoped_admin import is_id, person
from customers.models import Customer
from notes import drafts, policy
from notes.admin import note_advice, note_steps
from notes.forms.note import NoteForm
from notes.models import Note, NoteDraft, NoteTag
from notes.types import LIVE, NoteType

# --- While one types --------------------------------------------------------------------------------------------------


@never_cache
@login_not_required
def draft_view(request: HttpRequest) -> HttpResponse:
    """Keep the form as it stands, by POST, for who typed it: `{"key", "revision", "kept", "advice"}`.

    Without a session, or in somebody else's, the seal on the page keeps it for its owner all the same: then `out` says
    `logged_out` or `other`, and there is no advice. 413 with `error` where it is too large, 403 for who writes nothing.
    """
    here = request.user if admin.site.has_permission(request) else None
    if request.method != "POST":
        if here is None:
            return redirect_to_login(request.get_full_path(), reverse("admin:login"))
        if not policy.writable_types(person(request)):
            raise PermissionDenied
        return HttpResponseNotAllowed(["POST"])
    sealed = drafts.unseal(request.POST)
    owner = here if sealed is None else sealed
    if not isinstance(owner, User):
        return redirect_to_login(reverse("home"), reverse("admin:login"))
    if not drafts.may_keep(owner, request.POST):
        raise PermissionDenied
    try:
        draft = drafts.keep(owner, request.POST)
    except drafts.TooLarge:
        return JsonResponse({"error": gettext("The text is too long for a draft.")}, status=413)
    answer = {
        "key": request.POST.get("draft", "") if draft is None else str(draft.key),
        "revision": 0 if draft is None else draft.revision,
        "kept": time_of(draft, owner),
        "advice": "",
    }
    if here == owner:
        answer["advice"] = _advice(request)
    else:
        answer["out"] = "logged_out" if here is None else "other"
    return JsonResponse(answer)


def time_of(draft: NoteDraft | None, user: User) -> str:
    """When it was kept, by its owner's clock: “16:24”."""
    at = timezone.now() if draft is None else draft.updated_at
    with timezone.override(user.time_zone or None):
        return date_format(timezone.localtime(at), "TIME_FORMAT")


def _advice(request: HttpRequest) -> str:
    """The panel of advice on the words so far."""
    user = person(request)
    seen = Note.objects.visible_to(user)
    given = request.POST
    tags = Prefetch("note_tags", NoteTag.objects.in_order())  # which the form reads with the note
    note = _row(seen.prefetch_related(tags), given.get("draft_note")) or Note()
    kind = note.note_type or given.get("note_type", "")
    if kind not in LIVE or not policy.may_write(user, NoteType(kind)):
        return ""
    about = {"user": user, "rewrites": _row(seen, given.get("rewrites"))}
    form: NoteForm = type("NoteFormOfPerson", (NoteForm,), about)(given, instance=note)
    try:
        return str(note_advice.panel(request, form))
    except PermissionDenied:  # a note that is no longer theirs
        return ""


def _row(rows: Any, key: str | None) -> Any:
    return rows.filter(pk=key).first() if key and is_id(key) else None


# --- On the form ------------------------------------------------------------------------------------------------------


_STARTS = {"request", "from_summary"}


def open_on(request: HttpRequest, note: Note | None) -> HttpResponse | None:
    """On the way to a form: keep what *Keep as draft* hands in; find the draft for this place, or the one the address
    names (`?draft=`; `?afresh=1` wants none), into `request.note_draft`. Gives an answer where the form is none.

    Raises Http404 for a draft that is not theirs.
    """
    user = person(request)
    if request.method == "POST":
        return _kept(request) if "_keep" in request.POST else None
    wanted = request.GET.get("draft")
    if wanted:
        draft = drafts.of_key(user, wanted)
        if draft is None or (note is not None and draft.note_id != note.pk):
            raise Http404
        if not _goes_on(user, draft):
            return HttpResponseRedirect(reverse("admin:notes_note_draft_words", args=[draft.key]))
        if draft.note_id is None:
            request.GET = request.GET.copy()  # type: ignore[assignment]
            request.GET.update(drafts.place_of(draft))
        elif note is None:
            return HttpResponseRedirect(drafts.address(draft))
    found = drafts.at_place(user, request.GET, note)
    request.note_drafts = found  # type: ignore[attr-defined]
    if not wanted:
        # A form that starts from a summary is asked for as one: what was typed into another kind waits beside it.
        fits = [one for one in found if one.data.get("is_exec_summary")] if _STARTS & request.GET.keys() else found
        draft = fits[0] if fits and "afresh" not in request.GET else None
    request.note_draft = draft  # type: ignore[attr-defined]
    return None


def fill(request: HttpRequest, form_class: type[NoteForm], note: Note | None) -> None:
    """Have the form show what its writer had typed the last time."""
    draft: NoteDraft | None = getattr(request, "note_draft", None)
    if draft is not None:
        given = drafts.as_posted(draft)
        given["note_type"] = draft.note_type
        request.note_refill = note_steps.refill(request, form_class, note, given)  # type: ignore[attr-defined]


def _goes_on(user: User, draft: NoteDraft) -> bool:
    """Whether its form opens for its author as things stand now."""
    if draft.note_id is not None:
        note = Note.objects.visible_to(user).filter(pk=draft.note_id).first()
        return note is not None and policy.may_change(user, note)
    if draft.note_type not in LIVE or not policy.may_write(user, NoteType(draft.note_type)):
        return False
    if draft.note_type == NoteType.ENTITLEMENT_STATUS and draft.entitlement_id is None:
        return False
    if draft.rewrites_id is not None:
        old = Note.objects.visible_to(user).filter(pk=draft.rewrites_id).first()
        if old is None or not policy.may_withdraw(user, old):
            return False
    return Customer.objects.visible_to(user).filter(pk=draft.customer_id).exists()


def _kept(request: HttpRequest) -> HttpResponse | None:
    draft = keep_posted(request)
    if draft is None:
        return None
    messages.info(request, gettext("Draft kept at %(time)s") % {"time": time_of(draft, person(request))})
    return HttpResponseRedirect(drafts.address(draft))


def keep_posted(request: HttpRequest) -> NoteDraft | None:
    """Keep what a form handed in that was not saved; None where it carried no draft, or one too large to be kept."""
    try:
        kept = drafts.keep(person(request), request.POST) if "draft" in request.POST else None
    except drafts.TooLarge:
        kept = None
    request.note_draft = kept  # type: ignore[attr-defined]
    return kept


def lay_out(request: HttpRequest, context: dict[str, Any], note: Note | None) -> None:
    """Put into the context of a form what its hidden fields and its banner say of the draft."""
    user, posted = person(request), bool(request.POST)
    draft: NoteDraft | None = getattr(request, "note_draft", None)
    others = [] if posted else [one for one in getattr(request, "note_drafts", []) if one != draft]
    came = submissions.uuid_of(request.POST.get("draft")) if posted else None
    key = draft.key if draft is not None else came or uuid.uuid4()
    turn = (draft.data.get("draft_turn") or ["0"])[0] if draft is not None and posted else "0"
    place = {"afresh": "1"} if note is not None or draft is None else {**drafts.place_of(draft), "afresh": "1"}
    context["keeping"] = {
        "draft": None if posted else draft,
        "kept": time_of(draft, user) if draft is not None else "",
        "others": others,
        "afresh": f"{request.path}?{urlencode(place)}",
        "key": key,
        "revision": draft.revision if draft is not None else 0,
        "turn": turn if turn.isdecimal() else "0",
        "note": note.pk if note is not None else "",
        "seal": drafts.seal(user, key),
        "submission": context["submission"],
    }


# --- On its own page --------------------------------------------------------------------------------------------------


def words_view(request: HttpRequest, key: str) -> HttpResponse:
    """The words of a draft to its author alone, whatever became of its customer or their rights; a POST deletes it."""
    user = person(request)
    draft = drafts.of_key(user, key)
    if draft is None:
        raise Http404
    if request.method == "POST":
        draft.delete()
        messages.success(request, gettext("Draft deleted."))
        return HttpResponseRedirect(reverse("home"))
    seen = Customer.objects.visible_to(user).filter(pk=draft.customer_id).first()
    context = {
        **admin.site.each_context(request),
        "opts": Note._meta,
        "title": gettext("Draft"),
        "draft": draft,
        "kind": NoteType(draft.note_type).label if draft.note_type in LIVE else "",
        "customer": seen,
        "words": list(drafts.words(draft)),
        "address": drafts.address(draft) if _goes_on(user, draft) else "",
    }
    return TemplateResponse(request, "admin/notes/note/draft.html", context)


# --- After the session ------------------------------------------------------------------------------------------------


def outlive(request: HttpRequest, *, refused: bool = False) -> HttpResponse | None:
    """The answer to a note form whose writer is not the one at work any more: its words are kept for who typed them.

    Nobody at work: to the log-in, and from there to the draft. Somebody else: 403, without a word of it. `refused`:
    Django has turned the form away (CSRF), as it does where somebody logged in since it was opened, so that its own
    writer is told so too. None where the form is to be answered as any other.
    """
    owner = drafts.unseal(request.POST)
    here = request.user if admin.site.has_permission(request) else None
    if owner is None or (here == owner and not refused):
        return None
    draft = None
    if drafts.may_keep(owner, request.POST):
        try:
            draft = drafts.keep(owner, request.POST)
        except drafts.TooLarge:
            draft = None
    if here is None:
        return None if draft is None else redirect_to_login(drafts.address(draft), reverse("admin:login"))
    if here == owner and draft is None:
        return None
    context = {
        **admin.site.each_context(request),
        "title": gettext("Not saved"),
        "kept": draft is not None,
        "address": drafts.address(draft) if draft is not None and here == owner else "",
    }
    return TemplateResponse(request, "admin/notes/note/outlived.html", context, status=403)
