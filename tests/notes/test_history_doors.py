"""Who reads a history and by which door: scope, rights, methods, pages, counts of queries, and texts that bite."""

import datetime as dt

import pytest
import time_machine
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import URLResolver, get_resolver

from accounts.history import Beside, Events
from accounts.models import PartnerOrganisation, Region, User
from customers.models import StatusReason, Workload
from notes.models import Campaign, CampaignRule, Note, Risk, RiskStep
from tests import builders as build
from tests.accounts.told import Told, history, links, told
from tests.notes import pages

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def made(partner=None):
    """One record of each kind that has a history, on one customer."""
    writer, customer = build.person("writer", "FM"), build.customer(partner=partner)
    note = build.note(writer, customer, tags="covid", risks="high: late", workloads=["EXO"])
    entitlement = build.entitlement(customer)
    return {
        "customer": customer,
        "assignment": build.assign(customer, writer, "FM"),
        "entitlement": entitlement,
        "note": note,
        "risk": note.risks.get(),
        "campaign": Campaign.objects.get(slug="covid"),
        "statusreason": StatusReason.objects.get(slug="migration"),
    }


OF_CUSTOMER = ("customer", "assignment", "entitlement", "note", "risk")
KINDS = (*OF_CUSTOMER, "campaign", "statusreason")


# --- Rights and scope -------------------------------------------------------------------------------------------------

# Who may see what by right (contract, *Rights*); campaigns, reasons and assignments as the roles are seeded.
ROLES = ("FM", "FE", "SME", "ASME", "GMFTA", "MVM", "FTA", "GM", "RM", "LT", "PA")


@pytest.mark.parametrize("role", ROLES)
def test_a_history_is_read_by_who_may_see_the_record(client, role):
    """The same right as the record's own page: where that is 200 the history is, where 403 it is 403."""
    user, rows = build.person("reader", role), made()
    build.log_in(client, user)
    answers = {}
    for kind, row in rows.items():
        record = client.get(history(row).removesuffix("history/") + "change/")
        answers[kind] = (client.get(history(row)).status_code, record.status_code)
    assert {kind: both for kind, both in answers.items() if both[0] != both[1] or both[0] not in (200, 403)} == {}
    assert [answers[kind][0] for kind in ("customer", "entitlement", "note", "risk")] == [200] * 4


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_reads_nothing(client, kind):
    """Staff without a role: 403 for what there is and what there is not (contract, *Rights*)."""
    rows = made()
    build.log_in(client, build.person("nobody"))
    address = history(rows[kind])
    missing = address.replace(f"/{rows[kind].pk}/", "/987654/")
    assert [client.get(one).status_code for one in (address, missing)] == [403, 403]


@pytest.mark.parametrize("kind", KINDS)
def test_a_right_taken_away_closes_the_history(client, kind):
    rows, user = made(), build.person("pa", "PA")
    group = Group.objects.get(name="PA")
    group.permissions.remove(*group.permissions.filter(codename__in=[f"view_{kind}", f"change_{kind}"]))
    build.log_in(client, user)
    assert client.get(history(rows[kind])).status_code == 403


@pytest.mark.parametrize("kind", OF_CUSTOMER)
def test_a_partners_staff_know_their_own_alone(client, kind):
    """200 for their own, and for a foreign one what a number that none has gets."""
    a, b = build.partner("A"), build.partner("B")
    row = made(partner=a)[kind]
    address = history(row)
    missing = address.replace(f"/{row.pk}/", "/987654/")
    seen = {}
    for name, partner in (("frp_a", a), ("frp_b", b), ("frp_lost", None)):
        build.log_in(client, build.person(name, "FRP", partner=partner))
        seen[name] = [client.get(one).status_code for one in (address, missing)]
    assert seen == {"frp_a": [200, 404], "frp_b": [404, 404], "frp_lost": [404, 404]}


@pytest.mark.parametrize("kind", KINDS)
def test_who_is_not_logged_in_is_sent_to_log_in(client, kind):
    address = history(made()[kind])
    answer = client.get(address)
    assert (answer.status_code, answer["Location"]) == (302, f"/admin/login/?next={address}")


def test_a_withdrawn_note_keeps_its_history(client):
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.withdraw(build.note(fm, customer), fm)
    build.log_in(client, build.person("rm", "RM"))
    assert told(client.get(history(note)))[0] == Told(
        "Withdrawn", "the system", ("Why it was withdrawn: Written on the wrong customer.",)
    )


# --- Methods, addresses -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_a_history_is_read_and_nothing_else(client, kind):
    row = made()[kind]
    build.log_in(client, build.person("admin", superuser=True))
    before = row.history.count()
    ways = (client.post, client.put, client.patch, client.delete)
    assert [way(history(row)).status_code for way in ways] == [405] * 4
    assert client.head(history(row)).status_code == 200
    assert row.history.count() == before


