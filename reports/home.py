"""Home: for who writes, what waits for them; for who reads, the lists of the own regions. Many do both."""

from collections.abc import Iterable

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from notes import policy
from notes.covering import told
from notes.models import Campaign
from reports.my_work import AskedByMe, MyWork
from reports.views import asker


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A person's own work, and the managers' lists. `?all=<box>` shows a box of it whole."""
    user = asker(request)
    campaigns = list(Campaign.objects.prefetch_related("rules"))
    context = {
        **admin.site.each_context(request),
        "title": _("Home"),
        "reads": user.has_perm("notes.view_note"),
        "writes": policy.writable_types(user),
        "today": timezone.localdate(),
        "work": MyWork(user, campaigns, request.GET.get("all", "")),
        "roles": ", ".join(user.roles),
        "told": told(user),
        "may_hand_over": policy.may_hand_over(user),
    }
    if policy.may_ask(user):
        context["asked_by_me"] = AskedByMe(user)
    if context["reads"]:
        regions = urlencode([("region", code) for code in user.region_codes])
        context["lists"] = _lists(regions, campaigns)
        context["regions"] = ", ".join(user.region_codes)
    return TemplateResponse(request, "reports/home.html", context)


def _lists(regions: str, campaigns: Iterable[Campaign]) -> list[dict[str, str]]:
    """The lists as a manager of these regions (an encoded query, "" for all) opens them."""

    def link(address: str, query: str = "") -> str:
        parts = "&".join(part for part in (regions, query) if part)
        return f"{address}?{parts}" if parts else address

    rows = [
        {
            "name": _("%(campaign)s this month") % {"campaign": campaign},
            "about": campaign.meaning_label,
            "url": link(reverse("reports:campaign", args=[campaign.slug]), "period=this_month"),
        }
        for campaign in campaigns
    ]
    risks, notes = reverse("reports:risks"), reverse("reports:notes")
    return [
        *rows,
        {"name": _("Escalated risks"), "about": _("by due date"), "url": link(risks, "state=escalated")},
        {
            "name": _("Open risks older than 14 days"),
            "about": _("open, mitigating or escalated"),
            "url": link(risks, "age_over=14"),
        },
        {"name": _("Executive summaries"), "about": _("newest first"), "url": link(notes, "summary=1")},
        {
            "name": _("Red and Yellow enterprises"),
            "about": _("Enterprise Status notes of this quarter"),
            "url": link(notes, "rag=red&rag=yellow&period=this_quarter"),
        },
        {"name": _("All notes this week"), "about": _("newest first"), "url": link(notes, "period=this_week")},
    ]
