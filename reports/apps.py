from typing import Any

from django.apps import AppConfig
from django.urls import reverse
from django.utils.translation import gettext_lazy as _


class ReportsConfig(AppConfig):
    name = "reports"
    verbose_name = _("Reports")

    def sidebar(self, user: Any) -> dict[str, Any]:
        """The group of lists that `user` may read, in the form of `AdminSite.get_app_list`."""
        from notes.models import Campaign

        entries: list[tuple[str, Any, str]] = []
        if user.has_perm("notes.view_note"):
            entries.append(("allnotes", _("All notes"), reverse("reports:notes")))
            entries += [
                (f"campaign-{campaign.slug}", str(campaign), reverse("reports:campaign", args=[campaign.slug]))
                for campaign in Campaign.objects.all()
            ]
        if user.has_perm("notes.view_risk"):
            entries.append(("risklist", _("Escalations and risks"), reverse("reports:risks")))
        return {
            "name": self.verbose_name,
            "app_label": "reports",
            "app_url": entries[0][2] if entries else "",
            "has_module_perms": bool(entries),
            "models": [
                {
                    "name": name,
                    "object_name": key,
                    "perms": {"add": False, "change": False, "delete": False, "view": True},
                    "admin_url": url,
                    "add_url": None,
                    "view_only": True,
                }
                for key, name, url in entries
            ],
        }
