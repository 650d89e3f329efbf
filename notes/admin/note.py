"""Notes in the admin: the lists that staff live in, the form, the read-only view, and withdrawing."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.scoped_admin import ScopedAdmin
from accounts.templatetags import due
from customers.models import Customer, Entitlement
from notes import pasting, playbook, policy, writing
from notes.admin import filters
from notes.forms.note import NoteForm, WithdrawForm, refuse_type
from notes.models import Note, NoteTag, NoteWorkload
from notes.types import LIVE, NoteType

REFILLS = ("_paste", "_fields")


def person(request: HttpRequest) -> User:
    """Who is at work; the admin lets nobody in who is not logged in."""
    assert isinstance(request.user, User)
    return request.user


class LiveNotes(ChangeList):
    """The list without the withdrawn; their own pages still answer those who may see them."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet[Note]:
        """The root without withdrawn notes."""
        self.root_queryset = self.root_queryset.filter(withdrawn_at=None)
        return super().get_queryset(request, exclude_parameters)


@admin.register(Note)
class NoteAdmin(ScopedAdmin):
    """Notes in scope."""

    list_display = ("day", "customer_shown", "kind", "workload_chips", "words", "tag_chips", "pace_shown")
    list_display_links = ("day",)
    list_filter = (
        filters.MineFilter,
        filters.TypeFilter,
        filters.RoleFilter,
        filters.CampaignFilter,
        filters.WorkloadFilter,
        filters.RegionFilter,
    )
    lookups = ("customer__id__exact", "author__id__exact")
    search_fields = ("text", "customer__name", "customer__tenant_id")
    search_help_text = _("words in notes, or a customer's name or tenant ID")
    ordering = ("-created_at", "-pk")
    change_form_template = "admin/notes/note/form.html"
    form = NoteForm

    # --- Lists --------------------------------------------------------------------------------------------------------

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Without withdrawn notes."""
        return LiveNotes

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Note]:
        """In scope, with what list and page show, in a fixed number of queries."""
        return (
            super()
            .get_queryset(request)
            .select_related("customer__region", "author")
            .prefetch_related(
                Prefetch("note_workloads", NoteWorkload.objects.in_order()),
                Prefetch("note_tags", NoteTag.objects.in_order()),
            )
        )

    @admin.display(description=_("date"), ordering="created_at")
    def day(self, note: Note) -> SafeString | str:
        """The day it was written; the time on hover."""
        return due.day(note.created_at)

    @admin.display(description=_("customer"), ordering="customer__name")
    def customer_shown(self, note: Note) -> SafeString:
        """Its name over its region."""
        return format_html(
            '<span class="strong">{}</span><span class="sub">{}</span>', note.customer, note.customer.region
        )

    @admin.display(description=_("type"), ordering="note_type")
    def kind(self, note: Note) -> SafeString:
        """The type over its author."""
        name = gettext("Executive Summary") if note.is_exec_summary else note.type.label
        who = " · ".join(part for part in (str(note.author), note.author_role) if part)
        return format_html('{}<span class="sub">{}</span>', name, who)

    @admin.display(description=_("workloads"))
    def workload_chips(self, note: Note) -> SafeString:
        """Codes that filter."""
        rows = (("?workload=" + row.workload.code, row.workload.code) for row in note.note_workloads.all())
        return format_html(
            '<span class="chips">{}</span>', format_html_join("", '<a class="chip" href="{}">{}</a>', rows)
        )

    @admin.display(description=_("text"))
    def words(self, note: Note) -> SafeString:
        """Two lines of it, opened in place."""
        return mark_safe(render_to_string("parts/words.html", {"note": note}))  # noqa: S308 - a template escapes

    @admin.display(description=_("hashtags"))
    def tag_chips(self, note: Note) -> SafeString:
        """Its hashtags."""
        rows = ((f"#{row.tag.name}",) for row in note.note_tags.all())
        return format_html(
            '<span class="chips">{}</span>', format_html_join("", '<span class="chip tag">{}</span>', rows)
        )

    @admin.display(description=_("pace"), ordering="pace")
    def pace_shown(self, note: Note) -> SafeString | str:
        """Shape and word."""
        return format_html('<span class="pill {}">{}</span>', note.pace, note.get_pace_display()) if note.pace else ""

    # --- Rights -------------------------------------------------------------------------------------------------------

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Whoever may write a type; of which type is asked with the type."""
        return bool(policy.writable_types(person(request)))

    def has_change_permission(self, request: HttpRequest, obj: Note | None = None) -> bool:
        """The policy's answer for a note; for the list, whoever may write at all."""
        if obj is None:
            return self.has_add_permission(request)
        return policy.may_change(person(request), obj)

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
        return type("NoteFormOfPerson", (NoteForm,), {"user": person(request), "refill": refill})

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Our template lays the form out; the admin needs only to know that there is one."""
        return [(None, {"fields": []})]

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address says (`?customer=ID&note_type=…`)."""
        return {key: value for key, value in request.GET.items() if key in NoteForm.base_fields and value}

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
        except (writing.Conflict, ValidationError):
            return super().changeform_view(request, object_id, form_url, extra_context)

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None) -> Any:
        """Whom is it for, of which type, and then its form: three steps that a full address or POST takes at once."""
        if not self.has_add_permission(request):
            raise PermissionDenied
        given = request.POST if request.method == "POST" else request.GET
        refuse_type(person(request), given.get("note_type"))
        if request.method == "POST":
            if any(name in request.POST for name in REFILLS):
                self._refill(request)
        else:
            step = self._step_before(request)
            if step is not None:
                return step
        return super().add_view(request, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The form for who may change the note, the note itself for who may read it; a forged change is 403."""
        note = super().get_object(request, object_id) if request.method != "POST" else None
        if request.method == "POST":
            note = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        if note is None:
            return super().change_view(request, object_id, form_url, extra_context)
        if not self.has_view_or_change_permission(request, note):
            raise PermissionDenied
        if not policy.may_change(person(request), note):
            if request.method == "POST":
                raise PermissionDenied
            return self._read(request, note)
        if any(name in request.POST for name in REFILLS):
            self._refill(request)
        return super().change_view(request, object_id, form_url, extra_context)

    def _step_before(self, request: HttpRequest) -> TemplateResponse | None:
        """The page that asks for what is missing before the form can be shown: customer, type, entitlement."""
        user, given = person(request), request.GET
        errors = []
        customers = Customer.objects.visible_to(user)
        key = given.get("customer", "")
        customer = customers.select_related("region").filter(pk=key).first() if key.isdecimal() else None
        if key and customer is None:
            errors.append(gettext("Select a valid choice. That choice is not one of the available choices."))
        kind = given.get("note_type", "")
        if kind and kind not in LIVE:
            errors.append(_wrong_type(kind))
        if customer is not None and kind in LIVE:
            chosen = Entitlement.objects.visible_to(user).filter(customer=customer)
            if kind != NoteType.ENTITLEMENT_STATUS or chosen.filter(pk=_number(given.get("entitlement"))).exists():
                return None
        words = given.get("find", "").strip().replace("\x00", "")
        if words:
            found = customers.filter(models.Q(name__icontains=words) | models.Q(tenant_id__icontains=words))
        else:
            found = customers.filter(assignments__user=user).distinct()
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Add note"),
            "customer": customer,
            "kind": NoteType(kind) if kind in LIVE else None,
            "types": policy.writable_types(user),
            "found": found.select_related("region", "partner").order_by("name", "pk")[:21] if customer is None else [],
            "words": words,
            "entitlements": chosen.select_related("workload", "l2").order_by("workload__position", "split_label")
            if customer is not None and kind == NoteType.ENTITLEMENT_STATUS
            else [],
            "errors": errors,
        }
        return TemplateResponse(request, "admin/notes/note/start.html", context)

    def _refill(self, request: HttpRequest) -> None:
        """Turn a POST that asks for the form again (pasted text, another type) into showing it, nothing saved."""
        form = self.get_form(request)(request.POST, instance=Note())
        typed = {
            name: form.fields[name].widget.value_from_datadict(request.POST, request.FILES, form.add_prefix(name))
            for name in form.fields
            if name != "paste"
        }
        if "version" in request.POST:
            # The version that was opened, not the one that stands: a paste must not hide that somebody saved meanwhile.
            typed["version"] = request.POST["version"]
        if "_paste" in request.POST and "paste" in form.fields:
            self._lay_out(request, typed, request.POST.get("paste", ""))
        wanted = request.POST.get("_fields", "")
        if wanted in LIVE and wanted != form.kind:
            refuse_type(person(request), wanted)
            typed = _carry_over(typed, form)
            typed["note_type"] = wanted
        request.note_refill = typed  # type: ignore[attr-defined]
        request.method = "GET"

    def _lay_out(self, request: HttpRequest, typed: dict[str, Any], text: str) -> None:
        pasted = pasting.parse(playbook.EXECUTIVE_SUMMARY, text.replace("\r\n", "\n"))
        typed["is_exec_summary"] = True
        for section in playbook.EXECUTIVE_SUMMARY.sections:
            value, before = pasted.values.get(section.field, ""), (typed.get(section.field) or "").strip()
            if value and before and before != value and section.choices is None:
                value = f"{before}\n{value}"
            if value:
                typed[section.field] = value
        typed["body"] = "\n\n".join(part for part in ((typed.get("body") or "").strip(), pasted.rest) if part)
        count = len(pasted.values)
        found = ngettext("%(count)d section was filled.", "%(count)d sections were filled.", count) % {"count": count}
        messages.info(request, f"{found} {gettext('Nothing is saved yet.')}")
        for problem in pasted.problems:
            messages.warning(request, problem)
        if pasted.rest:
            messages.warning(request, gettext("What was not recognised stands in the text field."))

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> Note:
        """The note is written as a whole in `save_model`."""
        return form.instance  # type: ignore[no-any-return]

    def save_model(self, request: HttpRequest, obj: Note, form: Any, change: bool) -> None:
        """Write it with all it moves."""
        form.save()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Hashtags, workloads and risks were written with the note."""

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The form with what stands beside it: the customer, the last notes, and ways on from a refusal."""
        form: NoteForm = context["adminform"].form
        user, customer = person(request), form.chosen_customer
        if customer is not None:
            last = Note.objects.visible_to(user).live().filter(customer=customer).select_related("author")
            context["last_notes"] = last.order_by("-created_at", "-pk")[:3]
        context |= {
            "customer": customer,
            "note": None if form.adding else form.instance,
            "types": policy.writable_types(user),
            "fields_button": form.adding,
            "title": gettext("Add note") if form.adding else form.instance.type.label,
        }
        refused = form.refused_by
        if refused:
            writers = policy.roles_that_write(NoteType.ENTITLEMENT_STATUS)
            context["refusal"] = {
                "campaigns": ", ".join(str(campaign) for campaign in refused),
                "may_write_status": policy.may_write(user, NoteType.ENTITLEMENT_STATUS),
                "writers": ", ".join(str(Role(role).label) for role in writers),
            }
        return super().render_change_form(request, context, *args, **kwargs)

    def response_add(self, request: HttpRequest, obj: Note, post_url_continue: str | None = None) -> HttpResponse:
        """*Save and add another* stays with the customer."""
        self._say_saved(request, obj)
        if "_addanother" in request.POST:
            return HttpResponseRedirect(f"{reverse('admin:notes_note_add')}?customer={obj.customer_id}")
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

    # --- Reading and withdrawing --------------------------------------------------------------------------------------

    def _read(self, request: HttpRequest, note: Note) -> TemplateResponse:
        sections = [
            (section.label, value if section.choices is None else section.choices(value).label, section)
            for section in (note.template.sections if note.template else ())
            if (value := note.section_values.get(section.field))
        ]
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": note.type.label,
            "note": note,
            "sections": sections,
            "risks": note.risks.select_related("owner").order_by("pk"),
            "may_withdraw": policy.may_withdraw(person(request), note),
            "withdraw_form": WithdrawForm(),
        }
        return TemplateResponse(request, "admin/notes/note/read.html", context)

    def get_urls(self) -> list[URLPattern]:
        """Deleting is closed, withdrawing stands in its place."""
        stock = [url for url in super().get_urls() if getattr(url, "name", None) != "notes_note_delete"]
        view = self.admin_site.admin_view(self.withdraw_view)
        return [path("<path:object_id>/withdraw/", view, name="notes_note_withdraw"), *stock]

    def withdraw_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Withdraw a note, by POST with `reason`; a GET asks for it."""
        note = self.get_queryset(request).filter(pk=object_id).first() if object_id.isdecimal() else None
        if note is None:
            raise Http404
        if not policy.may_withdraw(person(request), note):
            raise PermissionDenied
        form = WithdrawForm(request.POST if request.method == "POST" else None)
        if request.method == "POST" and form.is_valid():
            try:
                writing.withdraw(note, by=person(request), reason=form.cleaned_data["reason"])
            except ValidationError as error:
                form.add_error(None, error)
            else:
                self.log_change(request, note, [{"changed": {"fields": ["withdrawn"]}}])
                messages.success(request, gettext("Note withdrawn. It is in no list any more; its history keeps it."))
                return HttpResponseRedirect(reverse("admin:notes_note_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Withdraw note"),
            "note": note,
            "form": form,
        }
        return TemplateResponse(request, "admin/notes/note/withdraw.html", context)


def _wrong_type(kind: str) -> str:
    if kind in NoteType.values:
        return gettext("This note type is retired; it can only be read.")
    return gettext("“%s” is not a note type.") % kind


def _number(text: str | None) -> int | None:
    return int(text) if text and text.isdecimal() else None


def _carry_over(typed: dict[str, Any], form: NoteForm) -> dict[str, Any]:
    """What was typed, for a form of another type: sections it does not have go into the text, so no word is lost."""
    prose = [str(typed.pop(section.field, "") or "") for section in form.sections]
    words = [text for section, text in zip(form.sections, prose, strict=True) if section.choices is None and text]
    typed["body"] = "\n\n".join([*filter(None, [typed.get("body")]), *words])
    return typed
