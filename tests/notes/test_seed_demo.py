"""The demo data keeps every rule that people's own notes keep, and is the same for the same seed."""

import datetime as dt
import json
from collections import Counter, defaultdict
from io import StringIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.db import models, transaction
from django.utils import timezone

from accounts.models import PartnerOrganisation, Region, User
from accounts.roles import Role
from customers.models import Assignment, Customer, Entitlement, StatusPeriod, StatusReason
from customers.status import FIRST_L1, FIRST_L2, L1, State, after, validate
from notes import placing, policy
from notes.campaigns import Campaigns
from notes.demo.world import NUMBERED
from notes.models import Note, NoteTag, Risk, RiskStep, SummaryRequest, Tag
from notes.playbook import ConcernKind, Deployment, Engagement, Rag, TechnicalStatus
from notes.risks import CLOSED, EscalatedTo, RiskState, Severity
from notes.types import LIVE, NoteType, Pace
from notes.writing import Draft

pytestmark = pytest.mark.django_db

SMALL = {"customers": 14, "notes": 220}
WITH_HISTORY = [model for model in NUMBERED if hasattr(model, "history")]
# (roles, partner's number, active, superuser); every one of them is staff and has no language.
CAST: dict[str, tuple[list[str], int | None, bool, bool]] = {
    "fm": (["FM"], None, True, False),
    "fe": (["FE"], None, True, False),
    "sme": (["SME"], None, True, False),
    "asme": (["ASME"], None, True, False),
    "gmfta": (["GMFTA"], None, True, False),
    "mvm": (["MVM"], None, True, False),
    "fta": (["FTA"], None, True, False),
    "gm": (["GM"], None, True, False),
    "rm": (["RM"], None, True, False),
    "lt": (["LT"], None, True, False),
    "pa": (["PA"], None, True, False),
    "fm2": (["FM"], None, True, False),
    "rm2": (["RM"], None, True, False),
    "frp": (["FRP"], 0, True, False),
    "frp2": (["FRP"], 1, True, False),
    "nobody": ([], None, True, False),
    "gone": (["FM"], None, False, False),
    "admin": ([], None, True, True),
}


def seed(**options: Any) -> str:
    """Run the command with the demo people; what it printed."""
    out = StringIO()
    call_command("seed_demo", stdout=out, **({"allow_demo_users": True} | SMALL | options))
    return out.getvalue()


def rows_of_everything() -> dict[str, list[dict[str, Any]]]:
    """Every row and record that the command makes, without what is drawn outside its seed: the password's salt, the
    numbers that the database itself gives to records and hashtags.
    """
    tables: dict[str, list[dict[str, Any]]] = {}
    for model in NUMBERED:
        rows = model._base_manager.order_by("pk").values()
        tables[model._meta.label] = [drop(row, "password", "tag_id") for row in rows]
        if hasattr(model, "history"):
            records = model.history.order_by("id", "history_date", "version" if hasattr(model, "version") else "id")
            tables[f"{model._meta.label} history"] = [drop(row, "history_id", "tag_id") for row in records.values()]
    tables["tags"] = [
        {"note": note, "tag": tag} for note, tag in NoteTag.objects.values_list("content_object", "tag__name")
    ]
    return tables


