"""An Entitlement Status note moves the status, in one transaction, and nothing else does (domain.md §5 and §6)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import Region
from customers.models import Customer, Entitlement, StatusPeriod, StatusReason
from customers.status import State
from notes import writing
from notes.models import Note, NoteTag, NoteWorkload, Risk
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

DAY = dt.date(2030, 6, 1)
LATER = dt.date(2030, 9, 1)


class Desk:
    """An FM at a customer with one entitlement in a state, logged in."""

    def __init__(self, client, role="FM", **state):
        self.client, self.user, self.customer = client, build.person("writer", role), build.customer()
        self.entitlement = build.entitlement(self.customer, **state)
        build.log_in(client, self.user)

    def send(self, **over):
        """A POST of exactly `over` beside customer, type, entitlement and a why."""
        data = {"customer": self.customer.pk, "note_type": "entitlement_status", "entitlement": self.entitlement.pk}
        data |= {"body": "The customer is unable to go on: its law forbids it.", **over}
        return self.client.post(pages.ADD, {name: value for name, value in data.items() if value is not None})

    @property
    def state(self):
        return Entitlement.objects.get(pk=self.entitlement.pk).state

    def periods(self):
        return list(
            self.entitlement.periods.order_by("valid_from", "pk").values_list(
                "l1", "l2__slug", "target_date", "unblock_date", "engagement_start_date", "changed_by__username"
            )
        )

    def chained(self):
        """Whether each period ends where the next begins, and the last is in force."""
        rows = list(self.entitlement.periods.order_by("valid_from", "pk"))
        ends = [row.valid_to for row in rows]
        return ends == [*(row.valid_from for row in rows[1:]), None]


PROGRESS = {"l1": "in_progress", "l2": "migration", "target_date": DAY, "engagement_start_date": dt.date(2029, 1, 2)}


# --- A move -----------------------------------------------------------------------------------------------------------


def test_a_note_moves_the_status_and_keeps_from_and_to(client):
    desk = Desk(client, **PROGRESS)
    started = timezone.now()
    assert desk.send(l1="blocked", l2="legal-regulatory", target_date="", unblock_date="2030-09-01").status_code == 302
    note = Note.objects.get()
    assert (note.from_l1, note.from_l2.slug, note.from_l3) == ("in_progress", "migration", None)
    assert (note.l1, note.l2.slug, note.l3) == ("blocked", "legal-regulatory", None)
    assert (note.target_date, note.unblock_date) == (DAY, LATER), "leaving In Progress keeps the target date"
    assert desk.state == State("blocked", "legal-regulatory", "", DAY, LATER, None)
    assert desk.periods() == [
        ("in_progress", "migration", DAY, None, dt.date(2029, 1, 2), None),
        ("blocked", "legal-regulatory", DAY, LATER, None, "writer"),
    ]
    assert desk.chained()
    assert note.period == desk.entitlement.periods.get(valid_to=None)
    row = Entitlement.objects.get(pk=desk.entitlement.pk)
    assert started <= row.status_changed_at == note.created_at == note.period.valid_from <= timezone.now()
    assert row.version == desk.entitlement.version + 1
    # What leaving clears, history keeps.
    assert row.history.filter(engagement_start_date=dt.date(2029, 1, 2)).exists()


def test_a_chain_of_moves(client):
    desk = Desk(client)
    moves = [
        {"l1": "in_progress", "l2": "migration", "target_date": "2030-06-01"},
        {"l1": "blocked", "l2": "app-compatibility", "unblock_date": "2030-09-01"},
        {"l1": "in_progress", "l2": "solution-or-user-adoption", "target_date": "2030-09-01"},
        {"l1": "no_intent", "l2": "executive-sponsorship"},
        {"l1": "duplicate_invalid"},
        {"l1": "status_unknown", "l2": "customer-unresponsive"},
    ]
    for number, move in enumerate(moves, 1):
        assert desk.send(**move).status_code == 302, move
        assert (desk.entitlement.periods.count(), desk.chained()) == (number + 1, True)
    assert list(
        Note.objects.order_by("pk").values_list("from_l1", "from_l2__slug", "l1", "l2__slug", "target_date")
    ) == [
        ("status_unknown", "new-subscription-or-workload", "in_progress", "migration", DAY),
        ("in_progress", "migration", "blocked", "app-compatibility", DAY),
        ("blocked", "app-compatibility", "in_progress", "solution-or-user-adoption", LATER),
        ("in_progress", "solution-or-user-adoption", "no_intent", "executive-sponsorship", LATER),
        ("no_intent", "executive-sponsorship", "duplicate_invalid", None, None),
        ("duplicate_invalid", None, "status_unknown", "customer-unresponsive", None),
    ]


@pytest.mark.parametrize("role", ["FM", "SME", "FRP"])
def test_whoever_writes_the_type_moves_it(client, role):
    partner = build.partner() if role == "FRP" else None
    user, customer = build.person("writer", role, partner=partner), build.customer(partner=partner)
    row = build.entitlement(customer)
    data = build.form_data("entitlement_status", customer, entitlement=row)
    assert build.log_in(client, user).post(pages.ADD, data).status_code == 302
    assert Entitlement.objects.get(pk=row.pk).l1 == "blocked"


def test_a_note_may_keep_the_status_and_renew_the_why(client):
    """The status did not change, so neither does when it changed; the note in force is the new one."""
    desk = Desk(client, **PROGRESS)
    kept = {"l1": "in_progress", "l2": "migration", "target_date": "2030-06-01"}
    assert desk.send(**kept, body="The migration goes on; one defect was resolved.").status_code == 302
    note = Note.objects.get()
    row = Entitlement.objects.get(pk=desk.entitlement.pk)
    assert (note.from_l1, note.l1, note.from_l2, note.l2) == ("in_progress", "in_progress", note.l2, note.from_l2)
    assert desk.state == State("in_progress", "migration", "", DAY, None, dt.date(2029, 1, 2))
    assert row.status_changed_at == build.LONG_AGO
    assert (note.period == desk.entitlement.periods.get(valid_to=None), desk.chained()) == (True, True)


def test_a_new_target_date_alone(client):
    desk = Desk(client, **PROGRESS)
    assert desk.send(l1="in_progress", l2="migration", target_date="2030-09-01").status_code == 302
    assert desk.state == State("in_progress", "migration", "", LATER, None, dt.date(2029, 1, 2))
    assert [period[2] for period in desk.periods()] == [DAY, LATER]


def test_a_detail(client):
    """Administrators add L3 details; the form then offers them."""
    migration = StatusReason.objects.get(slug="migration")
    StatusReason.objects.create(l1="in_progress", parent=migration, slug="cutover", name="Cutover")
    StatusReason.objects.create(
        l1="in_progress", parent=StatusReason.objects.get(slug="solution-or-user-adoption"), slug="pilot", name="Pilot"
    )
    desk = Desk(client)
    given = {"l1": "in_progress", "l2": "migration", "target_date": "2030-06-01"}
    assert pages.error_fields(desk.send(**given, l3="pilot")) == ["l3"]
    assert desk.send(**given, l3="cutover").status_code == 302
    assert (desk.state.l3, Note.objects.get().l3.slug) == ("cutover", "cutover")


# --- What is refused --------------------------------------------------------------------------------------------------

REFUSED = {
    "progress without a target date": ({}, {"l1": "in_progress", "l2": "migration"}, ["target_date"]),
    "progress without a reason": ({}, {"l1": "in_progress", "target_date": "2030-06-01"}, ["l2"]),
    "no intent without a reason": ({}, {"l1": "no_intent"}, ["l2"]),
    "a reason of another L1": ({}, {"l1": "no_intent", "l2": "migration"}, ["l2"]),
    "duplicate with a reason": ({}, {"l1": "duplicate_invalid", "l2": "migration"}, ["l2"]),
    "blocked from progress without its date": (PROGRESS, {"l1": "blocked", "l2": "legal-regulatory"}, ["unblock_date"]),
    "staying in progress without a target date": (PROGRESS, {"l1": "in_progress", "l2": "migration"}, ["target_date"]),
    "no why": ({}, {"l1": "no_intent", "l2": "executive-sponsorship", "body": ""}, ["body"]),
    "a blank why": ({}, {"l1": "no_intent", "l2": "executive-sponsorship", "body": " \n　"}, ["body"]),
    "no L1": ({}, {"l2": "migration"}, ["l1"]),
    "a date that is none": (
        {},
        {"l1": "in_progress", "l2": "migration", "target_date": "June"},
        ["target_date"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refused_and_nothing_moves(client, case):
    state, given, wrong = REFUSED[case]
    desk = Desk(client, **state)
    before = desk.state, desk.periods(), Entitlement.objects.values().get(pk=desk.entitlement.pk)
    answer = desk.send(**given)
    assert pages.error_fields(answer) == wrong
    assert (desk.state, desk.periods(), Entitlement.objects.values().get(pk=desk.entitlement.pk)) == before
    assert [model.objects.count() for model in (Note, NoteTag, NoteWorkload, Risk)] == [0, 0, 0, 0]
    back = pages.filled(answer)
    kept = {name: value for name, value in given.items() if value.strip() and name not in wrong}
    assert {name: back.get(name) for name in kept} == kept


@pytest.mark.parametrize("l1", ["duplicate_invalid", "no_intent"])
def test_leaving_progress_clears_the_start_date_without_a_further_note(client, l1):
    desk = Desk(client, **PROGRESS)
    l2 = "executive-sponsorship" if l1 == "no_intent" else ""
    assert desk.send(l1=l1, l2=l2).status_code == 302
    assert desk.state == State(l1, l2, "", DAY, None, None)
    assert list(Note.objects.values_list("note_type", flat=True)) == ["entitlement_status"]


@pytest.mark.parametrize("poor", ["In Progress.", "usage 0.0%", "no intent yet", "目前尚未"])
def test_a_poor_why_is_not_refused(client, poor):
    """Advice, shown while writing; only a blank one is refused."""
    assert Desk(client).send(l1="no_intent", l2="executive-sponsorship", body=poor).status_code == 302


def test_a_retired_reason_may_stay_and_not_be_taken_anew(client):
    desk = Desk(client, **PROGRESS)
    StatusReason.objects.filter(slug__in=["migration", "legal-regulatory"]).update(active=False)
    assert desk.send(l1="in_progress", l2="migration", target_date="2030-06-01").status_code == 302
    answer = desk.send(l1="blocked", l2="legal-regulatory", unblock_date="2030-06-01")
    assert pages.error_fields(answer) == ["l2"]


def test_a_move_that_is_no_longer_legal_saves_nothing():
    """The status moved between the writer's check and their save: checked again under the lock."""
    user, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer)
    stale = Entitlement.objects.select_related("workload", "l2").get(pk=row.pk)
    note = Note(
        customer=customer,
        note_type="entitlement_status",
        entitlement=stale,
        body="Blocked by law.",
        l1="blocked",
        l2=StatusReason.objects.get(slug="legal-regulatory"),
    )
    draft = writing.Draft(note=note, by=user, workloads=[stale.workload], tags="covid")
    assert writing.check(draft) == {}, "from Status Unknown no unblock date is needed"
    build.note(user, customer, "entitlement_status", "It begins.", entitlement=row, l1="in_progress", l2="migration")
    with pytest.raises(ValidationError) as refused:
        writing.save(draft)
    assert list(refused.value.error_dict) == ["unblock_date"]
    assert Note.objects.count() == 1
    assert Entitlement.objects.get(pk=row.pk).l1 == "in_progress"
    assert row.periods.count() == 2


