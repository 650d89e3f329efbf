"""The same form twice: one record (contract, *Answers*), on every page that makes or changes something."""

import re
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, connections
from django.test import Client

from accounts.models import Region, Submission
from customers.models import Assignment, Customer, Entitlement
from notes.models import Campaign, Note, NoteDraft, Risk, RiskStep
from tests import builders as build
from tests.notes import pages
from tests.races import side_by_side

pytestmark = pytest.mark.django_db

CHANGE = "/admin/customers/customer/{}/change/"
CUSTOMER = {"name": "New", "tenant_id": "new", "seats": "7", "priority": "high"}


@pytest.fixture
def boss(client):
    return build.log_in(client, build.person("boss", superuser=True)) and build.User.objects.get(username="boss")


@pytest.fixture
def northwind():
    return build.customer("Northwind")


def token_on(client, address):
    """The token that came with the form of a page."""
    return re.search(r'name="submission" value="([^"]+)"', client.get(address).content.decode()).group(1)


def sent_twice(client, address, data):
    """The same form twice, as a double click sends it: where both answers lead, and what the second says."""
    data = {**data, "submission": data.get("submission") or token_on(client, address)}
    first = client.post(address, data)
    again = client.post(address, data, follow=True)
    assert first.status_code == 302, first.content.decode()[-3000:]
    said = [str(message) for message in again.context["messages"]] if again.context else []
    assert any("Saved already: once is enough." in words for words in said), said
    assert again.redirect_chain == [(first["Location"], 302)]
    return said


def adding(customer):
    return {
        "customers/customer": (Customer, {**CUSTOMER, "region": Region.objects.get(code="EMEA").pk}),
        "customers/entitlement": (
            Entitlement,
            {"customer": customer.pk, "workload": build.workload("SPO").pk, "seats": "7"},
        ),
        "customers/assignment": (
            Assignment,
            {"customer": customer.pk, "user": build.person("fe", "FE").pk, "role": "FE"},
        ),
        "notes/risk": (Risk, {"customer": customer.pk, "title": "Late", "severity": "low"}),
        "notes/campaign": (Campaign, {"hashtag": "flood", "slug": "flood", "name": "Flood", "starts": "2026-01-01"}),
        "notes/note": (Note, build.form_data("overall_status", customer, risks="high: late")),
        "accounts/region": (Region, {"code": "NEW", "name": "New"}),
    }


@pytest.mark.parametrize("kind", range(7))
def test_every_form_that_adds(client, boss, northwind, kind):
    name, (model, data) = list(adding(northwind).items())[kind]
    address, before = f"/admin/{name}/add/", model.objects.count()
    opened = address + (f"?customer={northwind.pk}&note_type=overall_status" if model is Note else "")
    sent_twice(client, address, {**data, "submission": token_on(client, opened)})
    assert model.objects.count() == before + 1
    if model is Note:
        assert Risk.objects.count() == 1


def test_without_a_token_each_is_a_record(client, boss, northwind):
    for _ in range(2):
        assert client.post(pages.ADD, build.form_data("overall_status", northwind)).status_code == 302
    assert (Note.objects.count(), Submission.objects.count()) == (2, 0)


def test_garbage_is_no_token(client, boss, northwind):
    for token in ("\x00", "x" * 5000, "{}", "１" * 32):
        data = {**build.form_data("overall_status", northwind), "submission": token}
        assert client.post(pages.ADD, data).status_code == 302
    assert Note.objects.count() == 4


def test_an_invalid_form_uses_no_token_up(client, boss, northwind):
    opened = f"{pages.ADD}?customer={northwind.pk}&note_type=overall_status"
    sent = {**build.form_data("overall_status", northwind, body=""), "submission": token_on(client, opened)}
    again = pages.filled(client.post(pages.ADD, sent))
    assert again["submission"] == sent["submission"]
    assert client.post(pages.ADD, {**again, "body": "Now."}).status_code == 302
    assert [note.body for note in Note.objects.all()] == ["Now."]


def test_save_and_add_another_has_a_new_token(client, boss, northwind):
    opened = f"{pages.ADD}?customer={northwind.pk}&note_type=overall_status"
    data = {**build.form_data("overall_status", northwind), "submission": token_on(client, opened), "_addanother": "1"}
    sent_twice(client, pages.ADD, data)
    assert token_on(client, opened) != data["submission"]
    assert Note.objects.count() == 1