def drop(row: dict[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in names}


def rights() -> dict[str, set[str]]:
    """Which note types each role's group may write."""
    granted: dict[str, set[str]] = {}
    for group in Group.objects.prefetch_related("permissions"):
        names = {permission.codename for permission in group.permissions.all()}
        granted[group.name] = {kind.value for kind in LIVE if kind.permission.removeprefix("notes.") in names}
    return granted


# --- People -----------------------------------------------------------------------------------------------------------


def test_the_cast_is_as_the_contract_names_it():
    seed()
    partners = list(PartnerOrganisation.objects.order_by("pk"))
    found = {
        user.username: (
            sorted(user.groups.values_list("name", flat=True)),
            None if user.partner is None else partners.index(user.partner),
            user.is_active,
            user.is_superuser,
        )
        for user in User.objects.filter(username__in=CAST)
    }
    assert found == CAST
    assert set(User.objects.values_list("is_staff", "language", "time_zone")) == {(True, "", "")}
    assert all(user.check_password("demo") for user in User.objects.filter(username__in=["fm", "nobody", "admin"]))
    assert len(set(User.objects.filter(username__in=CAST).values_list("password", flat=True))) == 1
    others = User.objects.exclude(username__in=CAST)
    assert not [user.username for user in others if user.has_usable_password()]


def test_managers_work_in_three_different_regions_and_partners_have_customers_of_their_own():
    seed()
    regions = {name: User.objects.get(username=name).region_codes for name in ("fm", "rm", "fm2", "rm2")}
    assert regions == {"fm": ["EMEA"], "rm": ["EMEA"], "fm2": ["GCR"], "rm2": ["AMER"]}
    frp, frp2 = User.objects.get(username="frp"), User.objects.get(username="frp2")
    theirs = [set(Customer.objects.visible_to(user).values_list("pk", flat=True)) for user in (frp, frp2)]
    assert [bool(ids) for ids in theirs] == [True, True]
    assert theirs[0] & theirs[1] == set()


@pytest.mark.parametrize("partners", [2, 3, 7])
def test_every_partner_organisation_has_customers_and_staff(partners):
    seed(partners=partners, customers=partners + 1, notes=30)
    counted = PartnerOrganisation.objects.values_list("pk", "customers", "staff")
    assert {pk for pk, customer, staff in counted if customer and staff} == set(
        PartnerOrganisation.objects.values_list("pk", flat=True)
    )
    assert PartnerOrganisation.objects.count() == partners


@pytest.mark.parametrize("size", [{"customers": 3, "notes": 60}, SMALL, {"customers": 60, "notes": 700}])
def test_each_writer_is_assigned_and_has_written_each_of_their_types_there(size):
    seed(**size)
    granted = rights()
    today = Assignment.objects.current()
    expected, found = set(), set()
    for username, (roles, _, active, _) in CAST.items():
        if not active or (username == "fm2" and size["customers"] == 3):
            continue
        expected |= {(username, kind) for role in roles for kind in granted[role]}
        assigned = today.filter(user__username=username).values("customer")
        notes = Note.objects.live().filter(author__username=username, customer__in=assigned)
        found |= {(username, kind) for kind in notes.values_list("note_type", flat=True)} & expected
    assert found == expected


def test_fm_leads_a_dozen_customers_and_fta_those_of_level_3_and_4():
    seed(customers=60, notes=700)
    assert Assignment.objects.current().filter(user__username="fm", role=Role.FM).count() == 12
    levels = Assignment.objects.filter(user__username="fta").values_list("customer__enterprise_level", flat=True)
    assert set(levels) == {3, 4}
    written = Note.objects.filter(author__username="fta").values_list("note_type", flat=True)
    assert set(written) == {NoteType.ENTERPRISE_STATUS}


def test_without_leave_nobody_can_log_in(tmp_path):
    file = tmp_path / "manifest.json"
    call_command("seed_demo", stdout=StringIO(), customers=6, notes=40, manifest=file)
    assert not [user.username for user in User.objects.all() if user.has_usable_password()]
    assert not User.objects.filter(username__in=CAST).exists()
    assert {user["password"] for user in json.loads(file.read_text())["users"]} == {None}
    assert Note.objects.count() == 40
    out = StringIO()
    call_command("seed_demo", logins=True, stdout=out)
    assert out.getvalue() == ""


# --- The command ------------------------------------------------------------------------------------------------------


def test_the_same_seed_gives_the_same_rows_and_another_seed_others():
    seen = []
    for number in (5, 5, 6):
        with transaction.atomic():
            seed(customers=8, notes=120, seed=number)
            seen.append(rows_of_everything())
            transaction.set_rollback(True)
    assert seen[0] == seen[1]
    assert seen[0] != seen[2]


def test_a_database_with_customers_is_left_alone():
    seed()
    before = rows_of_everything()
    with pytest.raises(CommandError, match=r"^The database is not empty\.$"):
        seed()
    assert seed(if_empty=True) == ""
    assert rows_of_everything() == before


def test_if_empty_fills_an_empty_one():
    assert seed(if_empty=True) != ""
    assert Customer.objects.count() == SMALL["customers"]


def test_a_taken_user_name_is_told_and_nothing_is_made():
    User.objects.create_user("fm2", password="mine")
    with pytest.raises(CommandError, match=r"^These user names are taken by other people: fm2\.$"):
        seed()
    assert [User.objects.count(), Customer.objects.count(), PartnerOrganisation.objects.count()] == [1, 0, 0]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"partners": 1}, "--partners must be at least 2."),
        ({"customers": 3, "partners": 3}, "--customers must be at least 4: one for each partner, and one beside."),
        ({"notes": -1}, "--notes must not be negative."),
        ({"manifest": Path("/no/where.json")}, "There is no directory /no for the manifest."),
    ],
)
def test_a_size_that_cannot_be_is_refused(options, message):
    with pytest.raises(CommandError) as refused:
        seed(**options)
    assert str(refused.value) == message
    assert not User.objects.exists()


