"""What the tag field offers while somebody types a hashtag: running campaigns first, then hashtags in use."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import OuterRef, Subquery

from accounts.models import User
from notes import hashtags
from notes.campaigns import Campaigns
from notes.models import Campaign, NoteTag, Tag

MOST = 10


@dataclass(frozen=True)
class Offer:
    """A hashtag to take: its name, and what it marks where it is a campaign's."""

    name: str
    about: str = ""
    is_campaign: bool = False


def offers(user: User, typed: str, day: dt.date) -> list[Offer]:
    """At most `MOST` hashtags that `typed`, with its hash sign or without, may become; campaigns that run on `day` are
    found by an alias or a word of their name as well, and stand under their hashtag.

    Hashtags are content: `user` is offered those of live notes in their scope. Two queries beside those for rights,
    which look at one row for each hashtag that fits, however many notes there are.
    """
    start = hashtags.beginning(typed)
    campaigns = Campaigns.load()
    found = [
        Offer(campaign.hashtag, campaign.meaning_label or campaign.label, is_campaign=True)
        for campaign in campaigns.running(day)
        if _means(campaign, typed, start)
    ][:MOST]
    if start is None or not user.has_perm("notes.view_note"):
        return found
    # A running campaign has been offered or does not fit; an alias is nobody's hashtag any more.
    known = {name for campaign in campaigns.running(day) for name in campaign.names} | campaigns.aliases.keys()
    # The newest note under a hashtag, as its index has it first. PostgreSQL would make of EXISTS a join over all notes.
    under = NoteTag.objects.filter(tag=OuterRef("pk"), live=True).within(user)
    newest = Subquery(under.order_by("-created_at", "-content_object_id").values("pk")[:1])
    tags = Tag.objects.alias(newest=newest).filter(newest__isnull=False, name__startswith=start)
    tags = tags.exclude(name__in=known).order_by("name")
    return [*found, *map(Offer, tags.values_list("name", flat=True)[: MOST - len(found)])]


def _means(campaign: Campaign, typed: str, start: str | None) -> bool:
    """Whether somebody who typed this may mean the campaign."""
    if start is not None and any(name.startswith(start) for name in campaign.names):
        return True
    words = typed.strip().lstrip("#＃").casefold()
    if not words:
        return False
    for name in (campaign.name.casefold(), campaign.name_zh.casefold()):
        # A name in Latin letters by the beginning of a word, a Chinese one, which has no spaces, by any part.
        if f" {name}".find(f" {words}") >= 0 or (not words.isascii() and words in name):
            return True
    return False
