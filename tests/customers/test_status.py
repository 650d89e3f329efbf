"""The rules of L1, L2 and L3 as a table, and what the database refuses behind them (domain.md §5)."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.models import Region
from customers import status
from customers.models import Assignment, Customer, Entitlement, StatusPeriod, StatusReason, Workload
from customers.status import Reason, State
from tests import builders as build
from tests.status_tables import DUPLICATED

DAY = dt.date(2030, 6, 1)
TREE = {
    reason.slug: reason
    for reason in (
        Reason("customer-unresponsive", "status_unknown"),
        Reason("new-subscription-or-workload", "status_unknown"),
        Reason("migration", "in_progress"),
        Reason("adoption", "in_progress"),
        Reason("old-way", "in_progress", active=False),
        Reason("executive-sponsorship", "no_intent"),
        Reason("legal-regulatory", "blocked"),
        Reason("cutover", "in_progress", parent="migration"),
        Reason("pilot", "in_progress", parent="adoption"),
        Reason("old-detail", "in_progress", parent="migration", active=False),
    )
}
PROGRESS = {"l1": "in_progress", "l2": "migration", "target_date": DAY}
BLOCKED = {"l1": "blocked", "l2": "legal-regulatory"}

# What is wrong with (old state or None) → new state, by field and code.
TABLE = {
    "unknown": (None, {"l1": "status_unknown", "l2": "customer-unresponsive"}, {}),
    "unknown without a reason": (None, {"l1": "status_unknown"}, {"l2": "required"}),
    "progress": (None, PROGRESS, {}),
    "progress without a target date": (None, {**PROGRESS, "target_date": None}, {"target_date": "required"}),
    "progress without anything": (None, {"l1": "in_progress"}, {"l2": "required", "target_date": "required"}),
    "progress with its start date": (None, {**PROGRESS, "engagement_start_date": DAY}, {}),
    "no intent": (None, {"l1": "no_intent", "l2": "executive-sponsorship"}, {}),
    "no intent without a reason": (None, {"l1": "no_intent"}, {"l2": "required"}),
    "blocked from the start": (None, BLOCKED, {}),
    "blocked without a reason": (None, {"l1": "blocked"}, {"l2": "required"}),
    "blocked from unknown": ({"l1": "status_unknown", "l2": "customer-unresponsive"}, BLOCKED, {}),
    "blocked from progress": (PROGRESS, BLOCKED, {"unblock_date": "required"}),
    "blocked from progress with its date": (PROGRESS, {**BLOCKED, "unblock_date": DAY}, {}),
    "blocked again": (BLOCKED, BLOCKED, {}),
    "duplicate": (None, {"l1": "duplicate_invalid"}, {}),
    "duplicate from progress": (PROGRESS, {"l1": "duplicate_invalid"}, {}),
    "duplicate with a reason": (None, {"l1": "duplicate_invalid", "l2": "migration"}, {"l2": "invalid"}),
    "a reason of another L1": (None, {**BLOCKED, "l2": "migration"}, {"l2": "invalid"}),
    "a reason that is none": (None, {**BLOCKED, "l2": "weather"}, {"l2": "invalid_choice"}),
    "a detail as reason": (None, {**PROGRESS, "l2": "cutover"}, {"l2": "invalid_choice"}),
    "a retired reason": (None, {**PROGRESS, "l2": "old-way"}, {"l2": "invalid_choice"}),
    "a retired reason that stood": ({**PROGRESS, "l2": "old-way"}, {**PROGRESS, "l2": "old-way"}, {}),
    "a detail": (None, {**PROGRESS, "l3": "cutover"}, {}),
    "a detail of another reason": (None, {**PROGRESS, "l3": "pilot"}, {"l3": "invalid"}),
    "a detail without a reason": (None, {"l1": "duplicate_invalid", "l3": "cutover"}, {"l3": "invalid"}),
    "a reason as detail": (None, {**PROGRESS, "l3": "adoption"}, {"l3": "invalid_choice"}),
    "a detail that is none": (None, {**PROGRESS, "l3": "weather"}, {"l3": "invalid_choice"}),
    "a retired detail": (None, {**PROGRESS, "l3": "old-detail"}, {"l3": "invalid_choice"}),
    "a retired detail that stood": ({**PROGRESS, "l3": "old-detail"}, {**PROGRESS, "l3": "old-detail"}, {}),
    "a start date outside progress": (
        None,
        {**BLOCKED, "engagement_start_date": DAY},
        {"engagement_start_date": "invalid"},
    ),
    "no L1": (None, {"l1": ""}, {"l1": "required"}),
    "an L1 that is none": (None, {"l1": "In Progress", "l2": "migration"}, {"l1": "invalid_choice"}),
}


@pytest.mark.parametrize("case", TABLE)
def test_validate(case):
    old, new, wrong = TABLE[case]
    errors = status.validate(State(**new), TREE, old=State(**old) if old else None)
    assert {name: error.code for name, error in errors.items()} == wrong


def test_imported_history_needs_no_target_date_and_nothing_else_less():
    bare = State(l1="in_progress", l2="migration")
    assert status.validate(bare, TREE, imported=True) == {}
    assert list(status.validate(State(l1="in_progress"), TREE, imported=True)) == ["l2"]


def test_where_the_programme_defines_no_reason_none_is_asked():
    assert status.validate(State(l1="no_intent"), {}) == {}


FULL = {"target_date": DAY, "unblock_date": DAY, "engagement_start_date": DAY}


@pytest.mark.parametrize(
    ("old", "new", "dates"),
    [
        # Leaving In Progress clears the start date and keeps the target date.
        ({**PROGRESS, "engagement_start_date": DAY}, {"l1": "no_intent"}, (DAY, None, None)),
        ({**PROGRESS, "engagement_start_date": DAY}, {**BLOCKED, "unblock_date": DAY}, (DAY, DAY, None)),
        ({**PROGRESS, "engagement_start_date": DAY}, {"l1": "no_intent", **FULL}, (DAY, DAY, None)),
        # Staying keeps what comes back.
        (PROGRESS, {**PROGRESS, "engagement_start_date": DAY}, (DAY, None, DAY)),
        # What never was In Progress has nothing to keep.
        (BLOCKED, {"l1": "no_intent"}, (None, None, None)),
        ({**BLOCKED, "target_date": DAY}, {"l1": "no_intent"}, (None, None, None)),
    ],
)
def test_after(old, new, dates):
    state = status.after(State(**old), State(**new))
    assert (state.target_date, state.unblock_date, state.engagement_start_date) == dates


@pytest.mark.django_db
def test_the_seeded_tree():
    """Slugs and their L1, in the contract's order; no L3 is seeded."""
    reasons = {}
    for slug, l1, parent in StatusReason.objects.values_list("slug", "l1", "parent"):
        reasons.setdefault(l1, []).append(slug)
        assert parent is None
    assert reasons == {
        "status_unknown": ["customer-unresponsive", "new-subscription-or-workload"],
        "in_progress": ["technical-onboarding-and-deployment", "migration", "solution-or-user-adoption"],
        "no_intent": [
            "using-competitive-solution",
            "using-microsoft-on-premises-solution",
            "executive-sponsorship",
        ],
        "blocked": [
            "customer-it-infrastructure-and-remediation",
            "it-change-management-and-resourcing",
            "legal-regulatory",
            "security-privacy",
            "adoption-readiness",
            "product-feature-capability",
            "service-reliability",
            "app-compatibility",
            "partner-engagement",
            "billing-licensing-and-subscription",
        ],
    }
    assert {reason.name_zh != "" for reason in StatusReason.objects.all()} == {True}