def test_two_moves_at_once_follow_each_other():
    """Begun first, saved last: it moves on from what stands by then, and the periods stay a chain."""
    user, customer = build.person("fm", "FM"), build.customer()
    row = build.entitlement(customer)
    stale = Entitlement.objects.select_related("workload", "l2").get(pk=row.pk)
    note = Note(
        customer=customer,
        note_type="entitlement_status",
        entitlement=stale,
        body="No sponsor any more.",
        l1="no_intent",
        l2=StatusReason.objects.get(slug="executive-sponsorship"),
    )
    draft = writing.Draft(note=note, by=user, workloads=[stale.workload])
    first = build.note(user, customer, "entitlement_status", "On.", entitlement=row, l1="in_progress", l2="migration")
    saved = writing.save(draft)
    assert (saved.from_l1, saved.from_l2.slug) == ("in_progress", "migration")
    assert Entitlement.objects.get(pk=row.pk).l1 == "no_intent"
    periods = list(row.periods.order_by("pk"))
    assert [period.l1 for period in periods] == ["status_unknown", "in_progress", "no_intent"]
    assert [period.valid_to for period in periods] == [*(period.valid_from for period in periods[1:]), None]
    assert periods[1].valid_from <= periods[2].valid_from
    assert (first.period, saved.period) == (periods[1], periods[2])


