"""An Entitlement Status note moves the status, and nothing else does (domain.md §2, §5)."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from customers import status
from customers.models import Entitlement, StatusPeriod, StatusReason
from customers.status import State
from notes.models import Note
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

DAY, LATER = dt.date(2030, 1, 2), dt.date(2030, 3, 4)
PROGRESS = {"l1": "in_progress", "l2": "migration", "target_date": DAY}
ENTITLEMENT = "/admin/customers/entitlement/{}/change/"


class Desk:
    """An FM at one entitlement."""

    def __init__(self, client, **state):
        self.client, self.writer, self.customer = client, build.person("fm", "FM"), build.customer()
        self.row = build.entitlement(self.customer, "EXO", **state)
        build.log_in(client, self.writer)

    def post(self, **over):
        data = {"customer": self.customer.pk, "note_type": "entitlement_status", "entitlement": self.row.pk}
        return self.client.post(pages.ADD, {**data, "body": "They want it, because of audits.", **over})

    @property
    def state(self):
        return Entitlement.objects.select_related("l2", "l3").get(pk=self.row.pk).state


def periods(row):
    return list(
        StatusPeriod.objects.filter(entitlement=row).order_by("pk").values_list("l1", "l2__slug", "target_date")
    )


def test_a_note_moves_the_status_and_keeps_from_and_to(client):
    desk = Desk(client)
    assert desk.post(l1="in_progress", l2="migration", target_date="2030-01-02").status_code == 302
    assert desk.state == State("in_progress", "migration", "", DAY)
    note = Note.objects.select_related("from_l2", "l2").get()
    assert (note.from_l1, note.from_l2.slug, note.l1, note.l2.slug, note.target_date) == (
        "status_unknown",
        "new-subscription-or-workload",
        "in_progress",
        "migration",
        DAY,
    )
    assert [workload.code for workload in note.workloads.all()] == ["EXO"]
    first, second = StatusPeriod.objects.filter(entitlement=desk.row).order_by("pk")
    assert (first.valid_to, second.valid_to, note.period) == (second.valid_from, None, second)
    assert periods(desk.row) == [
        ("status_unknown", "new-subscription-or-workload", None),
        ("in_progress", "migration", DAY),
    ]


# From a status, what is handed in, and the fields that refuse it ([] where it is allowed).
MOVES = [
    ({}, {"l1": ""}, ["l1"]),
    ({}, {"l1": "halted"}, ["l1"]),
    ({}, {"l1": "in_progress", "l2": "migration"}, ["target_date"]),
    ({}, {"l1": "in_progress", "target_date": "2030-01-02"}, ["l2"]),
    ({}, {"l1": "in_progress", "l2": "legal-regulatory", "target_date": "2030-01-02"}, ["l2"]),
    ({}, {"l1": "in_progress", "l2": "nothing-known", "target_date": "2030-01-02"}, ["l2"]),
    ({}, {"l1": "in_progress", "l2": "migration", "target_date": "2030-01-02"}, []),
    ({}, {"l1": "blocked", "l2": "legal-regulatory"}, []),
    (PROGRESS, {"l1": "blocked", "l2": "legal-regulatory"}, ["unblock_date"]),
    (PROGRESS, {"l1": "blocked", "l2": "legal-regulatory", "unblock_date": "2030-03-04"}, []),
    (PROGRESS, {"l1": "no_intent", "l2": "executive-sponsorship"}, []),
    (PROGRESS, {"l1": "in_progress", "l2": "migration", "target_date": "2030-01-02"}, []),
    (PROGRESS, {"l1": "duplicate_invalid"}, []),
    (PROGRESS, {"l1": "duplicate_invalid", "l2": "migration"}, ["l2"]),
    (PROGRESS, {"l1": "no_intent", "l2": "executive-sponsorship", "body": " "}, ["body"]),
    (PROGRESS, {"l1": "no_intent", "l2": "executive-sponsorship", "target_date": "soon"}, ["target_date"]),
    (PROGRESS, {"l1": "no_intent", "l2": "executive-sponsorship", "entitlement": ""}, ["entitlement"]),
]


@pytest.mark.parametrize(("before", "given", "refused"), MOVES)
def test_moves(client, before, given, refused):
    desk = Desk(client, **before)
    was, answer = desk.state, desk.post(**given)
    if refused:
        assert pages.error_fields(answer) == refused
        assert pages.filled(answer).get("body", "") == given.get("body", "They want it, because of audits.")
        assert (desk.state, Note.objects.count(), len(periods(desk.row))) == (was, 0, 1)
    else:
        assert answer.status_code == 302, pages.errors(answer)
        assert (desk.state.l1, Note.objects.count(), len(periods(desk.row))) == (given["l1"], 1, 2)


def test_leaving_in_progress_clears_the_start_and_keeps_the_target(client):
    desk = Desk(client, **PROGRESS, engagement_start_date=DAY)
    assert desk.post(l1="no_intent", l2="executive-sponsorship").status_code == 302
    assert desk.state == State("no_intent", "executive-sponsorship", "", DAY)
    assert StatusPeriod.objects.filter(engagement_start_date=DAY).count() == 1, "history keeps it"


def test_the_form_starts_from_the_present_status(client):
    desk = Desk(client, **PROGRESS)
    address = f"{pages.ADD}?customer={desk.customer.pk}&note_type=entitlement_status&entitlement={desk.row.pk}"
    back = pages.filled(client.get(address))
    assert {name: back.get(name) for name in ("l1", "l2", "target_date", "unblock_date", "body")} == {
        "l1": "in_progress",
        "l2": "migration",
        "target_date": "2030-01-02",
        "unblock_date": None,
        "body": None,
    }


def test_a_saved_status_never_changes(client):
    desk = Desk(client, **PROGRESS)
    assert desk.post(l1="no_intent", l2="executive-sponsorship").status_code == 302
    note = Note.objects.get()
    forged = {"body": "Because of cost.", "l1": "blocked", "l2": "legal-regulatory", "entitlement": "", "version": "1"}
    assert client.post(pages.change(note), forged).status_code == 302
    note.refresh_from_db()
    assert (note.body, note.l1, note.entitlement_id) == ("Because of cost.", "no_intent", desk.row.pk)
    assert desk.state.l1 == "no_intent"


def test_the_entitlements_own_form_moves_no_status(client):
    desk = Desk(client, **PROGRESS)
    form = {"seats": "7", "target_date": "2030-03-04", "l1": "blocked", "l2": "legal-regulatory", "version": "1"}
    assert client.post(ENTITLEMENT.format(desk.row.pk), form).status_code == 302
    assert desk.state == State("in_progress", "migration", "", LATER)
    assert [row[2] for row in periods(desk.row)] == [DAY, LATER]


def test_a_changed_start_date_writes_its_note(client):
    """Setting the first asks nothing; changing it asks for its reason, and the right to write Overall Status."""
    desk = Desk(client, **PROGRESS)
    address = ENTITLEMENT.format(desk.row.pk)
    form = {"seats": "7", "target_date": "2030-01-02"}
    assert client.post(address, {**form, "engagement_start_date": "2029-01-01", "version": "1"}).status_code == 302
    assert Note.objects.count() == 0
    form |= {"engagement_start_date": "2029-02-02", "version": "2"}
    refused = client.post(address, form)
    assert list(refused.context["adminform"].form.errors) == ["start_date_reason"]
    assert client.post(address, {**form, "start_date_reason": "Moved by the board"}).status_code == 302
    note = Note.objects.get()
    assert (note.note_type, note.author, note.body) == (
        "overall_status",
        desk.writer,
        "Engagement start date of EXO: 2029-01-01 → 2029-02-02. Moved by the board",
    )
    build.log_in(client, build.person("gm", "GM"))
    form |= {"engagement_start_date": "2029-03-03", "version": "3", "start_date_reason": "No"}
    assert list(client.post(address, form).context["adminform"].form.errors) == ["engagement_start_date"]


def test_a_second_row_of_a_workload_needs_its_reason(client):
    desk = Desk(client)
    add = "/admin/customers/entitlement/add/"
    data = {"customer": desk.customer.pk, "workload": desk.row.workload_id, "seats": "5"}

    def errors(**over):
        answer = client.post(add, {**data, **over})
        return [] if answer.status_code == 302 else sorted(answer.context["adminform"].form.errors)

    assert errors() == ["split_reason"]
    assert errors(split_reason="geographies") == ["split_label"]
    assert errors(split_label="Germany") == ["split_reason"]
    assert errors(split_reason="duplicated_licences", split_label="Twice") == ["split_reason"]
    forged = errors(split_reason="duplicated_licences", split_label="Twice", split_approved="on")
    assert forged == ["split_approved", "split_reason"], "only a programme administrator approves"
    assert errors(split_reason="geographies", split_label="Germany") == []
    assert errors(split_reason="geographies", split_label="Germany") == ["split_label"]
    build.log_in(client, build.person("pa", "PA"))
    assert errors(split_reason="duplicated_licences", split_label="Twice", split_approved="on") == []
    row = Entitlement.objects.get(split_label="Germany")
    assert (row.state.l1, row.state.l2, len(periods(row))) == ("status_unknown", "new-subscription-or-workload", 1)


def test_the_database_is_the_last_door():
    row = build.entitlement(build.customer(), "EXO")
    migration = StatusReason.objects.get(slug="migration")
    for illegal in (
        {"l1": "halted"},
        {"l1": "in_progress", "l2": migration},
        {"engagement_start_date": DAY},
        {"split_reason": "geographies"},
        {"split_reason": "duplicated_licences", "split_label": "x"},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Entitlement.objects.filter(pk=row.pk).update(**illegal)


def test_imported_history_may_lack_a_target_date():
    reasons = StatusReason.tree()
    state = State("in_progress", "migration")
    assert list(status.validate(state, reasons)) == ["target_date"]
    assert status.validate(state, reasons, imported=True) == {}


def test_details_stand_under_their_reason(client):
    StatusReason.objects.create(
        l1="no_intent", parent=StatusReason.objects.get(slug="executive-sponsorship"), slug="merger", name="Merger"
    )
    desk = Desk(client)
    given = {"l1": "no_intent", "l3": "merger"}
    assert pages.error_fields(desk.post(**given, l2="using-competitive-solution")) == ["l3"]
    assert desk.post(**given, l2="executive-sponsorship").status_code == 302
    assert desk.state == State("no_intent", "executive-sponsorship", "merger")
