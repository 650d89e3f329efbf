"""A customer that pauses gets no campaign's tag: refused, with the ways on; and what makes one tag (domain.md §7)."""

import datetime as dt

import pytest
from django.utils import timezone

from notes.models import Campaign, Note, NoteTag, Risk, Tag
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

ROLES = {
    "overall_status": "FM",
    "engagement_management": "GM",
    "service_intent": "FM",
    "technical_enablement": "FE",
    "enterprise_status": "FTA",
}
SUMMARY = {
    "is_exec_summary": "on",
    "exec_engagement": "on_hold",
    "exec_deployment": "not_deployed",
    "body": "The customer waits.",
}
# What says that a customer pauses or stops: the note's values, never its words.
PAUSES = {
    "On Hold summary": ("overall_status", SUMMARY),
    "Paused technical note": ("technical_enablement", {"tech_status": "paused"}),
    "pausing overall": ("overall_status", {"pace": "pausing"}),
    "stopping overall": ("overall_status", {"pace": "stopping"}),
    "pausing engagement": ("engagement_management", {"pace": "pausing"}),
    "stopping service intent": ("service_intent", {"pace": "stopping"}),
    "pausing technical": ("technical_enablement", {"pace": "pausing"}),
    "pausing enterprise": ("enterprise_status", {"pace": "pausing"}),
}
PROSE = {
    "overall_status": ["body"],
    "engagement_management": ["body"],
    "service_intent": ["body"],
    "technical_enablement": ["body", "tech_status_text", "tech_summary", "tech_concerns"],
    "enterprise_status": ["body", "ent_summary", "ent_overview", "ent_activities", "ent_awareness", "ent_brand"],
}
SUMMARY_PROSE = ["body", "exec_customer", "exec_relationship", "exec_workloads", "exec_support"]


class Desk:
    """Who writes a type, at a customer of theirs, logged in."""

    def __init__(self, client, kind, role=None):
        self.client, self.kind = client, kind
        self.user, self.customer = build.person("writer", role or ROLES[kind]), build.customer(enterprise_level=3)
        if kind == "enterprise_status":
            build.assign(self.customer, self.user, "FTA")
        build.log_in(client, self.user)

    def send(self, **over):
        return self.client.post(pages.ADD, build.form_data(self.kind, self.customer, **over))


def is_refused(answer):
    wrong = pages.errors(answer)
    return list(wrong) == ["__all__"] and "#covid" in wrong["__all__"][0]


def nothing_written():
    return [model.objects.count() for model in (Note, NoteTag, Tag, Risk)] == [0, 0, 0, 0]


def tags():
    return sorted(NoteTag.objects.values_list("tag__name", "in_field"))


# --- Refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", PAUSES)
def test_a_pause_with_the_tag_is_refused_wherever_the_tag_stands(client, case):
    kind, pausing = PAUSES[case]
    desk = Desk(client, kind)
    places = SUMMARY_PROSE if "is_exec_summary" in pausing else PROSE[kind]
    for place in ("tags", "risks", *places):
        typed = {**pausing, "risks": "low: a thing", "tags": "kept", place: "because of #covid here"}
        if place == "tags":
            typed[place] = "kept covid"
        answer = desk.send(**typed)
        assert is_refused(answer), place
        assert nothing_written()
        back = pages.filled(answer)
        assert {name: back.get(name) for name in typed} == typed, place


SPELLINGS = [
    "#covid",
    "#COVID",
    "#Covid19",
    "#COVID-19",
    "＃covid",
    "＃ｃｏｖｉｄ１９",
    "因#covid而暂停",
    "（#Covid-19）",
    "x\n#covid.",
]


@pytest.mark.parametrize("words", SPELLINGS)
def test_every_spelling_and_alias_is_refused(client, words):
    answer = Desk(client, "overall_status").send(pace="pausing", body=words)
    assert is_refused(answer)
    assert pages.filled(answer)["body"] == words
    assert nothing_written()