def test_back_and_changed_is_asked_again(client, boss, northwind):
    """The back button, other words, save: not a second note unseen, and not a word lost."""
    opened = f"{pages.ADD}?customer={northwind.pk}&note_type=overall_status"
    sent = {**pages.filled(client.get(opened)), "body": "First."}
    assert client.post(pages.ADD, sent).status_code == 302
    back = client.post(pages.ADD, {**sent, "body": "First, and more."})
    assert pages.errors(back)["__all__"][0].startswith("This form has saved its record already")
    assert [note.body for note in Note.objects.all()] == ["First."]
    assert [draft.data["body"] for draft in NoteDraft.objects.all()] == [["First, and more."]]
    assert client.post(pages.ADD, pages.filled(back)).status_code == 302
    assert [note.body for note in Note.objects.order_by("pk")] == ["First.", "First, and more."]
    assert not NoteDraft.objects.exists()


def test_a_token_is_one_persons(client, boss, northwind):
    data = {**build.form_data("overall_status", northwind, body="A wild guess."), "submission": str(uuid.uuid4())}
    assert client.post(pages.ADD, data).status_code == 302
    other = build.log_in(Client(), build.person("fm", "FM"))
    answer = other.post(pages.ADD, data, follow=True)
    assert "Saved already" not in answer.content.decode()
    assert [note.author.username for note in Note.objects.order_by("pk")] == ["boss", "fm"]


def test_a_record_out_of_sight_is_not_linked(client, northwind):
    partner = build.partner()
    customer = build.customer("Wildwood", partner=partner)
    build.log_in(client, build.person("frp", "FRP", partner=partner))
    data = {**build.form_data("overall_status", customer), "submission": str(uuid.uuid4())}
    assert client.post(pages.ADD, data, follow=True).status_code == 200
    customer.partner = None
    customer.save()
    again = client.post(pages.ADD, data, follow=True).content.decode()
    assert "Saved already" in again
    assert "Wildwood" not in again
    assert pages.change(Note.objects.get()) not in again


def test_a_right_that_is_gone_answers_as_ever(client, northwind):
    fm = build.person("fm", "FM")
    build.log_in(client, fm)
    data = {**build.form_data("overall_status", northwind), "submission": str(uuid.uuid4())}
    assert client.post(pages.ADD, data).status_code == 302
    fm.groups.clear()
    assert client.post(pages.ADD, data).status_code == 403


# --- Changes ----------------------------------------------------------------------------------------------------------


def test_changing_a_customer_twice_is_no_conflict_with_oneself(client, boss, northwind):
    address = CHANGE.format(northwind.pk)
    data = {**CUSTOMER, "region": northwind.region_id, "version": "1"}
    rows = {"entitlements-TOTAL_FORMS": "1", "entitlements-INITIAL_FORMS": "0", "entitlements-0-seats": "8"}
    rows |= {"entitlements-0-workload": build.workload("SPO").pk, "entitlements-0-customer": northwind.pk}
    sent_twice(client, address, {**data, **rows})
    northwind.refresh_from_db()
    assert (northwind.version, northwind.name, Entitlement.objects.count()) == (2, "New", 1)


def test_changing_a_note_twice(client, boss, northwind):
    note = build.note(boss, northwind)
    sent = {**pages.filled(client.get(pages.change(note))), "body": "Put right.", "risks": "low: late"}
    sent_twice(client, pages.change(note), sent)
    assert (Note.objects.get().version, Note.objects.get().body, Risk.objects.count()) == (2, "Put right.", 1)


def test_other_words_after_it_are_a_conflict(client, boss, northwind):
    note = build.note(boss, northwind)
    sent = {**pages.filled(client.get(pages.change(note))), "body": "Put right."}
    assert client.post(pages.change(note), sent).status_code == 302
    assert client.post(pages.change(note), {**sent, "body": "Put right again."}).status_code == 409


# --- Acts -------------------------------------------------------------------------------------------------------------


def test_a_step_twice(client, boss, northwind):
    build.note(boss, northwind, risks="high: late")
    risk = Risk.objects.get()
    address = f"/admin/notes/risk/{risk.pk}/step/"
    sent_twice(client, address, {"to": "mitigating", "comment": "Begun.", "version": "1"})
    # And where the page brought no version: from mitigating to mitigating is no step.
    sent_twice(client, address, {"to": "escalated", "comment": "To the region.", "escalated_to": "rm"})
    assert [step.to_state for step in RiskStep.objects.order_by("pk")] == ["mitigating", "escalated"]


