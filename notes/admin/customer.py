"""A customer's page in the admin, with its entitlements: their form writes notes, so it is put together here."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.options import InlineModelAdmin
from django.http import HttpRequest

from customers.admin import CustomerAdmin
from customers.models import Customer
from notes.admin.entitlement import EntitlementInline

admin.site.unregister(Customer)


@admin.register(Customer)
class CustomerWithEntitlementsAdmin(CustomerAdmin):
    """Customers in scope; each with its entitlements, once it is there."""

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type[InlineModelAdmin]]:
        """None while the customer is being added."""
        return [EntitlementInline] if obj is not None else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """Each touched row is written as its own form would."""
        formset.save(commit=False)
        for row in formset.forms if formset.sent else ():
            if row.has_changed():
                row.write()
