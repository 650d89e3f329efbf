"""What each filter, order and page parameter of the lists does (contract, *Filters*)."""

import datetime as dt
import re
import zoneinfo
from collections.abc import Iterable
from html import unescape

import pytest
import time_machine
from django.test import Client

from customers.models import Customer
from notes.models import Note, NoteTag, Risk, Tag
from tests import builders
from tests.reports.reading import COVID, LISTS, NOTES, RISKS, csv_ids, ids_in, page_ids

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


def at(day: int, hour: int = 12, month: int = 3) -> dt.datetime:
    return dt.datetime(2026, month, day, hour, tzinfo=dt.UTC)


@pytest.fixture
def lt(client: Client) -> Client:
    """A reader of everything, logged in."""
    return builders.log_in(client, builders.person("lt", "LT"))


class Answers:
    """The answers of one list by name: a note's name is the first letter of its text, a risk's of its title."""

    def __init__(self, client: Client, address: str) -> None:
        self.client, self.address = client, address
        rows = Risk.objects.values_list("pk", "title") if address == RISKS else Note.objects.values_list("pk", "body")
        self.names = {pk: text[0] for pk, text in rows}

    def of(self, query: str) -> str:
        return "".join(self.names[pk] for pk in page_ids(self.client, self.address, query))

    def to(self, queries: Iterable[str]) -> dict[str, str]:
        return {query: self.of(query) for query in queries}


@pytest.fixture
def notes() -> dict[str, Customer]:
    """Nine notes, `a` the newest, on three customers of three regions, priorities and owners; and one withdrawn."""
    contoso = builders.partner("Contoso Partners")
    admin = builders.person("admin", superuser=True)
    fm, fm2 = builders.person("fm", "FM"), builders.person("fm2", "FM")
    frp = builders.person("frp", "FRP", partner=contoso)
    fe, fta, gm = (builders.person(role.lower(), role) for role in ("FE", "FTA", "GM"))
    north = builders.customer("Northwind", "EMEA", priority="high", enterprise_level=4, tenant_id="north-1")
    south = builders.customer("Southridge", "APAC", contoso, priority="medium", tenant_id="south-2")
    tail = builders.customer("Tailspin", "AMER", priority="low", tenant_id="tail-3")
    builders.assign(north, fm, "FM")
    builders.assign(north, fta, "FTA")
    builders.assign(south, frp, "FRP")
    builders.assign(tail, fm2, "FM")
    builders.assign(tail, fm, "FM", ends=dt.date(2026, 1, 31))  # no longer theirs
    right = builders.entitlement(tail, "OPP")
    builders.note(fm, north, body="a #covid", created_at=at(19), workloads=["EXO", "TEAMS"])
    builders.note(fe, north, "technical_enablement", "b", created_at=at(18), workloads=["INTUNE"], tags="COVID19")
    builders.note(fta, north, "enterprise_status", "c 因疫情 #疫情", created_at=at(17), ent_rag="red")
    builders.note(gm, south, "engagement_management", "d ＃Covid-19", created_at=at(16), workloads=["EXO"])
    builders.note(
        fm2, tail, body="e", created_at=at(15), exec_engagement="fully_engaged", exec_deployment="not_deployed"
    )
    builders.note(
        fm2, tail, body="f", created_at=at(14), exec_engagement="on_hold", exec_deployment="partially_deployed",
        exec_workloads="[SPO] SharePoint Online - a pause",
    )  # fmt: skip
    builders.note(frp, south, "service_intent", "g #other", created_at=at(13), workloads=["TEAMS"])
    builders.note(fm2, tail, "entitlement_status", "h", created_at=at(12), entitlement=right)
    builders.note(admin, north, "customer_sat", "i", created_at=at(1, month=1))
    builders.withdraw(builders.note(fm, north, body="w #covid", created_at=at(18), workloads=["EXO"]), admin)
    return {"north": north, "south": south, "tail": tail}


