"""Risks: to be looked up here; they are raised from a note's Risks box."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts.scoped_admin import ScopedAdmin, ScopedRelatedFilter
from notes.models import Risk, RiskStep


class RiskStepInline(admin.TabularInline):
    """The steps of a risk, oldest first; they are history and never edited."""

    model = RiskStep
    extra = 0
    can_delete = False
    fields = readonly_fields = ("at", "by", "from_state", "to_state", "escalated_to", "reference", "comment")

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[RiskStep]:
        """With who took each step."""
        return super().get_queryset(request).select_related("by")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A step is taken, not typed in."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """As for adding."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who sees the risk sees its steps."""
        return request.user.has_perm("notes.view_risk")


@admin.register(Risk)
class RiskAdmin(ScopedAdmin):
    """Risks in scope."""

    list_display = ("title", "customer", "severity", "state", "owner", "due_date")
    list_filter = ("state", "severity", ("region", ScopedRelatedFilter))
    search_fields = ("title", "description", "customer__name")
    inlines = (RiskStepInline,)
    fields = (
        "customer",
        "entitlement",
        "workload",
        "note",
        "title",
        "description",
        "severity",
        "state",
        "owner",
        "due_date",
        "escalated_to",
        "reference",
        "raised_at",
        "raised_by",
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Risk]:
        """In scope, with what the list shows."""
        return super().get_queryset(request).select_related("customer", "owner", "workload", "note", "raised_by")

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Raised from a note's Risks box."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Read here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A risk is resolved or accepted, never gone."""
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Who may read risks."""
        return request.user.has_perm("notes.view_risk")