@pytest.mark.parametrize(
    "written", ["covid", "#covid", "＃COVID-19", "other，covid19", "other、#Covid", "other\u3000covid"]
)
def test_every_way_to_write_the_field_is_refused(client, written):
    answer = Desk(client, "overall_status").send(pace="stopping", tags=written)
    assert is_refused(answer)
    assert pages.filled(answer)["tags"] == written
    assert nothing_written()


def test_a_pasted_on_hold_summary_is_refused_with_its_sections_kept(client):
    desk = Desk(client, "overall_status")
    text = "执行摘要\n- 接洽状态：保留\n- M365 部署进度：未部署\n- 支持请求：因#covid而暂停"
    shown = pages.filled(desk.send(body=None, paste=text, _paste="1"))
    answer = client.post(pages.ADD, shown)
    assert is_refused(answer)
    back = pages.filled(answer)
    assert (back["exec_engagement"], back["exec_support"]) == ("on_hold", "因#covid而暂停")
    assert nothing_written()


def test_on_change_as_well(client):
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer, body="They work on. #covid", tags="other")
    data = build.form_data("overall_status", desk.customer, body="They stop. #covid", pace="stopping", version=1)
    answer = client.post(pages.change(note), data)
    assert is_refused(answer)
    assert (pages.filled(answer)["body"], pages.filled(answer)["pace"]) == ("They stop. #covid", "stopping")
    assert ("_save_untagged", "1") in pages.buttons(answer)
    note.refresh_from_db()
    assert (note.body, note.pace, note.version) == ("They work on. #covid", "", 1)
    assert tags() == [("covid", False), ("other", True)]


def test_a_tag_in_an_earlier_risk_text_refuses_a_later_pause(client):
    """The Risks box text belongs to the note: its tag still stands when the form's box is empty again."""
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer, body="They work on.", risks="high: late because of #covid")
    data = build.form_data("overall_status", desk.customer, body="They stop.", pace="stopping", version=1)
    assert is_refused(client.post(pages.change(note), data))
    assert client.post(pages.change(note), {**data, "_save_untagged": "1"}).status_code == 302
    note.refresh_from_db()
    assert (note.pace, note.body, tags()) == ("stopping", "They stop.", [])


# --- The ways on ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "role"), [("overall_status", "FM"), ("technical_enablement", "SME")])
def test_who_may_write_the_status_is_sent_straight_there(client, kind, role):
    desk = Desk(client, kind, role)
    answer = desk.send(pace="pausing", tags="covid", body="The customer stops for now.")
    buttons = pages.buttons(answer)
    assert ("_fields", "entitlement_status") in buttons
    assert ("_save_untagged", "1") in buttons
    there = client.post(pages.ADD, {**pages.filled(answer), "_fields": "entitlement_status"})
    back = pages.filled(there)
    assert (there.status_code, back["note_type"]) == (200, "entitlement_status")
    assert "The customer stops for now." in back["body"]
    assert nothing_written()


@pytest.mark.parametrize("role", ["FE", "GM", "FTA"])
def test_who_may_not_is_told_who_can(client, role):
    kind = {"FE": "technical_enablement", "GM": "engagement_management", "FTA": "enterprise_status"}[role]
    desk = Desk(client, kind, role)
    answer = desk.send(pace="pausing", tags="covid")
    page = answer.content.decode()
    assert ("_fields", "entitlement_status") not in pages.buttons(answer)
    assert not [link for link in pages.links(answer) if "entitlement_status" in link]
    for name in ("FastTrack Manager", "FE Subject-Matter Expert", "FastTrack Ready Partner staff"):
        assert name in page
    assert "Gateway Manager" not in page
    assert ("_save_untagged", "1") in pages.buttons(answer)


def test_on_a_saved_note_the_way_is_a_link(client):
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer)
    data = build.form_data("overall_status", desk.customer, pace="pausing", tags="covid", version=1)
    answer = client.post(pages.change(note), data)
    link = f"{pages.ADD}?customer={desk.customer.pk}&note_type=entitlement_status"
    assert link in pages.links(answer)


