"""What the campaigns say of a note: its tag under any alias, the pause rule, where a role records it (domain.md §7)."""

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.db import connection, transaction
from django.utils import timezone

from notes import hashtags, policy
from notes.models import Campaign, CampaignRule, NoteTag, Tag
from notes.types import NoteType

# Notes merged at once: few statements, and none with more parameters than a database takes.
CHUNK = 1_000
# Any number that nobody else locks by.
CAMPAIGNS_LOCK = 7_001_001


@dataclass(frozen=True)
class Campaigns:
    """Every campaign, read at once."""

    all: tuple[Campaign, ...]

    @classmethod
    def load(cls) -> Self:
        """All campaigns, newest first. One query."""
        return cls(tuple(Campaign.objects.all()))

    @classmethod
    def with_rules(cls) -> Self:
        """As `load`, each with its rules. Two queries."""
        return cls(tuple(Campaign.objects.prefetch_related("rules")))

    @property
    def aliases(self) -> Mapping[str, str]:
        """Each alias to the hashtag it counts as."""
        return {name: campaign.hashtag for campaign in self.all for name in campaign.names[1:]}

    def resolve(self, names: Collection[str]) -> list[str]:
        """Normalised names with aliases replaced, in order, each once."""
        return hashtags.resolve(names, self.aliases)

    def running(self, day: dt.date) -> list[Campaign]:
        """Those whose rules hold on `day`, newest first."""
        return [campaign for campaign in self.all if campaign.runs_on(day)]

    def refusing(self, names: Collection[str], day: dt.date) -> list[Campaign]:
        """The campaigns among resolved `names` whose pause rule holds on `day`: a note that says the customer pauses or
        stops may not carry their tag.
        """
        return [campaign for campaign in self.running(day) if campaign.hashtag in names and campaign.pause_rule]


def places_due(
    campaigns: Iterable[Campaign], role: str, kind: NoteType, day: dt.date
) -> list[tuple[Campaign, list[NoteType]]]:
    """Where `role` must record each of a note's campaigns too, as the note's own type is no such place (domain.md §7).

    A role with several types may use any of them, so a note of one of them is enough. Only campaigns that run on `day`
    and ask something of the role; reads `campaign.rules`, so prefetch them.
    """
    due = []
    for campaign in campaigns:
        types = [NoteType(rule.note_type) for rule in campaign.rules.all() if rule.role == role]
        if types and kind not in types and campaign.runs_on(day):
            due.append((campaign, types))
    return due


def rules_without_right(campaign: Campaign) -> list[CampaignRule]:
    """The rules that ask of a role a note type its group may not write now.

    Advised, not refused: rights and rules are both data (domain.md §1), and either may be laid down first.
    """
    rules = list(campaign.rules.all())
    writers = {kind: policy.roles_that_write(NoteType(kind)) for kind in {rule.note_type for rule in rules}}
    return [rule for rule in rules if rule.role not in writers[rule.note_type]]


def hold() -> None:
    """Make whoever else changes campaigns, and whoever writes hashtags, wait until this transaction ends.

    So no two campaigns can take the same name: each looks for it (`Campaign.clean`) only once the other's is there to
    be found. And no note keeps an alias: it was written before, or waits and then reads the campaigns again.
    """
    _lock("pg_advisory_xact_lock")


def stand_by() -> None:
    """Wait until no campaign is being changed, and let none change until this transaction ends; ask this before the
    hashtags of notes are touched. Others who write hashtags go on.
    """
    _lock("pg_advisory_xact_lock_shared")


def _lock(function: str) -> None:
    # One lock for all: locks on the rows themselves would be taken in another order by a note, a merge and a move.
    # Elsewhere (SQLite) one writer follows the other anyway.
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {function}(%s)", [CAMPAIGNS_LOCK])


@transaction.atomic
def merge_standing(campaign: Campaign) -> int:
    """Bring notes tagged with an alias before it was one under the campaign's hashtag; how many rows that took.

    Each note, a withdrawn one too, keeps the tag exactly once (domain.md §7, "A new alias merges the tags that stand"),
    as one of its tag field if any of the merged was; every row tells its history. A few statements per `CHUNK` notes.
    """
    hold()
    tag = Tag.objects.get_or_create(name=campaign.hashtag)[0].pk
    aliases = list(Tag.objects.filter(name__in=campaign.names[1:]).values_list("pk", flat=True))
    moved = 0
    under_alias = NoteTag.objects.filter(tag__in=aliases).values_list("content_object_id", flat=True)
    while notes := set(under_alias[:CHUNK]):
        rows = NoteTag.objects.filter(content_object__in=notes, tag__in=[tag, *aliases])
        kept, gone = [], []
        for _note, of_note in groupby(rows.order_by("content_object", "pk"), lambda row: row.content_object_id):
            standing = list(of_note)
            keeper = next((row for row in standing if row.tag_id == tag), standing[0])
            in_field = any(row.in_field for row in standing)
            moved += sum(row.tag_id != tag for row in standing)
            gone += [row for row in standing if row is not keeper]
            if (keeper.tag_id, keeper.in_field) != (tag, in_field):
                keeper.tag_id, keeper.in_field = tag, in_field
                kept.append(keeper)
        _take_out(gone)
        _rewrite(kept, tag)
    return moved


def _take_out(rows: list[NoteTag]) -> None:
    # A queryset's own `delete` fetches the rows again and writes their history one by one.
    NoteTag.objects.filter(pk__in=[row.pk for row in rows])._raw_delete(NoteTag.objects.db)
    _tell(rows, "-")


def _rewrite(rows: list[NoteTag], tag: int) -> None:
    NoteTag.objects.filter(pk__in=[row.pk for row in rows]).update(tag=tag)
    NoteTag.objects.filter(pk__in=[row.pk for row in rows if row.in_field]).update(in_field=True)
    _tell(rows, "~")


def _tell(rows: list[NoteTag], kind: str) -> None:
    """The history of `rows` in bulk, as simple-history would write it for each: by whom is the request's user."""
    if not rows:
        return
    record, now = NoteTag.history.model, timezone.now()
    columns, by = [field.attname for field in record.tracked_fields], record.get_default_history_user(rows[0])
    record.objects.bulk_create(
        record(
            history_type=kind, history_date=now, history_user=by, **{column: getattr(row, column) for column in columns}
        )
        for row in rows
    )