# --- Nothing else moves it --------------------------------------------------------------------------------------------


def entitlement_form(row, **over):
    """What the admin's form of an entitlement sends."""
    data = {
        "seats": row.seats,
        "target_date": row.target_date or "",
        "unblock_date": row.unblock_date or "",
        "engagement_start_date": row.engagement_start_date or "",
        "scenario": "",
        "business_reason": "",
        "owner": "",
        "split_reason": row.split_reason,
        "split_label": row.split_label,
        "version": row.version,
    }
    return {**data, **over}


def change(row):
    return f"/admin/customers/entitlement/{row.pk}/change/"


def test_the_entitlements_form_cannot_move_it(client):
    desk = Desk(client, **PROGRESS)
    other = build.customer("Other")
    forged = {
        "l1": "no_intent",
        "l2": StatusReason.objects.get(slug="executive-sponsorship").pk,
        "status": "no_intent",
        "customer": other.pk,
        "workload": build.workload("TEAMS").pk,
        "imported": "on",
        "seats": 77,
    }
    assert client.post(change(desk.entitlement), entitlement_form(desk.entitlement, **forged)).status_code == 302
    row = Entitlement.objects.get(pk=desk.entitlement.pk)
    assert (row.seats, row.customer, row.workload.code, row.imported) == (77, desk.customer, "EXO", False)
    assert desk.state == desk.entitlement.state
    assert row.status_changed_at == desk.entitlement.status_changed_at
    assert (len(desk.periods()), Note.objects.count()) == (1, 0)