def test_save_untagged_drops_the_sign_and_keeps_the_word(client):
    desk = Desk(client, "technical_enablement")
    answer = desk.send(
        tech_status="paused",
        tech_summary="因＃Covid-19而暂停 #kept",
        tech_concerns="See C#covid and https://a.example/#covid and ##covid",
        body="All #covid19, #COVID; not #covidiot.",
        tags="covid kept2 COVID-19",
        risks="high: #covid stops it",
        _save_untagged="1",
    )
    assert answer.status_code == 302
    note = Note.objects.get()
    assert (note.body, note.sections, note.tech_status) == (
        "All covid19, COVID; not #covidiot.",
        {
            "tech_summary": "因Covid-19而暂停 #kept",
            "tech_concerns": "See C#covid and https://a.example/#covid and ##covid",
            "risks": "high: covid stops it",
        },
        "paused",
    )
    assert tags() == [("covidiot", False), ("kept", False), ("kept2", True)]
    assert list(Risk.objects.values_list("title", "severity")) == [("covid stops it", "high")]
    assert "covid19" in note.text


@pytest.mark.parametrize("case", PAUSES)
def test_save_untagged_works_for_every_pause(client, case):
    kind, pausing = PAUSES[case]
    answer = Desk(client, kind).send(**{**pausing, "tags": "covid other", "_save_untagged": "1"})
    assert answer.status_code == 302
    assert tags() == [("other", True)]


def test_save_untagged_keeps_a_tag_that_is_not_refused(client):
    """Without a pause there is nothing to take out."""
    answer = Desk(client, "overall_status").send(body="Faster. #covid", pace="accelerating", _save_untagged="1")
    assert answer.status_code == 302
    assert (Note.objects.get().body, tags()) == ("Faster. #covid", [("covid", False)])


def test_save_untagged_saves_nothing_that_is_otherwise_wrong(client):
    answer = Desk(client, "overall_status").send(
        body="Waits. #covid", pace="pausing", next_action="Call", _save_untagged="1"
    )
    assert pages.error_fields(answer) == ["next_action_date"]
    assert nothing_written()


def test_save_untagged_on_change(client):
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer, body="They work on. #covid", tags="covid")
    data = build.form_data("overall_status", desk.customer, body="They stop. #covid", pace="stopping", version=1)
    assert client.post(pages.change(note), {**data, "tags": "#covid", "_save_untagged": "1"}).status_code == 302
    note.refresh_from_db()
    assert (note.body, note.pace, note.version, tags()) == ("They stop. covid", "stopping", 2, [])


# --- Not refused ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", PAUSES)
def test_a_pause_without_the_tag_is_saved(client, case):
    kind, pausing = PAUSES[case]
    assert Desk(client, kind).send(**{**pausing, "tags": "other"}).status_code == 302
    assert tags() == [("other", True)]


WORDS = [
    "#covid: no longer paused, they go on.",
    "#covid unpaused since Monday",
    "暂停已结束，因#covid而加速",
    "#covid the work is on hold, they say; pause, stop",
    "#covid 暂停 停止",
]


@pytest.mark.parametrize("kind", ["overall_status", "engagement_management", "service_intent", "technical_enablement"])
def test_words_alone_are_never_refused(client, kind):
    desk = Desk(client, kind)
    for number, words in enumerate(WORDS, 1):
        for pace in ("", "unchanged", "accelerating"):
            assert desk.send(body=words, pace=pace).status_code == 302, words
        assert NoteTag.objects.filter(tag__name="covid").count() == 3 * number


@pytest.mark.parametrize("status", ["on_track", "pending_customer", "pending_ftc"])
def test_other_technical_statuses_keep_the_tag(client, status):
    assert Desk(client, "technical_enablement").send(tech_status=status, tags="covid").status_code == 302
    assert tags() == [("covid", True)]


@pytest.mark.parametrize("engagement", ["reactive", "fully_engaged"])
def test_other_engagements_keep_the_tag(client, engagement):
    answer = Desk(client, "overall_status").send(**{**SUMMARY, "exec_engagement": engagement, "tags": "covid"})
    assert answer.status_code == 302
    assert tags() == [("covid", True)]


