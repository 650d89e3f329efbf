"""Entitlements in the admin: on their own, and as rows on the customer's page."""

import re
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import ScopedAdmin, ScopedRelatedFilter, is_id, person
from accounts.scoped_inlines import TolerantFormSet
from customers.models import Customer, Entitlement
from customers.status import L1
from notes import policy
from notes.admin.history import ENTITLEMENT
from notes.forms.entitlement import EntitlementForm, EntitlementRowForm
from notes.types import NoteType


class ActiveFilter(admin.ChoicesFieldListFilter):
    """By L1. Unless asked for, Duplicate/Invalid stays out, as it leaves every list of active work (domain.md §5)."""

    def queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The rows of the chosen L1, else the active ones."""
        if self.lookup_val is None and self.lookup_val_isnull is None:
            return queryset.active()  # type: ignore[attr-defined, no-any-return]
        return super().queryset(request, queryset)  # type: ignore[return-value]

    def choices(self, changelist: Any) -> Any:
        """Django's, the first under its true name."""
        first, *others = super().choices(changelist)
        return [{**first, "display": gettext("All but Duplicate/Invalid")}, *others]


MOST_ROWS = 200
ROW_KEY = re.compile(r"entitlements-\d+-id")


@admin.register(Entitlement)
class EntitlementAdmin(ScopedAdmin):
    """Entitlements in scope."""

    story = ENTITLEMENT
    list_display = ("customer", "workload", "split_label", "status", "target_date", "owner")
    list_filter = (("l1", ActiveFilter), "workload", ("customer__region", ScopedRelatedFilter))
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

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """For a save the customer is locked before the row, in the order in which a status note takes them."""
        if request.method == "POST" and is_id(object_id):
            of_row = Entitlement.objects.filter(pk=object_id).values("customer_id")
            list(Customer.objects.select_for_update(no_key=True).filter(pk__in=of_row).values_list("pk"))
        return super().get_object(request, object_id, from_field)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What only a change asks is not shown to a reader."""
        fields = super().get_fields(request, obj)
        changes = obj is not None and self.has_change_permission(request, obj)
        return fields if changes else [name for name in fields if name != "start_date_reason"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Customer and workload are what it is; the status moves by a note alone."""
        return ("status",) if obj is None else ("status", "customer", "workload")

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """The form, knowing who fills it in."""
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"user": person(request)})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A wrong one becomes Duplicate/Invalid, by a note that says why."""
        return False

    def get_list_display(self, request: HttpRequest) -> tuple[str, ...]:
        """With the way to move a status, for who may write the note that moves it."""
        may = policy.may_write(person(request), NoteType.ENTITLEMENT_STATUS)
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
        """Write it with the status over time, and the note of a changed start date."""
        form.write()


class EntitlementInline(admin.StackedInline):
    """A customer's entitlements on its page: seats and dates to put right, a further one to add."""

    model = Entitlement
    form = EntitlementRowForm
    formset = TolerantFormSet
    extra = 1
    max_num = MOST_ROWS
    can_delete = False
    template = "admin/customers/customer/entitlements.html"
    fields = (
        "workload",
        "split_reason",
        "split_label",
        "split_approved",
        "seats",
        "target_date",
        "unblock_date",
        "engagement_start_date",
        "start_date_reason",
        "version",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The approval of a split is asked of those who give it."""
        approves = request.user.has_perm("customers.approve_split")
        return [name for name in self.fields if approves or name != "split_approved"]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Entitlement]:
        """In scope, with what a row shows; Duplicate/Invalid stays on its own filter."""
        rows: Any = Entitlement.objects.visible_to(request.user)
        # What has become Duplicate/Invalid since the page was opened stays with what was typed into its row.
        sent = [value for name, value in request.POST.items() if ROW_KEY.fullmatch(name) and is_id(value)]
        rows = rows.active() | rows.filter(pk__in=sent) if sent else rows.active()
        return rows.select_related("customer", "workload", "l2", "l3").order_by(  # type: ignore[no-any-return]
            "workload__position", "split_label", "pk"
        )

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> Any:
        """The rows' form, knowing who fills it in, with the choices of workloads read once for all rows."""
        # More rows than any customer has cost nothing when they are made up.
        formset = super().get_formset(request, obj, **{**kwargs, "absolute_max": MOST_ROWS})
        form: Any = type("EntitlementRowFormOfPerson", (formset.form,), {"user": person(request)})
        field = form.base_fields["workload"]
        field.choices = list(field.choices)
        formset.form = form
        return formset
