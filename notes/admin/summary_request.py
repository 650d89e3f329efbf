"""Requests for executive summaries: asked here, at one customer or at several, and taken back (domain.md §4)."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.translation import gettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import ScopedAdmin, StrictList, is_id, person
from accounts.templatetags import due
from accounts.templatetags.people import named_to
from customers.models import Customer
from notes import policy, summaries
from notes.admin import filters
from notes.admin.filters import Choices, OneOfFilter
from notes.admin.history import SUMMARY_REQUEST
from notes.forms.summary_request import SummaryRequestForm
from notes.models import SummaryRequest
from notes.models.summary_request import OPEN_ROWS
from notes.types import NoteType

# --- Filters ----------------------------------------------------------------------------------------------------------


class StateFilter(OneOfFilter):
    """Open, answered or taken back."""

    title = _("state")
    parameter_name = "state"
    states = {"open": OPEN_ROWS, "answered": ~models.Q(note=None), "taken_back": ~models.Q(taken_back_at=None)}

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """The three states."""
        return [
            ("open", pgettext_lazy("summary request", "Open")),
            ("answered", _("Answered")),
            ("taken_back", _("Taken back")),
        ]

    def narrow(self, request: HttpRequest, queryset: Any, value: str) -> Any:
        """Those in a state."""
        return queryset.filter(self.states[value])


class WhoseFilter(OneOfFilter):
    """Those I asked, and those I am asked."""

    title = _("whose")
    parameter_name = "whose"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Both ways round."""
        return [("by_me", _("Asked by me")), ("of_me", _("Asked of me"))]

    def narrow(self, request: HttpRequest, queryset: Any, value: str) -> Any:
        """Mine."""
        return queryset.filter(**{"asked_by" if value == "by_me" else "asked_of": request.user})


class RegionFilter(filters.RegionFilter):
    """By the customer's region."""

    def narrow(self, request: HttpRequest, queryset: Any, value: str) -> Any:
        """Those of a region's customers."""
        return queryset.filter(customer__region__code=value)


