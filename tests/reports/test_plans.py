"""On 20,000 notes the first page of a list is an index walk without a sort, on either database."""

import datetime as dt
import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Region, User
from customers.models import Customer
from notes.models import Note, NoteTag, NoteWorkload, Risk, Tag
from tests import builders
from tests.reports.reading import COVID, NOTES, RISKS, ids_in

pytestmark = pytest.mark.django_db

COUNT, CUSTOMERS, AUTHORS = 20_000, 200, 40
TEXT = "The law forbids it. " * 50  # as long as a note is: a table of short rows would be cheap to read whole
TYPES = ["overall_status", "engagement_management", "service_intent", "customer_sat"]


def one_of(rows: list[Any], number: int, salt: int) -> Any:
    """One of the rows, scattered, so that no column follows another; the same each time."""
    return rows[((number + 1) * 2_654_435_761 * salt >> 11) % len(rows)]


def bulk() -> dict[str, Any]:
    """20,000 notes over 400 customers of five regions and two partners, a tenth of them tagged; 5,000 risks."""
    regions = list(Region.objects.order_by("code"))
    partners = [builders.partner("Contoso Partners"), builders.partner("Fabrikam Partners")]
    authors = User.objects.bulk_create([User(username=f"fm{number}", password="!") for number in range(AUTHORS)])
    customers = Customer.objects.bulk_create(
        [
            Customer(name=f"Customer {number}", tenant_id=f"tenant-{number}", region=regions[number % len(regions)],
                     partner=partners[number % 10] if number % 10 < 2 else None)
            for number in range(CUSTOMERS)
        ]
    )  # fmt: skip
    now = timezone.now()
    notes = []
    for number in range(COUNT):
        spread = number * 7919 % COUNT  # ids in no order of dates
        customer = one_of(customers, number, 3)
        notes.append(
            Note(customer=customer, author=one_of(authors, number, 5), author_role="FM",
                 note_type=one_of(TYPES, number, 7), created_at=now - dt.timedelta(minutes=spread), body="x", text=TEXT,
                 region_id=customer.region_id, partner_id=customer.partner_id,
                 withdrawn_at=now if number % 50 == 7 else None, withdrawn_reason="x" if number % 50 == 7 else "")
        )  # fmt: skip
    notes = Note.objects.bulk_create(notes, batch_size=500)
    tags = [Tag.objects.create(name=name, slug=name) for name in ("covid", "other", "third")]
    workload = builders.workload("EXO")

    def beside(note: Note) -> dict[str, object]:
        return {
            "created_at": note.created_at,
            "live": note.withdrawn_at is None,
            "region_id": note.region_id,
            "partner_id": note.partner_id,
        }

    chosen = [(0 if number % 10 == 3 else number % 2 + 1, note) for number, note in enumerate(notes) if number % 10 > 2]
    NoteTag.objects.bulk_create(
        [NoteTag(tag=tags[which], content_object=note, **beside(note)) for which, note in chosen], batch_size=1_000
    )
    named = [(workload, note) for note in notes[::7]] + [(builders.workload("TEAMS"), note) for note in notes]
    NoteWorkload.objects.bulk_create(
        [NoteWorkload(workload=which, note=note, **beside(note)) for which, note in named], batch_size=1_000
    )
    Risk.objects.bulk_create(
        [
            Risk(customer=note.customer, title="x", description=TEXT, owner=note.author, raised_by=note.author,
                 note=note,
                 workload=workload if number % 5 == 0 else None, severity=one_of(["high", "medium", "low"], number, 11),
                 due_date=dt.date(2026, 1, 1) + dt.timedelta(days=number * 13 % 900) if number % 9 else None,
                 state="resolved" if number % 3 == 0 else "open", closed_at=now if number % 3 == 0 else None,
                 region_id=note.region_id, partner_id=note.partner_id)
            for number, note in enumerate(notes[::4])
        ],
        batch_size=1_000,
    )  # fmt: skip
    today = timezone.localdate()
    return {"customer": customers[20].pk, "from": today - dt.timedelta(days=9), "to": today - dt.timedelta(days=2)}