@pytest.mark.parametrize(("customers", "notes"), [(3, 0), (3, 1), (10, 7), (9, 333)])
def test_the_numbers_asked_for_are_the_numbers_made(customers, notes):
    seed(customers=customers, notes=notes)
    assert (Customer.objects.count(), Note.objects.count()) == (customers, notes)


def test_logins_are_printed_only_where_they_work():
    seed()
    User.objects.get(username="nobody").delete()
    changed = User.objects.get(username="lt")
    changed.set_password("another")
    changed.save()
    lines = seed(logins=True).splitlines()
    partners = list(PartnerOrganisation.objects.order_by("pk"))
    assert [line.split()[0] for line in lines] == ["name", *(name for name in CAST if name != "nobody")]
    assert lines[1].split() == ["fm", "demo", "FM", "Frida", "Malm", "(EMEA)"]
    assert [line.split()[1] for line in lines if line.startswith("lt ")] == ["(changed)"]
    assert next(line for line in lines if line.startswith("frp ")).endswith(f"Franz Poll ({partners[0]})")
    assert [line.split("  ")[-1].strip() for line in lines[-2:]] == [
        "Gordon Neeve (EMEA, deactivated)",
        "Ada Minton (superuser)",
    ]


def test_the_manifest_tells_what_was_made(tmp_path):
    file: Path = tmp_path / "manifest.json"
    seed(manifest=file, seed=3)
    manifest = json.loads(file.read_text(encoding="utf-8"))

    def span(model: type[models.Model]) -> dict[str, int]:
        ids = list(model._base_manager.order_by("pk").values_list("pk", flat=True))
        return {"count": len(ids), "first": ids[0], "last": ids[-1]}

    users = [
        {
            "id": user.pk,
            "name": user.username,
            "password": "demo" if user.username in CAST else None,
            "roles": [role.value for role in user.roles],
            "regions": user.region_codes,
            "partner": user.partner.name if user.partner else None,
            "partner_id": user.partner_id,
        }
        for user in User.objects.order_by("pk")
    ]
    partners = [
        {
            "id": partner.pk,
            "name": partner.name,
            "customers": list(partner.customers.order_by("pk").values_list("pk", flat=True)),
        }
        for partner in PartnerOrganisation.objects.order_by("pk")
    ]
    assert manifest == {
        "seed": 3,
        "users": users,
        "regions": ["AMER", "APAC", "EMEA", "GCR", "LATAM"],
        "partners": partners,
        "customers": list(Customer.objects.order_by("pk").values_list("pk", flat=True)),
        "entitlements": span(Entitlement),
        "notes": span(Note),
        "risks": list(Risk.objects.order_by("pk").values_list("pk", flat=True)),
        "summary_requests": list(SummaryRequest.objects.order_by("pk").values_list("pk", flat=True)),
    }


def test_rows_made_afterwards_get_ids_of_their_own():
    seed()
    last = Customer.objects.order_by("pk").last()
    new = Customer.objects.create(name="Later", tenant_id="later", region=Region.objects.get(code="EMEA"))
    assert new.pk > last.pk


# --- Notes ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def default_size() -> None:
    """The demo as it comes."""
    call_command("seed_demo", allow_demo_users=True, stdout=StringIO())


