"""What docs/ says of each role and its rights, compared with the groups, the forms and the admin's own answers."""

import re

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group, Permission
from django.test import RequestFactory
from django.utils import translation

from accounts.models import PartnerOrganisation, Region, User
from accounts.roles import Role
from customers.models import Assignment, Customer, Entitlement, HandOver, StatusReason, Workload
from notes import playbook, policy
from notes.labels import english
from notes.models import Campaign, Note, Risk, SummaryRequest
from notes.types import ASKED, LIVE, NoteType
from tests import builders as build
from tests.markdown import DOCS, bare, filled, parts, read, table
from tests.notes import pages

pytestmark = pytest.mark.django_db

RECORDS = {
    "Customers": Customer,
    "Entitlements": Entitlement,
    "Assignments": Assignment,
    "Handovers": HandOver,
    "Notes": Note,
    "Risks": Risk,
    "Summary requests": SummaryRequest,
    "Workloads": Workload,
    "Status reasons": StatusReason,
    "Campaigns": Campaign,
    "People": User,
    "Regions": Region,
    "Partner organisations": PartnerOrganisation,
    "Roles": Group,
}
VERBS = {"see": "view", "add": "add", "change": "change", "delete": "delete"}
# Whether one may change it hangs on the very note or risk, which the pages say in words.
BY_RECORD = {("Notes", "change"), ("Risks", "change"), ("Summary requests", "change")}
OTHER = {
    "notes.step_risk": ("Any risk", "step"),
    "notes.withdraw_note": ("Any note", "withdraw"),
    "customers.approve_split": ("Splits", "approve"),
    "reports.export": ("Lists as CSV", "take away"),
}


def page_of(role):
    return f"roles/{role.lower()}.md"


def holder(role):
    return build.person(role.lower(), role, partner=build.partner() if role == "FRP" else None)


def may(user, name, verb):
    """The admin's answer, which is the product's."""
    request = RequestFactory().get("/")
    request.user = user
    return getattr(admin.site.get_model_admin(RECORDS[name]), f"has_{VERBS[verb]}_permission")(request)


def roles_in(cell):
    """The roles a cell names; what stands behind a semicolon is a remark."""
    words = cell.partition(";")[0]
    return list(Role) if words == "every role" else [] if words == "nobody" else [Role(code) for code in parts(words)]


# --- The page of each role --------------------------------------------------------------------------------------------


def test_every_role_has_a_page_under_its_name():
    with translation.override("zh-hans"):
        chinese = {role: str(role.label) for role in Role}
    assert {f"{path.parent.name}/{path.name}" for path in (DOCS / "roles").iterdir()} == {
        page_of(role) for role in Role
    }
    for role in Role:
        assert read(page_of(role)).splitlines()[0] == f"# {english(role.label)} ({role.value}) · {chinese[role]}"
    told = table("README.md", "Role")
    assert told.rows == [(role, english(role.label), f"[{role}]({page_of(role)})") for role in Role]


@pytest.mark.parametrize("role", Role)
def test_what_a_role_writes_and_must_fill_in(client, role):
    user = holder(role)
    customer = build.customer(enterprise_level=3, partner=user.partner)
    build.assign(customer, user, role)
    build.log_in(client, user)
    told = {}
    for kind in LIVE:
        sent = {"customer": customer.pk, "note_type": kind.value}
        answer = client.post(pages.ADD, sent)
        if answer.status_code == 403:
            told[kind] = ("no", [])
            continue
        missing = pages.errors(answer)
        if kind == NoteType.ENTITLEMENT_STATUS:
            missing |= pages.errors(client.post(pages.ADD, sent | {"entitlement": build.entitlement(customer).pk}))
        labels = {name: str(field.label) for name, field in answer.context["adminform"].form.fields.items()}
        labels |= {"body": "Why"} if kind == NoteType.ENTITLEMENT_STATUS else {}
        told[kind] = ("yes", sorted(labels[name] for name in missing))
    rows = table(page_of(role), "Note type", "Writes").rows
    assert [(kind, writes, sorted(parts(must))) for kind, writes, must in rows] == [
        (english(kind.label), *told[kind]) for kind in LIVE
    ]
    if "Executive Summary" in read(page_of(role)) and told[NoteType.OVERALL_STATUS][0] == "yes":
        required = [section for section in playbook.EXECUTIVE_SUMMARY.sections if section.required]
        missing = pages.errors(client.post(pages.ADD, {**sent, "note_type": "overall_status", "is_exec_summary": "on"}))
        assert missing.keys() == {section.field for section in required}
        flat = " ".join(read(page_of(role)).split())
        assert "needs *Status of the engagement* and *M365 deployment progress* instead of the text" in flat


