"""The history pages of customers, assignments and status reasons, and the names that no history may let out."""

import datetime as dt

import pytest
import time_machine
from django.test import Client

from customers.models import Assignment, Customer, StatusReason
from tests import builders as build
from tests import walking
from tests.accounts.told import Told, history, told

pytestmark = pytest.mark.django_db

START = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def act(client):
    """Posts as somebody from a browser of their own, a minute after the last time; `client` is left as them."""
    with time_machine.travel(START, tick=False) as clock:

        def post(who, address, data):
            clock.shift(60)
            build.log_in(client, who)
            answer = build.log_in(Client(), who).post(address, data)
            assert answer.status_code == 302, answer.context["adminform"].form.errors
            return answer

        yield post


def customer_form(**over):
    data = {"name": "Northwind", "tenant_id": "tenant-x", "region": build.customer("Template").region_id, "seats": 1500}
    return data | {"priority": "medium"} | over


# Entitlements are rows of the customer's form; none is sent.
NO_ROWS = {"entitlements-TOTAL_FORMS": 0, "entitlements-INITIAL_FORMS": 0}


def test_a_customer_and_who_serves_it(client, act):
    people = build.cast("gm", "fm")
    gm, fm = people["gm"], people["fm"]
    data = customer_form()
    act(gm, "/admin/customers/customer/add/", data)
    customer = Customer.objects.get(name="Northwind")
    changed = data | {"name": "Southwind", "seats": 900, "priority": "high", "enterprise_level": 4, "s400": "on"}
    act(fm, f"/admin/customers/customer/{customer.pk}/change/", changed | NO_ROWS | {"version": 1})
    assigned = {"customer": customer.pk, "user": fm.pk, "role": "FM", "starts": "2026-01-01"}
    act(fm, "/admin/customers/assignment/add/", assigned)
    row = Assignment.objects.get()
    page = f"/admin/customers/assignment/{row.pk}"
    act(fm, f"{page}/change/", assigned | {"ends": "2026-06-30", "version": 1})
    of_assignment = told(client.get(history(row)))
    act(fm, f"{page}/delete/", {"post": "yes"})
    assert told(client.get(history(customer))) == [
        Told("Changed", "fm", ("Assignment: [-FM · fm · from 1 January 2026 · to 30 June 2026-]",)),
        Told(
            "Changed",
            "fm",
            ("Assignment: [-FM · fm · from 1 January 2026-] → FM · fm · from 1 January 2026 · to 30 June 2026",),
        ),
        Told("Changed", "fm", ("Assignment: FM · fm · from 1 January 2026",)),
        Told(
            "Changed",
            "fm",
            (
                "Name: [-Northwind-] → Southwind",
                "Seats: [-1,500-] → 900",
                "Priority: [-Medium-] → High",
                "Enterprise level: 4",
                "S400: [-No-] → Yes",
            ),
        ),
        Told(
            "Added",
            "gm",
            ("Name: Northwind", "Tenant ID: tenant-x", "Region: EMEA", "Seats: 1,500", "Priority: Medium"),
        ),
    ]
    assert of_assignment == [
        Told("Changed", "fm", ("Ends: 30 June 2026",)),
        Told("Added", "fm", ("Customer: Southwind", "Person: fm", "Role: FastTrack Manager", "Starts: 1 January 2026")),
    ]
    # What is deleted has no page of its own any more.
    assert client.get(history(row) if row.pk else f"{page}/history/").status_code == 404


def test_an_assignment_that_moves_to_another_customer(client, act):
    """It leaves the one and comes to the other; neither tells the other's name."""
    fm = build.person("fm", "FM")
    one, other = build.customer("One"), build.customer("Other")
    data = {"customer": one.pk, "user": fm.pk, "role": "FM"}
    act(fm, "/admin/customers/assignment/add/", data)
    row = Assignment.objects.get()
    act(fm, f"/admin/customers/assignment/{row.pk}/change/", data | {"customer": other.pk, "version": 1})
    gone = [entry.lines for entry in told(client.get(history(one)))][:2]
    come = [entry.lines for entry in told(client.get(history(other)))][:1]
    assert (gone, come) == ([("Assignment: [-FM · fm-]",), ("Assignment: FM · fm",)], [("Assignment: FM · fm",)])
    assert told(client.get(history(row)))[0] == Told("Changed", "fm", ("Customer: [-One-] → Other",))


def test_a_status_reason(client, act):
    """Its definition word by word."""
    pa = build.person("pa", "PA")
    reason = StatusReason.objects.get(slug="migration")
    data = {name: getattr(reason, name) for name in ("l1", "slug", "name", "name_zh", "position")}
    words = ("definition", "examples", "lookalikes", "questions")
    data |= {f"{name}{zh}": getattr(reason, f"{name}{zh}") for name in words for zh in ("", "_zh")}
    page = f"/admin/customers/statusreason/{reason.pk}/change/"
    act(pa, page, data | {"definition": "Mail moves by night.", "active": "on", "version": 1})
    act(pa, page, data | {"definition": "Mail moves by day.", "version": 2})
    last, first = told(client.get(history(reason)))
    assert last == Told("Changed", "pa", ("Definition: Mail moves by [-night-]{+day+}.", "Active: [-Yes-] → No"))
    # What stood before the first version that is kept, nobody knows; it is told as it was saved.
    assert (first.headline, first.who) == ("Changed", "pa")
    assert "Definition: Mail moves by night." in first.lines


