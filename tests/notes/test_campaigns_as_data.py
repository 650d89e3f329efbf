"""A programme administrator makes a campaign, and all of it works at once: no deployment, no code (domain.md §7)."""

import datetime as dt
import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.contrib.messages import get_messages
from django.utils import timezone

from notes.models import Campaign, CampaignRule, Note, NoteTag
from tests import builders as build
from tests.notes import pages
from tests.reports import reading

pytestmark = pytest.mark.django_db

ADD = "/admin/notes/campaign/add/"
WILDFIRE = {
    "hashtag": "#Wildfire",
    "slug": "wildfire",
    "aliases": "wildfires, #Wild-Fire、＃BUSHFIRE wildfire",
    "name": "Wildfire",
    "meaning": "moves to the cloud because of the wildfires",
    "starts": "2020-01-01",
    "pause_rule": "on",
}
RULES = [("FM", "engagement_management"), ("FM", "service_intent"), ("FE", "technical_enablement")]


def rows(rules, *, ids=(), prefix="rules"):
    """What the rows of rules send; `ids` are those of the first ones, which stand already."""
    data = {f"{prefix}-TOTAL_FORMS": len(rules), f"{prefix}-INITIAL_FORMS": len(ids)}
    for number, (role, kind) in enumerate(rules):
        data |= {f"{prefix}-{number}-role": role, f"{prefix}-{number}-note_type": kind}
        data |= {f"{prefix}-{number}-id": ids[number]} if number < len(ids) else {}
    return data


def change(campaign):
    return f"/admin/notes/campaign/{campaign.pk}/change/"


def form_of(campaign, **over):
    """What a browser would send of a campaign as it stands, without its rules."""
    data = {
        "hashtag": campaign.hashtag,
        "slug": campaign.slug,
        "aliases": campaign.aliases,
        "name": campaign.name,
        "starts": campaign.starts.isoformat(),
        "version": campaign.version,
        "pause_rule": "on" if campaign.pause_rule else None,
    }
    return {name: value for name, value in (data | over).items() if value is not None}


def rules_of(campaign):
    return list(campaign.rules.order_by("pk").values_list("role", "note_type"))


def row_errors(answer):
    """The errors of the rows: those of each row by field, those of all together."""
    assert answer.status_code in (200, 409)
    (formset,) = [found.formset for found in answer.context["inline_admin_formsets"]]
    page = answer.content.decode()
    found = [{name: list(map(str, words)) for name, words in form.errors.items()} for form in formset.forms]
    for words in [word for row in found for said in row.values() for word in said]:
        assert words in page
    return found, list(map(str, formset.non_form_errors()))


def said(answer):
    """The messages that this answer adds to those still to be shown."""
    return [str(message) for message in get_messages(answer.wsgi_request)._queued_messages]


@pytest.fixture
def pa(client):
    """A programme administrator, logged in."""
    user = build.person("pa", "PA")
    build.log_in(client, user)
    return user


def made(client, **over):
    answer = client.post(ADD, {**WILDFIRE, **rows(RULES), **over})
    assert answer.status_code == 302, pages.errors(answer)
    return Campaign.objects.get(slug=over.get("slug", "wildfire"))


# --- All of it at once ------------------------------------------------------------------------------------------------


def test_a_campaign_works_at_once(client, pa):
    """The rule, the list, its file, the filter, the sidebar and home: nothing but the form was filled in."""
    campaign = made(client)
    assert (campaign.hashtag, campaign.aliases) == ("wildfire", "wildfires Wild-Fire BUSHFIRE")
    assert rules_of(campaign) == RULES
    assert list(campaign.history.values_list("history_type", "history_user__username")) == [("+", "pa")]
    assert set(campaign.rules.first().history.values_list("history_type", "history_user__username")) == {("+", "pa")}

    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)
    write = build.form_data("engagement_management", customer)
    for words in ("#wildfire", "因＃Wild-Fire而", "#bushfire"):
        assert client.post(pages.ADD, {**write, "body": f"They stop {words} .", "pace": "stopping"}).status_code == 200
        assert client.post(pages.ADD, {**write, "body": f"Faster {words} .", "pace": "accelerating"}).status_code == 302
    kept = list(Note.objects.order_by("-pk").values_list("pk", flat=True))
    assert (len(kept), set(NoteTag.objects.values_list("tag__name", flat=True))) == (3, {"wildfire"})
    other = build.note(fm, customer, body="Nothing burns.")

    address = "/reports/campaigns/wildfire/"
    assert reading.page_ids(client, address) == reading.csv_ids(client, address) == kept
    assert reading.page_ids(client, reading.NOTES, "tag=BUSHFIRE") == kept
    assert reading.page_ids(client, reading.NOTES) == [other.pk, *kept]
    listed = client.get(f"{pages.LIST}?campaign=wildfire")
    assert [note.pk for note in listed.context["cl"].result_list] == kept
    assert 'href="/reports/campaigns/wildfire/' in client.get("/").content.decode()
    assert re.search(r'<a href="/reports/campaigns/wildfire/"[^>]*>#wildfire</a>', listed.content.decode())
    assert client.get("/reports/campaigns/wildfires/").status_code == 404