@pytest.mark.parametrize("key", ["0", "-1", "x", "1%00", "%00", "9" * 30, "1'--", "１x", "1_2F", "1/2"])
def test_a_key_that_none_has(client, key):
    made()
    build.log_in(client, build.person("admin", superuser=True))
    assert client.get(f"/admin/notes/note/{key}/history/").status_code == 404


def routes(resolver=None, before=""):
    for entry in (resolver or get_resolver()).url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from routes(entry, path)
        else:
            yield path, entry


def test_ours_are_the_only_histories():
    """Neither Django's log of who saved what, which names people to anybody, nor a page of simple-history."""
    found = {path: entry for path, entry in routes() if "history" in path or "history" in (entry.name or "")}
    apps = {"campaign": "notes", "note": "notes", "risk": "notes", "summaryrequest": "notes"}
    assert {(path, entry.name) for path, entry in found.items()} == {
        (f"admin/{app}/{kind}/<path:object_id>/history/", f"{app}_{kind}_history")
        for kind in (*KINDS, "summaryrequest", "handover")
        for app in [apps.get(kind, "customers")]
    }
    served_by = {entry.callback.__module__ for _path, entry in routes()}
    assert [module for module in served_by if "simple_history" in module] == []
    assert [one for one in admin.site._registry.values() if "simple_history" in str(type(one).__mro__)] == []


def test_records_without_a_history_have_no_page_of_one(client):
    build.log_in(client, build.person("admin", superuser=True))
    partner = build.partner()
    rows = [Workload.objects.first(), Region.objects.first(), partner, User.objects.get(), Group.objects.first()]
    assert {type(row) for row in rows} == {Workload, Region, PartnerOrganisation, User, Group}
    for row in rows:
        # Django takes `5/history` for the key of a row, which it then does not find.
        answer = client.get(history(row), follow=True)
        assert answer.redirect_chain[-1] == ("/admin/", 302), row


@pytest.mark.parametrize("kind", KINDS)
def test_the_record_leads_to_its_history_and_back(client, kind):
    row = made()[kind]
    build.log_in(client, build.person("admin", superuser=True))
    change = history(row).removesuffix("history/") + "change/"
    assert f'href="{history(row)}"' in client.get(change).content.decode()
    assert f'href="{change}"' in client.get(history(row)).content.decode()


def test_a_note_that_is_only_read_leads_to_its_history(client):
    note = made()["note"]
    build.log_in(client, build.person("rm", "RM"))
    assert f'href="{history(note)}"' in client.get(pages.change(note)).content.decode()


# --- What is one change ----------------------------------------------------------------------------------------------


def test_two_saves_in_one_second_are_two_changes(client):
    """By one person or by two; each with the hashtags it moved."""
    people, customer = build.cast("fm", "admin"), build.customer()
    note = build.note(people["fm"], customer, body="One.")
    for version, (who, body, tags) in enumerate(
        (("fm", "Two.", "a"), ("fm", "Three.", "a b"), ("admin", "Four.", "b")), 1
    ):
        build.log_in(client, people[who])
        data = build.form_data("overall_status", customer, body=body, tags=tags, version=version)
        assert client.post(pages.change(note), data).status_code == 302
    assert told(client.get(history(note)))[:3] == [
        Told("Changed", "admin", ("Text: [-Three-]{+Four+}.", "Hashtag: [-#a in the tag field-]")),
        Told("Changed", "fm", ("Text: [-Two-]{+Three+}.", "Hashtag: #b in the tag field")),
        Told("Changed", "fm", ("Text: [-One-]{+Two+}.", "Hashtag: #a in the tag field")),
    ]


def test_what_no_request_signed_is_signed_by_its_event(client, clock):
    """An import moves a status under the name of who wrote the note, though simple-history knows nobody."""
    fm, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer)
    clock.shift(60)
    build.note(fm, customer, "entitlement_status", "Unable.", entitlement=row, l1="blocked", l2="legal-regulatory")
    build.log_in(client, fm)
    moved = told(client.get(history(row)))[0]
    assert (moved.headline, moved.who) == ("Status moved", "fm")
    assert moved.lines[:2] == (
        "L1: [-Status Unknown-] → Blocked",
        "L2: [-New Subscription or Workload-] → Legal/Regulatory",
    )