def test_notes(lt: Client, notes: dict[str, Customer]) -> None:
    north, south = notes["north"].pk, notes["south"].pk
    contoso = builders.partner("Contoso Partners").pk
    expected = {
        "": "abcdefghi",
        "region=EMEA": "abci",
        "region=EMEA&region=APAC": "abcdgi",
        "region=GCR": "",
        f"customer={north}": "abci",
        f"customer={north}&customer={south}": "abcdgi",
        f"partner={contoso}": "dg",
        "priority=high": "abci",
        "priority=low&priority=medium": "defgh",
        "owner=fm": "abci",
        "owner=fm2": "efh",
        "owner=frp&owner=fm2": "defgh",
        "owner=gm": "",
        "workload=EXO": "ad",
        "workload=TEAMS": "ag",
        "workload=EXO&workload=TEAMS": "adg",
        "workload=SPO": "f",
        "workload=OPP": "h",
        "workload=SDS": "",
        "type=overall_status": "aef",
        "type=service_intent&type=enterprise_status": "cg",
        "type=customer_sat": "i",
        "role=FM": "aefh",
        "role=FRP&role=GM": "dg",
        "author=fm": "a",
        "author=fe&author=fta": "bc",
        "author=lt": "",
        "engagement=on_hold": "f",
        "engagement=on_hold&engagement=fully_engaged": "ef",
        "engagement=reactive": "",
        "deployment=not_deployed": "e",
        "deployment=fully_deployed": "",
        "rag=red": "c",
        "rag=green&rag=yellow": "",
        "summary=1": "ef",
        "q=疫情": "c",
        "q=SHAREPOINT": "f",
        "q=northw": "abci",
        "q=south-2": "dg",
        "q=疫情&q=other": "cg",
        "q=northw&type=overall_status": "a",
        # Different ones: all must hold.
        "region=EMEA&workload=EXO": "a",
        "workload=EXO&workload=TEAMS&region=APAC&type=service_intent": "g",
        "owner=fm&role=FE&tag=covid&period=last_7_days": "b",
        "summary=1&region=EMEA": "",
        # An empty one is absent, spaces around a value are none of it.
        "region=": "abcdefghi",
        "region=&region=EMEA&type=&q=&tag=&page=&per_page=&ordering=&format=&columns=&customer=&created_after=": "abci",
        "region=%20EMEA%20": "abci",
    }
    with time_machine.travel(NOW):
        assert Answers(lt, NOTES).to(expected) == expected


def test_a_hashtag_goes_by_any_of_its_names(lt: Client, notes: dict[str, Customer]) -> None:
    expected = {
        "tag=covid": "abd",
        "tag=%23covid": "abd",
        "tag=COVID19": "abd",
        "tag=%EF%BC%83Covid-19": "abd",
        "tag=covid&tag=covid19": "abd",
        "tag=covid&tag=other": "abdg",
        "tag=疫情": "c",
        "tag=neverused": "",
        "tag=covid&tag=neverused": "abd",
        "tag=covidiot": "",
        "tag=covid&workload=EXO": "ad",
        "tag=covid&workload=EXO&workload=INTUNE": "abd",
        "tag=other&workload=EXO": "",
    }
    assert Answers(lt, NOTES).to(expected) == expected


def test_a_campaign(lt: Client, notes: dict[str, Customer]) -> None:
    north, contoso = notes["north"].pk, builders.partner("Contoso Partners").pk
    expected = {
        "": "abd",
        "region=EMEA": "ab",
        "region=AMER": "",
        f"customer={north}": "ab",
        f"partner={contoso}": "d",
        "priority=medium": "d",
        "owner=fm": "ab",
        "owner=frp": "d",
        "workload=EXO": "ad",
        "workload=INTUNE&workload=TEAMS": "ab",
        "type=technical_enablement": "b",
        "type=engagement_management&type=overall_status": "ad",
        "role=GM": "d",
        "author=fe&author=gm": "bd",
        "tag=covid": "abd",
        "created_after=2026-03-18": "ab",
        "created_before=2026-03-18": "bd",
        "engagement=on_hold": "",
        "deployment=not_deployed": "",
        "rag=red": "",
        "summary=1": "",
        "q=tailspin": "",
        "q=northwind": "ab",
        "period=last_7_days": "abd",
        "period=today": "",
        "region=EMEA&region=APAC&workload=EXO&type=overall_status": "a",
    }
    with time_machine.travel(NOW):
        assert Answers(lt, COVID).to(expected) == expected


def test_a_tag_beside_a_campaign_narrows_it(lt: Client, notes: dict[str, Customer]) -> None:
    """Different parameters mean *and*: of the campaign's notes those that carry the other tag as well."""
    builders.note(builders.person("fm3", "FM"), notes["tail"], body="j #covid #other", created_at=at(20))
    answers = Answers(lt, COVID)
    expected = {"tag=other": "j", "tag=covid": "jabd", "tag=covid&tag=other": "jabd", "tag=neverused": ""}
    assert answers.to(expected) == expected


