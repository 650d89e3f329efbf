"""The plain home page: sends each role to its work."""

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from customers.models import Customer
from notes import policy
from notes.models import Campaign, Note
from reports.views import asker

SHOWN = 8


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """A writer's customers, next actions and last notes; for everyone who reads, the lists of the own regions."""
    user = asker(request)
    reads = user.has_perm("notes.view_note")
    notes = Note.objects.visible_to(user).live().select_related("customer")
    context = {
        **admin.site.each_context(request),
        "title": _("Home"),
        "reads": reads,
        "writes": policy.writable_types(user),
        "today": timezone.localdate(),
    }
    if context["writes"]:
        context |= {
            "customers": Customer.objects.visible_to(user)
            .served_by(user)
            .select_related("region")
            .order_by("name", "pk")[:SHOWN],
            "next_actions": notes.filter(
                next_action_person=user, next_action_done_at=None, next_action_date__isnull=False
            ).order_by("next_action_date", "pk")[:SHOWN],
            "last_notes": notes.filter(author=user).order_by("-created_at", "-pk")[:SHOWN],
        }
    if reads:
        regions = urlencode([("region", code) for code in user.region_codes])
        context["lists"] = _lists(regions)
        context["regions"] = ", ".join(user.region_codes)
    return TemplateResponse(request, "reports/home.html", context)


def _lists(regions: str) -> list[dict[str, str]]:
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
        for campaign in Campaign.objects.all()
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