def test_every_note_is_one_that_a_form_would_take(default_size):
    granted, campaigns = rights(), Campaigns.load()
    assignments = set(Assignment.objects.current().values_list("customer", "user", "role"))
    notes = Note.objects.select_related("author__partner", "customer", "entitlement").prefetch_related(
        "note_tags__tag", "note_workloads"
    )
    now = timezone.now()
    for note in notes:
        note.clean()
        note.clean_fields(exclude=[field.name for field in Note._meta.fields if field.is_relation])
        assert note.text == note.compose()
        assert note.text.strip()
        assert "{" not in note.text
        assert note.created_at <= now
        assert (note.region_id, note.partner_id) == (note.customer.region_id, note.customer.partner_id)
        assert note.author.partner_id in (None, note.customer.partner_id)
        assert note.author_role in note.author.roles
        if note.type.retired:
            assert note.created_at.date().isoformat() < "2020-06-01"
        else:
            assert note.note_type in granted[note.author_role]
        if note.note_type == NoteType.ENTERPRISE_STATUS:
            assert note.customer.enterprise_level in policy.ENTERPRISE_LEVELS
            assert (note.customer_id, note.author_id, Role.FTA) in assignments
        if note.note_type == NoteType.TECHNICAL_ENABLEMENT:
            assert note.note_workloads.all()
        in_field = " ".join(row.tag.name for row in note.note_tags.all() if row.in_field)
        draft = Draft(note, note.author, tags=in_field, campaigns=campaigns)
        assert draft.refused_by == []
        assert sorted(draft.names) == sorted(row.tag.name for row in note.note_tags.all())
        for row in (*note.note_tags.all(), *note.note_workloads.all()):
            placed = {name: getattr(row, name) for name in ("created_at", "live", "region_id", "partner_id")}
            assert placed == placing.of(note)


def test_workloads_are_those_that_the_note_names(default_size):
    for note in Note.objects.filter(note_type=NoteType.ENTITLEMENT_STATUS).select_related("entitlement__workload"):
        assert list(note.workloads.all()) == [note.entitlement.workload]
    for note in Note.objects.filter(is_exec_summary=True):
        lines = note.sections["exec_workloads"].splitlines()
        assert [line[1 : line.index("]")] for line in lines] == [workload.code for workload in note.workloads.all()]


def test_the_default_size_shows_everything(default_size):
    notes = Note.objects.all()

    def values(name: str, among: Any = notes) -> set[Any]:
        return set(among.values_list(name, flat=True))

    assert values("note_type") == set(NoteType.values)
    assert values("pace") == {"", *Pace.values}
    assert values("engagement") == {"", *Engagement.values}
    assert values("deployment") == {"", *Deployment.values}
    assert values("tech_status") == {"", *TechnicalStatus.values}
    assert values("tech_concern_kind") == {"", *ConcernKind.values}
    assert values("rag") == {"", *Rag.values}
    assert values("l1", Entitlement.objects.all()) == set(L1.values)
    assert values("l2__slug", StatusPeriod.objects.all()) == {
        None,
        *StatusReason.objects.values_list("slug", flat=True),
    }
    assert values("state", Risk.objects.all()) == set(RiskState.values)
    assert values("severity", Risk.objects.all()) == set(Severity.values)
    assert values("escalated_to", RiskStep.objects.all()) == {"", *EscalatedTo.values}
    assert values("customer__region__code") == {"AMER", "APAC", "EMEA", "GCR", "LATAM"}
    assert values("enterprise_level", Customer.objects.all()) == {None, 1, 2, 3, 4}
    assert {"", "geographies"} <= values("split_reason", Entitlement.objects.all())