def test_days_are_the_readers(client: Client) -> None:
    fm, north = builders.person("fm", "FM"), builders.customer()
    for name, moment in {
        "a": dt.datetime(2026, 3, 2, 16, tzinfo=dt.UTC),  # 3 March 00:00 in Shanghai
        "b": dt.datetime(2026, 3, 2, 15, 59, 59, tzinfo=dt.UTC),  # 2 March's last second there
        "c": dt.datetime(2026, 3, 2, 0, 0, tzinfo=dt.UTC),
        "d": dt.datetime(2026, 3, 1, 16, 0, tzinfo=dt.UTC),  # 2 March 00:00 there
        "e": dt.datetime(2026, 3, 1, 15, 59, tzinfo=dt.UTC),
    }.items():
        builders.note(fm, north, body=name, created_at=moment, tags="covid")
    expected = {
        "Asia/Shanghai": {
            "created_after=2026-03-02": "abcd",
            "created_after=2026-03-03": "a",
            "created_before=2026-03-02": "bcde",
            "created_before=2026-03-01": "e",
            "created_after=2026-03-02&created_before=2026-03-02": "bcd",
            "created_after=2026-03-03&created_before=2026-03-02": "",
            "created_after=2026-03-03&created_after=2026-03-02": "abcd",
            "created_before=2026-03-01&created_before=2026-03-02": "bcde",
            "period=today": "a",
        },
        "UTC": {
            "created_after=2026-03-02": "abc",
            "created_after=2026-03-03": "",
            "created_before=2026-03-02": "abcde",
            "created_before=2026-03-01": "de",
            "created_after=2026-03-02&created_before=2026-03-02": "abc",
            "created_after=2026-03-03&created_before=2026-03-02": "",
            "created_after=2026-03-03&created_after=2026-03-02": "abc",
            "created_before=2026-03-01&created_before=2026-03-02": "abcde",
            "period=today": "abc",
        },
    }
    found: dict[str, dict[str, dict[str, str]]] = {NOTES: {}, COVID: {}}
    with time_machine.travel(dt.datetime(2026, 3, 2, 20, tzinfo=dt.UTC)):  # the 3rd in Shanghai
        for number, (zone, queries) in enumerate(expected.items()):
            builders.log_in(client, builders.person(f"lt{number}", "LT", time_zone=zone))
            for address, answers in found.items():
                answers[zone] = Answers(client, address).to(queries)
    assert found == {NOTES: expected, COVID: expected}


PERIODS = ("today", "this_week", "this_month", "this_quarter", "last_7_days", "last_30_days", "last_90_days")
FIRST_DAYS = {
    # A Monday, a Sunday, the first of a quarter, the last of one, a leap year's 1 March, New Year's Day.
    "2026-03-02": ("2026-03-02", "2026-03-02", "2026-03-01", "2026-01-01", "2026-02-24", "2026-02-01", "2025-12-03"),
    "2026-03-08": ("2026-03-08", "2026-03-02", "2026-03-01", "2026-01-01", "2026-03-02", "2026-02-07", "2025-12-09"),
    "2026-04-01": ("2026-04-01", "2026-03-30", "2026-04-01", "2026-04-01", "2026-03-26", "2026-03-03", "2026-01-02"),
    "2026-06-30": ("2026-06-30", "2026-06-29", "2026-06-01", "2026-04-01", "2026-06-24", "2026-06-01", "2026-04-02"),
    "2028-03-01": ("2028-03-01", "2028-02-28", "2028-03-01", "2028-01-01", "2028-02-24", "2028-02-01", "2027-12-03"),
    "2027-01-01": ("2027-01-01", "2026-12-28", "2027-01-01", "2027-01-01", "2026-12-26", "2026-12-03", "2026-10-04"),
}


