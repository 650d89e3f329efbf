"""Customers, who serves them, workloads and the tree of reasons. Entitlements' forms live with the notes they write."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import PlainAdmin, ScopedAdmin, ScopedRelatedFilter, person
from customers.models import Assignment, Customer, StatusReason, Workload


@admin.register(Customer)
class CustomerAdmin(ScopedAdmin):
    """Customers in scope."""

    list_display = ("name", "region", "country", "seats_grouped", "priority_pill", "enterprise_level", "partner")
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


@admin.register(Assignment)
class AssignmentAdmin(ScopedAdmin):
    """Who serves whom."""

    list_display = ("customer", "user", "role", "starts", "ends")
    list_filter = ("role",)
    search_fields = ("customer__name", "user__username", "user__first_name", "user__last_name")
    autocomplete_fields = ("customer",)
    fields = ("customer", "user", "role", "starts", "ends")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Assignment]:
        """In scope, with what the list shows."""
        return super().get_queryset(request).select_related("customer", "user")


@admin.register(Workload)
class WorkloadAdmin(PlainAdmin):
    """Workloads."""

    list_display = ("code", "name", "name_zh", "position")
    search_fields = ("code", "name", "name_zh")


@admin.register(StatusReason)
class StatusReasonAdmin(ScopedAdmin):
    """L2 reasons and L3 details."""

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
        "position",
        "active",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[StatusReason]:
        """With what the list shows."""
        return super().get_queryset(request).select_related("parent")
