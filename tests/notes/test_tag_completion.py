"""What the tag field offers: running campaigns first, then hashtags that the writer may know of (domain.md §7)."""

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone, translation

from notes import hashtags
from notes.models import Campaign, NoteTag, Tag
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

TAGS = "/admin/notes/note/tags/"
COVID = {"name": "covid", "about": "accelerates or asks for help because of COVID-19", "campaign": True}
FIRE = {"name": "wildfire", "about": "Wildfire response", "campaign": True}


def plain(*names):
    return [{"name": name, "about": "", "campaign": False} for name in names]


def campaign(hashtag, **over):
    fields = {"slug": hashtag, "name": hashtag, "starts": dt.date(2020, 1, 1), **over}
    return Campaign.objects.create(hashtag=hashtag, **fields)


def offered(client, typed):
    answer = client.get(TAGS, {"q": typed})
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
    return answer.json()["tags"]


@pytest.fixture
def fm(client):
    """A FastTrack Manager, logged in, of a customer under a few hashtags."""
    fm = build.person("fm", "FM")
    build.note(
        fm, build.customer(), body="#remote-work in #Co-ops, #cobalt and 因#禽流感，#零信任", tags="covid zero-trust"
    )
    build.log_in(client, fm)
    return fm


# --- What is found ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", [COVID, FIRE, *plain("co-ops", "cobalt", "remote-work", "zero-trust", "禽流感", "零信任")]),
        ("#", [COVID, FIRE, *plain("co-ops", "cobalt", "remote-work", "zero-trust", "禽流感", "零信任")]),
        ("co", [COVID, *plain("co-ops", "cobalt")]),
        ("#CO", [COVID, *plain("co-ops", "cobalt")]),
        ("＃ＣＯ", [COVID, *plain("co-ops", "cobalt")]),
        ("co-", plain("co-ops")),
        ("COVID-1", [COVID]),  # an alias
        ("response", [COVID, FIRE]),  # a word of the name
        ("esponse", []),
        ("covid-19 r", [COVID]),
        ("应对", [COVID]),
        ("＃应", [COVID]),
        ("bush", [FIRE]),
        ("wild", [FIRE]),
        ("#禽", plain("禽流感")),
        ("零信任", plain("零信任")),
        ("rem", plain("remote-work")),
        ("obalt", []),
        ("remote_work", []),
        ("%", []),
        ("_", []),
        ("a b", []),
        ("C#", []),
        ("\x00", []),
        ("co\x00", []),
        ("x" * 5000, []),
        ("#" * 5000, []),
        ("疫" * 5000, []),
        (" \u3000\t", [COVID, FIRE, *plain("co-ops", "cobalt", "remote-work", "zero-trust", "禽流感", "零信任")]),
        ("'; --", []),
        ("😀", []),
        ("\ud800".encode("utf-8", "surrogatepass").decode("utf-8", "replace"), []),
    ],
)
def test_what_one_types_is_completed(client, fm, typed, expected):
    campaign("wildfire", name="Wildfire response", aliases="bushfire", starts=dt.date(2019, 1, 1))
    assert offered(client, typed) == expected


def test_no_question_at_all_is_an_empty_one(client, fm):
    assert client.get(TAGS).json() == client.get(TAGS, {"q": ""}).json()


def test_ten_at_most_and_campaigns_first(client, fm):
    build.note(fm, build.customer(), tags=" ".join(f"aa{number:02}x" for number in range(30)))
    campaign("zz", starts=dt.date(2021, 1, 1))
    assert offered(client, "") == [
        {"name": "zz", "about": "zz", "campaign": True},
        COVID,
        *plain(*(f"aa{number:02}x" for number in range(8))),
    ]
    for number in range(12):
        campaign(f"c{number}", starts=dt.date(2022, 1, 1 + number))
    assert [one["name"] for one in offered(client, "")] == [f"c{number}" for number in range(11, 1, -1)]


def test_only_running_campaigns_are_offered_as_such(client, fm):
    """One that has ended or not begun is a hashtag like any other, once it stands on a note."""
    today = timezone.localdate()
    campaign("past", ends=today - dt.timedelta(days=1), aliases="pa")
    campaign("future", starts=today + dt.timedelta(days=1))
    campaign("today", starts=today, ends=today)
    assert [one["name"] for one in offered(client, "") if one["campaign"]] == ["today", "covid"]
    assert offered(client, "past") == offered(client, "fut") == []
    build.note(fm, build.customer(), tags="pa future")
    assert (offered(client, "pa"), offered(client, "fut")) == (plain("past"), plain("future"))


def test_an_alias_is_not_offered_by_itself(client, fm):
    """Not even where its row still stands, as it does after a merge."""
    build.note(fm, build.customer(), tags="corona")
    assert offered(client, "coro") == plain("corona")
    Campaign.objects.filter(slug="covid").update(aliases="covid19 Corona")
    assert offered(client, "coro") == [COVID]
    Campaign.objects.filter(slug="covid").update(ends=dt.date(2021, 1, 1))
    assert offered(client, "coro") == []