def test_the_default_size_is_worth_looking_at(default_size):
    """Each list and each kind of upkeep has something, and something that it leaves out."""
    notes, today = Note.objects.live(), timezone.localdate()
    actions = notes.exclude(next_action="")
    running = Entitlement.objects.filter(l1=L1.IN_PROGRESS)
    blocked = Entitlement.objects.filter(l1=L1.BLOCKED)
    counted = {
        "withdrawn": Note.objects.exclude(withdrawn_at=None).count(),
        "rewritten": Note.objects.exclude(rewritten_as=None).count(),
        "late actions": actions.filter(next_action_done_at=None, next_action_date__lt=today).count(),
        "coming actions": actions.filter(next_action_done_at=None, next_action_date__gte=today).count(),
        "done actions": actions.exclude(next_action_done_at=None).count(),
        "actions of people": actions.exclude(next_action_person=None).count(),
        "actions of others": actions.filter(next_action_person=None).count(),
        "insights pending": notes.filter(tech_insight_id="pending").count(),
        "insights cited": notes.filter(tech_insight_id__startswith="FTC-").count(),
        "updates overdue": notes.filter(next_update__lt=today).count(),
        "updates to come": notes.filter(next_update__gte=today).count(),
        "past target": running.filter(target_date__lt=today).count(),
        "target ahead": running.filter(target_date__gte=today).count(),
        "started": running.exclude(engagement_start_date=None).count(),
        "past unblock date": blocked.filter(unblock_date__lt=today).count(),
        "unblock date ahead": blocked.filter(unblock_date__gte=today).count(),
        "risks of notes": Risk.objects.exclude(note=None).count(),
        "risks of customers": Risk.objects.filter(note=None).count(),
        "risks late": Risk.objects.open().filter(due_date__lt=today).count(),
        "risks without date": Risk.objects.open().filter(due_date=None).count(),
        "summaries asked for": SummaryRequest.objects.filter(note=None).count(),
        "summaries given": SummaryRequest.objects.exclude(note=None).count(),
        "written today": notes.filter(created_at__date=today).count(),
        "over a year old": notes.filter(created_at__lt=timezone.now() - dt.timedelta(days=365)).count(),
        "Chinese": notes.filter(text__contains="，").count(),
        "S400": Customer.objects.filter(s400=True).count(),
    }
    assert {name for name, count in counted.items() if not count} == set()
    assert 0.07 < notes.filter(note_tags__tag__name="covid").count() / notes.count() < 0.15
    in_ways = NoteTag.objects.filter(tag__name="covid").values_list("in_field", flat=True)
    assert set(in_ways) == {True, False}
    assert "疫情" in Tag.objects.values_list("name", flat=True)
    recent = notes.filter(created_at__gte=timezone.now() - dt.timedelta(weeks=13)).count()
    assert recent > notes.count() * 0.6
    texts = Counter(notes.values_list("text", flat=True))
    assert len(texts) > 0.97 * notes.count()


# --- Status, risks, history -------------------------------------------------------------------------------------------


def test_each_status_chain_is_one_that_notes_could_have_made(default_size):
    tree, slugs = StatusReason.tree(), dict(StatusReason.objects.values_list("pk", "slug"))

    def state(row: Entitlement | StatusPeriod) -> State:
        return State(
            row.l1,
            slugs.get(row.l2_id, ""),
            slugs.get(row.l3_id, ""),
            row.target_date,
            row.unblock_date,
            row.engagement_start_date,
        )

    notes = {note.period_id: note for note in Note.objects.exclude(period=None).select_related("l2", "from_l2")}
    chains: dict[int, list[StatusPeriod]] = defaultdict(list)
    for period in StatusPeriod.objects.order_by("valid_from", "pk"):
        chains[period.entitlement_id].append(period)
    entitlements = list(Entitlement.objects.select_related("l2", "l3", "customer"))
    assert set(chains) == {row.pk for row in entitlements}
    for row in entitlements:
        chain = chains[row.pk]
        row.clean()
        assert state(chain[0]) == State(FIRST_L1, FIRST_L2)
        assert chain[0].valid_from >= row.customer.created_at
        assert [period.valid_to for period in chain] == [*(period.valid_from for period in chain[1:]), None]
        assert state(chain[-1]) == state(row)
        assert row.version == len(chain)
        changed = chain[0].valid_from
        for earlier, later in pairwise(chain):
            old, new, note = state(earlier), state(later), notes.pop(later.pk)
            assert validate(new, tree, old=old) == {}
            assert after(old, new) == new
            if (new.l1, new.l2) != (old.l1, old.l2):
                changed = later.valid_from
            assert (note.entitlement_id, note.created_at, note.author_id) == (
                row.pk,
                later.valid_from,
                later.changed_by_id,
            )
            assert (note.from_l1, note.from_l2_id) == (earlier.l1, earlier.l2_id)
            moved_to = ("l1", "l2_id", "target_date", "unblock_date")
            assert [getattr(note, name) for name in moved_to] == [getattr(later, name) for name in moved_to]
            assert not (note.withdrawn_at and later.valid_to is None)
        assert row.status_changed_at == changed
    assert notes == {}