def test_a_chinese_one_works_at_once(client, pa):
    campaign = made(client, hashtag="＃疫情", slug="epidemic", aliases="#流感、禽流感", name_zh="疫情")
    assert (campaign.hashtag, campaign.aliases) == ("疫情", "流感 禽流感")
    fm, customer = build.person("fm", "FM"), build.customer()
    first = build.note(fm, customer, body="因为 #疫情，加速部署")
    second = build.note(fm, customer, tags="禽流感")
    build.log_in(client, fm)
    address = "/reports/campaigns/epidemic/"
    assert reading.page_ids(client, address) == reading.csv_ids(client, address) == [second.pk, first.pk]
    assert "<h1>#疫情" in client.get(address).content.decode()
    assert reading.page_ids(client, reading.NOTES, "tag=%23流感") == [second.pk, first.pk]


@pytest.mark.parametrize(("starts", "ends"), [(30, None), (-30, -1), (30, 60)])
def test_before_and_after_its_dates_the_list_stands_and_the_rules_rest(client, pa, starts, ends):
    today = timezone.localdate()
    made(
        client,
        starts=str(today + dt.timedelta(days=starts)),
        ends=str(today + dt.timedelta(days=ends)) if ends else "",
    )
    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)
    pausing = build.form_data("overall_status", customer, tags="wild-fire", pace="pausing")
    answer = client.post(pages.ADD, pausing)
    assert (answer.status_code, advice(answer)) == (302, [])
    ids = [Note.objects.get().pk]
    assert reading.page_ids(client, "/reports/campaigns/wildfire/") == ids
    assert reading.csv_ids(client, "/reports/campaigns/wildfire/") == ids


# --- Names ------------------------------------------------------------------------------------------------------------