def plan_of_the_ids(client: Client, address: str) -> tuple[str, str]:
    """The database's plan of the query for the page's ids, as it was sent, and that query."""
    with CaptureQueriesContext(connection) as captured:
        assert len(ids_in(client.get(address))) > 2, address
    (sql,) = (query["sql"] for query in captured if re.search(r"ORDER BY .* LIMIT 51$", query["sql"]))
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        # The captured text carries its values in it, and `%` would be taken for a place of one.
        cursor.execute(f"{explain} {sql}".replace("%", "%%"), ())
        rows = cursor.fetchall()
    return "\n".join(str(row[-1]) for row in rows), sql


FEW = 500


def complaint(plan: str, index: str) -> str:
    """What is wrong with a plan that should walk an index of that name; "" when nothing is.

    Where a filter leaves few rows, PostgreSQL may fetch them all by an index and sort those instead.
    """
    if connection.vendor == "postgresql" and "Seq Scan" not in plan:
        sorted_rows = [int(rows) for rows in re.findall(r"Sort  \(cost=\S+ rows=(\d+)", plan)]
        if sorted_rows and max(sorted_rows) <= FEW:
            return ""
    if connection.vendor == "sqlite":
        if "INDEX note_live_author (author_id=?)" in plan and "SCAN" not in plan:
            return ""  # likewise of one author's notes
        walks = re.search(rf"USING (COVERING )?INDEX {index}", plan)
        sorts = "USE TEMP B-TREE" in plan
    else:
        walks = re.search(rf"Index (Only )?Scan (Backward )?using {index}", plan)
        sorts = "Sort" in plan
    return "" if walks and not sorts else plan


def test_the_first_page_is_an_index_walk(client: Client) -> None:
    made = bulk()
    frp = builders.person("frp", "FRP", partner=builders.partner("Contoso Partners"))
    lt = builders.person("lt", "LT")
    cases: dict[tuple[str, User], str] = {
        (COVID, lt): "notetag_live",
        (f"{COVID}?region=EMEA", lt): "notetag_live",
        (COVID, frp): "notetag_live",
        (f"{NOTES}?tag=covid", lt): "notetag_live",
        (f"{NOTES}?tag=%23COVID19&region=EMEA", lt): "notetag_live",
        (f"{NOTES}?workload=EXO", lt): "noteworkload_live",
        (f"{NOTES}?workload=EXO&region=EMEA", lt): "noteworkload_live",
        (NOTES, lt): "note_live",
        (NOTES, frp): "note_live",
        (f"{NOTES}?region=EMEA", lt): "note_live",
        (f"{NOTES}?type=overall_status", lt): "note_live",
        (f"{NOTES}?author=fm3", lt): "note_live",
        (f"{NOTES}?customer={made['customer']}", lt): "note_live",
        (RISKS, lt): "risk_",
        (RISKS, frp): "risk_",
    }
    # Each list with each filter, alone, with the region, and within dates.
    days = f"created_after={made['from']}&created_before={made['to']}"
    of_notes = [
        "type=overall_status",
        "author=fm3",
        "role=FM",
        days,
        "period=last_7_days",
        f"type=service_intent&{days}",
    ]
    for query in [*of_notes, "workload=EXO", f"workload=EXO&type=overall_status&{days}"]:
        for address, index in ((NOTES, "note"), (COVID, "notetag_live")):
            driver = "noteworkload_live" if "workload" in query and address == NOTES else index
            cases |= {(f"{address}?{one}", lt): driver for one in (query, f"region=EMEA&{query}")}
    for query in (
        "workload=EXO",
        "owner=fm3",
        "severity=high",
        "state=open",
        "period=last_7_days",
        "due_before=2026-09-01",
    ):
        cases |= {(f"{RISKS}?{one}", lt): "risk_" for one in (query, f"region=EMEA&{query}")}

    def complaints() -> dict[tuple[str, str], str]:
        found = {}
        for (address, user), index in cases.items():
            client.force_login(user)
            plan, sql = plan_of_the_ids(client, address)
            if address == COVID:
                print(f"\n{connection.vendor} {user.username} {sql}\n{plan}")  # noqa: T201 - shown by `pytest -s`
            found[address, user.username] = complaint(plan, index)
        return found

    nothing = {(address, user.username): "" for address, user in cases}
    if connection.vendor == "sqlite":
        # Nobody need analyse a SQLite file: it must be right without statistics as well.
        assert complaints() == nothing
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    assert complaints() == nothing
