"""A new alias merges the tags that stand: each note keeps the tag exactly once, whatever stood where (domain.md §7)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from notes import campaigns, placing, writing
from notes.models import Campaign, Note, NoteTag
from tests import builders as build
from tests.races import side_by_side
from tests.reports import reading

ALIASES = ("wildfires", "wild-fire", "疫情")
NAMES = ("wildfire", *ALIASES, "other")


def wildfire(aliases=""):
    return Campaign.objects.create(
        slug="wildfire", name="Wildfire", hashtag="wildfire", aliases=aliases, starts=dt.date(2020, 1, 1)
    )


def with_alias(campaign, *aliases):
    campaign.aliases = " ".join(aliases or ALIASES)
    campaign.save()
    return campaigns.merge_standing(campaign)


def standing(note):
    return set(note.note_tags.values_list("tag__name", "in_field"))


def placed_rightly():
    columns = ("created_at", "live", "region_id", "partner_id")
    rows = NoteTag.objects.select_related("content_object")
    return all({name: getattr(row, name) for name in columns} == placing.of(row.content_object) for row in rows)


# A note's hashtags, each with whether it stands in the field (else in the text), and whether the note is withdrawn.
TAGGED = st.tuples(st.dictionaries(st.sampled_from(NAMES), st.booleans()), st.booleans())


class AnyNotes(TestCase):
    @settings(max_examples=40)
    @given(st.lists(TAGGED, max_size=6))
    def test_every_note_keeps_the_tag_exactly_once(self, tagged):
        fm, customer, campaign = build.person("fm", "FM"), build.customer(), wildfire()
        notes = []
        for tags, gone in tagged:
            field = " ".join(name for name, in_field in tags.items() if in_field)
            text = " ".join(f"#{name}" for name, in_field in tags.items() if not in_field)
            note = build.note(fm, customer, body=f"Text. {text}", tags=field)
            notes.append(build.withdraw(note, fm) if gone else note)
        rows = NoteTag.objects.filter(tag__name__in=ALIASES).count()
        assert with_alias(campaign) == rows

        expected = []
        for tags, _gone in tagged:
            ours = [in_field for name, in_field in tags.items() if name != "other"]
            kept = {("other", tags["other"])} if "other" in tags else set()
            expected.append(kept | ({("wildfire", any(ours))} if ours else set()))
        assert [standing(note) for note in notes] == expected
        assert NoteTag.objects.count() == sum(map(len, expected))
        assert placed_rightly()
        assert with_alias(campaign) == 0

        live = [
            note.pk
            for note, tags in zip(notes, expected, strict=True)
            if note.withdrawn_at is None and {name for name, _in_field in tags} >= {"wildfire"}
        ][::-1]
        client = build.log_in(Client(), fm)
        for address, query in (
            ("/reports/campaigns/wildfire/", ""),
            *((reading.NOTES, f"tag={name}") for name in ("wildfire", "%23Wild-Fire", "疫情")),
        ):
            assert reading.page_ids(client, address, query) == live, (address, query)
            assert reading.csv_ids(client, address, query) == live, (address, query)


pytestmark = pytest.mark.django_db


@pytest.fixture
def fm():
    return build.person("fm", "FM")


def test_the_history_tells_which_row_went_and_by_whom(client, fm):
    """Of three rows on one note one stays, in the tag field as one of them was, and says that it changed."""
    pa, campaign = build.person("pa", "PA"), wildfire()
    note = build.note(fm, build.customer(), body="#wildfires #wild-fire", tags="疫情")
    rows = {row.tag.name: row.pk for row in note.note_tags.select_related("tag")}
    build.log_in(client, pa)
    data = {"hashtag": "wildfire", "slug": "wildfire", "name": "Wildfire", "starts": "2020-01-01", "version": 1}
    address = f"/admin/notes/campaign/{campaign.pk}/change/"
    assert client.post(address, data | {"aliases": " ".join(ALIASES)}).status_code == 302
    (kept,) = note.note_tags.all()
    assert (kept.pk, kept.tag.name, kept.in_field) == (min(rows.values()), "wildfire", True)
    told = NoteTag.history.filter(content_object_id=note.pk).exclude(history_type="+")
    fields = ("id", "history_type", "tag__name", "in_field", "history_user__username")
    assert sorted(told.values_list(*fields)) == sorted(
        [
            (kept.pk, "~", "wildfire", True, "pa"),
            *(
                (pk, "-", name, name == "疫情", "pa")
                for name, pk in rows.items()
                if pk != kept.pk
            ),
        ]
    )  # fmt: skip


def test_a_tag_that_stands_already_stays_itself(fm):
    """The campaign's own row is the one that is kept; it changes only where the field is gained."""
    customer, campaign = build.customer(), wildfire()
    both = build.note(fm, customer, body="#wildfires", tags="wildfire")
    gains = build.note(fm, customer, body="#wildfire", tags="wildfires")
    own = set(NoteTag.objects.filter(tag__name="wildfire").values_list("pk", flat=True))
    assert with_alias(campaign, "wildfires") == 2
    assert set(NoteTag.objects.values_list("pk", flat=True)) == own
    assert [standing(note) for note in (both, gains)] == [{("wildfire", True)}] * 2
    changed = NoteTag.history.filter(history_type="~").values_list("content_object_id", flat=True)
    assert list(changed) == [gains.pk]


def many(count, customer, author, names):
    """`count` notes in bulk, each under all of `names`."""
    now = timezone.now()
    notes = Note.objects.bulk_create(
        Note(
            customer=customer, note_type="overall_status", author=author, body="x", text="x",
            region_id=customer.region_id, created_at=now,
        )
        for _ in range(count)
    )  # fmt: skip
    tags = writing.tags_by_name(list(names))
    NoteTag.objects.bulk_create(
        NoteTag(content_object=note, tag=tag, **placing.of(note)) for note in notes for tag in tags
    )


