"""The home page: what each role sees there, and where its links lead."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import User
from tests import builders
from tests.reports.reading import content_of, ids_in

pytestmark = pytest.mark.django_db

WRITERS = ["fm", "fe", "sme", "asme", "gmfta", "mvm", "fta", "gm", "frp", "admin"]
LISTS = [
    "/reports/campaigns/covid/?period=this_month",
    "/reports/risks/?state=escalated",
    "/reports/risks/?age_over=14",
    "/reports/notes/?summary=1",
    "/reports/notes/?rag=red&rag=yellow&period=this_quarter",
    "/reports/notes/?period=this_week",
]


def panels(page: str) -> list[str]:
    return [unescape(title) for title in re.findall(r'<section class="panel"[^>]*>\s*<header><h2>(.*?)</h2>', page)]


def list_links(page: str) -> list[str]:
    """The links of the page's own panel, not those of the shell around it."""
    return [unescape(url) for url in re.findall(r'<a class="what" href="(/reports/[^"]*)"', page)]


def test_what_each_role_sees(client: Client) -> None:
    found = {}
    for name, user in builders.cast().items():
        builders.log_in(client, user)
        response = client.get("/")
        page = content_of(response)
        found[name] = (response.status_code, panels(page), 'name="find"' in page, list_links(page))

    def writer(*own: str) -> tuple[int, list[str], bool, list[str]]:
        return 200, ["Next actions", *own, "My last notes", "My customers", "Lists"], True, LISTS

    renews, pictures = "Dates to renew", "Enterprise Status"
    asker = (200, ["Summaries asked by me", "Lists"], False, LISTS)
    assert found == dict.fromkeys(WRITERS, writer()) | {
        **dict.fromkeys(["fm", "sme", "frp"], writer(renews)),
        "fta": writer(pictures),
        "admin": writer(pictures, renews, "Summaries asked by me"),
        "rm": asker,
        "lt": asker,
        "pa": (200, ["Lists"], False, LISTS),
        "nobody": (200, [], False, []),
    }


def test_links_carry_the_managers_own_regions(client: Client) -> None:
    found = {}
    for number, regions in enumerate((["EMEA"], ["LATAM", "AMER"], [])):
        builders.log_in(client, builders.person(f"rm{number}", "RM", regions=regions))
        found[tuple(regions)] = list_links(content_of(client.get("/")))
    assert found == {
        ("EMEA",): [url.replace("?", "?region=EMEA&") for url in LISTS],
        ("LATAM", "AMER"): [url.replace("?", "?region=AMER&region=LATAM&") for url in LISTS],
        (): LISTS,
    }


def test_a_bare_list_is_narrowed_for_nobody(client: Client) -> None:
    fm = builders.person("fm", "FM")
    for region in ("EMEA", "AMER"):
        builders.note(fm, builders.customer(region, region), body="#covid", risks="late")
    builders.log_in(client, builders.person("rm", "RM", regions=["EMEA"]))
    addresses = ("/reports/notes/", "/reports/campaigns/covid/", "/reports/risks/")
    assert [len(ids_in(client.get(address))) for address in addresses] == [2, 2, 2]


def test_every_link_leads_somewhere_without_a_complaint(client: Client) -> None:
    builders.log_in(client, builders.person("rm", "RM", regions=["EMEA"]))
    links = list_links(content_of(client.get("/")))
    answers = {url: client.get(url) for url in links}
    assert [(url, answer.status_code, b'role="alert"' in answer.content) for url, answer in answers.items()] == [
        (url, 200, False) for url in links
    ]


@pytest.fixture
def fm() -> User:
    """A writer with two customers; a colleague with one."""
    fm, colleague = builders.person("fm", "FM"), builders.person("colleague", "FM")
    for name, person in (("Northwind", fm), ("Alpine", fm), ("Strange", colleague)):
        builders.assign(builders.customer(name), person, "FM")
    return fm


def test_a_writers_own_work(client: Client, fm: User) -> None:
    """Own customers by name, own next actions by date (not those done), own last notes, newest first; no withdrawn."""
    colleague = User.objects.get(username="colleague")
    mine, theirs = fm.assignments.get(customer__name="Northwind"), colleague.assignments.get()
    for number, (author, owner, due, done) in enumerate([
        (fm, "fm", 5, False), (fm, "colleague", 4, False), (colleague, "fm", 3, False), (fm, "fm", 2, True),
    ]):  # fmt: skip
        builders.note(
            author, (mine if author == fm else theirs).customer, body=f"Text {number}",
            next_action=f"Action {number}", next_action_date=dt.date(2030, 1, due), next_action_owner=owner,
            next_action_done_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC) if done else None,
            created_at=dt.datetime(2026, 3, 1 + number, tzinfo=dt.UTC),
        )  # fmt: skip
    gone = builders.note(fm, mine.customer, body="Text 9", next_action="Action 9", next_action_owner="fm",
                         next_action_date=dt.date(2030, 1, 1))  # fmt: skip
    builders.withdraw(gone, fm)
    page = content_of(builders.log_in(client, fm).get("/"))
    sections = dict(zip(panels(page), re.split(r'<section class="panel"[^>]*>', page)[1:], strict=True))
    assert {
        "next": re.findall(r">(Action \d)</a>", sections["Next actions"]),
        "last": re.findall(r"Text \d", sections["My last notes"]),
        "customers": re.findall(r'<a class="what"[^>]*>(.*?)</a>', sections["My customers"]),
    } == {
        "next": ["Action 2", "Action 0"],
        "last": ["Text 3", "Text 1", "Text 0"],
        "customers": ["Alpine", "Northwind"],
    }


def test_an_assignment_that_ended_is_work_no_more(client: Client, fm: User) -> None:
    builders.assign(builders.customer("Over"), fm, "FM", ends=dt.date(2020, 1, 1))
    builders.assign(builders.customer("Not yet"), fm, "FM", starts=dt.date(2999, 1, 1))
    page = content_of(builders.log_in(client, fm).get("/"))
    section = page.split("<h2>My customers</h2>")[1]
    assert re.findall(r'<a class="what" href="/customers[^>]*>(.*?)</a>', section)[:3] == ["Alpine", "Northwind"]