def test_who_is_not_kept_any_more(client):
    """A person that is deleted leaves no name; to the programme's own people that is no question of scope."""
    gone, customer = build.person("gone", "FM"), build.customer()
    row = build.assign(customer, gone, "FM")
    row.delete()
    gone.delete()
    build.log_in(client, build.person("fm", "FM"))
    assert told(client.get(history(customer)))[0].lines[-1:] == ("Assignment: [-FM · no longer kept-]",)
    build.log_in(client, build.person("admin", superuser=True))
    assert "FM · no longer kept" in client.get(history(customer)).content.decode()


def test_a_linked_note_that_the_reader_may_not_see(client, clock):
    """Without the right to notes an entitlement's history names none."""
    fm, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer)
    clock.shift(60)
    build.note(fm, customer, "entitlement_status", "Unable.", entitlement=row, l1="blocked", l2="legal-regulatory")
    group = Group.objects.get(name="RM")
    group.permissions.remove(*group.permissions.filter(codename="view_note"))
    build.log_in(client, build.person("rm", "RM"))
    page = client.get(history(row))
    assert told(page)[0].lines[-1] == "Moved by the note: one you may not see"
    assert [link for link in links(page) if "/note/" in link] == []


# --- Pages ------------------------------------------------------------------------------------------------------------


def edited(note, by, times):
    """`note`, saved so many times more by `by`, an hour apart."""
    for number in range(times):
        note.body, note._history_user = f"Version {number + 2}.", by
        note._history_date = START + dt.timedelta(hours=number + 1)
        note.save()


@pytest.fixture
def long_story(client, clock):
    fm, customer = build.person("fm", "FM"), build.customer()
    note = build.note(fm, customer, body="Version 1.")
    edited(note, fm, 119)
    build.log_in(client, fm)
    return note


def test_fifty_to_a_page(client, long_story):
    """Newest first; each compared with the version before it, over the edge of a page too."""
    texts = [
        [line for entry in told(client.get(history(long_story), {"page": page})) for line in entry.lines]
        for page in (1, 2, 3)
    ]
    assert [len(page) for page in texts][:2] == [50, 50]
    assert texts[0][0] == "Text: Version [-119-]{+120+}."
    assert texts[0][-1] == "Text: Version [-70-]{+71+}."
    assert texts[1][0] == "Text: Version [-69-]{+70+}."
    assert "Text: Version 1." in texts[2]
    last = client.get(history(long_story), {"page": 3}).content.decode()
    assert "101–120 of 120" in last
    assert 'href="?page=2"' in last
    assert 'href="?page=4"' not in last


@pytest.mark.parametrize(
    ("page", "shown"),
    [
        *(("", "1–50"), ("x", "1–50"), ("1.5", "1–50"), ("\x00", "1–50"), ("9" * 5_000, "1–50"), ("<b>", "1–50")),
        *(("99", "101–120"), ("0", "101–120"), ("-1", "101–120"), ("999999999999999999999", "101–120")),
    ],
)
def test_a_page_that_is_none(client, long_story, page, shown):
    answer = client.get(history(long_story), {"page": page})
    assert answer.status_code == 200
    assert f"{shown} of 120" in answer.content.decode()


# --- Counts of queries ------------------------------------------------------------------------------------------------


def queries(client, record):
    with CaptureQueriesContext(connection) as found:
        assert client.get(history(record)).status_code == 200
    return len(found)


def grow(kind, row, number, people):
    """One more change of each sort that the kind's page tells, by another person each time."""
    by = people[number % len(people)]
    row._history_user, row._history_date = by, START + dt.timedelta(hours=number)
    if kind == "note":
        row.body, row.next_action_person = f"Version {number}.", by
        tag = row.note_tags.get()
        tag.in_field, tag._history_user, tag._history_date = not tag.in_field, by, row._history_date
        tag.save()
    elif kind == "entitlement":
        row.owner, row.seats = by, number
        row.redate(by=by, at=row._history_date)
    elif kind == "risk":
        row.owner = by
        RiskStep.objects.create(
            risk=row, from_state="open", to_state="mitigating", comment="x", by=by, at=row._history_date
        )
    elif kind == "customer":
        row.seats, row.partner = number, build.partner(f"Partner {number}")
        build.assign(row, by, "FM")
    elif kind == "campaign":
        row.name = f"Name {number}"
        CampaignRule.objects.get_or_create(campaign=row, role="GM", note_type="service_intent")
    row.save()


@pytest.mark.parametrize("kind", ["note", "entitlement", "risk", "customer", "campaign"])
def test_as_many_queries_for_three_changes_and_thirty(client, kind):
    row = made()[kind]
    people = [build.person(f"person{number}") for number in range(5)]
    build.log_in(client, build.person("reader", superuser=True))
    counts = []
    for number in range(1, 31):
        grow(kind, row, number, people)
        if number in (2, 3, 30):
            counts.append(queries(client, row))
    assert counts[0] == counts[1] == counts[2]