# --- Names that no history lets out -----------------------------------------------------------------------------------


@pytest.fixture
def moved(client, act):
    """A customer that A served, moved by the programme's GM to B; A's people wrote, owned and served there."""
    a, b = build.partner("Adventure Partners"), build.partner("Boreal Partners")
    gm = build.person("gm", "GM", first_name="Greta", last_name="Morland")
    alice = build.person("alice", "FRP", partner=a, first_name="Alice", last_name="Alvarez")
    bob = build.person("bob", "FRP", partner=b, first_name="Bob", last_name="Borg")
    template = customer_form(partner=a.pk)
    act(gm, "/admin/customers/customer/add/", template)
    customer = Customer.objects.get(name="Northwind")
    assigned = {"customer": customer.pk, "user": alice.pk, "role": "FRP"}
    act(alice, "/admin/customers/assignment/add/", assigned)
    note = build.form_data(
        "overall_status",
        customer,
        tags="covid",
        risks="high: late",
        next_action="Call",
        next_action_date="2026-04-01",
        next_action_owner="alice",
    )
    act(alice, "/admin/notes/note/add/", note)
    entitled = {"customer": customer.pk, "workload": build.workload("EXO").pk, "seats": 5, "owner": alice.pk}
    act(alice, "/admin/customers/entitlement/add/", entitled)
    entitlement = customer.entitlements.get()
    status = {"entitlement": entitlement, "l1": "in_progress", "l2": "migration", "target_date": "2030-06-01"}
    act(alice, "/admin/notes/note/add/", build.form_data("entitlement_status", customer, **status, unblock_date=None))
    risk = customer.risks.get()
    act(alice, f"/admin/notes/risk/{risk.pk}/step/", {"to": "mitigating", "comment": "We try.", "version": 1})
    entitlement.refresh_from_db()
    entitlement.owner = None
    entitlement.save()
    risk.refresh_from_db()
    risk.owner = None
    risk.save()
    customer.assignments.all().delete()
    moving = template | NO_ROWS | {"partner": b.pk, "version": 1}
    act(gm, f"/admin/customers/customer/{customer.pk}/change/", moving)
    notes = list(customer.notes.order_by("pk"))
    return {
        "alice": alice,
        "bob": bob,
        "gm": gm,
        "records": [customer, entitlement, risk, *notes],
        "customer": customer,
    }


HIDDEN = ("Alice", "Alvarez", "alice", "Adventure")


def test_the_new_partners_staff_meet_nobody_of_the_old(client, moved):
    """They read all that happened; who and whose it was stays out, on every page of it."""
    build.log_in(client, moved["bob"])
    for record in moved["records"]:
        page = client.get(history(record)).content.decode()
        assert [name for name in HIDDEN if name in page] == [], record
        assert "somebody outside your organisation" in page, record
    assert told(client.get(history(moved["customer"]))) == [
        Told("Changed", "Greta Morland", ("Partner organisation: [-another organisation-] → Boreal Partners",)),
        Told("Changed", "the system", ("Assignment: [-FRP · somebody outside your organisation-]",)),
        Told(
            "Changed",
            "somebody outside your organisation",
            ("Assignment: FRP · somebody outside your organisation",),
        ),
        Told(
            "Added",
            "Greta Morland",
            (
                "Name: Northwind",
                "Tenant ID: tenant-x",
                "Region: EMEA",
                "Seats: 1,500",
                "Priority: Medium",
                "Partner organisation: another organisation",
            ),
        ),
    ]


def test_the_programmes_own_staff_read_the_names(client, moved):
    """The names are there to leak."""
    build.log_in(client, moved["gm"])
    pages = "".join(client.get(history(record)).content.decode() for record in moved["records"])
    assert [name for name in ("Alice Alvarez", "Adventure Partners") if name not in pages] == []
    assert "outside your organisation" not in pages


def test_the_old_partners_staff_know_nothing_any_more(client, moved):
    """As if there were no such records: the same answer as for a number that none has."""
    build.log_in(client, moved["alice"])
    for record in moved["records"]:
        addresses = history(record), history(record).replace(f"/{record.pk}/", "/987654/")
        known, unknown = (client.get(address) for address in addresses)
        assert (known.status_code, unknown.status_code) == (404, 404), record
        bodies = [
            walking.texts(answer.content.decode().replace(address, ""))
            for address, answer in zip(addresses, (known, unknown), strict=True)
        ]
        assert bodies[0] == bodies[1], record


def test_an_assignment_of_another_partners_person_does_not_exist(client, moved):
    """Its name is made of two, one of which is not the reader's to know."""
    row = build.assign(moved["customer"], moved["gm"], "GM")
    Assignment.objects.filter(pk=row.pk).update(user=moved["alice"])
    build.log_in(client, moved["bob"])
    row_gone, nothing = client.get(history(row)), client.get("/admin/customers/assignment/999999/history/")
    assert (row_gone.status_code, nothing.status_code) == (404, 404)
    assert walking.texts(row_gone.content.decode()) == walking.texts(nothing.content.decode())
    build.log_in(client, build.person("reader", "LT"))
    assert "alice" in client.get(history(row)).content.decode().lower()
