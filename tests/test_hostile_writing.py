"""Writing attacked: garbage in what issue 4 added, and several who write at one customer at once."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.scoped_admin import LONGEST_SEARCH
from customers.models import Assignment, Customer, HandOver
from notes.models import Note
from tests import builders as build
from tests.notes.pages import ADD, change, withdraw
from tests.races import side_by_side

ROUNDS = 4
HAND_OVER = "/admin/customers/handover/add/"
SUMMARY = {"is_exec_summary": "on", "exec_engagement": "reactive", "exec_deployment": "partially_deployed"}


# --- Garbage ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["\x00", "overall_status\x00", "customer_sat"])
def test_a_type_that_is_none_leads_to_the_choice_of_one(client, kind):
    """Its drafts are sought before it is known to be none; PostgreSQL minds a NUL character."""
    build.log_in(client, build.person("fm", "FM"))
    answer = client.get(ADD, {"customer": build.customer().pk, "note_type": kind})
    assert (answer.status_code, "errors" in answer.context, answer.context["types"] != []) == (200, True, True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("at", "name"), [(ADD, "find"), ("/admin/notes/summaryrequest/", "q"), ("/admin/customers/handover/", "q")]
)
def test_a_search_of_any_length_finds_nothing(client, at, name):
    """SQLite refuses to compare with more than 50,000 bytes."""
    build.log_in(client, build.person("admin", superuser=True))
    build.customer("x" * 200)
    assert [client.get(at, {name: "x" * length}).status_code for length in (LONGEST_SEARCH, 60_000)] == [200, 200]


# --- Names ------------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_whom_the_next_action_was_with_is_no_name_for_the_partner_that_comes_after(client):
    """On the note's own page and in the CSV, as on the customer's page."""
    before, after = build.partner("Before"), build.partner("After")
    wild, _quartz = (build.person(name, "FRP", partner=before) for name in ("wild", "quartz"))
    customer = build.customer(partner=before)
    action = {"next_action": "Call", "next_action_date": dt.date(2030, 1, 1), "next_action_owner": "quartz"}
    note = build.note(wild, customer, **action)
    reader, boss = build.person("reader", "FRP", partner=after), build.person("boss", superuser=True)
    build.log_in(client, boss)
    assert "quartz" in client.get(f"/admin/notes/note/{note.pk}/history/").content.decode()
    assert [row["next_action_owner"] for row in build.csv_rows(client.get("/reports/notes/?format=csv"))] == ["quartz"]
    customer.partner = after
    customer.save()
    client.force_login(reader)
    page = client.get(change(note)).content.decode()
    assert ("quartz" in page, "somebody outside your organisation" in page) == (False, True)
    assert [row["next_action_owner"] for row in build.csv_rows(client.get("/reports/notes/?format=csv"))] == [""]


# --- At once ----------------------------------------------------------------------------------------------------------


def browser(user):
    return build.log_in(Client(), user)


def summary_at(customer, author):
    action = {"next_action": "Call", "next_action_date": dt.date(2030, 1, 1), "next_action_owner": author.username}
    return build.note(author, customer, exec_customer="Bank", **action)


def editing(client, note, words):
    form = {"next_action": "Call", "next_action_date": "2030-01-01", "next_action_owner": "fm", "version": note.version}
    form |= {"customer": note.customer_id, "note_type": "overall_status", "exec_customer": words, **SUMMARY}
    return lambda: client.post(change(note), form).status_code


def handing(client, customer, from_user, to_user):
    sent = {"from_user": from_user.pk, "to_user": to_user.pk, "starts": timezone.localdate(), "customers": customer.pk}
    return lambda: client.post(HAND_OVER, sent).status_code


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("other", ["withdraw", "hand over", "rewrite"])
def test_a_summary_is_changed_while_its_customer_is_worked_on(other):
    """Whoever changes a note takes its customer first, as the others do: nobody waits in a ring."""
    fm, other_fm, gm = build.person("fm", "FM"), build.person("fm2", "FM"), build.person("gm", "GM")
    writes, acts, arranges = browser(fm), browser(fm), browser(gm)
    for number in range(ROUNDS):
        customer = build.customer(f"Customer {number}")
        build.assign(customer, fm, "FM")
        note = summary_at(customer, fm)
        rewriting = build.form_data("overall_status", customer, rewrites=note.pk, rewrite_reason="Wrong type.")
        works = {
            "withdraw": lambda note=note: acts.post(withdraw(note), {"reason": "Twice."}).status_code,
            "hand over": handing(arranges, customer, fm, other_fm),
            "rewrite": lambda form=rewriting: acts.post(ADD, form).status_code,
        }
        found = side_by_side(editing(writes, note, "Grown."), works[other])
        assert found in ([302, 302], [409, 302]), (number, found)
        stands = Note.objects.get(pk=note.pk)
        if found[0] == 302:
            assert stands.sections["exec_customer"] == "Grown."


@pytest.mark.django_db(transaction=True)
def test_an_assignment_is_changed_while_its_customer_is_handed_over():
    """A row is locked without what its order joins: else the customer would be locked after it."""
    fm, other_fm, gm = build.person("fm", "FM"), build.person("fm2", "FM"), build.person("gm", "GM")
    edits, hands, saves = browser(gm), browser(gm), browser(gm)
    for number in range(ROUNDS):
        customer = build.customer(f"Customer {number}")
        row = build.assign(customer, fm, "FM")
        at = f"/admin/customers/assignment/{row.pk}/change/"
        sent = {"customer": customer.pk, "user": fm.pk, "role": "FM", "ends": "2031-01-01", "version": row.version}
        whole = {"name": customer.name, "tenant_id": customer.tenant_id, "region": customer.region_id, "seats": 9}
        found = side_by_side(
            lambda at=at, sent=sent: edits.post(at, sent).status_code,
            handing(hands, customer, fm, other_fm),
            lambda pk=customer.pk, whole=whole: (
                saves.post(
                    f"/admin/customers/customer/{pk}/change/", {**whole, "priority": "high", "version": 1}
                ).status_code
            ),
        )
        assert (found[0] in (302, 409), found[1:]) == (True, [302, 302]), (number, found)
        assert Customer.objects.get(pk=customer.pk).seats == 9
        assert sorted(Assignment.objects.filter(customer=customer).values_list("user__username", flat=True)) == [
            "fm",
            "fm2",
        ]


@pytest.mark.django_db(transaction=True)
def test_a_storm_of_everything_at_one_customer():
    """Sixteen at a time: each is answered, none with an error of the server."""
    fm, other_fm = build.person("fm", "FM"), build.person("fm2", "FM")
    boss, rm = build.person("boss", superuser=True), build.person("rm", "RM")
    customer = build.customer()
    row = build.assign(customer, fm, "FM")
    note = summary_at(customer, fm)
    asked = {"customer": customer.pk, "word": "How is it?", "due_date": "2031-01-01"}
    new = {"customer": customer.pk, "note_type": "overall_status", "body": "One more.", **SUMMARY}
    whole = {"name": customer.name, "tenant_id": customer.tenant_id, "region": customer.region_id, "priority": "high"}

    def assigning(client):
        now = Assignment.objects.get(pk=row.pk)
        sent = {"customer": customer.pk, "user": now.user_id, "role": "FM", "version": now.version}
        sent |= {"starts": now.starts or "", "ends": now.ends or ""}
        return client.post(f"/admin/customers/assignment/{row.pk}/change/", sent).status_code

    def saving(client):
        version = Customer.objects.get(pk=customer.pk).version
        sent = {**whole, "seats": version, "version": version}
        return client.post(f"/admin/customers/customer/{customer.pk}/change/", sent).status_code

    def one(number):
        client = browser((fm, boss, rm, boss)[number % 4])
        acts = {
            0: [
                lambda: editing(client, Note.objects.get(pk=note.pk), f"Edit {number}")(),
                lambda: client.post(ADD, new).status_code,
                lambda: client.post(f"/admin/notes/note/{note.pk}/done/", {"undo": number % 8 and "1"}).status_code,
            ],
            1: [lambda: handing(client, customer, fm, other_fm)(), lambda: handing(client, customer, other_fm, fm)()],
            2: [lambda: client.post("/admin/notes/summaryrequest/add/", asked).status_code],
            3: [lambda: assigning(client), lambda: saving(client)],
        }[number % 4]
        return acts[number // 4 % len(acts)]

    for start in range(0, 48, 16):
        found = side_by_side(*[one(number) for number in range(start, start + 16)])
        assert set(found) <= {200, 302, 403, 404, 409}, found
    assert HandOver.objects.exists()
    open_to = Assignment.objects.filter(customer=customer, ends=None).values_list("user__username", flat=True)
    assert len(set(open_to)) == len(open_to), "somebody is assigned twice"