def looked_up():
    """(model, column) of each look-up that the pages make for a record."""
    for model_admin in admin.site._registry.values():
        story = getattr(model_admin, "story", None)
        for source in story.sources if story else ():
            if isinstance(source, Events):
                yield source.read().model, source.link
            else:
                yield source.model.history.model, "id"
                if isinstance(source, Beside):
                    yield source.model.history.model, source.link


def test_every_look_up_has_an_index():
    """So that a page costs the same however many other records there are."""
    found = list(looked_up())
    assert len(found) == 19
    lacking = []
    for model, column in found:
        with connection.cursor() as cursor:
            constraints = connection.introspection.get_constraints(cursor, model._meta.db_table).values()
        if not any(one["index"] and one["columns"][0] == column for one in constraints):
            lacking.append((model.__name__, column))
    assert lacking == []


# --- Texts that bite, and the other language --------------------------------------------------------------------------


def test_markup_in_a_text_is_text(client, clock):
    fm, customer = build.person("fm", "FM", first_name="<i>F", last_name="M"), build.customer("<b>North</b>")
    note = build.note(fm, customer, body="<script>alert(1)</script> and &amp; <del>x</del>", tags="covid")
    clock.shift(60)
    build.log_in(client, fm)
    data = build.form_data(
        "overall_status", customer, body="<script>alert(2)</script> and &lt; <del>x</del>", version=1
    )
    assert client.post(pages.change(note), data).status_code == 302
    answer = client.get(history(note))
    page = answer.content.decode()
    assert [bad for bad in ("<script>alert", "<i>F", "<b>North", "<del>x") if bad in page] == []
    changed, added = told(answer)
    assert changed.who == "<i>F M"
    assert changed.lines[0] == ("Text: <script>alert([-1-]{+2+})</script> and &[-amp-]{+lt+}; <del>x</del>")
    assert "Text: <script>alert(1)</script> and &amp; <del>x</del>" in added.lines


def test_a_long_text_is_kept_short_where_it_did_not_change(client, clock):
    fm, customer = build.person("fm", "FM"), build.customer()
    words = " ".join(f"word{number}" for number in range(1_500))
    note = build.note(fm, customer, body=f"{words} old end.")
    clock.shift(60)
    build.log_in(client, fm)
    data = build.form_data("overall_status", customer, body=f"{words} new end.", version=1)
    assert client.post(pages.change(note), data).status_code == 302
    changed, added = told(client.get(history(note)))
    assert changed.lines[0].startswith("Text:  … ")
    assert changed.lines[0].endswith("word1499 [-old-]{+new+} end.")
    assert len(changed.lines[0]) < 200
    assert f"Text: {words} old end." in added.lines


def test_in_chinese(client, clock):
    """Labels, values, dates and names of changes in the page's language; what people wrote as they wrote it."""
    fm, customer = build.person("fm", "FM", language="zh-hans"), build.customer("北风")
    row = build.entitlement(customer)
    build.log_in(client, fm)
    data = build.form_data("entitlement_status", customer, entitlement=row, body="法律不允许。")
    assert client.post(pages.ADD, data).status_code == 302
    note = Note.objects.get()
    (added,) = told(client.get(history(note)))
    assert added.lines == (
        "客户: 北风",
        "笔记类型: 权益状态",
        "作者: fm",
        "撰写角色: FastTrack 经理",
        "正文: 法律不允许。",
        "权益: 北风: EXO",
        "L1: [-状态未知-] → 受阻",
        "L2: [-新的订阅或工作负载-] → 法律/法规",
        "预计解除受阻日期: 2030年3月1日",
        "工作负载: EXO",
    )
    assert links(client.get(history(note)))[:1] == [f"/admin/customers/customer/{customer.pk}/change/"]


def test_a_risk_and_a_template_in_chinese(client, clock):
    fm, customer = build.person("fm", "FM", language="zh-hans"), build.customer("北风")
    note = build.note(fm, customer, exec_customer="诊所。", exec_engagement="reactive", risks="高: 迟了")
    build.log_in(client, fm)
    (of_note,), (of_risk,) = (told(client.get(history(row))) for row in (note, Risk.objects.get()))
    assert of_note.lines[5:] == (
        "描述客户: 诊所。",
        "风险: 高: 迟了",
        "执行摘要: 是",
        "接洽: 反应",
        "部署: 部分部署",
    )
    assert of_risk.lines == (
        "客户: 北风",
        "在笔记中提出: 总体状态, 北风, 2026-03-02",
        "标题: 迟了",
        "严重性: 高",
        "状态: 未解决",
        "负责人: fm",
        "提出者: fm",
    )
