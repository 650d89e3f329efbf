"""Campaigns, as a programme administrator keeps them."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import ScopedAdmin
from notes import campaigns
from notes.models import Campaign, CampaignRule


class CampaignRuleInline(admin.TabularInline):
    """Which role records the campaign in which note type."""

    model = CampaignRule
    extra = 0


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    """Campaigns: data, so that the next emergency needs no deployment (domain.md §7)."""

    list_display = ("hashtag_shown", "label_shown", "starts", "ends", "pause_rule")
    search_fields = ("slug", "name", "name_zh", "hashtag", "aliases")
    prepopulated_fields = {"slug": ("hashtag",)}
    inlines = (CampaignRuleInline,)
    fields = (
        "hashtag",
        "slug",
        "aliases",
        ("name", "name_zh"),
        ("meaning", "meaning_zh"),
        ("starts", "ends"),
        "pause_rule",
    )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """A campaign ends on a date; its notes keep its name."""
        return False

    @admin.display(description=_("hashtag"), ordering="hashtag")
    def hashtag_shown(self, campaign: Campaign) -> str:
        """With its hash sign."""
        return str(campaign)

    @admin.display(description=_("name"), ordering="name")
    def label_shown(self, campaign: Campaign) -> str:
        """In the page's language."""
        return campaign.label

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """A new alias takes along the notes that stand under it; a hashtag that is renamed stays as an alias."""
        if change and "hashtag" in form.changed_data:
            obj.aliases = f"{obj.aliases} {form.initial['hashtag']}".strip()
        super().save_model(request, obj, form, change)
        campaigns.merge_standing(obj)
