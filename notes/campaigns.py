"""What the campaigns say of a note: which tag an alias stands for, and the pause rule (domain.md §7)."""

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Self

from django.db import transaction

from notes import hashtags
from notes.models import Campaign, NoteTag, Tag


@dataclass(frozen=True)
class Campaigns:
    """Every campaign, read at once."""

    all: tuple[Campaign, ...]

    @classmethod
    def load(cls) -> Self:
        """All campaigns, newest first. One query."""
        return cls(tuple(Campaign.objects.all()))

    @property
    def aliases(self) -> Mapping[str, str]:
        """Each alias to the hashtag it counts as."""
        return {name: campaign.hashtag for campaign in self.all for name in campaign.names[1:]}

    def resolve(self, names: Collection[str]) -> list[str]:
        """Normalised names with aliases replaced, in order, each once."""
        return hashtags.resolve(names, self.aliases)

    def refusing(self, names: Collection[str], day: dt.date) -> list[Campaign]:
        """The campaigns among resolved `names` whose pause rule holds on `day`: a note that says the customer pauses or
        stops may not carry their tag.
        """
        return [
            campaign
            for campaign in self.all
            if campaign.hashtag in names and campaign.pause_rule and campaign.runs_on(day)
        ]


@transaction.atomic
def merge_standing(campaign: Campaign) -> int:
    """Bring notes tagged with an alias before it was one under the campaign's hashtag; how many rows moved.

    Each note keeps the tag exactly once (domain.md §7, "A new alias merges the tags that stand").
    """
    moved = 0
    rows = NoteTag.objects.filter(tag__name__in=campaign.names[1:]).select_related("tag")
    tag = Tag.objects.get_or_create(name=campaign.hashtag)[0] if rows.exists() else None
    for row in rows:
        standing = NoteTag.objects.filter(tag=tag, content_object_id=row.content_object_id).first()
        if standing is None:
            row.tag = tag
            row.save(update_fields=["tag"])
        else:
            if row.in_field and not standing.in_field:
                standing.in_field = True
                standing.save(update_fields=["in_field"])
            row.delete()
        moved += 1
    return moved
