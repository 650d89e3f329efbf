"""The columns that rows beside a customer repeat are true, whoever changed what they repeat (design, *Choices*)."""

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import F
from hypothesis import example, given, settings
from hypothesis import strategies as st

from accounts.models import Region
from customers.models import Customer
from notes import placing, writing
from notes.models import Note, NoteTag, NoteWorkload, Risk
from tests import builders as build

pytestmark = pytest.mark.django_db

PLACES = [("EMEA", "Ours"), ("EMEA", "Theirs"), ("EMEA", ""), ("APAC", "Ours"), ("GCR", "")]


def placed():
    """Every repeated value beside its source, by table: (value, source), NULL and all."""
    found = {}
    for model, path in ((Note, "customer"), (Risk, "customer")):
        rows = model.objects.order_by("pk").annotate(r=F(f"{path}__region_id"), p=F(f"{path}__partner_id"))
        found[model.__name__] = [((row.region_id, row.partner_id), (row.r, row.p)) for row in rows]
    for model, link in ((NoteTag, "content_object"), (NoteWorkload, "note")):
        rows = model.objects.order_by("pk").select_related(f"{link}__customer")
        found[model.__name__] = [
            (
                (row.region_id, row.partner_id, row.created_at, row.live),
                (
                    note.customer.region_id,
                    note.customer.partner_id,
                    note.created_at,
                    note.withdrawn_at is None,
                ),
            )
            for row in rows
            for note in [getattr(row, link)]
        ]
    return found


def untrue():
    return {
        table: rows for table, pairs in placed().items() if (rows := [pair for pair in pairs if pair[0] != pair[1]])
    }


def written(author, customer):
    build.note(author, customer, tags="covid", workloads=["EXO", "SPO"], risks="high: late\nlow: slow")
    gone = build.note(author, customer, body="Gone. #covid", workloads=["TEAMS"])
    build.withdraw(gone, author)
    build.note(author, customer, body="Backdated #covid", created_at=dt.datetime(2021, 5, 1, tzinfo=dt.UTC))


def form_of(customer, **over):
    names = ("name", "tenant_id", "brand", "country", "industry", "seats", "priority", "enterprise_reason")
    data = {name: getattr(customer, name) for name in names}
    place = {"region": customer.region_id, "partner": customer.partner_id or "", "enterprise_level": ""}
    return data | place | {"version": customer.version} | over


@pytest.mark.parametrize("place", PLACES)
def test_the_customers_form_takes_its_rows_along(client, place):
    fm, pa = build.person("fm", "FM"), build.person("pa", "PA")
    customer, beside = build.customer(partner=build.partner("Ours")), build.customer("Beside", "APAC")
    written(fm, customer)
    written(fm, beside)
    region, partner = place
    region_id, partner_id = Region.objects.get(code=region).pk, build.partner(partner).pk if partner else None
    build.log_in(client, pa)
    address = f"/admin/customers/customer/{customer.pk}/change/"
    sent = client.post(address, form_of(customer, region=region_id, partner=partner_id or ""))
    assert sent.status_code == 302
    moved = Customer.objects.get(pk=customer.pk)
    assert (moved.region_id, moved.partner_id) == (region_id, partner_id)
    assert untrue() == {}
    assert {table: len(rows) for table, rows in placed().items()} == {
        "Note": 6, "Risk": 4, "NoteTag": 6, "NoteWorkload": 6,
    }  # fmt: skip


def seen_by(client, user):
    """What a person meets of notes and risks: pages, files, the admin's lists."""
    build.log_in(client, user)
    lists = ("/reports/notes/", "/reports/campaigns/covid/", "/reports/notes/?workload=EXO", "/reports/risks/")
    found = {address: client.get(address).content.decode().count("<tr data-id=") for address in lists}
    for address in lists:
        sign = "&" if "?" in address else "?"
        found[f"{address} csv"] = len(build.csv_rows(client.get(f"{address}{sign}format=csv")))
    for address in ("/admin/notes/note/", "/admin/notes/risk/", "/admin/customers/customer/"):
        found[address] = client.get(address).context["cl"].result_count
    return found


def test_the_new_partner_sees_the_old_one_no_longer(client):
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    fm, pa = build.person("fm", "FM"), build.person("pa", "PA")
    old, new = build.person("old", "FRP", partner=ours), build.person("new", "FRP", partner=theirs)
    customer = build.customer(partner=ours)
    written(fm, customer)
    everything, nothing = seen_by(client, old), seen_by(client, new)
    assert set(everything.values()) == {1, 2}
    assert set(nothing.values()) == {0}
    build.log_in(client, pa)
    address = f"/admin/customers/customer/{customer.pk}/change/"
    assert client.post(address, form_of(customer, partner=theirs.pk)).status_code == 302
    assert (seen_by(client, old), seen_by(client, new)) == (nothing, everything)


