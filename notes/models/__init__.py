"""What staff write: notes, their hashtags and workloads, risks, campaigns, summaries asked for."""

from notes.models.campaign import Campaign, CampaignRule, Tag
from notes.models.draft import NoteDraft
from notes.models.note import Note
from notes.models.placed import NoteTag, NoteWorkload, Placed
from notes.models.risk import Risk, RiskStep
from notes.models.summary_request import SummaryRequest

__all__ = [
    "Campaign",
    "CampaignRule",
    "Note",
    "NoteDraft",
    "NoteTag",
    "NoteWorkload",
    "Placed",
    "Risk",
    "RiskStep",
    "SummaryRequest",
    "Tag",
]