@pytest.mark.django_db
def test_the_seeded_workloads():
    codes = " ".join(Workload.objects.values_list("code", flat=True))
    assert codes == "EXO OLM SPO OD OPP TEAMS YAM WIN10 INTUNE AADP AIP MCAS IDSEC PROJ WDATP SDS CORE"


@pytest.mark.django_db
def test_a_new_entitlement_begins_unknown():
    row = Entitlement(customer=build.customer(), workload=build.workload("EXO"))
    row.full_clean()
    row.save()
    assert (row.l1, row.l2.slug, row.l3) == ("status_unknown", "new-subscription-or-workload", None)


@pytest.mark.django_db
def test_reasons_stand_in_their_tree():
    migration = StatusReason.objects.get(slug="migration")
    detail = StatusReason(l1="in_progress", parent=migration, slug="cutover", name="Cutover")
    detail.full_clean()
    detail.save()
    for wrong in ({"l1": "blocked", "parent": migration}, {"l1": "in_progress", "parent": detail}):
        with pytest.raises(ValidationError):
            StatusReason(slug="x", name="X", **wrong).full_clean()


# --- The last door ----------------------------------------------------------------------------------------------------


def illegal_rows():
    """Rows that no form lets through, as (model, values); what they stand on is made by the test."""
    progress = {"l1": "in_progress", "target_date": DAY}
    return {
        "an L1 that is none": (Entitlement, {"l1": "paused"}),
        "progress without a target date": (Entitlement, {"l1": "in_progress"}),
        "a start date outside progress": (Entitlement, {"engagement_start_date": DAY}),
        "a second unsplit row": (Entitlement, {"workload": "SPO"}),
        "a split without a label": (Entitlement, {"split_reason": "geographies"}),
        "a duplicated licence unapproved": (Entitlement, DUPLICATED),
        "a detail without a reason": (Entitlement, {**progress, "l3": "migration"}),
        "negative seats": (Entitlement, {"seats": -1}),
        "a second period in force": (StatusPeriod, {"l1": "blocked"}),
        "a period that ends before it begins": (StatusPeriod, {"l1": "blocked", "valid_to": build.LONG_AGO}),
        "a priority that is none": (Customer, {"priority": "urgent"}),
        "a level that is none": (Customer, {"enterprise_level": 5}),
        "a tenant twice": (Customer, {"tenant_id": "taken"}),
        "an assignment that ends before it starts": (Assignment, {"starts": DAY, "ends": dt.date(2030, 5, 31)}),
        "an assignment to no role": (Assignment, {"role": "CEO"}),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("case", illegal_rows())
def test_the_database_refuses(case):
    model, values = illegal_rows()[case]
    values = dict(values)
    standing = build.customer(tenant_id="taken")
    spo = build.entitlement(standing, "SPO")
    if model is Entitlement:
        values["workload"] = build.workload(values.pop("workload", "EXO"))
        if "l3" in values:
            values["l3"] = StatusReason.objects.get(slug=values["l3"])
        row = Entitlement(customer=standing, **values)
    elif model is StatusPeriod:
        row = StatusPeriod(entitlement=spo, valid_from=dt.datetime(2021, 1, 1, tzinfo=dt.UTC), **values)
    elif model is Customer:
        row = Customer(name="X", region=Region.objects.get(code="EMEA"), **{"tenant_id": "free", **values})
    else:
        row = Assignment(customer=standing, user=build.person("fm", "FM"), **{"role": "FM", **values})
    before = model.objects.count()
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.bulk_create([row])
    assert model.objects.count() == before