def test_an_entitlement_status_may_carry_the_tag(client):
    """It has no pace: the status itself says what the customer does."""
    desk = Desk(client, "overall_status")
    row = build.entitlement(desk.customer, l1="in_progress")
    answer = client.post(pages.ADD, build.form_data("entitlement_status", desk.customer, entitlement=row, tags="covid"))
    assert answer.status_code == 302
    assert tags() == [("covid", True)]


@pytest.mark.parametrize(
    ("change", "refused"),
    [
        ({}, True),
        ({"pause_rule": False}, False),
        ({"ends": dt.timedelta(days=-1)}, False),
        ({"ends": dt.timedelta(days=0)}, True),
        ({"starts": dt.timedelta(days=1)}, False),
        ({"starts": dt.timedelta(days=0)}, True),
    ],
)
def test_the_rule_holds_within_the_campaigns_dates_and_while_it_is_on(client, change, refused):
    today = timezone.localdate()
    Campaign.objects.filter(slug="covid").update(
        **{name: value if isinstance(value, bool) else today + value for name, value in change.items()}
    )
    answer = Desk(client, "overall_status").send(pace="pausing", tags="covid")
    if refused:
        assert is_refused(answer)
        assert nothing_written()
    else:
        assert (answer.status_code, tags()) == (302, [("covid", True)])


def test_a_note_written_before_the_end_is_held_to_the_rule_of_its_day(client):
    """Rules hold within the campaign's dates: what counts is the day of the note, not of its change."""
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer, created_at=dt.datetime(2020, 2, 20, tzinfo=dt.UTC))
    data = build.form_data("overall_status", desk.customer, pace="pausing", tags="covid", version=1)
    assert client.post(pages.change(note), data).status_code == 302
    assert tags() == [("covid", True)]


def test_the_next_campaign_is_data(client):
    Campaign.objects.create(slug="flood", name="Flood", hashtag="flood", aliases="洪水", starts=dt.date(2020, 1, 1))
    desk = Desk(client, "overall_status")
    answer = desk.send(pace="pausing", body="因 #洪水 而暂停 #covid")
    wrong = pages.errors(answer)
    assert list(wrong) == ["__all__"]
    assert "#flood" in wrong["__all__"][0]
    assert "#covid" in wrong["__all__"][0]
    assert desk.send(pace="pausing", body="因 #洪水 而暂停 #covid", _save_untagged="1").status_code == 302
    assert (Note.objects.get().body, tags()) == ("因 洪水 而暂停 covid", [])


# --- One tag ----------------------------------------------------------------------------------------------------------

MAKES = [
    "#covid",
    "#COVID19",
    "#Covid-19",
    "＃covid",
    "因#covid而",
    "＃ＣＯＶＩＤ",
    "#covid.",
    "#covid-",
    "（#covid）",
    "#covid #COVID19",
]
MAKES_NOT = [
    "##covid",
    "## covid",
    "C#covid",
    "a#b",
    "C#",
    "##",
    "https://example.com/page#covid",
    "www.example.com/#covid",
    "#4512",
    "#covidiot",
    "# covid",
    "covid",
    "&#covid;",
]


@pytest.mark.parametrize("words", MAKES)
def test_makes_one_tag_on_one_note(client, words):
    assert Desk(client, "overall_status").send(body=f"{words}").status_code == 302
    assert (tags(), list(Tag.objects.values_list("name", flat=True))) == ([("covid", False)], ["covid"])


@pytest.mark.parametrize("words", MAKES_NOT)
def test_does_not_make_it(client, words):
    assert Desk(client, "overall_status").send(body=words).status_code == 302
    assert not NoteTag.objects.filter(tag__name="covid").exists()
    assert tags() == ([("covidiot", False)] if words == "#covidiot" else [])


def test_field_text_section_and_risk_make_it_once(client):
    answer = Desk(client, "technical_enablement").send(
        tags="covid, #COVID19，covid-19", body="#covid #COVID19", tech_summary="＃covid", risks="#Covid-19 late"
    )
    assert answer.status_code == 302
    assert tags() == [("covid", True)]
    assert NoteTag.objects.count() == Tag.objects.count() == 1