def test_the_statements_follow_the_chunks_not_the_notes(fm):
    customer, campaign, counts = build.customer(), wildfire(), []
    writing.tags_by_name(["wildfire"])
    # History's INSERTs hold as many rows as the database takes; the rest does not change with the notes of a chunk.
    for number, count in enumerate((1, 3, campaigns.CHUNK, 2 * campaigns.CHUNK)):
        alias = f"alias{number}"
        many(count, customer, fm, [alias])
        with CaptureQueriesContext(connection) as asked:
            assert with_alias(campaign, alias) == count
        counts.append(len([query for query in asked if "INSERT" not in query["sql"]]))
    assert counts[0] == counts[1] == counts[2]
    assert counts[3] == counts[2] + 3
    tagged = NoteTag.objects.filter(tag__name="wildfire", live=True)
    assert tagged.count() == NoteTag.objects.count() == 4 + 3 * campaigns.CHUNK
    assert NoteTag.history.filter(history_type="~").count() == tagged.count()


def test_a_renamed_hashtag_takes_its_notes_along(client, fm):
    note, campaign = build.note(fm, build.customer(), tags="covid"), Campaign.objects.get(slug="covid")
    build.log_in(client, build.person("pa", "PA"))
    data = {
        "hashtag": "#Corona",
        "aliases": "covid19",
        "slug": "covid",
        "name": "x",
        "starts": "2020-03-01",
        "version": 1,
    }
    assert client.post(f"/admin/notes/campaign/{campaign.pk}/change/", data).status_code == 302
    assert standing(note) == {("corona", True)}
    assert Campaign.objects.get(slug="covid").names == ["corona", "covid19", "covid"]
    assert reading.page_ids(build.log_in(client, fm), reading.NOTES, "tag=COVID") == [note.pk]


# --- A note at that very moment ---------------------------------------------------------------------------------------


def test_a_note_made_before_the_alias_and_saved_after_it_has_the_campaigns_tag(fm):
    """The draft knew the campaigns of when its form was read; what counts are those of when it is saved."""
    customer, campaign = build.customer(), wildfire()
    note = Note(customer=customer, note_type="overall_status", body="#wildfires", text="")
    draft = writing.Draft(note=note, by=fm, tags="疫情 wildfire")
    assert writing.check(draft) == {}
    with_alias(campaign)
    assert standing(writing.save(draft)) == {("wildfire", True)}
    assert not NoteTag.objects.filter(tag__name__in=ALIASES).exists()


def test_a_pause_made_before_the_alias_and_saved_after_it_is_refused(fm):
    """As the campaign's own tag would have been: nothing of the note is written."""
    customer, campaign = build.customer(), wildfire()
    note = Note(customer=customer, note_type="overall_status", body="#wildfires", pace="pausing", text="")
    draft = writing.Draft(note=note, by=fm)
    assert writing.check(draft) == {}
    with_alias(campaign)
    with pytest.raises(ValidationError) as refused, transaction.atomic():
        writing.save(draft)
    assert refused.value.message_dict == {"__all__": ["A customer that pauses gets no #wildfire."]}
    assert (Note.objects.count(), NoteTag.objects.count()) == (0, 0)


@pytest.mark.django_db(transaction=True)
def test_notes_written_while_an_alias_is_added_stand_under_the_campaign(fm):
    """Drafts that know nothing of the alias, saved while it is added: none stays under it, whoever was first."""
    customer, campaign, pa = build.customer(), wildfire(), build.person("pa", "PA")
    drafts = [
        writing.Draft(note=Note(customer=customer, note_type="overall_status", body=f"#{name} #other"), by=fm)
        for name in ALIASES * 8
    ]
    data = {"hashtag": "wildfire", "slug": "wildfire", "name": "Wildfire", "starts": "2020-01-01", "version": 1}
    admin = build.log_in(Client(), pa)

    def write(mine):
        return lambda: [writing.save(draft).pk for draft in mine]

    def add_aliases():
        address = f"/admin/notes/campaign/{campaign.pk}/change/"
        return admin.post(address, data | {"aliases": " ".join(ALIASES)}).status_code

    *_written, status = side_by_side(write(drafts[::2]), write(drafts[1::2]), add_aliases)
    assert status == 302
    notes = Note.objects.all()
    assert [standing(note) for note in notes] == [{("wildfire", False), ("other", False)}] * len(drafts)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("taken", [{"hashtag": "flood"}, {"aliases": "flood"}])
def test_two_administrators_do_not_both_get_a_name(taken):
    """Of two who save at once, the second is told whose it is."""
    clients = [build.log_in(Client(), build.person(name, "PA")) for name in ("pa", "pa2")]
    covid = Campaign.objects.get(slug="covid")
    new = {"hashtag": "storm", "slug": "storm", "name": "Storm", "starts": "2026-01-01"} | taken
    old = {"hashtag": "covid", "slug": "covid", "name": "x", "starts": "2020-03-01", "version": 1, "aliases": "Flood"}
    answers = side_by_side(
        lambda: clients[0].post("/admin/notes/campaign/add/", new),
        lambda: clients[1].post(f"/admin/notes/campaign/{covid.pk}/change/", old),
    )
    assert sorted(answer.status_code for answer in answers) == [200, 302]
    (refused,) = [answer for answer in answers if answer.status_code == 200]
    ((words,),) = refused.context["adminform"].form.errors.values()
    owner = next(campaign for campaign in Campaign.objects.all() if "flood" in campaign.names)
    assert words == f"#flood belongs to the campaign {owner}."
    assert sum(campaign.names.count("flood") for campaign in Campaign.objects.all()) == 1