def test_entitlements_are_split_only_as_the_rules_allow(default_size):
    rows: dict[tuple[int, int], list[Entitlement]] = defaultdict(list)
    for row in Entitlement.objects.all():
        rows[row.customer_id, row.workload_id].append(row)
    assert {len(several) for several in rows.values()} == {1, 2}
    for several in rows.values():
        assert len({row.split_reason for row in several}) == 1
        assert all(bool(row.split_reason) == bool(row.split_label) == (len(several) == 2) for row in several)


def test_each_risk_is_where_its_steps_took_it(default_size):
    allowed = {
        RiskState.OPEN: {"mitigating", "escalated", "resolved", "accepted"},
        RiskState.MITIGATING: {"escalated", "resolved", "accepted"},
        RiskState.ESCALATED: {"mitigating", "resolved", "accepted"},
        RiskState.RESOLVED: {"open"},
        RiskState.ACCEPTED: {"open"},
    }
    for risk in Risk.objects.select_related("customer", "note", "entitlement").prefetch_related("steps"):
        risk.clean()
        steps = list(risk.steps.all())
        assert [step.from_state for step in steps] == ["open", *(step.to_state for step in steps)][: len(steps)]
        assert all(step.to_state in allowed[RiskState(step.from_state)] for step in steps)
        assert all(earlier.at <= later.at for earlier, later in pairwise(steps))
        last = steps[-1] if steps else None
        assert (risk.state, risk.last_step, risk.last_step_at) == (
            (last.to_state, last.comment, last.at) if last else ("open", "", None)
        )
        assert risk.closed_at == (last.at if last and last.to_state in CLOSED else None)
        assert risk.version == len(steps) + 1
        assert (risk.region_id, risk.partner_id) == (risk.customer.region_id, risk.customer.partner_id)
        if risk.note:
            assert risk.title in risk.note.sections["risks"]
            assert (risk.raised_at, risk.raised_by_id) == (risk.note.created_at, risk.note.author_id)


def test_a_summary_given_is_one_of_the_customers_and_came_after_it_was_asked_for(default_size):
    for row in SummaryRequest.objects.exclude(note=None).select_related("note"):
        assert (row.note.customer_id, row.note.is_exec_summary, row.note.withdrawn_at) == (row.customer_id, True, None)
        assert row.asked_at < row.note.created_at
        assert row.asked_by_id != row.asked_of_id


def test_teams_are_of_the_customers_partner_or_of_the_programme(default_size):
    for row in Assignment.objects.select_related("customer", "user__partner"):
        row.clean()
        assert row.role in row.user.roles


@pytest.mark.parametrize("model", WITH_HISTORY, ids=lambda model: model.__name__)
def test_every_row_has_its_history_from_its_making_to_what_it_is(model):
    seed()
    historical = model.history.model
    names = [field.attname for field in historical.tracked_fields]
    records: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for record in model.history.order_by("history_date", "history_id").values():
        records[record["id"]].append(record)
    rows = {row["id"]: {name: row[name] for name in names} for row in model._base_manager.values("id", *names)}
    assert {pk: {name: chain[-1][name] for name in names} for pk, chain in records.items()} == rows
    assert all([one["history_type"] for one in chain] == ["+", *"~" * (len(chain) - 1)] for chain in records.values())
    if "version" in names:
        assert all([one["version"] for one in chain] == list(range(1, len(chain) + 1)) for chain in records.values())
    assert not any(one["history_user_id"] is None for chain in records.values() for one in chain)


def test_the_words_of_a_note_outlive_its_first_change():
    seed()
    note = Note.objects.live().filter(author__username="fm", note_type=NoteType.OVERALL_STATUS).first()
    words, note.body = note.body, "Rewritten."
    note.save()
    first = note.history.last()
    assert (first.body, first.history_type, first.history_user, first.history_date) == (
        words,
        "+",
        note.author,
        note.created_at,
    )
