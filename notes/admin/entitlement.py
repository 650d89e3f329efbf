"""Entitlements: everything but the status, which only a note moves; a changed start date writes its note."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoped_admin import ScopedAdmin, ScopedRelatedFilter, VersionedForm
from customers.models import Entitlement
from customers.status import L1
from notes import policy, writing
from notes.forms.fields import Prose
from notes.models import Note
from notes.types import NoteType


class EntitlementForm(VersionedForm):
    """An entitlement without its status. Changing a start date that stands needs its reason, and the right to write it
    as an Overall Status note (domain.md §5).
    """

    user: User
    start_date_reason = Prose(label=_("why the start date changes"), rows=2, max_length=2_000)

    class Meta:
        model = Entitlement
        fields = "__all__"

    @property
    def start_date_moves(self) -> bool:
        """Whether a start date that stood is changed; setting the first needs no reason."""
        before = self.initial.get("engagement_start_date")
        return bool(before) and self.cleaned_data.get("engagement_start_date") != before

    def clean(self) -> dict[str, Any] | None:
        """Ask for the reason, and for the rights that the change needs."""
        cleaned = super().clean()
        if self.start_date_moves:
            if not policy.may_write(self.user, NoteType.OVERALL_STATUS):
                message = _("Changing it needs the right to write Overall Status notes.")
                self.add_error("engagement_start_date", ValidationError(message, code="forbidden"))
            elif not self.cleaned_data.get("start_date_reason"):
                message = _("Say why the start date changes; it becomes an Overall Status note.")
                self.add_error("start_date_reason", ValidationError(message, code="required"))
        approved = self.cleaned_data.get("split_approved")
        if approved != self.instance.split_approved and not self.user.has_perm("customers.approve_split"):
            message = _("Only a programme administrator approves a split.")
            self.add_error("split_approved", ValidationError(message, code="forbidden"))
        return cleaned

    def start_date_note(self) -> writing.Draft:
        """The Overall Status note that records the change."""
        entitlement = self.instance
        words = gettext("Engagement start date of %(what)s: %(old)s → %(new)s. %(why)s") % {
            "what": entitlement.short,
            "old": self.initial["engagement_start_date"],
            "new": entitlement.engagement_start_date or "–",
            "why": self.cleaned_data["start_date_reason"],
        }
        note = Note(customer=entitlement.customer, note_type=NoteType.OVERALL_STATUS, body=words)
        roles = policy.writing_roles(self.user, NoteType.OVERALL_STATUS)
        return writing.Draft(
            note=note,
            by=self.user,
            workloads=[entitlement.workload],
            written_as=roles[0].value if roles else "",
        )


@admin.register(Entitlement)
class EntitlementAdmin(ScopedAdmin):
    """Entitlements in scope."""

    list_display = ("customer", "workload", "split_label", "status", "target_date", "owner")
    list_filter = ("l1", "workload", ("customer__region", ScopedRelatedFilter))
    lookups = ("customer__id__exact",)
    search_fields = ("customer__name", "customer__tenant_id", "split_label")
    autocomplete_fields = ("customer",)
    form = EntitlementForm
    fields = (
        "customer",
        "workload",
        "status",
        ("split_reason", "split_label", "split_approved"),
        "seats",
        ("target_date", "unblock_date"),
        "engagement_start_date",
        "start_date_reason",
        "scenario",
        "business_reason",
        "owner",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Entitlement]:
        """In scope, with what the list shows."""
        return super().get_queryset(request).select_related("customer", "workload", "owner", "l2", "l3")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Customer and workload are what it is; the status moves by a note alone."""
        return ("status",) if obj is None else ("status", "customer", "workload")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, knowing who fills it in."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": request.user})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A wrong one becomes Duplicate/Invalid, by a note that says why."""
        return False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """With the way to move a status, for who may write the note that moves it."""
        may = policy.may_write(request.user, NoteType.ENTITLEMENT_STATUS)  # type: ignore[arg-type]
        return (*self.list_display, "move") if may else self.list_display

    @admin.display(description=_("status"), ordering="l1")
    def status(self, entitlement: Entitlement) -> str:
        """L1 with its reason."""
        if not entitlement.pk:
            return gettext("Starts as Status Unknown; an Entitlement Status note moves it.")
        level = L1(entitlement.l1)
        pill, why = format_html('<span class="pill {}">{}</span>', level.pill, level.label), entitlement.l2 or ""
        return format_html('{} <span class="quiet">{}</span>', pill, why)

    @admin.display(description="")
    def move(self, entitlement: Entitlement) -> str:
        """The way to the note that moves the status."""
        query = f"customer={entitlement.customer_id}&note_type=entitlement_status&entitlement={entitlement.pk}"
        return format_html('<a href="{}?{}">{}</a>', reverse("admin:notes_note_add"), query, gettext("Status…"))

    def save_model(self, request: HttpRequest, obj: Entitlement, form: Any, change: bool) -> None:
        """Keep the status over time in step, and write the note that a changed start date needs."""
        super().save_model(request, obj, form, change)
        assert isinstance(request.user, User)
        if not change:
            obj.open_period(by=request.user, at=timezone.now())
        elif {"target_date", "unblock_date", "engagement_start_date"} & set(form.changed_data):
            obj.redate(by=request.user, at=timezone.now())
        if change and form.start_date_moves:
            writing.save(form.start_date_note())
