"""The admin site: Django's own, with the reports as the first group of its sidebar."""

from typing import Any

from django.apps import apps
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from notes import policy


class StatusAdminSite(admin.AdminSite):
    """One shell for what staff write and what managers read."""

    site_title = site_header = "ftstatus"
    index_title = _("Administration")
    site_url = "/"
    enable_nav_sidebar = True

    def get_app_list(self, request: HttpRequest, app_label: str | None = None) -> list[dict[str, Any]]:
        """Django's list of apps, behind the reports this person may read (look, *How it sits on the admin*)."""
        stock = super().get_app_list(request, app_label)
        if app_label is not None:
            return stock
        order = ["notes", "customers", "accounts"]
        stock.sort(key=lambda app: order.index(app["app_label"]) if app["app_label"] in order else len(order))
        reports = apps.get_app_config("reports").sidebar(request.user)  # type: ignore[attr-defined]
        return [reports, *stock] if reports["models"] else stock

    @method_decorator(never_cache)
    @login_not_required
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Django's log-in page; without a `next` it leads home, not to the admin's index."""
        if REDIRECT_FIELD_NAME not in request.GET:
            extra_context = {REDIRECT_FIELD_NAME: reverse("home"), **(extra_context or {})}
        return super().login(request, extra_context)

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Django's context, with who is at work: name, roles and regions for the header."""
        context = super().each_context(request)
        user = request.user
        if user.is_authenticated:
            parts = [", ".join(user.roles), ", ".join(user.region_codes)]
            context["at_work_as"] = " · ".join(part for part in parts if part)
            context["may_write_notes"] = bool(policy.writable_types(user))
        return context
