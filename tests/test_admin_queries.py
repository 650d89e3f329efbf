"""How many queries a page of the admin takes does not grow with its rows, nor with what stands beside a record.

The managers' lists: tests/reports/test_queries.py; long histories: tests/notes/test_history_doors.py. With `-s` the
counts are printed.
"""

import datetime as dt
from dataclasses import dataclass

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import PartnerOrganisation, Region, User
from customers.models import Assignment, Customer, Entitlement, HandOver, StatusReason, Workload
from notes import moving_work, risk_life, summaries
from notes.handing_over import Terms
from notes.models import Campaign, CampaignRule, Note, Risk, SummaryRequest
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

DAY = dt.date(2030, 6, 1)
RULES = [("FE", "service_intent"), ("SME", "overall_status"), ("GM", "service_intent")]
# No page asks more, whoever reads.
MOST = 30


@dataclass
class World:
    """One record of each kind, on one customer of `frp`'s partner; `grow` puts one more of everything beside it."""

    records: dict[type, object]
    people: dict[str, User]
    read: Note  # somebody else's, so that it is only read


def world() -> World:
    partner = build.partner()
    people = build.cast("admin", "fm", "frp", "fe")
    region, role = Region.objects.create(code="HOME", name="Home"), Group.objects.create(name="Home")
    customer = build.customer("Wide World", "HOME", partner, enterprise_level=3)
    reason = StatusReason.objects.create(l1="blocked", slug="home", name="Home")
    entitlement = build.entitlement(customer, "EXO", l1="in_progress", owner=people["fm"])
    assignment = build.assign(customer, people["fm"], "FM")
    build.assign(customer, people["frp"], "FRP")
    note = build.note(people["fm"], customer, risks="high: late")
    build.note(people["fm"], customer, body="", exec_workloads="[EXO] Exchange Online - moves")
    asked = SummaryRequest(customer=customer, asked_of=people["fm"], due_date=DAY)
    summaries.ask(asked, by=people["admin"])
    return World(
        {
            User: build.person("somebody"), Group: role, Region: region, PartnerOrganisation: partner,
            Customer: customer, Assignment: assignment, Workload: build.workload("EXO"), StatusReason: reason,
            Entitlement: entitlement, Campaign: Campaign.objects.get(slug="covid"), Note: note,
            Risk: Risk.objects.get(), SummaryRequest: asked,
            HandOver: hand_over(people["fm"], build.person("relief", "FM"), people["admin"], customer),
        },
        people,
        build.note(people["fe"], customer, "technical_enablement"),
    )  # fmt: skip


def hand_over(from_user: User, to_user: User, by: User, *customers: Customer) -> HandOver:
    """A cover of these customers by `to_user`."""
    terms = Terms(from_user, to_user, DAY, DAY + dt.timedelta(days=9))
    done = moving_work.hand_over(terms, by=by, chosen=[customer.pk for customer in customers])
    return done.records[0]


def grow(world: World, number: int) -> None:
    """One more row on every list and of everything beside every record, each with its own people and places."""
    here = world.records
    region = Region.objects.create(code=f"R{number}", name=f"Area {number}")
    workload = Workload.objects.create(code=f"W{number}", name=f"Workload {number}", position=50 + number)
    reason = StatusReason.objects.create(l1="blocked", slug=f"reason-{number}", name=f"Reason {number}")
    detail = StatusReason.objects.create(l1="blocked", parent=reason, slug=f"detail-{number}", name=f"Detail {number}")
    StatusReason.objects.create(l1="blocked", parent=here[StatusReason], slug=f"of-{number}", name=f"Of {number}")
    role = Group.objects.create(name=f"Area {number}")
    role.permissions.set(Permission.objects.all()[number : number + 2])
    campaign = Campaign.objects.create(
        slug=f"flood{number}", name=f"Flood {number}", hashtag=f"flood{number}", aliases=f"water{number}",
        starts=dt.date(2020, 1, 1),
    )  # fmt: skip
    for rules in (campaign, here[Campaign]):
        CampaignRule.objects.create(campaign=rules, role=RULES[number - 1][0], note_type=RULES[number - 1][1])
    person = build.person(f"person{number}", "FM", first_name=f"Ann {number}", regions=[region.code])
    person.groups.add(role)
    partner = build.partner(f"Partner {number}")
    colleague = build.person(f"colleague{number}", "FRP", partner=here[PartnerOrganisation])
    build.person(f"stranger{number}", "FRP", partner=partner)
    here[User].groups.add(role)
    here[User].regions.add(region)
    here[Group].permissions.add(Permission.objects.all()[number])
    # Customers of the partner's own, of another partner, and one more row of each kind on the one that is there.
    mine = build.customer(f"Wide {number}", region.code, here[PartnerOrganisation], priority="high", enterprise_level=4)
    for customer in (mine, build.customer(f"Far {number}", region.code, partner), here[Customer]):
        everything_on(world, customer, workload, (reason, detail), person)
    build.customer(f"Home {number}", here[Region].code, here[PartnerOrganisation])
    build.entitlement(mine, here[Workload].code, owner=colleague)
    move(world, number)
    # One more handover; of the one that is there one more customer, and one more step in its history.
    hand_over(world.people["fm"], person, world.people["admin"], mine)
    here[HandOver].customers.add(mine)
    here[HandOver].word = f"Told {number}"
    here[HandOver].save()