def test_all_spellings_are_one_row_over_many_notes(client):
    desk = Desk(client, "overall_status")
    for words in MAKES:
        assert desk.send(body=words).status_code == 302
    assert Tag.objects.count() == 1
    assert NoteTag.objects.count() == Note.objects.count() == len(MAKES)


# --- Changing a tagged note -------------------------------------------------------------------------------------------


def test_editing_keeps_takes_and_adds_tags(client):
    desk = Desk(client, "overall_status")
    note = build.note(
        desk.user, desk.customer, body="#one and #two", tags="three four", risks="high: the cable #five\n#six"
    )
    kept = {row.tag.name: row.pk for row in note.note_tags.select_related("tag")}
    assert sorted(kept) == ["five", "four", "one", "six", "three", "two"]
    back = pages.filled(client.get(pages.change(note)))
    assert set(back["tags"].replace("#", "").split()) == {"three", "four"}
    answer = client.post(pages.change(note), {**back, "body": "#one and #seven", "tags": "#three #eight"})
    assert answer.status_code == 302
    assert tags() == [
        ("eight", True),
        ("five", False),
        ("one", False),
        ("seven", False),
        ("six", False),
        ("three", True),
    ]
    after = {row.tag.name: row.pk for row in note.note_tags.select_related("tag")}
    stay = ("one", "three", "five", "six")
    assert {name: after[name] for name in stay} == {name: kept[name] for name in stay}
    assert Risk.objects.count() == 2


def test_a_tag_in_text_and_field_stays_until_gone_from_both(client):
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer, body="#covid", tags="covid")
    steps = [
        ({"body": "#covid", "tags": ""}, [("covid", False)]),
        ({"body": "none", "tags": "covid"}, [("covid", True)]),
        ({"body": "none", "tags": ""}, []),
    ]
    for version, (typed, expected) in enumerate(steps, 1):
        data = build.form_data("overall_status", desk.customer, version=version, **typed)
        assert client.post(pages.change(note), data).status_code == 302
        assert tags() == expected


def test_risks_added_on_change_keep_the_earlier_text_and_tags(client):
    desk = Desk(client, "overall_status")
    note = build.note(desk.user, desk.customer, risks="high: first #one")
    data = build.form_data("overall_status", desk.customer, risks="low: second #two", version=1)
    assert client.post(pages.change(note), data).status_code == 302
    assert tags() == [("one", False), ("two", False)]
    assert list(Risk.objects.order_by("pk").values_list("title", flat=True)) == ["first #one", "second #two"]


# --- A new alias ------------------------------------------------------------------------------------------------------


def test_a_new_alias_merges_the_tags_that_stand(client):
    pa, fm = build.person("pa", "PA"), build.person("fm", "FM")
    customer = build.customer()
    notes = [
        build.note(fm, customer, body="#corona"),
        build.note(fm, customer, body="#corona", tags="covid"),
        build.note(fm, customer, body="#covid", tags="corona"),
        build.note(fm, customer, body="#coronary"),
    ]
    build.log_in(client, pa)
    campaign = Campaign.objects.get(slug="covid")
    address = f"/admin/notes/campaign/{campaign.pk}/change/"
    form = client.get(address).context["adminform"].form
    data = {name: form[name].value() for name in form.fields if form[name].value() not in (None, False)}
    rules = {"rules-TOTAL_FORMS": 0, "rules-INITIAL_FORMS": 0}
    answer = client.post(address, {**data, **rules, "aliases": "covid19 COVID-19 #Corona"})
    assert answer.status_code == 302
    assert [list(note.note_tags.values_list("tag__name", "in_field")) for note in notes] == [
        [("covid", False)],
        [("covid", True)],
        [("covid", True)],
        [("coronary", False)],
    ]
    assert client.get("/reports/notes/?tag=corona").content.decode().count("<tr data-id=") == 3