def test_a_new_one_begins_unknown_whatever_is_forged(client):
    user, customer = build.person("fm", "FM"), build.customer()
    build.log_in(client, user)
    data = {
        **entitlement_form(Entitlement(), customer=customer.pk, workload=build.workload("EXO").pk),
        "l1": "in_progress",
        "l2": StatusReason.objects.get(slug="migration").pk,
        "imported": "on",
    }
    assert client.post("/admin/customers/entitlement/add/", data).status_code == 302
    row = Entitlement.objects.get()
    assert (row.l1, row.l2.slug, row.imported) == ("status_unknown", "new-subscription-or-workload", False)
    assert [period.l1 for period in StatusPeriod.objects.all()] == ["status_unknown"]


@pytest.mark.parametrize("kind", ["overall_status", "engagement_management", "service_intent"])
def test_no_other_note_moves_it(client, kind):
    role = {"engagement_management": "GM"}.get(kind, "FM")
    desk = Desk(client, role, **PROGRESS)
    data = build.form_data(
        kind, desk.customer, entitlement=desk.entitlement, l1="no_intent", l2="executive-sponsorship", pace="stopping"
    )
    assert client.post(pages.ADD, data).status_code == 302
    assert (desk.state, len(desk.periods()), Note.objects.get().entitlement) == (desk.entitlement.state, 1, None)


def test_dates_beside_the_status_are_kept_over_time(client):
    desk = Desk(client, **PROGRESS)
    answer = client.post(change(desk.entitlement), entitlement_form(desk.entitlement, target_date="2030-09-01"))
    assert answer.status_code == 302
    assert [period[:3] for period in desk.periods()] == [
        ("in_progress", "migration", DAY),
        ("in_progress", "migration", LATER),
    ]
    assert desk.chained()


@pytest.mark.parametrize(
    ("state", "given", "wrong"),
    [
        (PROGRESS, {"target_date": ""}, ["target_date"]),
        ({}, {"engagement_start_date": "2030-01-01"}, ["engagement_start_date"]),
        ({}, {"split_reason": "geographies"}, ["split_label"]),
        ({}, {"split_reason": "duplicated_licences", "split_label": "EA 2"}, ["split_reason"]),
        (
            {},
            {"split_reason": "duplicated_licences", "split_label": "EA 2", "split_approved": "on"},
            ["split_approved"],
        ),
    ],
)
def test_the_entitlements_form_keeps_the_rules(client, state, given, wrong):
    desk = Desk(client, **state)
    before = Entitlement.objects.values().get(pk=desk.entitlement.pk)
    answer = client.post(change(desk.entitlement), entitlement_form(desk.entitlement, **given))
    assert set(wrong) <= set(pages.errors(answer))
    assert Entitlement.objects.values().get(pk=desk.entitlement.pk) == before


def test_a_programme_administrator_approves_a_split(client):
    desk = Desk(client, "PA")
    given = {"split_reason": "duplicated_licences", "split_label": "EA 2", "split_approved": "on"}
    assert client.post(change(desk.entitlement), entitlement_form(desk.entitlement, **given)).status_code == 302
    row = Entitlement.objects.get()
    assert (row.split_reason, row.split_label, row.split_approved) == ("duplicated_licences", "EA 2", True)


# --- The start date ---------------------------------------------------------------------------------------------------


def test_the_first_start_date_needs_no_reason(client):
    desk = Desk(client, **{**PROGRESS, "engagement_start_date": None})
    form = entitlement_form(desk.entitlement, engagement_start_date="2029-03-04")
    assert client.post(change(desk.entitlement), form).status_code == 302
    assert (desk.state.engagement_start_date, Note.objects.count()) == (dt.date(2029, 3, 4), 0)
    assert [period[4] for period in desk.periods()] == [None, dt.date(2029, 3, 4)]


