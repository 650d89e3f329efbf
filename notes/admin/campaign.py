"""Campaigns, as a programme administrator keeps them."""

from typing import Any

from django.contrib import admin, messages
from django.db import models, transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role
from accounts.scoped_admin import ScopedAdmin
from notes import campaigns
from notes.admin.history import CAMPAIGN
from notes.forms.campaign import CampaignForm, RuleFormSet
from notes.models import Campaign, CampaignRule
from notes.types import LIVE


class CampaignRuleInline(admin.TabularInline):
    """Which role records the campaign in which note type."""

    model = CampaignRule
    formset = RuleFormSet
    extra = 0
    max_num = len(Role) * len(LIVE)

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[CampaignRule]:
        """With the campaign that each row's name speaks of."""
        return super().get_queryset(request).select_related("campaign")

    def get_formset(self, request: HttpRequest, obj: Any = None, **kwargs: Any) -> type[RuleFormSet]:
        """No more rows than there can be: a made-up number of them costs nothing."""
        return super().get_formset(request, obj, **{**kwargs, "absolute_max": self.max_num + 1})  # type: ignore[return-value]


@admin.register(Campaign)
class CampaignAdmin(ScopedAdmin):
    """Campaigns: data, so that the next emergency needs no deployment (domain.md §7)."""

    story = CAMPAIGN
    form = CampaignForm
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

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> Any:
        """One campaign is saved after the other, so that two cannot take the same name at once."""
        if request.method != "POST":
            return super().changeform_view(request, object_id, form_url, extra_context)
        with transaction.atomic():
            campaigns.hold()
            return super().changeform_view(request, object_id, form_url, extra_context)

    def save_model(self, request: HttpRequest, obj: Campaign, form: Any, change: bool) -> None:
        """A new alias takes along the notes that stand under it."""
        super().save_model(request, obj, form, change)
        campaigns.merge_standing(obj)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rules, and say which of them ask for what their role may not write."""
        super().save_related(request, form, formsets, change)
        for rule in campaigns.rules_without_right(form.instance):
            words = gettext("%(role)s may not write %(type)s notes now, so nobody records the campaign there.")
            names = {"role": rule.get_role_display(), "type": rule.get_note_type_display()}
            messages.warning(request, words % names)