def test_the_meaning_is_in_the_pages_language(client, fm):
    answer = client.get(TAGS, {"q": "cov"}, headers={"accept-language": "zh-hans"})
    assert answer.json()["tags"] == [{"name": "covid", "about": "因 COVID-19 而加速部署或申请协助", "campaign": True}]


# --- For whom ---------------------------------------------------------------------------------------------------------


def test_hashtags_are_content_and_stay_in_scope(client, fm):
    """A partner's staff are offered what stands on their own customers' notes alone; FRP of no partner, nothing."""
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    build.note(fm, build.customer("Our customer", partner=ours), tags="both ourtag")
    build.note(fm, build.customer("Their customer", partner=theirs), body="#both #theirsecret")
    everything = ["both", "co-ops", "cobalt", "ourtag", "remote-work", "theirsecret", "zero-trust", "禽流感", "零信任"]
    people = {
        build.person("frp", "FRP", partner=ours): ["both", "ourtag"],
        build.person("frp2", "FRP", partner=theirs): ["both", "theirsecret"],
        build.person("frp3", "FRP"): [],
        build.person("sme", "SME"): everything,
        build.person("admin", superuser=True): everything,
    }
    for user, expected in people.items():
        build.log_in(client, user)
        assert offered(client, "") == [COVID, *plain(*expected)], user
        assert offered(client, "theirs") == plain(*(name for name in expected if name == "theirsecret")), user


def test_a_tag_of_withdrawn_notes_alone_is_not_offered(client, fm):
    customer = build.customer()
    gone, stays = build.note(fm, customer, tags="secret shared"), build.note(fm, customer, tags="shared")
    build.withdraw(gone, fm)
    assert offered(client, "s") == plain("shared")
    build.withdraw(stays, fm)
    assert offered(client, "s") == []


@pytest.mark.parametrize("who", ["pa", "rm", "lt", "nobody"])
def test_who_writes_no_note_is_refused(client, who):
    build.log_in(client, build.cast(who)[who])
    assert client.get(TAGS, {"q": "c"}).status_code == 403


@pytest.mark.parametrize("method", ["post", "put", "delete", "head"])
def test_it_only_answers(client, fm, method):
    before = (Tag.objects.count(), NoteTag.objects.count())
    answer = getattr(client, method)(TAGS)
    assert (answer.status_code, answer["Allow"]) == (405, "GET")
    assert (Tag.objects.count(), NoteTag.objects.count()) == before


# --- What it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("partner", [False, True])
def test_it_looks_for_one_row_of_each_hashtag_in_its_index(client, fm, partner):
    """One probe of the index of live notes for each hashtag that fits: the notes under it are not walked."""
    ours = build.partner()
    user = build.person("frp", "FRP", partner=ours) if partner else fm
    build.note(user, build.customer(partner=ours), tags="cobalt")
    build.log_in(client, user)
    with CaptureQueriesContext(connection) as few:
        offered(client, "co")
    for _ in range(3):
        build.note(user, build.customer(partner=ours), tags="cobalt cost copper")
    with CaptureQueriesContext(connection) as more:
        assert {"covid", "cobalt", "copper", "cost"} <= {one["name"] for one in offered(client, "co")}
    assert len(few) == len(more)
    (asked,) = [query["sql"] for query in more if '"notes_tag"."name"' in query["sql"] and "LIKE" in query["sql"]]
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {asked}")
        else:
            # With a handful of rows any way is cheap: what is asked is whether the index serves filter and order.
            for way in ("seqscan", "bitmapscan", "sort"):
                cursor.execute(f"SET LOCAL enable_{way} = off")
            cursor.execute(f"EXPLAIN {asked}")
        plan = "\n".join(str(line) for line in cursor.fetchall())
    assert re.search(r"\bnotetag_live_partner\b" if partner else r"\bnotetag_live\b", plan), plan
    assert "Join" not in plan, plan


# --- On the page ------------------------------------------------------------------------------------------------------


def test_the_form_names_the_running_campaigns_without_a_script(client, fm):
    campaign("past", ends=dt.date(2020, 2, 1), meaning="over and done")
    campaign("疫情", slug="epidemic", meaning="moves because of it", meaning_zh="因疫情而加速")
    address = f"{pages.ADD}?customer={build.customer().pk}&note_type=overall_status"
    page = client.get(address).content.decode()
    assert f'data-hashtags="{TAGS}"' in page
    assert f'<span class="chip tag">#covid</span> {COVID["about"]}' in page
    assert '<span class="chip tag">#疫情</span> moves because of it' in page
    assert "over and done" not in page
    with translation.override("zh-hans"):
        page = client.get(address, headers={"accept-language": "zh-hans"}).content.decode()
    assert '<span class="chip tag">#疫情</span> 因疫情而加速' in page


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", ""), ("#", ""), ("＃Covid-", "covid-"), ("covid_", "covid_"), (" ＃ＣＯ ", "co"), ("45", "45"),
        ("#疫", "疫"), ("##", None), ("a b", None), ("C#", None), ("-a", None),
        ("a" * 100, "a" * 100), ("#" + "a" * 100, "a" * 100), ("a" * 101, None), ("\x00", None), ("covid疫", None),
    ],
)  # fmt: skip
def test_the_beginning_of_a_name(typed, expected):
    assert hashtags.beginning(typed) == expected