def everything_on(
    world: World, customer: Customer, workload: Workload, why: tuple[StatusReason, ...], by: User
) -> None:
    fm = world.people["fm"]
    build.assign(customer, by, "FM")
    if customer != world.records[Customer]:
        build.assign(customer, fm, "FM", starts=dt.date(2020, 1, 1))
        if customer.partner_id == world.people["frp"].partner_id:
            build.assign(customer, world.people["frp"], "FRP")
    dates = {"target_date": DAY, "unblock_date": DAY}
    row = build.entitlement(customer, workload.code, l1="blocked", l2=why[0], l3=why[1], owner=by, **dates)
    note = build.note(
        by, customer, body=f"Met {by}.", tags=f"covid {by.username}", risks="high: late\nlow: slow",
        workloads=["EXO", workload], pace="accelerating",
        next_action="Call", next_action_date=DAY, next_action_owner=fm.username,
    )  # fmt: skip
    Risk.objects.filter(note=note).update(entitlement=row, workload=workload, owner=by, due_date=DAY)
    build.note(by, customer, "entitlement_status", f"Law {by}.", entitlement=row, unblock_date=DAY)
    summaries.ask(SummaryRequest(customer=customer, asked_of=by, due_date=DAY), by=build.person(f"rm{row.pk}", "RM"))


def move(world: World, number: int) -> None:
    """The records themselves go on: status, risk, their own columns; hashtags, workloads and risks on two notes."""
    here, fm, fe = world.records, world.people["fm"], world.people["fe"]
    told = {
        Customer: "brand", Assignment: "starts", StatusReason: "definition", Campaign: "meaning",
        SummaryRequest: "word",
    }  # fmt: skip
    for model, column in told.items():
        row = model.objects.get(pk=here[model].pk)
        setattr(row, column, dt.date(2026, 1, number) if column == "starts" else f"Told {number}")
        row.save()
    build.note(
        fm, here[Customer], "entitlement_status", f"Go {number}.", entitlement=here[Entitlement], target_date=DAY
    )
    to = "escalated" if number % 2 else "mitigating"
    risk_life.step(here[Risk], to=to, comment=f"Why {number}", escalated_to="rm" if number % 2 else "", by=fm)
    codes = [build.workload("EXO"), *Workload.objects.filter(code__startswith="W", position__gt=50)]
    more = {
        "tags": " ".join(f"tag{count}" for count in range(number + 1)), "risks": f"high: new {number}",
        "workloads": [row.pk for row in codes],
    }  # fmt: skip
    for note, author in ((here[Note], fm), (world.read, fe)):
        data = build.form_data(note.note_type, note.customer, version=number, **more)
        assert build.log_in(Client(), author).post(pages.change(note), data).status_code == 302


