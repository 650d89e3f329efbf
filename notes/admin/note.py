"""Notes in the admin: who may do what, and the form on its way from the first address to the saved note."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext

from accounts import submissions
from accounts.scoped_admin import is_id, person
from notes import drafts, policy, rewriting, summaries, writing
from notes.admin import (
    note_advice,
    note_beside,
    note_done,
    note_draft,
    note_read,
    note_start,
    note_steps,
    note_summary,
    note_tags,
    note_withdraw,
)
from notes.admin.history import NOTE
from notes.admin.note_list import NoteListAdmin
from notes.forms.note import NoteForm, refuse_type
from notes.models import Note
from notes.types import LIVE, NoteType


@admin.register(Note)
class NoteAdmin(NoteListAdmin):
    """Notes in scope."""

    story = NOTE
    change_form_template = "admin/notes/note/form.html"
    form = NoteForm

    # --- Rights -------------------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may write a type; of which type is asked with the type."""
        return bool(policy.writable_types(person(request)))

    def has_change_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        """The policy's answer for a note; for the list, whoever may write at all."""
        if obj is None:
            return self.has_add_permission(request)
        # The admin asks this of every part of a page; whose customer it is stands as it was when the note was read.
        if not hasattr(obj, "_would_change"):
            obj._would_change = policy.would_change(person(request), obj)  # type: ignore[attr-defined]
        return obj.withdrawn_at is None and obj._would_change  # type: ignore[attr-defined]

    def has_delete_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        """A note is withdrawn, never deleted."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        """Who may read notes; which ones is the queryset's to say."""
        return request.user.has_perm("notes.view_note")

    # --- Writing ------------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[NoteForm]:
        """The form as this person fills it in."""
        refill = getattr(request, "note_refill", None)
        rewrites = getattr(request, "note_rewrites", None)
        found = getattr(request, "note_customer", None)
        about = {"user": person(request), "refill": refill, "rewrites": rewrites, "found": found}
        return submissions.once_only(request, type("NoteFormOfPerson", (NoteForm,), about))  # type: ignore[no-any-return]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Our template lays the form out; the admin needs only to know that there is one."""
        return [(None, {"fields": []})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address says (`?customer=ID&note_type=…`), over what a note that is rewritten brings along."""
        given = {key: value for key, value in request.GET.items() if key in NoteForm.base_fields and value}
        old, kind = getattr(request, "note_rewrites", None), request.GET.get("note_type")
        if old and kind in LIVE:
            return {**rewriting.carried(old, NoteType(kind)), **given}
        return {**note_summary.filled(request), **given}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add and change. A status that moved between check and save is checked once more, against what it is now."""
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except (writing.Conflict, ValidationError, IntegrityError):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Whom is it for, of which type, and then its form: three steps that a full address or POST takes at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            request.GET = note_start.known(request.GET, person(request))  # type: ignore[assignment]
        instead = note_draft.open_on(request, None)
        if instead is not None:
            return instead
        given = request.POST if request.method == "POST" else request.GET
        refuse_type(person(request), given.get("note_type"))
        old = request.note_rewrites = self._rewritten(request, given.get("rewrites"))  # type: ignore[attr-defined]
        if request.method == "POST":
            done = old.rewritten_as if old is not None else None
            if done is not None and done.author_id == person(request).pk:
                return self._to(done)  # sent twice
            if any(name in request.POST for name in note_steps.REFILLS):
                self._refill(request, None)
        else:
            note_summary.refuse_unknown(request)
            customer = request.note_customer = note_steps.customer_of(request.GET, person(request))  # type: ignore[attr-defined]
            step = note_steps.missing(request.GET, person(request), customer)
            if step is not None:
                title = gettext("Rewrite note") if old else gettext("Add note")
                page = {**self.admin_site.each_context(request), "opts": self.opts, "title": title, "rewrites": old}
                page["keep"] = f"&rewrites={old.pk}" if old else ""
                page["stranded"] = drafts.stranded(person(request))[:8]
                return TemplateResponse(request, "admin/notes/note/start.html", page | step)
            note_draft.fill(request, self.get_form(request), None)
        return super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The form for who may change the note, the note itself for who may read it; a forged change is 403."""
        note = self.found(request, object_id)
        if note is None:
            instead = note_draft.open_on(request, None) if "draft" in request.GET else None
            return instead or super().change_view(request, object_id, form_url, extra_context)
        if not self.has_view_or_change_permission(request, note):
            raise PermissionDenied
        instead = note_draft.open_on(request, note)
        if instead is not None:
            return instead
        if not self.has_change_permission(request, note):
            if request.method != "POST":
                return note_read.page(self, request, note)
            if note.withdrawn_at is None or not policy.would_change(person(request), note):
                raise PermissionDenied
            note_draft.keep_posted(request)
            return self._withdrawn_meanwhile(request, note)
        if any(name in request.POST for name in note_steps.REFILLS):
            self._refill(request, note)
        elif request.method != "POST":
            note_draft.fill(request, self.get_form(request), note)
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            # Perhaps withdrawn between the look above and the lock.
            note = self.found(request, object_id)
            if note is None or note.withdrawn_at is None or not policy.would_change(person(request), note):
                raise
            return self._withdrawn_meanwhile(request, note)

    def _withdrawn_meanwhile(self, request: HttpRequest, note: Note) -> TemplateResponse:
        typed = note_steps.typed(self.get_form(request), request.POST, note)
        return note_read.page(self, request, note, typed=typed)

    def _to(self, note: Note) -> HttpResponseRedirect:
        return HttpResponseRedirect(reverse("admin:notes_note_change", args=[note.pk]))

    def _rewritten(self, request: HttpRequest, given: str | None) -> Note | None:
        """The note that is withdrawn for the new one, which must be theirs to withdraw; None where none is named."""
        if not given:
            return None
        old: Note | None = self.found(request, given)
        if old is None:
            raise Http404
        gone = old.withdrawn_at is not None and request.method != "POST"  # what is typed already is answered, not lost
        if gone or not policy.withdraws(person(request), old):
            raise PermissionDenied
        return old

    def _refill(self, request: HttpRequest, note: Note | None) -> None:
        """Answer the POST as the form's first showing, filled with what was typed."""
        note_draft.keep_posted(request)
        request.note_refill = note_steps.refill(request, self.get_form(request), note)  # type: ignore[attr-defined]
        request.method = "GET"

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """For a save the customer is locked before the note, in the order in which withdrawing, rewriting and handing
        over take them.
        """
        if request.method == "POST" and is_id(object_id):
            summaries.hold(*Note.objects.filter(pk=object_id).values_list("customer_id", flat=True))
        return super().get_object(request, object_id, from_field)

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Note:
        """The note is written as a whole in `save_model`."""
        return form.instance  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        """Write it with all it moves; of a note that was split, tell the second part here. Its draft is done."""
        form.save()
        drafts.done(person(request), request.POST)
        for part in form.parts[1:]:
            codes = ", ".join(workload.code for workload in part.workloads)
            link = reverse("admin:notes_note_change", args=[part.note.pk])
            told = gettext("A second note says that these pause: %(codes)s.") % {"codes": codes}
            messages.success(request, format_html('{} <a href="{}">{}</a>', told, link, gettext("Open it")))

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Hashtags, workloads and risks were written with the note."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The form with what stands beside it: the customer, the last notes, and ways on from a refusal."""
        form: NoteForm = context["adminform"].form
        user, customer = person(request), form.chosen_customer
        if customer is not None:
            last = Note.objects.visible_to(user).live().filter(customer=customer).select_related("author")
            context["last_notes"] = last.order_by("-created_at", "-pk")[:3]
            context |= note_beside.beside(form, user)
        context |= {
            "customer": customer,
            "note": None if form.adding else form.instance,
            "types": policy.writable_types(user),
            "running": form.campaigns.running(timezone.localdate()),
            # Whoever goes through the types by keyboard stays at them.
            "begins": "note_type" if "_fields" in request.POST else form.begins_at if form.adding else "",
        }
        adding = gettext("Rewrite note") if form.rewrites else gettext("Add note")
        context["title"] = adding if form.adding else form.instance.type.label
        context |= note_summary.beside(request, form)
        context["advice"] = note_advice.panel(request, form)
        if not form.adding:
            context |= note_read.risks(request, form.instance)
        refused = form.refused_by
        if refused:
            writers = policy.roles_that_write(NoteType.ENTITLEMENT_STATUS)
            context["refusal"] = {
                "campaigns": ", ".join(str(campaign) for campaign in refused),
                "may_write_status": policy.may_write(user, NoteType.ENTITLEMENT_STATUS),
                "writers": ", ".join(str(role.label) for role in writers),
                "beside": [
                    str(error.message)
                    for error in form.errors.as_data().get("__all__", [])
                    if error.code != "campaign_pause"
                ],
            }
        response = super().render_change_form(request, context, *args, **kwargs)
        if isinstance(response, TemplateResponse):
            if request.method == "POST":
                note_draft.keep_posted(request)
            note_draft.lay_out(request, context, context["note"])
        return response

    def response_another(self, record: Note) -> HttpResponse:
        """The customer stays."""
        return HttpResponseRedirect(f"{reverse('admin:notes_note_add')}?customer={record.customer_id}")

    def response_add(self, request: HttpRequest, obj: Note, post_url_continue: str | None = None) -> HttpResponse:
        """*Save and add another* stays with the customer."""
        self._say_saved(request, obj)
        if "_addanother" in request.POST:
            return self.response_another(obj)
        return self.response_post_save_add(request, obj)

    def response_change(self, request: HttpRequest, obj: Note) -> HttpResponse:
        """Back to the list, its filters kept."""
        self._say_saved(request, obj)
        return self.response_post_save_change(request, obj)

    def _say_saved(self, request: HttpRequest, note: Note) -> None:
        link = format_html(
            '<a href="{}">{}</a>', reverse("admin:notes_note_change", args=[note.pk]), gettext("Open it")
        )
        messages.success(request, format_html("{} {}", gettext("Note saved."), link))
        note_advice.say_after_save(request, note)

    # --- Other pages of a note ----------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Deleting is closed, withdrawing stands in its place."""
        stock = [url for url in super().get_urls() if getattr(url, "name", None) != "notes_note_delete"]
        view = self.admin_site.admin_view(self.withdraw_view)
        tags = path("tags/", self.admin_site.admin_view(note_tags.tags_view), name="notes_note_tags")
        done = self.admin_site.admin_view(self.done_view)
        words = self.admin_site.admin_view(note_draft.words_view)
        return [
            tags,
            path("draft/", note_draft.draft_view, name="notes_note_draft"),
            path("draft/<str:key>/", words, name="notes_note_draft_words"),
            path("<path:object_id>/withdraw/", view, name="notes_note_withdraw"),
            path("<path:object_id>/done/", done, name="notes_note_done"),
            *stock,
        ]

    def done_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """See `note_done`."""
        return note_done.done_view(self, request, object_id)

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """See `note_withdraw`."""
        return note_withdraw.withdraw_view(self, request, object_id)
