"""Customers, who serves them, workloads and the tree of reasons. Entitlements' forms live with the notes they write."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.changes import Ref, Value
from accounts.history import Beside, Story, Versions
from accounts.models import User
from accounts.scoped_admin import PlainAdmin, ScopedAdmin, ScopedRelatedFilter, person
from accounts.versioned_form import VersionedForm
from customers.models import Assignment, Customer, StatusReason, Workload


def _serves(row: Any) -> Value:
    """Who serves in which role, and from when to when."""
    starts = gettext("from %s") % date_format(row.starts) if row.starts else ""
    ends = gettext("to %s") % date_format(row.ends) if row.ends else ""
    return (f"{row.role} · ", Ref(User, row.user_id), *(f" · {words}" for words in (starts, ends) if words))


@admin.register(Customer)
class CustomerAdmin(ScopedAdmin):
    """Customers in scope."""

    story = Story(
        sources=(
            Versions(Customer, untold=("version", "created_at")),
            Beside(Assignment, "customer_id", _("Assignment"), _serves),
        )
    )
    list_display = (
        "name",
        "region",
        "country",
        "seats_grouped",
        "priority_pill",
        "enterprise_level",
        "partner",
        "page",
    )
    list_filter = ("region", "priority", "enterprise_level", "s400", ("partner", ScopedRelatedFilter))
    lookups = ("region__code", "assignments__user__id__exact")
    search_fields = ("name", "tenant_id", "brand")
    fields = (
        "name",
        "tenant_id",
        "brand",
        "region",
        "country",
        "industry",
        "seats",
        "priority",
        "enterprise_level",
        "enterprise_reason",
        "s400",
        "managed",
        "partner",
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """A partner's staff do not hand a customer to another organisation, nor out of their own sight."""
        return ("partner",) if person(request).partner_id else ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Customer]:
        """In scope, with what the list shows."""
        return super().get_queryset(request).select_related("region", "partner")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A customer's record stays; nothing written about it may be lost."""
        return False

    def save_model(self, request: HttpRequest, obj: Customer, form: Any, change: bool) -> None:
        """A customer that a partner's staff add is their organisation's."""
        if change and not set(form.changed_data) - {"version"}:
            return  # only its rows are touched, so it is in the way of nobody who edits it
        if not change and person(request).partner_id:
            obj.partner_id = person(request).partner_id
        super().save_model(request, obj, form, change)

    @admin.display(description=_("seats"), ordering="seats")
    def seats_grouped(self, customer: Customer) -> str:
        """Seats with thousands marked."""
        return format_html('<span class="num">{}</span>', f"{customer.seats:,}")

    @admin.display(description=_("priority"), ordering="priority")
    def priority_pill(self, customer: Customer) -> str:
        """Priority as a word."""
        return customer.get_priority_display()

    @admin.display(description="")
    def page(self, customer: Customer) -> SafeString:
        """The way to all of it on one page."""
        return format_html('<a href="{}">{}</a>', reverse("customer", args=[customer.pk]), gettext("Customer page"))


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    """Who serves whom."""

    story = Story(sources=(Versions(Assignment),))
    list_display = ("customer", "user", "role", "starts", "ends")
    list_filter = ("role",)
    search_fields = ("customer__name", "user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ("customer",)
    fields = ("customer", "user", "role", "starts", "ends")

    def knew(self, request: HttpRequest, last: Any) -> bool:
        """Of a deleted one: who sees its customer and the name of who served it."""
        seen = Customer.objects.visible_to(request.user).filter(pk=last.customer_id).exists()
        return seen and User.objects.visible_to(request.user).filter(pk=last.user_id).exists()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Assignment]:
        """In scope, with what the list shows."""
        return super().get_queryset(request).select_related("customer", "user")


@admin.register(Workload)
class WorkloadAdmin(PlainAdmin):
    """Workloads."""

    list_display = ("code", "name", "name_zh", "position")
    search_fields = ("code", "name", "name_zh")


A_LINE_EACH = _("One item per line, without bullets.")
ARROW = _("One per line: example → reason: why. The page links the reason it belongs to by its name.")


class StatusReasonForm(VersionedForm):
    """Says how the guidance is written, so that the note form can show it as lists and links (`customers.guidance`)."""

    class Meta:
        help_texts = {
            "definition": _("One or two sentences; shown beside the reason where a status is written."),
            "definition_zh": _("Shown on Chinese pages; where it is blank they show the English."),
            **dict.fromkeys(("examples", "examples_zh", "questions", "questions_zh"), A_LINE_EACH),
            **dict.fromkeys(("lookalikes", "lookalikes_zh"), ARROW),
        }


@admin.register(StatusReason)
class StatusReasonAdmin(ScopedAdmin):
    """L2 reasons and L3 details."""

    form = StatusReasonForm
    story = Story(sources=(Versions(StatusReason),))
    list_display = ("name", "name_zh", "l1", "parent", "active")
    list_filter = ("l1", "active")
    search_fields = ("name", "name_zh", "slug")
    prepopulated_fields = {"slug": ("name",)}
    fields = (
        "l1",
        "parent",
        "slug",
        ("name", "name_zh"),
        ("definition", "definition_zh"),
        ("examples", "examples_zh"),
        ("lookalikes", "lookalikes_zh"),
        ("questions", "questions_zh"),
        "position",
        "active",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[StatusReason]:
        """With what the list shows."""
        return super().get_queryset(request).select_related("parent")