def test_a_partner_neither_keeps_nor_gives_away_a_customer(client):
    """Its staff change the customer, not whose it is (domain.md §1)."""
    ours = build.partner("Ours")
    customer = build.customer(partner=ours)
    build.log_in(client, build.person("frp", "FRP", partner=ours))
    address = f"/admin/customers/customer/{customer.pk}/change/"
    forged = form_of(customer, brand="New", partner=build.partner("Theirs").pk)
    assert client.post(address, forged).status_code == 302
    assert Customer.objects.values_list("brand", "partner").get() == ("New", ours.pk)


def test_a_note_lands_where_its_customer_is_by_then():
    """The customer went to another partner between the form's reading it and the save: the old one must not see the
    note.
    """
    fm, theirs = build.person("fm", "FM"), build.partner("Theirs")
    read_earlier = build.customer(partner=build.partner("Ours"))
    moved = Customer.objects.get(pk=read_earlier.pk)
    moved.partner, moved.region = theirs, Region.objects.get(code="APAC")
    moved.save()
    build.note(fm, read_earlier, tags="covid", risks="high: late")
    assert untrue() == {}


def test_a_note_read_earlier_does_not_go_back():
    """As above, for a note that is changed."""
    fm = build.person("fm", "FM")
    note = build.note(fm, build.customer(partner=build.partner("Ours")), tags="covid", risks="high: late")
    moved = Customer.objects.get(pk=note.customer_id)
    moved.partner = build.partner("Theirs")
    moved.save()
    note.body = "Changed."
    writing.save(writing.Draft(note=note, by=fm, workloads=[build.workload("SPO")], tags="covid more", risks="new"))
    assert untrue() == {}


def test_a_note_whose_date_moves_takes_its_rows_along():
    fm = build.person("fm", "FM")
    note = build.note(fm, build.customer(), tags="covid", workloads=["EXO"])
    note.created_at = dt.datetime(2021, 5, 1, tzinfo=dt.UTC)
    note.save()
    assert untrue().keys() == {"NoteTag", "NoteWorkload"}
    placing.follow_note(note)
    assert untrue() == {}


# --- Whatever people do -----------------------------------------------------------------------------------------------

STEPS = st.one_of(
    st.tuples(st.just("write"), st.integers(0, 1), st.sampled_from(["", "covid", "covid other"])),
    st.tuples(st.just("edit"), st.integers(0, 3), st.sampled_from(["", "covid", "covid19 third"])),
    st.tuples(st.just("withdraw"), st.integers(0, 3), st.just("")),
    st.tuples(st.just("status"), st.integers(0, 1), st.just("")),
    st.tuples(st.just("move"), st.integers(0, 1), st.sampled_from(PLACES)),
)


class World:
    def __init__(self):
        self.fm = build.person("fm", "FM")
        self.customers = [build.customer("One", partner=build.partner("Ours")), build.customer("Two", "AMER")]
        self.rights = [build.entitlement(customer) for customer in self.customers]

    def take(self, step, which, what):
        if step in ("edit", "withdraw"):
            notes = list(Note.objects.live().exclude(note_type="entitlement_status").order_by("pk"))
            if notes:
                getattr(self, step)(notes[which % len(notes)], what)
        else:
            getattr(self, step)(which, what)

    def customer(self, which):
        return Customer.objects.get(pk=self.customers[which].pk)

    def write(self, which, tags):
        workloads = ["EXO", "SPO"][: len(tags) % 3]
        build.note(self.fm, self.customer(which), tags=tags, workloads=workloads, risks="high: late")

    def edit(self, note, tags):
        workloads = [build.workload("TEAMS"), build.workload("EXO")][len(tags) % 2 :]
        writing.save(writing.Draft(note=note, by=self.fm, workloads=workloads, tags=tags, risks="low: slow"))

    def withdraw(self, note, _):
        build.withdraw(note, self.fm)

    def status(self, which, _):
        build.note(self.fm, self.customer(which), "entitlement_status", "Why #covid", entitlement=self.rights[which])

    def move(self, which, place):
        customer, (region, partner) = self.customer(which), place
        customer.region = Region.objects.get(code=region)
        customer.partner = build.partner(partner) if partner else None
        customer.save()


@settings(max_examples=12)
@given(steps=st.lists(STEPS, min_size=3, max_size=9))
@example(steps=[("write", 0, "covid"), ("move", 0, ("EMEA", "")), ("edit", 0, "covid19 third"), ("withdraw", 0, "")])
def test_the_copies_are_true_after_whatever_people_do(steps):
    with transaction.atomic():
        world = World()
        for step in steps:
            world.take(*step)
            assert untrue() == {}, step
        transaction.set_rollback(True)