@pytest.mark.parametrize("new", ["2029-03-04", ""])
def test_changing_it_needs_a_reason_which_becomes_a_note(client, new):
    desk = Desk(client, **PROGRESS)
    form = entitlement_form(desk.entitlement, engagement_start_date=new)
    assert pages.error_fields(client.post(change(desk.entitlement), form)) == ["start_date_reason"]
    assert pages.error_fields(client.post(change(desk.entitlement), {**form, "start_date_reason": "  "})) == [
        "start_date_reason"
    ]
    assert (desk.state, Note.objects.count()) == (desk.entitlement.state, 0)
    form["start_date_reason"] = "The contract was signed later. #late"
    assert client.post(change(desk.entitlement), form).status_code == 302
    assert desk.state.engagement_start_date == (dt.date.fromisoformat(new) if new else None)
    note = Note.objects.get()
    assert (note.note_type, note.author, note.author_role, note.customer, note.entitlement) == (
        "overall_status",
        desk.user,
        "FM",
        desk.customer,
        None,
    )
    assert "The contract was signed later. #late" in note.body
    assert "2029-01-02" in note.body
    assert new in note.body
    assert list(note.note_workloads.values_list("workload__code", flat=True)) == ["EXO"]
    assert list(note.note_tags.values_list("tag__name", flat=True)) == ["late"]


@pytest.mark.parametrize("role", ["GM", "PA"])
def test_who_writes_no_overall_status_may_not_change_it(client, role):
    desk = Desk(client, role, **PROGRESS)
    form = entitlement_form(desk.entitlement, engagement_start_date="2029-03-04", start_date_reason="Later.")
    assert pages.error_fields(client.post(change(desk.entitlement), form)) == ["engagement_start_date"]
    assert (desk.state, Note.objects.count()) == (desk.entitlement.state, 0)


# --- The last door ----------------------------------------------------------------------------------------------------

ILLEGAL = {
    "a type that is none": {"note_type": "diary"},
    "a status note without an entitlement": {"note_type": "entitlement_status", "l1": "blocked"},
    "a status on another type": {"l1": "blocked"},
    "a summary without its engagement": {"is_exec_summary": True, "deployment": "not_deployed"},
    "a summary of another type": {
        "note_type": "service_intent",
        "is_exec_summary": True,
        "engagement": "reactive",
        "deployment": "not_deployed",
    },
    "an engagement without a summary": {"engagement": "reactive"},
    "a technical note without its status": {"note_type": "technical_enablement"},
    "a technical status elsewhere": {"tech_status": "paused"},
    "an enterprise note without its colour": {
        "note_type": "enterprise_status",
        "ent_reason": "reactive",
        "next_update": DAY,
    },
    "a colour elsewhere": {"rag": "red"},
    "withdrawn without a reason": {"withdrawn_at": build.LONG_AGO},
    "a reason without being withdrawn": {"withdrawn_reason": "x"},
}


@pytest.mark.parametrize("case", ILLEGAL)
def test_the_database_refuses(case):
    customer = build.customer()
    values = {"note_type": "overall_status", "body": "x", **ILLEGAL[case]}
    row = Note(customer=customer, author=build.person("fm", "FM"), region_id=customer.region_id, **values)
    with pytest.raises(IntegrityError), transaction.atomic():
        Note.objects.bulk_create([row])
    assert Note.objects.count() == 0


def test_the_database_takes_a_tag_and_a_workload_once():
    note = build.note(build.person("fm", "FM"), build.customer(), tags="covid", workloads=["EXO"])
    for model in (NoteTag, NoteWorkload):
        row = model.objects.get(**{"content_object" if model is NoteTag else "note": note})
        row.pk = None
        with pytest.raises(IntegrityError), transaction.atomic():
            model.objects.bulk_create([row])
        assert model.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [
        {"severity": "huge"},
        {"state": "gone"},
        {"state": "resolved"},
        {"closed_at": build.LONG_AGO},
        {"state": "escalated"},
    ],
)
def test_the_database_refuses_a_risk(values):
    customer = build.customer()
    row = Risk(
        customer=customer,
        title="x",
        raised_by=build.person("fm", "FM"),
        region=Region.objects.get(code="EMEA"),
        **values,
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Risk.objects.bulk_create([row])
    assert (Risk.objects.count(), Customer.objects.count()) == (0, 1)