@pytest.mark.parametrize("today", FIRST_DAYS)
def test_periods_begin_with_their_first_day(client: Client, today: str) -> None:
    """Of two notes (and risks) for each period, one on its first day's first moment, one a second before."""
    reader = builders.person("lt", "LT", time_zone="America/New_York")
    fm, north = builders.person("fm", "FM"), builders.customer()
    zone = zoneinfo.ZoneInfo(reader.time_zone)
    moments = {day: dt.datetime.combine(dt.date.fromisoformat(day), dt.time.min, zone) for day in FIRST_DAYS[today]}
    first, before = {}, {}
    for day, moment in moments.items():
        first[day] = builders.note(fm, north, created_at=moment, tags="covid", risks="high: slow").pk
        before[day] = builders.note(fm, north, created_at=moment - dt.timedelta(seconds=1), tags="covid", risks="x").pk
    raised = {}
    for risk in Risk.objects.select_related("note"):
        risk.raised_at = risk.note.created_at
        risk.save()
        raised[risk.note_id] = risk.pk
    written = {pk: moments[day] for day, pk in first.items()}
    written |= {pk: moments[day] - dt.timedelta(seconds=1) for day, pk in before.items()}
    with time_machine.travel(dt.datetime.combine(dt.date.fromisoformat(today), dt.time(12), zone)):
        builders.log_in(client, reader)
        found = {
            period: tuple(set(page_ids(client, address, f"period={period}")) for address in LISTS) for period in PERIODS
        }
    expected = {}
    for period, day in zip(PERIODS, FIRST_DAYS[today], strict=True):
        inside = {pk for pk, moment in written.items() if moment >= moments[day]}
        expected[period] = (inside, inside, {raised[pk] for pk in inside})
        assert first[day] in inside
        assert before[day] not in inside
    assert found == expected


@pytest.fixture
def risks() -> dict[str, Customer]:
    """Seven risks, `a` due first, the last without a date; two of them closed."""
    contoso = builders.partner("Contoso Partners")
    fm, fe = builders.person("fm", "FM"), builders.person("fe", "FE")
    north = builders.customer("Northwind", "EMEA", priority="high", tenant_id="north-1")
    south = builders.customer("Southridge", "APAC", contoso, priority="low", tenant_id="south-2")
    # title: (customer, severity, state, owner, due, raised, escalated to, workload, closed, what is being done)
    rows = {
        "a firewall": (north, "high", "escalated", fm, at(21), at(1), "engineering", "EXO", None, ""),
        "b budget": (south, "medium", "open", fe, at(22), at(5), "", "TEAMS", None, ""),
        "c resolved": (north, "low", "resolved", fm, at(23), at(1), "rm", None, at(4), ""),
        "d identity": (north, "low", "mitigating", None, at(24), at(6, 0), "", None, None, "Talks with 工程"),
        "e lapse": (south, "high", "escalated", fm, at(25), at(20), "lt", "EXO", None, ""),
        "f accepted": (south, "medium", "accepted", fe, at(26), at(10), "", None, at(20), ""),
        "g no date": (south, "medium", "open", fe, None, at(19), "", None, None, ""),
    }
    for title, (customer, severity, state, owner, due, raised, to, code, closed, description) in rows.items():
        Risk.objects.create(
            customer=customer,
            title=title,
            severity=severity,
            state=state,
            owner=owner,
            raised_by=fm,
            due_date=due.date() if due else None,
            raised_at=raised,
            escalated_to=to,
            workload=builders.workload(code) if code else None,
            closed_at=closed,
            description=description,
            last_step_at=closed or (raised if to else None),
            last_step="Said so." if to else "",
            region=customer.region,
            partner=customer.partner,
        )
    return {"north": north, "south": south}