@pytest.mark.parametrize("role", Role)
def test_where_a_role_records_each_campaign(role):
    rows = table(page_of(role), "Campaign").rows
    assert [(bare(name), parts(where, " or ")) for name, where in rows] == [
        (
            str(campaign),
            [english(NoteType(rule.note_type).label) for rule in campaign.rules.filter(role=role).order_by("pk")]
            or ["nowhere of its own"],
        )
        for campaign in Campaign.objects.all()
    ]


@pytest.mark.parametrize("role", Role)
def test_what_else_a_role_may(role):
    user = holder(role)
    granted = {
        name: [verb for verb in VERBS if (name, verb) not in BY_RECORD and may(user, name, verb)] for name in RECORDS
    }
    expected = {name: ", ".join(verbs) for name, verbs in granted.items() if verbs}
    expected |= dict(words for right, words in OTHER.items() if user.has_perm(right))
    assert dict(table(page_of(role), "What", "May").rows) == expected


@pytest.mark.parametrize("role", Role)
def test_what_a_role_sees(role):
    user = holder(role)
    own, other = (
        build.customer("Own", partner=build.partner()),
        build.customer("Other", partner=build.partner("Fabrikam")),
    )
    seen = set(Customer.objects.visible_to(user))
    words = read(page_of(role)).partition("## What it sees\n\n")[2]
    begins = {"All customers of the programme": {own, other}, "Customers assigned to your own partner": {own}}
    assert [customers for begin, customers in begins.items() if words.startswith(begin)] == [seen]


@pytest.mark.parametrize("role", Role)
def test_every_address_of_a_roles_week_opens_for_it(client, role):
    user = holder(role)
    customer = build.customer(enterprise_level=4, partner=user.partner)
    build.assign(customer, user, role)
    build.entitlement(customer)
    author = user if policy.writable_types(user) else build.person("somebody", "FM")
    with_risks = [kind for kind in policy.writable_types(author) if "risks" in ASKED[kind]]
    build.note(author, customer, with_risks[0].value, risks="high: the proxy")
    build.log_in(client, user)
    rows = table(page_of(role), "To do").rows
    opened = [address for _what, where in rows for address in re.findall(r"`(/[^`]*)`", where)]
    assert opened
    for address in opened:
        answer = client.get(filled(address, username=user.username))
        assert answer.status_code == 200, (address, answer.status_code)


# --- The page of rights -----------------------------------------------------------------------------------------------


def test_the_matrix_of_note_types():
    told = table("rules/rights.md", "Type", "FM")
    assert told.head[1:] == tuple(Role)
    groups = {role: Group.objects.get(name=role) for role in Role}
    codenames = {kind: kind.permission.removeprefix("notes.") for kind in LIVE}
    assert told.rows == [
        (
            english(kind.label),
            *("yes" if groups[role].permissions.filter(codename=codenames[kind]).exists() else "–" for role in Role),
        )
        for kind in LIVE
    ]


