"""Risks: raised here or from a note's Risks box, put right while open, and stepped (domain.md §8)."""

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts import submissions
from accounts.came_from import came_from
from accounts.merge_admin import version_of
from accounts.scoped_admin import ScopedAdmin, ScopedRelatedFilter, is_id, person
from accounts.templatetags import due
from notes import policy, risk_life
from notes.admin import risk_race
from notes.admin.history import RISK
from notes.forms.risk import RiskForm, StepForm
from notes.models import Risk
from notes.writing import Conflict

CONFLICT = _(
    "Somebody stepped or changed this risk after you opened it. What you typed is kept; step again if it holds."
)


@admin.register(Risk)
class RiskAdmin(ScopedAdmin):
    """Risks in scope."""

    story = RISK
    form = RiskForm
    change_form_template = "admin/notes/risk/change_form.html"
    list_display = ("title", "customer", "severity_pill", "state_shown", "owner", "due", "age")
    list_filter = ("state", "severity", ("region", ScopedRelatedFilter))
    lookups = ("customer__id__exact", "owner__id__exact")
    search_fields = ("title", "description", "customer__name")
    autocomplete_fields = ("customer",)
    asked = ("customer", "entitlement", "title", "description", "severity", "owner", "due_date")
    told = ("workload", "note_link", "state", "escalated_to", "reference")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Risk]:
        """In scope, with what the list shows."""
        return super().get_queryset(request).select_related("customer", "owner", "workload", "note", "raised_by")

    # --- Rights -------------------------------------------------------------------------------------------------------

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may read risks; which ones is the queryset's to say."""
        return request.user.has_perm("notes.view_risk")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Any writer of any type (contract, *Rights*)."""
        return request.user.has_perm("notes.add_risk")

    def has_change_permission(self, request: HttpRequest, obj: Risk | None = None) -> bool:
        """The policy's answer for a risk; for the list, whoever may step any or some."""
        user = person(request)
        if obj is not None:
            return policy.may_change_risk(user, obj)
        return user.has_perm("notes.step_risk") or bool(policy.writable_types(user))

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A risk is resolved or accepted, never gone."""
        return False

    # --- The form -----------------------------------------------------------------------------------------------------

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, knowing who fills it in."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": person(request)})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is asked, and for a risk that stands what is told of it."""
        asked = [*self.asked] if obj is None else [*self.asked, *self.told]
        return [*asked, "version"] if obj is not None and self.has_change_permission(request, obj) else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Whose it is never changes; its state moves by steps alone."""
        return () if obj is None else ("customer", *self.told)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """What the address says; who raises a risk owns it unless they say otherwise."""
        given = {key: value for key, value in request.GET.items() if key in self.asked and "\x00" not in value}
        given = {key: value for key, value in given.items() if key not in ("customer", "entitlement") or is_id(value)}
        return {"owner": person(request).pk, **given}

    def save_model(self, request: HttpRequest, obj: Risk, form: Any, change: bool) -> None:
        """Raise it, or save its words; a changed entitlement changes the workload."""
        if not change:
            risk_life.raise_on_customer(obj, by=person(request))
            return
        if "entitlement" in form.changed_data:
            obj.workload = obj.entitlement.workload if obj.entitlement else None
        super().save_model(request, obj, form, change)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> Any:
        """Django's; words for a risk that somebody has closed meanwhile are given back."""
        try:
            return super().change_view(request, object_id, form_url, extra_context)
        except PermissionDenied:
            if not is_id(object_id):
                raise
            return risk_race.closed_meanwhile(self, request, object_id)

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With the steps so far, and the way to the next for who may take it."""
        risk: Risk | None = context.get("original")
        if risk is not None:
            context["steps"] = risk.steps.select_related("by").order_by("-at", "-pk")
            context["may_step"] = policy.may_step(person(request), risk)
        return super().render_change_form(request, context, *args, **kwargs)

    # --- Steps --------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[URLPattern]:
        """Deleting is closed; a step has a page of its own."""
        stock = [url for url in super().get_urls() if getattr(url, "name", None) != "notes_risk_delete"]
        return [
            path("<path:object_id>/step/", self.admin_site.admin_view(self.step_view), name="notes_risk_step"),
            *stock,
        ]

    def step_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take a step, by POST with `to`, `comment`, `escalated_to`, `reference`; a GET asks for them."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        risk = self.found(request, object_id)
        if risk is None:
            raise Http404
        if not policy.may_step(person(request), risk):
            raise PermissionDenied
        if submissions.is_again(request):
            return self._stepped_before(request, risk)
        asked = {name: value for name, value in request.GET.items() if name in ("to", "escalated_to", "reference")}
        form = StepForm(risk, request.POST if request.method == "POST" else None, initial=asked)
        opened = version_of(request.POST.get("version"))
        lost = opened is not None and opened != risk.version  # however it is filled in
        if request.method == "POST" and not lost and form.is_valid():
            try:
                with transaction.atomic():
                    risk_life.step(risk, by=person(request), **form.cleaned_data)
                    submissions.claim(request, risk)
            except (Conflict, ValidationError, IntegrityError):
                lost = True
            else:
                return self._stepped(request, risk)
        race: dict[str, Any] = {}
        if lost and submissions.is_again(request):
            return self._stepped_before(request, risk)
        if lost:
            # Somebody was faster: what was typed is kept, and held against where the risk stands now.
            risk.refresh_from_db()
            form = self._step_form_again(request, risk)
            form.add_error(None, ValidationError(CONFLICT, code="conflict"))
            race = risk_race.of_step(risk, form, opened, person(request))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("Take a step"),
            "risk": risk,
            "form": form,
            "steps": risk.steps.select_related("by").order_by("-at", "-pk"),
            "next": self._next(request),
            "submission": submissions.token(request),
            **race,
        }
        return TemplateResponse(request, "admin/notes/risk/step.html", context, status=409 if lost else 200)

    def _step_form_again(self, request: HttpRequest, risk: Risk) -> StepForm:
        given = request.POST.copy()
        given["version"] = str(risk.version)
        return StepForm(risk, given)

    def _next(self, request: HttpRequest) -> str:
        """Where the person came from, if that is a page of ours."""
        return came_from(request)

    def _stepped(self, request: HttpRequest, risk: Risk) -> HttpResponse:
        risk.refresh_from_db()
        self.log_change(request, risk, [{"changed": {"fields": ["state"]}}])
        link = format_html('<a href="{}">{}</a>', reverse("admin:notes_risk_change", args=[risk.pk]), risk.title)
        messages.success(request, format_html("{}: {}", link, risk.get_state_display()))
        return HttpResponseRedirect(self._next(request) or reverse("admin:notes_risk_change", args=[risk.pk]))

    def _stepped_before(self, request: HttpRequest, risk: Risk) -> HttpResponse:
        address = reverse("admin:notes_risk_change", args=[risk.pk])
        submissions.say_again(request, address)
        return HttpResponseRedirect(self._next(request) or address)

    # --- The list -----------------------------------------------------------------------------------------------------

    @admin.display(description=_("severity"), ordering="severity")
    def severity_pill(self, risk: Risk) -> str:
        """Shape and word."""
        return format_html('<span class="pill {}">{}</span>', risk.severity, risk.get_severity_display())

    @admin.display(description=_("state"), ordering="state")
    def state_shown(self, risk: Risk) -> str:
        """The state; to whom it is escalated."""
        to = risk.get_escalated_to_display() if risk.state == "escalated" else ""
        return format_html('{}<span class="sub">{}</span>', risk.get_state_display(), to)

    @admin.display(description=_("due date"), ordering="due_order")
    def due(self, risk: Risk) -> str:
        """The date, late in words."""
        return due.due(risk.due_date, risk.closed_at)

    @admin.display(description=_("age"), ordering="-raised_at")
    def age(self, risk: Risk) -> str:
        """Days since it was raised, or that it lasted."""
        return gettext("%(days)d d") % {"days": risk.age_days()}

    @admin.display(description=_("raised with the note"))
    def note_link(self, risk: Risk) -> str:
        """The note it was raised with."""
        if risk.note is None:
            return "–"
        return format_html('<a href="{}">{}</a>', reverse("admin:notes_note_change", args=[risk.note.pk]), risk.note)