LONG = "a" * 101
WRONG = {
    "no hashtag": ({"hashtag": "C#"}, {"hashtag": ["“C#” is not a hashtag."]}),
    "a number": ({"hashtag": "#4512"}, {"hashtag": ["“#4512” is not a hashtag."]}),
    "two words": ({"hashtag": "wild fire"}, {"hashtag": ["“wild fire” is not a hashtag."]}),
    "blank": ({"hashtag": ""}, {"hashtag": ["This field is required."]}),
    "NUL": ({"hashtag": "a\x00b"}, {"hashtag": ["Null characters are not allowed."]}),
    "covid's hashtag": ({"hashtag": "#COVID"}, {"hashtag": ["#covid belongs to the campaign #covid."]}),
    "covid's alias": ({"hashtag": "Covid-19"}, {"hashtag": ["#covid-19 belongs to the campaign #covid."]}),
    "aliased covid": ({"aliases": "fire ＃Covid"}, {"aliases": ["#covid belongs to the campaign #covid."]}),
    "aliased alias": ({"aliases": "fire、COVID19"}, {"aliases": ["#covid19 belongs to the campaign #covid."]}),
    "no alias": ({"aliases": "fire, 4512"}, {"aliases": ["“4512” is not a hashtag."]}),
    "a long alias": ({"aliases": LONG}, {"aliases": [f"“{LONG}” is not a hashtag."]}),
    "a slug with a slash": (
        {"slug": "wild/fire"},
        {"slug": ["Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]},
    ),
    "a Chinese slug": (
        {"slug": "疫情"},
        {"slug": ["Enter a valid “slug” consisting of letters, numbers, underscores or hyphens."]},
    ),
    "covid's slug": ({"slug": "covid"}, {"slug": ["Campaign with this Slug already exists."]}),
    "dates": ({"ends": "2019-12-31"}, {"ends": ["Ends before it starts."]}),
    "no date": ({"starts": "soon"}, {"starts": ["Enter a valid date."]}),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_wrong_is_said_at_its_field(client, pa, case):
    over, expected = WRONG[case]
    answer = client.post(ADD, {**WILDFIRE, **rows(RULES), **over})
    assert pages.errors(answer) == expected
    assert (Campaign.objects.count(), row_errors(answer)) == (1, ([{}, {}, {}], []))


@pytest.mark.parametrize("field", ["hashtag", "aliases"])
def test_too_long_is_said_at_the_field(client, pa, field):
    typed = {"hashtag": "#" + "a" * 150, "aliases": " ".join(f"fire{number}" for number in range(200))}[field]
    assert pages.error_fields(client.post(ADD, {**WILDFIRE, field: typed})) == [field]
    made(client, hashtag="#" + "a" * 100)
    assert Campaign.objects.get(slug="wildfire").hashtag == "a" * 100


def test_its_own_names_are_no_others(client, pa):
    """A campaign may be saved as it stands, with its alias as its hashtag, and with a name given up by another."""
    campaign = made(client)
    assert client.post(change(campaign), form_of(campaign)).status_code == 302
    assert client.post(change(campaign), form_of(campaign, version=2, hashtag="Wild-Fire")).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.hashtag, campaign.aliases, campaign.version) == ("wild-fire", "wildfires BUSHFIRE wildfire", 3)
    covid = Campaign.objects.get(slug="covid")
    assert client.post(change(covid), form_of(covid, aliases="covid19")).status_code == 302
    assert client.post(change(campaign), form_of(campaign, aliases="COVID-19")).status_code == 302


def test_an_alias_for_which_there_is_no_room_is_an_error(client, pa):
    """A renamed hashtag stays as an alias; where that makes too long a field, it says so instead of failing."""
    long = " ".join(f"fire{number:05}" for number in range(98))
    campaign = made(client, aliases=long, hashtag="x" * 100)
    answer = client.post(change(campaign), form_of(campaign, hashtag="wildfire"))
    assert pages.error_fields(answer) == ["aliases"]


def test_an_alias_taken_away_leaves_its_notes_tagged(client, pa):
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.note(fm, customer, tags="wildfires")
    campaign = made(client)
    assert client.post(change(campaign), form_of(campaign, aliases="bushfire")).status_code == 302
    assert list(note.note_tags.values_list("tag__name", "in_field")) == [("wildfire", True)]
    assert reading.page_ids(client, "/reports/campaigns/wildfire/") == [note.pk]
    assert reading.page_ids(client, reading.NOTES, "tag=wildfires") == []


# --- Rules ------------------------------------------------------------------------------------------------------------


TWICE = {"__all__": ["Another row says the same."]}


def test_a_rule_twice_is_an_error_at_its_row(client, pa):
    answer = client.post(ADD, {**WILDFIRE, **rows([*RULES, RULES[0]])})
    assert row_errors(answer) == ([{}, {}, {}, TWICE], [])
    assert Campaign.objects.count() == 1
    campaign = made(client)
    answer = client.post(change(campaign), {**form_of(campaign), **rows([RULES[0]])})
    assert row_errors(answer) == ([TWICE], [])
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    answer = client.post(change(campaign), {**form_of(campaign), **rows([RULES[0], RULES[0], RULES[2]], ids=ids)})
    assert row_errors(answer) == ([{}, TWICE, {}], [])
    assert rules_of(campaign) == RULES


def test_rows_that_take_each_others_place_are_refused_not_broken(client, pa):
    """The row that goes or changes stands until it is saved: the one that would take its place waits for that."""
    campaign = made(client)
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    turned = [RULES[1], RULES[0], RULES[2]]
    answer = client.post(change(campaign), {**form_of(campaign), **rows(turned, ids=ids)})
    assert row_errors(answer) == ([TWICE, TWICE, {}], [])
    moved = {**form_of(campaign), **rows([RULES[1], *RULES[1:]], ids=ids), "rules-1-DELETE": "on"}
    assert row_errors(client.post(change(campaign), moved)) == ([TWICE, {}, {}], [])
    assert rules_of(campaign) == RULES
    gone = {**form_of(campaign), **rows(RULES, ids=ids), "rules-1-DELETE": "on"}
    assert client.post(change(campaign), gone).status_code == 302
    assert rules_of(campaign) == [RULES[0], RULES[2]]


@pytest.mark.parametrize("kind", ["technical", "customer_sat", "no_such", "", "x" * 200])
def test_only_types_that_live_are_offered(client, pa, kind):
    answer = client.post(ADD, {**WILDFIRE, **rows([("FM", kind)])})
    (errors,), _together = row_errors(answer)
    assert list(errors) == ["note_type"]
    offered = client.get(ADD).context["inline_admin_formsets"][0].formset.empty_form.fields["note_type"].choices
    assert [value for value, _label in offered if value] == [
        "overall_status",
        "entitlement_status",
        "engagement_management",
        "service_intent",
        "technical_enablement",
        "enterprise_status",
    ]


def test_a_rule_without_the_right_is_kept_and_pointed_out(client, pa):
    """Who may write what is data as well, and may follow the rule or leave it (domain.md §1)."""
    answer = client.post(ADD, {**WILDFIRE, **rows([("GM", "service_intent"), ("RM", "overall_status"), RULES[0]])})
    assert answer.status_code == 302
    campaign = Campaign.objects.get(slug="wildfire")
    assert len(rules_of(campaign)) == 3
    assert [words for words in said(answer) if "may not" in words] == [
        "Gateway Manager may not write Service Intent notes now, so nobody records the campaign there.",
        "Regional Manager may not write Overall Status notes now, so nobody records the campaign there.",
    ]
    for role, right in (("GM", "write_service_intent"), ("RM", "write_overall_status")):
        Group.objects.get(name=role).permissions.add(Permission.objects.get(codename=right))
    answer = client.post(change(campaign), form_of(campaign))
    assert [words for words in said(answer) if "may not" in words] == []


def test_a_post_without_the_rows_leaves_them(client, pa):
    campaign = made(client)
    assert client.post(change(campaign), form_of(campaign, name="Fires")).status_code == 302
    campaign.refresh_from_db()
    assert (campaign.name, campaign.version, rules_of(campaign)) == ("Fires", 2, RULES)
    answer = client.post(change(campaign), form_of(campaign, version=2, starts=""))
    assert pages.errors(answer) == {"starts": ["This field is required."]}
    shown = answer.context["inline_admin_formsets"][0].formset
    assert [(form["role"].value(), form["note_type"].value()) for form in shown.forms] == RULES
    assert client.post(ADD, {**WILDFIRE, "slug": "bare", "hashtag": "bare", "aliases": ""}).status_code == 302
    assert rules_of(Campaign.objects.get(slug="bare")) == []


HOSTILE = [
    {"rules-TOTAL_FORMS": "x", "rules-INITIAL_FORMS": "-1"},
    {"rules-TOTAL_FORMS": "5", "rules-INITIAL_FORMS": "5"},
    {"rules-TOTAL_FORMS": "99999999", "rules-INITIAL_FORMS": "0"},
    {"rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "1", "rules-0-id": "x"},
    {"rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "1", "rules-0-id": "9" * 30},
    {"rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "1", "rules-0-id": "\x00"},
    {"rules-TOTAL_FORMS": "1", "rules-INITIAL_FORMS": "0", "rules-0-role": "\x00", "rules-0-note_type": "\x00"},
]


@pytest.mark.parametrize("rubbish", HOSTILE)
def test_rubbish_in_the_rows_is_an_error_and_changes_nothing(client, pa, rubbish):
    campaign = made(client)
    answer = client.post(change(campaign), {**form_of(campaign), **rubbish})
    assert answer.status_code == 200
    campaign.refresh_from_db()
    assert (campaign.version, rules_of(campaign)) == (1, RULES)


def test_another_campaigns_rule_is_out_of_reach(client, pa):
    campaign, covid = made(client), Campaign.objects.get(slug="covid")
    foreign = covid.rules.order_by("pk").first()
    before = rules_of(covid)
    answers = []
    for key in (foreign.pk, 987_654_321):
        sent = {**form_of(campaign), **rows([("LT", "overall_status")], ids=[key])}
        deleting = sent | {"rules-0-DELETE": "on", "version": 9}
        answers.append([client.post(change(campaign), data).status_code for data in (sent, deleting)])
    assert answers == [[200, 409]] * 2, "another campaign's is as one that does not exist"
    assert (rules_of(covid), rules_of(campaign)) == (before, RULES)


# --- Two at once ------------------------------------------------------------------------------------------------------


def test_rules_ride_on_the_version(client, pa):
    """Who opened the campaign before somebody saved a rule of it gets 409, and nothing of theirs is written."""
    campaign = made(client)
    ids = list(campaign.rules.order_by("pk").values_list("pk", flat=True))
    first = [*RULES[:2], ("FE", "overall_status")]
    assert client.post(change(campaign), {**form_of(campaign), **rows(first, ids=ids)}).status_code == 302
    second = {**form_of(campaign), **rows([*RULES, ("GM", "engagement_management")], ids=ids)}
    answer = client.post(change(campaign), second)
    assert (answer.status_code, rules_of(campaign)) == (409, first)
    gone = {**form_of(campaign, version=2), **rows(first, ids=ids), "rules-1-DELETE": "on"}
    assert client.post(change(campaign), gone).status_code == 302
    answer = client.post(change(campaign), second)  # one of its rows is no more
    assert (answer.status_code, rules_of(campaign)) == (409, [first[0], first[2]])
    campaign.refresh_from_db()
    assert campaign.version == 3


@pytest.mark.parametrize("who", ["fm", "frp", "rm", "lt", "nobody"])
def test_only_an_administrator_makes_or_changes_one(client, who):
    build.log_in(client, build.cast(who)[who])
    covid = Campaign.objects.get(slug="covid")
    assert client.get(ADD).status_code == client.post(ADD, WILDFIRE).status_code == 403
    assert client.post(change(covid), {**form_of(covid, name="Mine"), **rows([])}).status_code == 403
    assert list(Campaign.objects.values_list("name", "version")) == [("COVID-19 response", 1)]
    assert CampaignRule.objects.count() == 10


# --- Where else it must stand -----------------------------------------------------------------------------------------


def advice(answer):
    """The messages after *Note saved.* on where else a campaign must stand."""
    first, *others = said(answer)
    assert first.startswith("Note saved.")
    return [words for words in others if "in its own place" in words]


def test_who_tags_another_type_is_told_where_it_must_stand_too(client, pa):
    made(client)
    fm, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, fm)
    answer = client.post(pages.ADD, build.form_data("overall_status", customer, body="因#bushfire而加速", tags="other"))
    (told,) = advice(answer)
    link = f'<a href="{pages.ADD}?customer={customer.pk}&amp;note_type='
    assert told == (
        "Your role records #wildfire in its own place; write it there too: "
        f'{link}engagement_management">Engagement Management</a> · {link}service_intent">Service Intent</a>'
    )
    assert client.get("/admin/").content.decode().count("in its own place") == 1
    for kind in ("engagement_management", "service_intent"):
        assert advice(client.post(pages.ADD, build.form_data(kind, customer, tags="wildfire"))) == []
    assert advice(client.post(pages.ADD, build.form_data("overall_status", customer, tags="other"))) == []
    assert advice(client.post(pages.ADD, build.form_data("overall_status", customer, tags="wildfire"))) == []  # it does
    elsewhere = build.customer("Elsewhere")
    note = build.note(fm, elsewhere)
    answer = client.post(pages.change(note), build.form_data("overall_status", elsewhere, tags="wildfire", version=1))
    assert len(advice(answer)) == 1
    answer = client.post(pages.ADD, build.form_data("overall_status", elsewhere, tags="covid wildfire"))
    assert [words[:27] for words in advice(answer)] == ["Your role records #covid in", "Your role records #wildfire"]


def test_who_has_no_place_of_its_own_is_told_nothing(client, pa):
    """An adoption SME's role has no rule; an engineer's place is the very type they write."""
    made(client)
    asme, fe, customer = build.person("asme", "ASME"), build.person("fe", "FE"), build.customer()
    for user, kind in ((asme, "overall_status"), (fe, "technical_enablement")):
        build.log_in(client, user)
        assert advice(client.post(pages.ADD, build.form_data(kind, customer, tags="wildfire"))) == []
    build.log_in(client, build.person("admin", superuser=True))
    assert advice(client.post(pages.ADD, build.form_data("overall_status", customer, tags="wildfire"))) == []


def test_the_role_it_is_written_as_counts_and_only_what_one_may_write_is_offered(client, pa):
    made(client, slug="sme", hashtag="sme", aliases="")
    Campaign.objects.get(slug="sme").rules.create(role="SME", note_type="technical_enablement")
    Campaign.objects.get(slug="sme").rules.create(role="SME", note_type="service_intent")
    both, customer = build.person("both", "FM", "SME"), build.customer()
    row = build.entitlement(customer)
    build.log_in(client, both)
    Group.objects.get(name="FM").permissions.remove(Permission.objects.get(codename="write_service_intent"))
    data = build.form_data("entitlement_status", customer, entitlement=row, tags="sme", written_as="SME")
    (told,) = advice(client.post(pages.ADD, data))
    assert re.findall(r"note_type=(\w+)", told) == ["technical_enablement"]