def test_the_matrix_of_records():
    people = {role: holder(role) for role in Role}
    told = table("rules/rights.md", "Record")
    assert [row[0] for row in told.rows] == list(RECORDS)
    for name, where, *cells in told.rows:
        meta = RECORDS[name]._meta
        assert bare(where) == f"/admin/{meta.app_label}/{meta.model_name}/"
        for verb, cell in zip(VERBS, cells, strict=True):
            if (name, verb) not in BY_RECORD:
                assert roles_in(cell) == [role for role in Role if may(people[role], name, verb)], (name, verb)


def test_other_rights_and_the_rights_as_they_stand():
    held = {}
    for right in Permission.objects.filter(group__isnull=False).select_related("content_type").distinct():
        names = set(right.group_set.values_list("name", flat=True))
        held[f"{right.content_type.app_label}.{right.codename}"] = [role for role in Role if role in names]
    told = {}
    for cell, roles in table("rules/rights.md", "Right").rows:
        before, _brace, rest = bare(cell).partition("{")
        verbs, _brace, after = rest.partition("}")
        for name in [f"{before}{verb}{after}" for verb in verbs.split(",")]:
            assert name not in told
            told[name] = roles_in(roles)
    assert told == held
    other = table("rules/rights.md", "May", "Held by").rows
    words = {
        "Take lists away as CSV": "reports.export",
        "Step any risk in scope": "notes.step_risk",
        "Withdraw any note": "notes.withdraw_note",
        "Approve a split for duplicated licences": "customers.approve_split",
    }
    assert {words[what]: roles_in(roles) for what, roles in other} == {right: held[right] for right in OTHER}


# --- Rights over one note, one risk -----------------------------------------------------------------------------------


def test_who_withdraws_a_note():
    customer, author = build.customer(), build.person("author", "FM")
    note = build.note(author, customer)
    others = {role: build.person(role.lower(), role) for role in Role if role != Role.FRP}
    told = dict(table("rules/withdrawing.md", "Who", "May withdraw").rows)
    assert told == {
        "its author": "yes" if policy.may_withdraw(author, note) else "no",
        "a programme administrator (PA)": "yes" if policy.may_withdraw(others.pop(Role.PA), note) else "no",
        "anybody else": "yes" if any(policy.may_withdraw(user, note) for user in others.values()) else "no",
    }


def test_who_sees_raises_and_steps_a_risk():
    served, other = build.customer(), build.customer("Other")
    people = {role: build.person(role.lower(), role) for role in Role if role != Role.FRP}
    for role, user in people.items():
        build.assign(served, user, role)
    build.note(people[Role.FM], served, risks="high: on a customer all of them serve")
    build.note(build.person("stranger", "FM"), other, risks="high: on a customer none of them serves")
    here, there = Risk.objects.get(customer=served), Risk.objects.get(customer=other)
    writers = {role for role, user in people.items() if policy.writable_types(user)}

    def which(answers):
        found = {role for role, user in people.items() if answers(user)}
        named = {"every role": set(people), "a writer of any note type": writers, "a regional manager (RM)": {Role.RM}}
        return [who for who, roles in named.items() if roles == found]

    own = {}
    for role, user in people.items():
        Risk.objects.filter(pk=there.pk).update(owner=user)
        own[role] = policy.may_step(user, there)
    Risk.objects.filter(pk=there.pk).update(owner=None)
    assert own == {role: role in writers | {Role.RM} for role in people}
    assert {role: policy.may_step(user, here) for role, user in people.items()} == own
    told = [(who, what) for who, what in table("rules/risks.md", "Who").rows]
    assert told == [
        (*which(lambda user: Risk.objects.visible_to(user).count() == 2), "see the risks of customers in scope"),
        (*which(lambda user: user.has_perm("notes.add_risk")), "raise one"),
        ("a writer of any note type", "step those they own, and those of customers they are assigned to today"),
        (*which(lambda user: policy.may_step(user, there)), "step any in scope"),
    ]
