"""Where staff write: notes, and the forms that write one when a status or a start date changes."""

from django.contrib import admin
from taggit.models import Tag as StockTag

from notes.admin.campaign import CampaignAdmin
from notes.admin.customer import CustomerWithEntitlementsAdmin
from notes.admin.entitlement import EntitlementAdmin
from notes.admin.handover import HandOverAdmin
from notes.admin.note import NoteAdmin
from notes.admin.person import PersonWithWorkAdmin
from notes.admin.risk import RiskAdmin
from notes.admin.summary_request import SummaryRequestAdmin

# taggit's own page lists, merges and deletes hashtags without asking anybody's rights.
admin.site.unregister(StockTag)

__all__ = [
    "CampaignAdmin",
    "CustomerWithEntitlementsAdmin",
    "EntitlementAdmin",
    "HandOverAdmin",
    "NoteAdmin",
    "PersonWithWorkAdmin",
    "RiskAdmin",
    "SummaryRequestAdmin",
]
