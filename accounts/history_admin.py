"""The page of a record's history: read-only, within scope, at the address where Django keeps its own."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext

from accounts.history import Story
from accounts.models import User
from accounts.telling import tell

ENTRIES_A_PAGE = 50


class HistoryAdmin(admin.ModelAdmin):
    """A model with a `story` has a page that tells it; without one no history answers, Django's log included: that
    names people without asking who reads.
    """

    story: Story | None = None

    def get_urls(self) -> list[Any]:
        """Without the stock address where there is nothing to tell."""
        urls, name = super().get_urls(), f"{self.opts.app_label}_{self.opts.model_name}_history"
        return [url for url in urls if self.story or getattr(url, "name", None) != name]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Who changed what and when, newest first. 404 for what the reader may not know of, 403 without the right."""
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        if not self.has_view_permission(request):
            raise PermissionDenied
        record = self.get_object(request, unquote(object_id))
        if record is None or self.story is None:
            raise Http404
        if not self.has_view_permission(request, record):
            raise PermissionDenied
        assert isinstance(request.user, User)
        page = Paginator(self.story.entries(record), ENTRIES_A_PAGE).get_page(request.GET.get("page"))
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": gettext("History"),
            "record": record,
            "page": page,
            "entries": tell(list(page.object_list), self.story, request.user),
        }
        return TemplateResponse(request, "admin/history.html", context | (extra_context or {}))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """The form with the way to its record's history."""
        record = context.get("original")
        if self.story and record is not None and record.pk:
            name = f"admin:{self.opts.app_label}_{self.opts.model_name}_history"
            context["history_url"] = reverse(name, args=[record.pk])
        return super().render_change_form(request, context, *args, **kwargs)
