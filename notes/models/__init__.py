"""What staff write: notes, their hashtags and workloads, risks, campaigns, summaries asked for."""

from notes.models.campaign import Campaign, CampaignRule, Tag
from notes.models.note import Note
from notes.models.placed import NoteTag, NoteWorkload, Placed
from notes.models.risk import Risk, RiskStep, SummaryRequest

__all__ = [
    "Campaign",
    "CampaignRule",
    "Note",
    "NoteTag",
    "NoteWorkload",
    "Placed",
    "Risk",
    "RiskStep",
    "SummaryRequest",
    "Tag",
]