def addresses(world: World) -> dict[str, str]:
    """Every page of the admin that shows rows: by name."""
    found = {}
    for model, model_admin in admin.site._registry.items():
        base, kind, key = (
            f"/admin/{model._meta.app_label}/{model._meta.model_name}/",
            model._meta.model_name,
            world.records[model].pk,
        )
        found |= {f"{kind} list": base, f"{kind} add": f"{base}add/", f"{kind} change": f"{base}{key}/change/"}
        if model_admin.search_fields:
            found[f"{kind} search"] = f"{base}?q=a"
        if getattr(model_admin, "story", None):
            found[f"{kind} history"] = f"{base}{key}/history/"
    customer, note, risk = (world.records[model].pk for model in (Customer, Note, Risk))
    add = f"{pages.ADD}?customer={customer}"
    complete = "/admin/autocomplete/?app_label={}&model_name={}&field_name=customer&term=wide"
    return found | {
        "index": "/admin/",
        "note start": f"{pages.ADD}?",
        "note start, found": f"{pages.ADD}?find=wide",
        "note start, type": add,
        "note start, entitlement": f"{add}&note_type=entitlement_status",
        **{f"note add {kind}": f"{add}&note_type={kind}" for kind in TYPES},
        "note add status": f"{add}&note_type=entitlement_status&entitlement={world.records[Entitlement].pk}",
        "note read": pages.change(world.read),
        "note history, read": f"/admin/notes/note/{world.read.pk}/history/",
        "note withdraw": pages.withdraw(world.records[Note]),
        "note tags": "/admin/notes/note/tags/?q=",
        "handover add, person": f"/admin/customers/handover/add/?from_user={world.people['fm'].pk}",
        "handover end": f"/admin/customers/handover/{world.records[HandOver].pk}/end/",
        "handover back": f"/admin/customers/handover/add/?back={world.records[HandOver].pk}",
        "risk add, customer": f"/admin/notes/risk/add/?customer={customer}",
        "risk step": f"/admin/notes/risk/{risk}/step/",
        "summaryrequest add, customer": f"/admin/notes/summaryrequest/add/?customer={customer}",
        "summaryrequest take back": f"/admin/notes/summaryrequest/{world.records[SummaryRequest].pk}/take-back/",
        "asked for": summaries.address(world.records[SummaryRequest]),
        "rewrite": f"{add}&note_type=overall_status&rewrites={note}",
        "complete assignment": complete.format("customers", "assignment"),
        "complete entitlement": complete.format("customers", "entitlement"),
        "complete risk": complete.format("notes", "risk"),
    }


TYPES = ("overall_status", "engagement_management", "service_intent", "technical_enablement", "enterprise_status")


# What a reader may not open; of the rest every page answers 200.
_PROGRAMMES = ("user", "group", "region", "partnerorganisation", "workload", "statusreason", "campaign")
_NOT_TO_WRITE = (
    "customer add", "summaryrequest add", "summaryrequest take back", "note add technical_enablement",
    "note add enterprise_status",
)  # fmt: skip
CLOSED = {
    "admin": (),
    "fm": (*_PROGRAMMES, *_NOT_TO_WRITE),
    "frp": (*_PROGRAMMES, *_NOT_TO_WRITE, "note withdraw", "rewrite"),
}


# Pages without rows, or, for who serves no customer, without theirs; all others show what has grown.
ROWLESS = {
    "note add", "note start", "note start, type", "note withdraw", "user add", "group add", "region add",
    "region change", "partnerorganisation add", "partnerorganisation change", "workload add", "workload change",
    "campaign add", "summaryrequest add", "summaryrequest change", "summaryrequest take back", "handover end",
}  # fmt: skip


def counted(client: Client, pages: dict[str, str]) -> dict[str, tuple[int, int, int]]:
    """Of each page the status, the number of queries, and how long it is."""
    found = {}
    for name, address in pages.items():
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(address)
        shown = answer.content.decode().split('id="content"')[-1]  # without the sidebar, which lists campaigns
        found[name] = (answer.status_code, len(captured), len(shown))
    return found


@pytest.mark.parametrize("who", ["admin", "fm", "frp"])
def test_three_take_as_many_queries_as_one(client, who):
    here = world()
    grow(here, 1)
    build.log_in(client, here.people[who])
    pages_here = addresses(here)
    counted(client, pages_here)  # what is read once a process
    one = counted(client, pages_here)
    grow(here, 2)
    grow(here, 3)
    three = counted(client, pages_here)
    for name, (status, count, _size) in three.items():
        print(f"{who:6} {name:30} {status} {one[name][1]:4} {count:4}")  # noqa: T201
    assert {name: (one[name], found) for name, found in three.items() if one[name][:2] != found[:2]} == {}
    opened = {name for name, (status, *_) in three.items() if status == 200}
    assert {name for name in set(three) - opened if not name.startswith(CLOSED[who])} == set()
    assert {name: count for name, (_status, count, _size) in three.items() if count > MOST} == {}
    assert {name for name in opened if three[name][2] <= one[name][2]} - ROWLESS == set()


def test_every_admin_is_counted_and_grows():
    """A model new in the admin needs its record in `world` and one more of it in `grow`."""
    here = world()
    assert set(here.records) == set(admin.site._registry)
    before = {model: model._default_manager.count() for model in here.records}
    grow(here, 1)
    assert [model.__name__ for model, count in before.items() if model._default_manager.count() <= count] == []