def test_withdrawing_twice(client, boss, northwind):
    note = build.note(boss, northwind)
    sent_twice(client, pages.withdraw(note), {"reason": "Wrong place."})
    assert client.post(pages.withdraw(note), {"reason": "Wrong place."}).status_code == 403


def test_rewriting_twice(client, boss, northwind):
    old = build.note(boss, northwind)
    opened = f"{pages.ADD}?customer={northwind.pk}&note_type=service_intent&rewrites={old.pk}"
    sent = {**pages.filled(client.get(opened)), "rewrite_reason": "Wrong type."}
    answers = [client.post(pages.ADD, sent) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [302, 302]
    assert Note.objects.live().count() == 1


def test_splitting_three_times(client, boss, northwind):
    both = [build.workload("EXO").pk, build.workload("TEAMS").pk]
    data = build.form_data("technical_enablement", northwind, workloads=both, tech_status="paused", tags="covid")
    opened = f"{pages.ADD}?customer={northwind.pk}&note_type=technical_enablement"
    refused = pages.filled(client.post(pages.ADD, {**pages.filled(client.get(opened)), **data}))
    split = {**refused, "_save_split": "1", "split_workloads": both[:1], "split_status": "on_track"}
    answers = [client.post(pages.ADD, split) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [302] * 3
    assert Note.objects.count() == 2


# --- At once ----------------------------------------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_at_once_on_every_form_that_adds():
    boss, northwind = build.person("boss", superuser=True), build.customer("Northwind")
    for name, (model, data) in adding(northwind).items():
        sent, before = {**data, "submission": str(uuid.uuid4())}, model.objects.count()
        clients = [build.log_in(Client(), boss) for _ in range(2)]
        to = f"/admin/{name}/add/"
        works = [lambda client=client, to=to, sent=sent: client.post(to, sent).status_code for client in clients]
        assert side_by_side(*works) == [302, 302], name
        assert model.objects.count() == before + 1, name


@pytest.mark.django_db(transaction=True)
def test_two_at_once_on_a_change_and_a_step():
    boss, northwind = build.person("boss", superuser=True), build.customer("Northwind")
    note = build.note(boss, northwind, risks="high: late")
    risk = Risk.objects.get()
    for address, data in (
        (CHANGE.format(northwind.pk), {**CUSTOMER, "region": northwind.region_id, "version": "1"}),
        (pages.change(note), {**build.form_data("overall_status", northwind, body="Put right."), "version": "1"}),
        (f"/admin/notes/risk/{risk.pk}/change/", {"title": "Later", "severity": "low", "version": "1"}),
        (f"/admin/notes/risk/{risk.pk}/step/", {"to": "mitigating", "comment": "Begun.", "version": "2"}),
    ):
        sent = {**data, "submission": str(uuid.uuid4())}
        clients = [build.log_in(Client(), boss) for _ in range(2)]
        works = [lambda client=client, to=address, sent=sent: client.post(to, sent).status_code for client in clients]
        assert side_by_side(*works) == [302, 302], address
    assert RiskStep.objects.count() == 1


def test_200_double_submissions_in_parallel(live_server):
    """200 notes, on SQLite as well, whose writers wait for each other (the live server has it use a file)."""
    fm, northwind = build.person("fm", "FM"), build.customer("Northwind")
    cookies = build.log_in(Client(), fm).cookies

    def post(sent):
        client = Client()
        client.cookies = cookies
        try:
            return client.post(pages.ADD, sent).status_code
        finally:
            connections.close_all()

    tokens = [str(uuid.uuid4()) for _ in range(200)]
    pairs = [
        {**build.form_data("overall_status", northwind, body=f"Number {number}."), "submission": token}
        for number, token in enumerate(tokens)
        for _ in range(2)
    ]
    with ThreadPoolExecutor(4 if connection.vendor == "sqlite" else 8) as threads:
        assert set(threads.map(post, pairs)) == {302}
    assert sorted(Note.objects.values_list("body", flat=True)) == sorted(f"Number {number}." for number in range(200))