def test_risks(lt: Client, risks: dict[str, Customer]) -> None:
    north, south = risks["north"].pk, risks["south"].pk
    contoso = builders.partner("Contoso Partners").pk
    states = "state=open&state=mitigating&state=escalated&state=resolved&state=accepted"
    expected = {
        "": "abdeg",  # neither resolved nor accepted
        "state=resolved": "c",
        "state=escalated": "ae",
        "state=resolved&state=accepted": "cf",
        "state=open&state=resolved": "bcg",
        states: "abcdefg",
        "severity=high": "ae",
        "severity=low": "d",
        "severity=high&severity=medium": "abeg",
        "severity=low&state=resolved": "c",
        "owner=fm": "ae",
        "owner=fe&owner=fm": "abeg",
        "owner=lt": "",
        "escalated_to=engineering": "a",
        "escalated_to=lt&escalated_to=engineering": "ae",
        "escalated_to=account_team": "",
        "escalated_to=rm": "",
        "escalated_to=rm&state=resolved": "c",
        "due_before=2026-03-22": "ab",
        "due_before=2026-03-20": "",
        "due_before=2026-03-22&due_before=2026-03-24": "abd",
        "age_over=0": "abdg",
        "age_over=1": "abd",
        "age_over=13": "abd",
        "age_over=14": "ab",
        "age_over=15": "a",
        "age_over=14&age_over=15": "ab",
        "age_over=19": "",
        "age_over=2&state=resolved": "c",  # its age ended with it: 3 days
        "age_over=3&state=resolved": "",
        "age_over=9&state=accepted": "f",
        "age_over=10&state=accepted": "",
        "workload=EXO": "ae",
        "workload=EXO&workload=TEAMS": "abe",
        "workload=SDS": "",
        "region=EMEA": "ad",
        "region=EMEA&region=APAC": "abdeg",
        "region=GCR": "",
        f"customer={north}": "ad",
        f"customer={north}&customer={south}": "abdeg",
        f"partner={contoso}": "beg",
        "priority=high": "ad",
        "priority=high&priority=low": "abdeg",
        "period=today": "e",
        "period=last_7_days": "eg",
        "period=this_week": "eg",
        "period=today&period=last_7_days": "eg",
        "q=FIRE": "a",
        "q=工程": "d",
        "q=south-2": "beg",
        "q=fire&q=northwind": "ad",
        "region=APAC&severity=high&owner=fm&workload=EXO&state=escalated&escalated_to=lt": "e",
        "state=&severity=&owner=&age_over=&due_before=&escalated_to=&period=": "abdeg",
    }
    with time_machine.travel(NOW):
        assert Answers(lt, RISKS).to(expected) == expected


def test_a_risks_age_is_counted_in_the_readers_days(client: Client) -> None:
    fm, north = builders.person("fm", "FM"), builders.customer()
    with time_machine.travel(dt.datetime(2026, 3, 1, 20, tzinfo=dt.UTC)):  # the 2nd in Shanghai
        builders.note(fm, north, risks="high: late")
    found = {}
    with time_machine.travel(dt.datetime(2026, 3, 5, 12, tzinfo=dt.UTC)):
        for number, zone in enumerate(("UTC", "Asia/Shanghai")):
            builders.log_in(client, builders.person(f"lt{number}", "LT", time_zone=zone))
            found[zone] = {days: len(page_ids(client, RISKS, f"age_over={days}")) for days in (2, 3, 4)}
    assert found == {"UTC": {2: 1, 3: 1, 4: 0}, "Asia/Shanghai": {2: 1, 3: 0, 4: 0}}


# --- Order ------------------------------------------------------------------------------------------------------------


def test_orders_of_notes(lt: Client) -> None:
    """Each both ways, ties by id; an empty date is after every date, and turning the order round turns all of it."""
    amy, zoe = builders.person("amy", "FM"), builders.person("zoe", "FM")
    alpha, beta = builders.customer("Alpha", "LATAM"), builders.customer("Beta", "APAC")
    for name, author, customer, kind, day, due in [
        ("a", zoe, alpha, "service_intent", 1, dt.date(2030, 1, 3)),
        ("b", amy, beta, "overall_status", 2, None),
        ("c", amy, alpha, "engagement_management", 3, dt.date(2030, 1, 2)),
        ("d", zoe, beta, "overall_status", 4, dt.date(2030, 1, 4)),
    ]:
        builders.note(author, customer, kind, name, created_at=at(day), tags="covid",
                      next_action="Call" if due else "", next_action_date=due)  # fmt: skip
    upwards = {
        "created_at": "abcd",
        "customer": "acbd",
        "region": "bdac",
        "note_type": "cbda",
        "author": "bcad",
        "next_action_date": "cadb",
    }
    expected = upwards | {f"-{name}": order[::-1] for name, order in upwards.items()}
    for address in (NOTES, COVID):
        answers = Answers(lt, address)
        assert {name: answers.of(f"ordering={name}") for name in expected} == expected, address
        assert answers.of("") == "dcba"


