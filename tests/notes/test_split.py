"""The refused pausing note splits per workload: one may pause while another accelerates (domain.md §7)."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group

from notes.models import Campaign, Note, Risk
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db


def ids(*codes):
    return [build.workload(code).pk for code in codes]


def told(note):
    """What a note says, with its workloads and hashtags."""
    return {
        "type": note.note_type,
        "workloads": [row.workload.code for row in note.note_workloads.in_order()],
        "tags": list(note.note_tags.values_list("tag__name", flat=True)),
        "pace": note.pace,
        "body": note.body,
        "role": note.author_role,
    }


PAUSED = {"body": "Exchange stops for the freeze. #covid brings Teams forward.", "pace": "pausing", "tags": "covid-19"}


def test_the_refusal_offers_it(client):
    """Where several workloads are named; with the words so far, untagged, for the part that pauses."""
    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)
    given = build.form_data("engagement_management", customer, **PAUSED, workloads=ids("EXO", "TEAMS"))
    page = client.post(pages.ADD, given)
    assert ("_save_split", "1") in pages.buttons(page)
    assert pages.filled(page)["split_words"] == "Exchange stops for the freeze. covid brings Teams forward."
    form = page.context["adminform"].form.split
    assert [str(choice) for choice in form.fields["split_workloads"].queryset] == ["EXO", "TEAMS"]
    assert [value for value, _label in form.fields["split_pace"].choices] == ["unchanged", "accelerating"]
    one = client.post(pages.ADD, given | {"workloads": ids("EXO")})
    assert ("_save_split", "1") not in pages.buttons(one)
    assert "name both under Workloads" in one.content.decode()
    assert Note.objects.count() == 0


def test_two_notes_come_of_it(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)
    given = build.form_data(
        "engagement_management", customer, **PAUSED, workloads=ids("EXO", "TEAMS", "SPO"), risks="high: #covid late",
        next_action="Call", next_action_date="2030-01-02", _save_split="1", split_workloads=ids("EXO", "SPO"),
        split_words="Exchange stops for the freeze, #covid or not.", split_pace="accelerating",
    )  # fmt: skip
    answer = client.post(pages.ADD, given, follow=True)
    assert answer.status_code == 200
    going, pausing = Note.objects.order_by("pk")
    assert told(going) == {
        "type": "engagement_management", "workloads": ["TEAMS"], "tags": ["covid"], "pace": "accelerating",
        "body": PAUSED["body"], "role": "FM",
    }  # fmt: skip
    assert told(pausing) == {
        "type": "engagement_management", "workloads": ["EXO", "SPO"], "tags": [], "pace": "pausing",
        "body": "Exchange stops for the freeze, covid or not.", "role": "FM",
    }  # fmt: skip
    # Nothing stands twice: the risk and the next action stay with what goes on.
    assert [(risk.title, risk.note) for risk in Risk.objects.all()] == [("#covid late", going)]
    assert [(note.next_action, str(note.next_action_date)) for note in (going, pausing)] == [
        ("Call", "2030-01-02"), ("", "None"),
    ]  # fmt: skip
    page = answer.content.decode()
    assert "A second note says that these pause: EXO, SPO." in page
    assert [pages.change(note) in page for note in (going, pausing)] == [True, True]


def test_a_technical_note_that_is_paused(client):
    fe, customer = build.person("fe", "FE"), build.customer()
    build.log_in(client, fe)
    given = build.form_data(
        "technical_enablement", customer, workloads=ids("EXO", "TEAMS"), tech_status="paused", tags="covid",
        tech_summary="Teams pilot done, Exchange halted.", tech_concerns="A #covid freeze.",
        tech_concern_kind="business",
    )  # fmt: skip
    page = client.post(pages.ADD, given)
    split = page.context["adminform"].form.split
    assert list(split.fields) == ["split_workloads", "split_words", "split_status"]
    assert "paused" not in dict(split.fields["split_status"].choices)
    answers = {
        "_save_split": "1", "split_workloads": ids("EXO"), "split_status": "on_track",
        "split_words": "Exchange halted.",
    }  # fmt: skip
    assert client.post(pages.ADD, given | answers).status_code == 302
    going, pausing = Note.objects.order_by("pk")
    names = ("tech_status", "tech_concern_kind")
    assert [[getattr(note, name) for name in names] for note in (going, pausing)] == [
        ["on_track", "business"], ["paused", "business"],
    ]  # fmt: skip
    assert [note.sections for note in (going, pausing)] == [
        {"tech_summary": "Teams pilot done, Exchange halted.", "tech_concerns": "A #covid freeze."},
        {"tech_summary": "Exchange halted.", "tech_concerns": "A covid freeze."},
    ]
    assert [told(note)["tags"] for note in (going, pausing)] == [["covid"], []]


def test_an_enterprise_status(client):
    fta, customer = build.person("fta", "FTA"), build.customer(enterprise_level=4)
    build.assign(customer, fta, "FTA")
    given = build.form_data(
        "enterprise_status", customer, workloads=ids("EXO", "SPO"), pace="stopping", ent_summary="#covid: SPO first.",
        _save_split="1", split_workloads=ids("EXO"), split_words="Exchange stops.", split_pace="unchanged",
    )  # fmt: skip
    assert build.log_in(client, fta).post(pages.ADD, given).status_code == 302
    going, pausing = Note.objects.order_by("pk")
    assert [note.sections["ent_summary"] for note in (going, pausing)] == ["#covid: SPO first.", "Exchange stops."]
    assert [(note.rag, note.ent_reason, note.pace) for note in (going, pausing)] == [
        ("yellow", "major_brand", "unchanged"), ("yellow", "major_brand", "stopping"),
    ]  # fmt: skip


def test_a_note_that_stands_is_split_by_its_author(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.note(fm, customer, tags="covid", workloads=["EXO", "TEAMS"], body="Both come forward.", risks="late")
    build.log_in(client, fm)
    given = build.form_data(
        "overall_status", customer, body="Both come forward.", tags="covid", workloads=ids("EXO", "TEAMS"), version=1,
        pace="pausing", _save_split="1", split_workloads=ids("EXO"), split_words="It stops.", split_pace="accelerating",
    )  # fmt: skip
    assert client.post(pages.change(note), given).status_code == 302
    going, pausing = Note.objects.order_by("pk")
    assert (going.pk, told(going)["workloads"], told(going)["tags"], going.pace) == (
        note.pk, ["TEAMS"], ["covid"], "accelerating",
    )  # fmt: skip
    assert (told(pausing)["workloads"], told(pausing)["tags"], pausing.sections) == (["EXO"], [], {})
    assert [risk.note for risk in Risk.objects.all()] == [going]


@pytest.mark.parametrize(
    ("over", "wrong"),
    [
        ({"split_workloads": []}, ["split_workloads"]),
        ({"split_workloads": ["EXO", "TEAMS"]}, ["split_workloads"]),
        ({"split_workloads": ["SPO"]}, ["split_workloads"]),
        ({"split_words": " "}, ["split_words"]),
        ({"split_words": "x" * 20_001}, ["split_words"]),
        ({"split_pace": ""}, ["split_pace"]),
        ({"split_pace": "pausing"}, ["split_pace"]),
    ],
)
def test_a_split_that_says_too_little_is_asked_again(client, over, wrong):
    fm, customer = build.person("fm", "FM"), build.customer()
    answers = {"split_workloads": ["EXO"], "split_words": "It stops.", "split_pace": "accelerating", **over}
    answers["split_workloads"] = ids(*answers["split_workloads"])
    given = build.form_data(
        "engagement_management", customer, **PAUSED, workloads=ids("EXO", "TEAMS"), _save_split="1", **answers
    )
    page = build.log_in(client, fm).post(pages.ADD, given)
    split = page.context["adminform"].form.split
    assert (page.status_code, sorted(split.errors), Note.objects.count()) == (200, wrong, 0)
    assert pages.filled(page)["body"] == PAUSED["body"]
    for name in wrong:
        assert split.errors[name][0].replace("'", "&#x27;") in page.content.decode()


def test_what_else_is_wrong_keeps_the_split(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    given = build.form_data(
        "engagement_management", customer, **PAUSED, workloads=ids("EXO", "TEAMS"), next_action_date="soon",
        _save_split="1", split_workloads=ids("EXO"), split_words="It stops.", split_pace="accelerating",
    )  # fmt: skip
    page = build.log_in(client, fm).post(pages.ADD, given)
    assert pages.error_fields(page) == ["next_action_date"]
    kept = pages.filled(page)
    assert (kept["split_words"], kept["split_pace"], kept["pace"]) == ("It stops.", "accelerating", "pausing")
    assert ("_save_split", "1") in pages.buttons(page)
    assert Note.objects.count() == 0


def test_a_summary_on_hold_is_of_the_whole_engagement(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    given = build.form_data(
        "overall_status", customer, body="", is_exec_summary="on", exec_engagement="on_hold", tags="covid",
        exec_deployment="not_deployed", exec_workloads="[EXO] waits\n[TEAMS] goes on",
    )  # fmt: skip
    page = build.log_in(client, fm).post(pages.ADD, given)
    assert ("_save_untagged", "1") in pages.buttons(page)
    assert ("_save_split", "1") not in pages.buttons(page)


def test_a_split_nobody_asked_for_splits_nothing(client):
    """The button on a note that is not refused saves the note."""
    fm, customer = build.person("fm", "FM"), build.customer()
    given = build.form_data(
        "engagement_management", customer, workloads=ids("EXO", "TEAMS"), tags="covid", pace="accelerating",
        _save_split="1", split_workloads=ids("EXO"), split_words="x", split_pace="unchanged",
    )  # fmt: skip
    assert build.log_in(client, fm).post(pages.ADD, given).status_code == 302
    assert told(Note.objects.get())["workloads"] == ["EXO", "TEAMS"]


def test_an_old_note_is_split_by_the_campaign_of_its_day(client):
    """The campaign has ended since: what pauses loses the tag all the same, wherever it stands."""
    fm, customer = build.person("fm", "FM"), build.customer()
    then = dt.datetime(2021, 5, 4, 9, tzinfo=dt.UTC)
    note = build.note(fm, customer, tags="covid", workloads=["EXO", "TEAMS"], body="Both.", created_at=then)
    Campaign.objects.update(ends=dt.date(2021, 12, 31))
    given = build.form_data(
        "overall_status", customer, body="Both.", tags="covid", workloads=ids("EXO", "TEAMS"), version=1,
        pace="pausing", _save_split="1", split_workloads=ids("EXO"), split_words="#covid stops it.",
        split_pace="unchanged",
    )  # fmt: skip
    assert build.log_in(client, fm).post(pages.change(note), given).status_code == 302
    pausing = Note.objects.latest("pk")
    assert (pausing.body, told(pausing)["tags"]) == ("covid stops it.", [])


def test_a_long_text_can_be_split(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    given = build.form_data(
        "engagement_management", customer, body="#covid " + "x" * 15_000, pace="pausing", workloads=ids("EXO", "TEAMS")
    )
    page = build.log_in(client, fm).post(pages.ADD, given)
    words = pages.filled(page)["split_words"]
    answers = {"_save_split": "1", "split_workloads": ids("EXO"), "split_words": words, "split_pace": "unchanged"}
    assert client.post(pages.ADD, given | answers).status_code == 302
    assert len(Note.objects.latest("pk").body) == 15_006


def test_an_author_who_holds_the_role_no_more(client):
    """Written as FM by who is ASME by now: both parts are theirs, and written as what they are."""
    author, customer = build.person("fm", "FM"), build.customer()
    note = build.note(author, customer, tags="covid", workloads=["EXO", "TEAMS"])
    author.groups.set(Group.objects.filter(name="ASME"))
    given = build.form_data(
        "overall_status", customer, tags="covid", workloads=ids("EXO", "TEAMS"), version=1, pace="pausing",
        _save_split="1", split_workloads=ids("EXO"), split_words="It stops.", split_pace="unchanged",
    )  # fmt: skip
    assert build.log_in(client, author).post(pages.change(note), given).status_code == 302
    assert list(Note.objects.order_by("pk").values_list("author_role", flat=True)) == ["FM", "ASME"]


@pytest.mark.parametrize("kind", ["overall_status", "technical_enablement"])
def test_a_tag_in_the_next_action_counts_and_is_refused(client, kind):
    """It is a section of the technical template (domain.md §4), and each section's hashtags count (§7)."""
    user, customer = build.person("writer", "ASME"), build.customer()
    given = build.form_data(
        kind, customer, next_action="Resume the #covid rollout", next_action_date="2030-04-30", pace="pausing"
    )
    build.log_in(client, user)
    page = client.post(pages.ADD, given)
    assert ("_save_untagged", "1") in pages.buttons(page)
    assert client.post(pages.ADD, given | {"_save_untagged": "1"}).status_code == 302
    assert client.post(pages.ADD, given | {"pace": "accelerating"}).status_code == 302
    paused, going = Note.objects.order_by("pk")
    assert [note.next_action for note in (paused, going)] == ["Resume the covid rollout", "Resume the #covid rollout"]
    assert [told(note)["tags"] for note in (paused, going)] == [[], ["covid"]]