class NamedRequests(StrictList):
    """The list, each row knowing what its people are called to the reader."""

    def get_results(self, request: HttpRequest) -> None:
        """The page's rows."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for asked in self.result_list:
            asked.by_shown = named_to(asked.asked_by, request.user)
            asked.of_shown = named_to(asked.asked_of, request.user)


# --- The pages --------------------------------------------------------------------------------------------------------


@admin.register(SummaryRequest)
class SummaryRequestAdmin(ScopedAdmin):
    """Requests in scope."""

    story = SUMMARY_REQUEST
    form = SummaryRequestForm
    change_form_template = "admin/notes/summaryrequest/change_form.html"
    list_display = ("customer_shown", "word_shown", "by", "of", "due", "state")
    list_filter = (StateFilter, WhoseFilter, RegionFilter)
    lookups = ("customer__id__exact",)
    search_fields = ("customer__name", "customer__tenant_id", "word")
    autocomplete_fields = ("customer",)
    asked = ("customer", "asked_of", "word", "due_date")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[SummaryRequest]:
        """In scope, with what list and page show."""
        rows = super().get_queryset(request).select_related("customer__region", "asked_by", "asked_of")
        return rows.select_related("note__author", "note__customer")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """With people as the reader may know them."""
        return NamedRequests

    def get_ordering(self, request: HttpRequest) -> Any:
        """The open ones first, most urgent first."""
        return SummaryRequest.objects.in_order().query.order_by

    # --- Rights -------------------------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may read requests; which ones is the queryset's to say."""
        return request.user.has_perm("notes.view_summaryrequest")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who may ask."""
        return policy.may_ask(person(request))

    def has_change_permission(self, request: HttpRequest, obj: SummaryRequest | None = None) -> bool:
        """Whoever asked, while it is open; for the list, whoever may ask."""
        user = person(request)
        return policy.may_ask(user) if obj is None else policy.may_change_request(user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A request is taken back, and stays to be read."""
        return False

    # --- The form -----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, knowing who fills it in, and for whom where the address says so."""
        form = super().get_form(request, obj, change, **kwargs)
        known = self._known(request) if obj is None else None
        return type(form.__name__, (form,), {"user": person(request), "customer_known": known})

    def _known(self, request: HttpRequest) -> Customer | None:
        given = request.GET.get("customer", "")
        if not is_id(given) or request.POST.get("customer", given) != given:
            return None
        return Customer.objects.visible_to(request.user).select_related("region").filter(pk=given).first()

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is asked; the version too where it may be changed."""
        return [*self.asked, "version"] if obj is not None and self.has_change_permission(request, obj) else self.asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """At which customer never changes."""
        return () if obj is None else ("customer",)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address says."""
        given = {key: value for key, value in request.GET.items() if key in self.asked and "\x00" not in value}
        return {key: value for key, value in given.items() if key not in ("customer", "asked_of") or is_id(value)}

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """Add and change. Asked once more between check and save, it is an error at its field; answered or taken back
        while it was changed, 409.
        """
        try:
            return super().changeform_view(request, object_id, form_url, extra_context)
        except ValidationError:
            return super().changeform_view(request, object_id, form_url, extra_context)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """The form; whoever changed a request that was closed meanwhile reads how, with what they typed: a 409."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if self.found(request, object_id) is None:
            return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            row = self.found(request, object_id)
            mine = row is not None and policy.owns_request(person(request), row)
            if request.method != "POST" or not mine:
                raise
            typed = request.POST.get("word", "")
            messages.warning(request, summaries.closed().message)
            request.method = "GET"
            answer = super().change_view(request, object_id, form_url, {"typed": typed})
            answer.status_code = 409
            return answer

    def _say_closed(self, request: HttpRequest, row: SummaryRequest) -> HttpResponse:
        messages.warning(request, summaries.closed().message)
        return HttpResponseRedirect(reverse("admin:notes_summaryrequest_change", args=[row.pk]))

    def save_model(self, request: HttpRequest, obj: SummaryRequest, form: Any, change: bool) -> None:
        """Ask, or save what was put right."""
        if change:
            super().save_model(request, obj, form, change)
        else:
            summaries.ask(obj, by=person(request))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With the answer, and the ways on: write it, take it back."""
        user, asked = person(request), context.get("original")
        form = context["adminform"].form
        context |= {
            "customer_known": form.customer_known,
            "due_date": form["due_date"] if "due_date" in form.fields else None,
        }
        if asked is not None:
            writes = asked.is_open and policy.may_write(user, NoteType.OVERALL_STATUS)
            context |= {
                "write_it": summaries.address(asked) if writes else "",
                "may_take_back": policy.may_change_request(user, asked),
                "answer": asked.note if asked.note_id and user.has_perm("notes.view_note") else None,
            }
        else:
            context["title"] = gettext("Ask for an executive summary")
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Taking back --------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Deleting is closed, taking back stands in its place."""
        stock = [url for url in super().get_urls() if getattr(url, "name", None) != "notes_summaryrequest_delete"]
        view = self.admin_site.admin_view(self.take_back_view)
        return [path("<path:object_id>/take-back/", view, name="notes_summaryrequest_take_back"), *stock]

    def take_back_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a request back, by POST; a GET asks whether."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        row = self.found(request, object_id)
        if row is None:
            raise Http404
        if not policy.owns_request(person(request), row):
            raise PermissionDenied
        if not row.is_open:
            return self._say_closed(request, row)
        if request.method == "POST":
            try:
                summaries.take_back(row, by=person(request))
            except ValidationError:
                return self._say_closed(request, row)
            row.refresh_from_db()
            self.log_change(request, row, [{"changed": {"fields": ["taken back at"]}}])
            messages.success(request, gettext("Request taken back."))
            return HttpResponseRedirect(reverse("admin:notes_summaryrequest_changelist"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Take the request back"),
            "asked": row,
        }
        return TemplateResponse(request, "admin/notes/summaryrequest/take_back.html", context)

    # --- The list -----------------------------------------------------------------------------------------------------

    @admin.display(description=_("customer"), ordering="customer__name")
    def customer_shown(self, asked: SummaryRequest) -> SafeString:
        """Its name over its region."""
        return format_html(
            '<span class="strong">{}</span><span class="sub">{}</span>', asked.customer, asked.customer.region
        )

    @admin.display(description=_("a word with it"))
    def word_shown(self, asked: SummaryRequest) -> str:
        """Its beginning."""
        return Truncator(asked.word).chars(90)

    @admin.display(description=_("asked by"), ordering="asked_by")
    def by(self, asked: SummaryRequest) -> SafeString:
        """Who asked, and when."""
        name = getattr(asked, "by_shown", "")
        return format_html('{}<span class="sub">{}</span>', name, due.day(asked.asked_at))

    @admin.display(description=_("asked of"), ordering="asked_of")
    def of(self, asked: SummaryRequest) -> str:
        """Who is asked."""
        return getattr(asked, "of_shown", "") or gettext("nobody by name")

    @admin.display(description=_("due date"), ordering="due_date")
    def due(self, asked: SummaryRequest) -> str:
        """The date, late in words while it is open."""
        ended = asked.taken_back_at or (asked.note.created_at if asked.note else None)
        return due.due(asked.due_date, ended)

    @admin.display(description=_("state"))
    def state(self, asked: SummaryRequest) -> SafeString | str:
        """Open, taken back, or the way to the note that answered."""
        if asked.note is not None:
            link = reverse("admin:notes_note_change", args=[asked.note_id])
            day = due.day(asked.note.created_at)
            return format_html('<a href="{}">{}</a><span class="sub">{}</span>', link, gettext("Answered"), day)
        if asked.taken_back_at is not None:
            return format_html('{}<span class="sub">{}</span>', gettext("Taken back"), due.day(asked.taken_back_at))
        return pgettext("summary request", "Open")