def test_orders_of_risks(lt: Client, risks: dict[str, Customer]) -> None:
    """Severity and state by what they mean; what has no due date, owner or step comes after all that have one."""
    answers = Answers(lt, RISKS)
    by_column = {
        "due_date": "abdeg",
        "raised_at": "abdge",
        "customer": "adbeg",
        "region": "begad",
        "owner": "bgaed",
        "last_step_at": "aebdg",
    }
    expected = by_column | {f"-{name}": order[::-1] for name, order in by_column.items()}
    # Within one severity or state by due date, whichever way round.
    expected |= {"severity": "aebgd", "-severity": "dbgae", "state": "bgdae", "-state": "aedbg"}
    assert {name: answers.of(f"ordering={name}") for name in expected} == expected


def test_each_list_says_by_which_columns_it_can_be_ordered(lt: Client, risks: dict[str, Customer]) -> None:
    """Contract: "ordering (a column name …; each list says which)": a wrong one is answered with those there are."""
    said = lt.get(f"{RISKS}?ordering=color").content.decode()
    columns = ("due_date", "raised_at", "customer", "region", "severity", "state", "owner", "last_step_at")
    assert [name for name in columns if name not in said] == []


# --- Pages and counts -------------------------------------------------------------------------------------------------


def many_notes(count: int) -> list[int]:
    """So many tagged notes, made cheaply; the ids, newest first."""
    fm, north = builders.person("fm", "FM"), builders.customer()
    place = {"region": north.region, "partner": None}
    rows = Note.objects.bulk_create(
        [
            Note(customer=north, author=fm, author_role="FM", note_type="overall_status", body="x", text="x",
                 created_at=at(1) + dt.timedelta(minutes=number), **place)
            for number in range(count)
        ]
    )  # fmt: skip
    tag = Tag.objects.create(name="covid", slug="covid")
    NoteTag.objects.bulk_create(
        [NoteTag(tag=tag, content_object=row, created_at=row.created_at, live=True, **place) for row in rows]
    )
    Risk.objects.bulk_create(
        [Risk(customer=north, title="x", owner=fm, raised_by=fm, due_date=dt.date(2030, 1, 1), **place) for _ in rows]
    )
    return [row.pk for row in reversed(rows)]


def test_pages(lt: Client) -> None:
    newest = many_notes(205)
    pages = {
        "": newest[:50],
        "page=1": newest[:50],
        "page=2": newest[50:100],
        "page=5": newest[200:],
        "page=6": newest[200:],  # past the end: the last
        "page=99999999": newest[200:],
        "per_page=200": newest[:200],
        "per_page=200&page=2": newest[200:],
        "per_page=1": newest[:1],
        "per_page=1&page=205": newest[204:],
        "per_page=1&page=206": newest[204:],
        "per_page=41&page=5": newest[164:],
        "per_page=41&page=6": newest[164:],
        "per_page=201": [],
        "per_page=0": [],
        "page=0": [],
    }
    for address in (NOTES, COVID):
        assert {query: page_ids(lt, address, query) for query in pages} == pages, address
    assert page_ids(lt, RISKS, "page=77&per_page=200") == csv_ids(lt, RISKS)[200:]


def test_a_page_past_the_end_of_nothing_is_empty(lt: Client) -> None:
    assert {address: page_ids(lt, address, "page=7") for address in LISTS} == {key: [] for key in LISTS}


@pytest.mark.parametrize(
    ("count", "capped", "exact"),
    [(0, "0", "0"), (1, "1", "1"), (999, "999", "999"), (1_000, "1,000", "1,000"), (1_001, "1,000+", "1,001")],
)
def test_counts_are_exact_to_a_thousand_and_beyond_a_click_away(
    lt: Client, count: int, capped: str, exact: str
) -> None:
    if count:
        many_notes(count)
    words = {NOTES: "note", COVID: "note", RISKS: "risk"}
    found, expected = {}, {}
    for address, word in words.items():
        page = lt.get(f"{address}?region=EMEA").content.decode()
        shown = re.search(r'<span class="count">(.*?)</span>', page)
        link = re.search(r'<a href="([^"]*)">count exactly</a>', page)
        followed = lt.get(f"{address}{unescape(link[1])}") if link else None
        after = re.search(r'<span class="count">(.*?)</span>', followed.content.decode()) if followed else None
        found[address] = (shown and shown[1], after and after[1], followed and ids_in(followed))
        plural = word if count == 1 else f"{word}s"
        more = count > 1_000
        ids = page_ids(lt, address, "region=EMEA") if more else None
        expected[address] = (f"{capped} {plural}", f"{exact} {plural}" if more else None, ids)
    assert found == expected
