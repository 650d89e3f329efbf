"""The managers' lists as docs/ tells them, and the way around: links, addresses, histories, commands."""

import datetime as dt
import re

import pytest
from django.core.management import get_commands
from django.http import QueryDict
from django.urls import get_resolver

from reports.export import LIVE_CELL, cell, disarm
from reports.lists.base import MOST_PER_PAGE, PER_PAGE
from reports.lists.notes import NoteList
from reports.lists.risks import RiskList
from reports.parameters import ListFilters, OneOf
from reports.periods import Period
from tests import builders as build
from tests.markdown import DOCS, ROOT, anchors, bare, codes, filled, table, tables

pytestmark = pytest.mark.django_db

LISTS = {"Notes": NoteList, "Risks": RiskList}
PAGES = sorted([ROOT / "README.md", *DOCS.rglob("*.md")])


# --- Lists ------------------------------------------------------------------------------------------------------------


def columns(name, which):
    return [one for one in tables("rules/lists.md") if one.section == name and one.head[0] == "Column"][which]


@pytest.mark.parametrize("name", LISTS)
def test_a_lists_filters_orders_and_columns(name):
    listing = LISTS[name]
    shared = table("rules/lists.md", "Parameter", section="Parameters of every list").rows
    own = table("rules/lists.md", "Parameter", section=name).rows
    told = {bare(parameter): takes for parameter, takes in [*shared, *own]}
    assert len(told) == len(shared) + len(own)
    filters = listing.filters_class.base_filters
    assert told.keys() == filters.keys()
    assert {bare(parameter) for parameter, _takes in shared} == {*ListFilters.base_filters, "q", "period"}
    fixed = {
        key: [str(value) for value, _label in one.inner.choices]
        for key, one in filters.items()
        if isinstance(one.inner, OneOf)
    }
    linked = {"type", "role", "period"}  # told elsewhere, in whole
    assert {key: codes(told[key]) for key in fixed.keys() - linked} == {
        key: fixed[key] for key in fixed.keys() - linked
    }
    for which, expected in enumerate((listing.columns, listing.more_columns)):
        rows = columns(name, which).rows
        assert [bare(row[0]) for row in rows] == [column.name for column in expected]
        assert all(row[1] for row in rows)
    text = (DOCS / "rules/lists.md").read_text().partition(f"\n## {name}\n")[2]
    orders = re.search(r"^Orders: (.*)\.$", text, re.MULTILINE)
    assert codes(orders[1]) == list(listing.orders)


def test_the_lists_their_addresses_and_their_own_order():
    rows = table("rules/lists.md", "List").rows
    assert [(bare(row[1]), bare(row[3])) for row in rows] == [
        ("/reports/notes/", NoteList.default_order),
        ("/reports/campaigns/covid/", NoteList.default_order),
        ("/reports/risks/", RiskList.default_order),
    ]
    admin = build.person("admin", superuser=True)
    beside = table("rules/lists.md", "Beside the filters").rows
    known = {
        "ordering": "customer",
        "page": "2",
        "per_page": "200",
        "columns": "all",
        "format": "csv",
        "count": "exact",
    }
    assert [bare(row[0]) for row in beside] == list(known)
    told = NoteList(QueryDict("&".join(f"{name}={value}" for name, value in known.items())), admin)
    assert told.problems == []
    takes = dict(beside)["`per_page`"]
    assert takes == f"rows a page, 1 to {MOST_PER_PAGE}; {PER_PAGE} unless asked"


def test_periods():
    day = dt.date(2026, 11, 26)  # a Thursday
    first = {
        "today": day,
        "Monday": dt.date(2026, 11, 23),
        "the first of the month": dt.date(2026, 11, 1),
        "the first of the quarter": dt.date(2026, 10, 1),
    } | {f"{words} days ago": day - dt.timedelta(days=days) for words, days in {"six": 6, "29": 29, "89": 89}.items()}
    assert [(bare(period), first[since]) for period, since in table("rules/lists.md", "Period").rows] == [
        (period.value, period.first_day(day)) for period in Period
    ]


def test_how_cells_are_written():
    told = dict(table("rules/lists.md", "In the file").rows)
    shown = {
        "A day": dt.date(2026, 11, 23),
        "A moment": dt.datetime(2026, 11, 23, 9, 30, tzinfo=dt.UTC),
        "Several values": ["EXO", "TEAMS"],
    }
    for what, value in shown.items():
        assert codes(told[what]) == [cell(value)]
    assert codes(told["Yes or no"]) == [cell(True), cell(False)]
    [what] = [what for what in told if what.startswith("A cell that begins with")]
    named = [
        *codes(what),
        *({"a tab": "\t", "a carriage return": "\r"}[word] for word in re.findall("a tab|a carriage return", what)),
    ]
    assert sorted(named) == sorted(LIVE_CELL)
    assert all(disarm(f"{sign}1") == f"{codes(told[what])[0]}{sign}1" for sign in named)


# --- The way around ---------------------------------------------------------------------------------------------------


def routes(resolver, before=""):
    for one in resolver.url_patterns:
        path = before + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from routes(one, path)
        else:
            yield path


def test_every_record_with_a_history_is_told():
    stands = {
        f"/{path.replace('<path:object_id>', '<id>')}" for path in routes(get_resolver()) if path.endswith("/history/")
    }
    assert {bare(row[1]) for row in table("rules/withdrawing.md", "Record").rows} == stands


def test_the_index_leads_to_every_page():
    led = [re.search(r"\]\((.*)\)", row[1])[1] for row in table("README.md", "Rules of").rows]
    assert sorted(led) == sorted(f"rules/{path.name}" for path in (DOCS / "rules").iterdir())
    assert "](docs/README.md)" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", page.read_text()):
        path, _hash, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.is_file(), target
        assert not anchor or anchor in anchors(found.read_text()), target


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_address_opens_and_no_command_is_made_up(client, page):
    author, customer = build.person("author", "FM"), build.customer(enterprise_level=4)
    build.assign(customer, author, "FM")
    build.entitlement(customer)
    build.note(author, customer, risks="high: the proxy")
    build.cover(author, build.person("relief", "FM"), customer)
    admin = build.person("admin", superuser=True)
    build.asked(customer, admin)
    build.log_in(client, admin)
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for address in [code for code in codes(text) if code.startswith("/")]:
        answer = client.get(filled(address, username=author.username))
        assert answer.status_code == 200, address
        page_says = answer.context or {}  # a file has none
        assert [str(message) for message in page_says.get("messages", [])] == [], address
        assert not page_says.get("errors"), address
        assert "listing" not in page_says or page_says["listing"].problems == [], address
    bare_text = re.sub(r"`[^`\n]+`|\]\([^)]*\)", "", text)
    assert re.findall(r"(?<![\w.])/(?:admin|reports|customers|feeds|accounts)\b\S*", bare_text) == []
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert set(re.findall(r"(?:`|^    )make ([a-z]+)", text, re.MULTILINE)) <= targets
    assert set(re.findall(r"manage\.py ([a-z_]+)", text)) <= get_commands().keys()
