"""The same address, the same rows: every page of a list, one after another, is its file (contract, *Addresses*)."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from notes.models import Note, Risk
from tests import builders
from tests.reports.reading import COVID, NOTES, RISKS, csv_ids, walk

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)

OF_NOTES = [
    "",
    "region=EMEA",
    "region=EMEA&region=APAC&period=this_month",
    "type=technical_enablement&workload=EXO",
    "workload=EXO&workload=TEAMS",
    "tag=covid&region=EMEA&ordering=created_at",
    "tag=covid&tag=other&ordering=-customer",
    "author=fm&created_after=2026-03-05&created_before=2026-03-12",
    "owner=fm&role=FE",
    "summary=1&engagement=reactive",
    "q=plan&ordering=note_type",
    "priority=high&ordering=region",
    "ordering=next_action_date",
    "ordering=-next_action_date&workload=EXO",
    "ordering=author&period=last_7_days",
    "columns=all&rag=red",
    "tag=neverused",
]
OF_RISKS = [
    "",
    "state=open",
    "state=resolved&state=accepted",
    "state=escalated&escalated_to=rm&ordering=-raised_at",
    "severity=high&severity=low&ordering=severity",
    "region=EMEA&ordering=-due_date",
    "owner=fm&ordering=owner",
    "age_over=5",
    "age_over=5&state=resolved&state=open&ordering=raised_at",
    "due_before=2026-04-03&workload=EXO",
    "period=last_7_days&ordering=customer",
    "priority=high&q=late",
    "ordering=-last_step_at",
    "ordering=state&region=APAC&region=EMEA",
]
QUERIES = {NOTES: OF_NOTES, COVID: OF_NOTES, RISKS: OF_RISKS}


def asked_by(username: str, address: str) -> list[str]:
    """Who belongs to no organisation may know of no colleague either: a filter by one is then an error."""
    return [query for query in QUERIES[address] if username != "lost" or "=fm" not in query]


@pytest.fixture
def world() -> dict[str, int]:
    """Twenty-four notes on four customers, half of them a partner's, with ties in every order; and risks."""
    contoso = builders.partner("Contoso Partners")
    fm, fe, fta = (builders.person(role.lower(), role) for role in ("FM", "FE", "FTA"))
    builders.person("lt", "LT")
    builders.person("frp", "FRP", partner=contoso)
    builders.person("lost", "FRP")  # of no organisation: sees nothing
    customers = [
        builders.customer(f"Customer {number % 2}", region, partner, priority=priority, enterprise_level=3)
        for number, (region, partner, priority) in enumerate(
            [("EMEA", contoso, "high"), ("APAC", contoso, "low"), ("EMEA", None, "high"), ("AMER", None, "medium")]
        )
    ]
    for customer in customers:
        builders.assign(customer, fm, "FM")
        builders.assign(customer, fta, "FTA")
    for number in range(24):
        customer, tags = customers[number % 4], ["covid", "", "covid other", "other"][number // 4 % 4]
        when = dt.datetime(2026, 3, 1 + number // 2 * 3 // 2, 9, tzinfo=dt.UTC)  # two at one moment
        common = {"created_at": when, "tags": tags}
        action = {"next_action": "Call", "next_action_date": dt.date(2026, 4, 1 + number % 3)} if number % 2 else {}
        risks = f"{('high', 'low', 'medium')[number % 3]}: late {number}"
        if number % 5 == 0:
            builders.note(fe, customer, "technical_enablement", "kick-off", workloads=["EXO"], **common, **action)
        elif number % 7 == 0:
            builders.note(fta, customer, "enterprise_status", "", ent_rag="red", **common)
        elif number % 4 == 1:
            builders.note(fm, customer, body="a plan", exec_engagement="reactive", risks=risks, **common, **action)
        else:
            builders.note(fm, customer, body="the plan", workloads=["TEAMS", "EXO"], risks=risks, **common, **action)
    closed = dt.datetime(2026, 3, 18, tzinfo=dt.UTC)
    for number, risk in enumerate(Risk.objects.order_by("pk")):
        risk.raised_at = dt.datetime(2026, 3, 1 + number, tzinfo=dt.UTC)
        risk.due_date = dt.date(2026, 4, 1 + number % 4) if number % 3 else None
        risk.state = ("open", "escalated", "resolved", "escalated")[number % 4]
        risk.escalated_to = "rm" if risk.state == "escalated" else ""
        risk.closed_at = closed if risk.state == "resolved" else None
        risk.last_step_at = closed if number % 2 else None
        risk.owner = None if number == 4 else risk.owner
        risk.workload = builders.workload("EXO") if number % 2 else None
        risk.save()
    builders.withdraw(Note.objects.filter(author=fm).earliest("pk"), fm)
    return {name: Note.objects.filter(partner=of).count() for name, of in (("partner", contoso), ("rest", None))}


@pytest.mark.parametrize("username", ["lt", "frp", "admin", "lost"])
@pytest.mark.parametrize("address", QUERIES)
def test_the_pages_are_the_file(client: Client, world: dict[str, int], address: str, username: str) -> None:
    if username == "admin":
        builders.person("admin", superuser=True)
    pages, files = {}, {}
    with time_machine.travel(NOW):
        client.login(username=username, password="demo")
        for query in asked_by(username, address):
            files[query] = csv_ids(client, address, query)
            pages[query] = walk(client, address, query, per_page=3)
    assert pages == files
    assert [query for query, ids in files.items() if len(ids) != len(set(ids))] == []
    # The comparison is worth something: most of the questions have several rows, over several pages.
    several = [query for query, ids in files.items() if len(ids) > 3]
    assert bool(several) is (username != "lost")


@pytest.mark.parametrize("address", QUERIES)
def test_a_partner_gets_its_part_of_the_whole(client: Client, world: dict[str, int], address: str) -> None:
    """In the same order, for each question; and of no organisation: nothing."""
    with time_machine.travel(NOW):
        found = {}
        for username in ("lt", "frp", "lost"):
            client.login(username=username, password="demo")
            found[username] = {query: csv_ids(client, address, query) for query in asked_by(username, address)}
    model = Risk if address == RISKS else Note
    theirs = set(model.objects.filter(partner__name="Contoso Partners").values_list("pk", flat=True))
    assert found["frp"] == {query: [pk for pk in ids if pk in theirs] for query, ids in found["lt"].items()}
    assert found["lost"] == {query: [] for query in asked_by("lost", address)}
