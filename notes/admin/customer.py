"""Customers in the admin, with what notes add: entitlement rows, whose form writes notes, and asking for summaries."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import person
from customers.admin import CustomerAdmin
from customers.models import Customer
from notes import policy
from notes.admin.ask_summaries import ACTION as ASK
from notes.admin.ask_summaries import ask_view
from notes.admin.entitlement import EntitlementInline

admin.site.unregister(Customer)


@admin.register(Customer)
class CustomerWithEntitlementsAdmin(CustomerAdmin):
    """Customers in scope; each with its entitlements, once it is there."""

    actions = (ASK,)

    def has_ask_permission(self, request: HttpRequest) -> bool:
        """Who may ask for executive summaries."""
        return policy.may_ask(person(request))

    @admin.action(permissions=["ask"], description=_("Ask for an executive summary…"))
    def ask_for_summaries(self, request: HttpRequest, queryset: Any) -> HttpResponse | None:
        """At each of the chosen customers."""
        return ask_view(self.admin_site, self.opts, request, queryset)

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type[InlineModelAdmin]]:
        """None while the customer is being added."""
        return [EntitlementInline] if obj is not None else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each touched row is written as its own form would."""
        formset.save(commit=False)
        for row in formset.forms if formset.sent else ():
            if row.has_changed():
                row.write()
