"""What docs/ says, compared with the product: whole tables with the code and the seeded rows.

Beside it: tests/test_docs_templates.py, test_docs_roles.py (roles and rights), test_docs_refusals.py, and
test_docs_ways.py (lists, links, addresses).
"""

import re

import pytest
from django.contrib.auth.models import Group
from django.db.models import Model
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from customers.choices import BusinessReason, Scenario, SplitReason
from customers.models import Customer, Entitlement, StatusReason
from customers.splits import split_errors
from customers.status import L1, State, validate
from notes import hashtags, playbook
from notes.forms.campaign import CampaignForm
from notes.forms.entitlement import EntitlementForm
from notes.forms.note import NoteForm, WithdrawForm
from notes.labels import english
from notes.models import Campaign, CampaignRule, Note, Risk
from notes.risks import CLOSED, COMMENT_LIMIT, NEXT, REFERENCE_LIMIT, TITLE_LIMIT, EscalatedTo, RiskState, Severity
from notes.types import BODY_LIMIT, LIVE, PAUSES, RETIRED, SECTION_LIMIT, NoteType, Pace
from tests import builders as build
from tests.markdown import bare, codes, parts, read, table
from tests.notes import pages

pytestmark = pytest.mark.django_db


def english_and_chinese(choices, keep=None):
    """(label, Chinese label, value) of every member, in order."""
    members = [member for member in choices if keep is None or member in keep]
    rows = [[english(member.label), "", str(member.value)] for member in members]
    with translation.override("zh-hans"):
        for row, member in zip(rows, members, strict=True):
            row[1] = str(member.label)
    return [tuple(row) for row in rows]


def form_of(kind):
    """The form of a type as a superuser meets it, whose several roles are never asked."""
    form = type("FormOfSuperuser", (NoteForm,), {"user": User(username="admin", is_superuser=True)})
    return form(initial={"note_type": kind.value})


# --- Note types -------------------------------------------------------------------------------------------------------


def writers(kind):
    codename = kind.permission.removeprefix("notes.")
    held = set(Group.objects.filter(permissions__codename=codename).values_list("name", flat=True))
    return [role.value for role in Role if role.value in held]


def test_every_live_type_stands_with_its_writers_and_every_retired_one():
    live = table("rules/note-types.md", "Type", "中文")
    assert live.columns("Type", "中文", "In files") == english_and_chinese(NoteType, LIVE)
    assert [parts(row[-1]) for row in live.rows] == [writers(kind) for kind in LIVE]
    retired = table("rules/note-types.md", "Retired in FY20")
    assert retired.columns(*retired.head) == english_and_chinese(NoteType, RETIRED)


def test_what_each_form_asks_and_refuses_to_do_without(client):
    customer = build.customer(enterprise_level=4)
    build.log_in(client, build.person("admin", superuser=True))
    sections = {section.field for template in playbook.TEMPLATES.values() for section in template.sections}
    marks = {}
    for kind in LIVE:
        asked = set(form_of(kind).fields) - sections
        sent = {"note_type": kind.value, "customer": customer.pk}
        missing = set(pages.error_fields(client.post(pages.ADD, sent)))
        if kind == NoteType.ENTITLEMENT_STATUS:
            sent["entitlement"] = build.entitlement(customer).pk
            missing |= set(pages.error_fields(client.post(pages.ADD, sent)))
        missing |= {"customer"} & set(pages.error_fields(client.post(pages.ADD, {"note_type": kind.value})))
        missing |= {"note_type"} & set(pages.error_fields(client.post(pages.ADD, {"customer": customer.pk})))
        marks[kind] = {name: "●" if name in missing else "○" for name in asked}
    told = table("rules/note-types.md", "Field", "On the form")
    assert told.head[2:] == tuple(english(kind.label) for kind in LIVE)
    assert {bare(row[0]): row[2:] for row in told.rows} == {
        name: tuple(marks[kind].get(name, "–") for kind in LIVE)
        for name in {name for asked in marks.values() for name in asked}
    }
    names = {name: str(field.label) for kind in LIVE for name, field in form_of(kind).fields.items()}
    assert {bare(row[0]): row[1].split(";")[0] for row in told.rows} == {
        name: names[name] for name in names.keys() - sections
    }


def test_paces_and_which_of_them_pause():
    told = table("rules/note-types.md", "Pace")
    assert told.columns("Pace", "中文", "In files") == english_and_chinese(Pace)
    assert {value for *_names, value, pause in told.columns(*told.head) if pause == "yes"} == set(PAUSES)


def test_limits():
    fields = {name: field for kind in LIVE for name, field in form_of(kind).fields.items()}
    sections = {section.field for template in playbook.TEMPLATES.values() for section in template.sections}
    own = {name: field.max_length for name, field in fields.items() if getattr(field, "max_length", None)}
    assert {own.pop(name) for name in sections & set(own) - {"tech_insight_id", "ent_brand"}} == {SECTION_LIMIT}
    beside = {
        "A section of a template": SECTION_LIMIT,
        "One line of the Risks box": TITLE_LIMIT,
        "One hashtag": hashtags.MAX_LENGTH,
        "Why a note is withdrawn": WithdrawForm.base_fields["reason"].max_length,
        "Why a start date changes": EntitlementForm.base_fields["start_date_reason"].max_length,
        "Why a risk steps": COMMENT_LIMIT,
        "Reference of an escalation": REFERENCE_LIMIT,
    }
    told = table("rules/note-types.md", "What", "Characters at most").rows
    assert {(codes(what) or [what])[0]: int(most.replace(",", "")) for what, most in told} == own | beside
    assert own["body"] == BODY_LIMIT


# --- Statuses and reasons ---------------------------------------------------------------------------------------------

NEEDS = {"reason": "l2", "target date": "target_date", "projected unblock date": "unblock_date"}


def origins(cell):
    """The (L1, L1 before Blocked) that a cell of *Coming from* names."""
    here, _before, earlier = cell.partition(", before that ")
    before = {level.value for level in L1 if english(level.label) in earlier}
    before |= {""} if "from the start" in earlier else set()
    anything = {level.value for level in L1} - {"blocked"} | {""}
    named = {level.value for level in L1 if here == "any" or english(level.label) in here.split(", ")}
    return {(level, past) for level in named for past in (before or anything if level == "blocked" else {""})}


def test_what_every_move_needs():
    told = {}
    for to, come_from, needs in table("rules/statuses.md", "To", "Coming from").rows:
        level = {english(level.label): level.value for level in L1}[to]
        for origin in origins(come_from):
            assert told.setdefault((level, *origin), {NEEDS[need] for need in parts(needs)}) == {
                NEEDS[need] for need in parts(needs)
            }
    reasons = StatusReason.tree()
    pasts = [(level.value, "") for level in L1 if level != L1.BLOCKED]
    pasts += [("blocked", before) for before in ("", *(level.value for level in L1 if level != L1.BLOCKED))]
    assert told == {
        (to.value, old, before): set(validate(State(l1=to.value), reasons, old=State(l1=old), blocked_from=before))
        for to in L1
        for old, before in pasts
    }


def test_statuses_splits_scenarios_and_business_reasons():
    told = table("rules/statuses.md", "L1", "中文")
    assert told.columns("L1", "中文", "In files") == english_and_chinese(L1)
    assert [row[3] for row in told.rows] == [level.meaning for level in L1]
    for head, choices in (
        ("Ground", SplitReason),
        ("Engagement scenario", Scenario),
        ("Business reason, at most one", BusinessReason),
    ):
        told = table("rules/statuses.md", head)
        assert told.columns(head, "中文", "In files") == english_and_chinese(choices)
    approved = {bare(row[2]): row[3] != "no" for row in table("rules/statuses.md", "Ground").rows}
    rows = {ground: Entitlement(split_reason=ground, split_label="Germany") for ground in SplitReason.values}
    assert approved == {ground: "split_reason" in split_errors(row, []) for ground, row in rows.items()}


def test_every_reason_stands_and_is_told_apart():
    told = table("rules/reasons.md", "L1", "Reason")
    seeded = StatusReason.objects.filter(parent=None).order_by("position")
    assert told.columns("L1", "Reason", "中文", "In files") == [
        (english(L1(reason.l1).label), reason.name, reason.name_zh, reason.slug) for reason in seeded
    ]
    assert not StatusReason.objects.exclude(parent=None).exists()
    assert all(told.columns("It is this when"))
    names = {reason.name for reason in seeded}
    close = table("rules/reasons.md", "If", "then").rows
    assert {then for _if, then, _else in close} <= names
    mentioned = {name for row in close for cell in row for name in names if name in cell}
    assert {reason.name for reason in seeded if reason.l1 == "blocked"} <= mentioned
    fields = {name for row in table("rules/reasons.md", "Part").rows for name in codes(row[1])}
    edited = {"definition", "examples", "lookalikes", "questions"}
    assert fields == edited | {f"{name}_zh" for name in edited}
    assert fields <= {field.name for field in StatusReason._meta.get_fields()}


# --- Campaigns --------------------------------------------------------------------------------------------------------


def test_every_campaign_and_its_rules():
    told = table("rules/campaigns.md", "Hashtag", "中文").rows
    assert [(bare(row[0]), row[1], [*codes(row[2])], *row[3:6], bare(row[6])) for row in told] == [
        (
            str(campaign),
            campaign.name_zh,
            [f"#{alias}" for alias in campaign.written_aliases],
            str(campaign.starts),
            str(campaign.ends or "no end"),
            "yes" if campaign.pause_rule else "no",
            f"/reports/campaigns/{campaign.slug}/",
        )
        for campaign in Campaign.objects.all()
    ]
    rules = CampaignRule.objects.order_by("pk")
    assert table("rules/campaigns.md", "Role").rows == [
        (rule.role, english(NoteType(rule.note_type).label)) for rule in rules
    ]
    asked = [name for row in table("rules/campaigns.md", "Field", "Meaning").rows for name in codes(row[0])]
    assert set(asked) == set(CampaignForm.base_fields) - {"version"}


def test_hashtags_are_as_shown():
    for text, names in table("rules/campaigns.md", "Text").rows:
        assert hashtags.find(bare(text)) == [name for name in parts(names) if name != "none"], text


def test_the_pause_rule_goes_by_these_values(client):
    columns = {"pace": Pace, "tech_status": playbook.TechnicalStatus, "engagement": playbook.Engagement}
    names = {"pace": "Pace", "tech_status": "Status", "engagement": "Status of the engagement"}
    told = table("rules/campaigns.md", "Field", "Value").columns("Field", "Value")
    assert told == [
        (names[column], english(value.label))
        for column, values in columns.items()
        for value in values
        if Note(**{column: value}).pauses
    ]
    customer, sme = build.customer(), build.log_in(client, build.person("sme", "SME"))
    workloads = [build.workload(code).pk for code in ("EXO", "SPO")]
    sent = {"customer": customer.pk, "note_type": "technical_enablement", "workloads": workloads}
    sent |= {"tech_status": "paused", "tech_summary": "Exchange waits. #covid"}
    page = sme.post(pages.ADD, sent).content.decode()
    refusal = page[page.index('class="refusal"') :].partition("</section>")[0]
    ways = re.findall(r'<(?:button|summary) class="btn"[^>]*>(.*?)</', refusal)
    assert set(ways) - {"Save two notes"} == {row[0] for row in table("rules/campaigns.md", "Way").rows}


# --- Risks ------------------------------------------------------------------------------------------------------------


def test_the_life_of_a_risk():
    page = "rules/risks.md"
    assert [(was, parts(to)) for was, to in table(page, "From", "To").rows] == [
        (english(state.label), [english(following.label) for following in NEXT[state]]) for state in RiskState
    ]
    for head, choices in (("Severity", Severity), ("State", RiskState), ("Escalated to", EscalatedTo)):
        assert table(page, head, "中文").columns(head, "中文", "In files") == english_and_chinese(choices)
    shown = {bare(row[2]): row[3] for row in table(page, "State").rows}
    assert shown == {state.value: "no" if state in CLOSED else "yes" for state in RiskState}


def test_what_a_risk_asks(client):
    build.log_in(client, build.person("fe", "FE"))
    asked = client.get("/admin/notes/risk/add/").context["adminform"].form.fields
    missing = pages.errors(client.post("/admin/notes/risk/add/", {}))
    assert table("rules/risks.md", "Field", "Asked").columns("Field", "Asked") == [
        (name, "required" if name in missing else "optional")
        for name in ("customer", "title", "severity", "entitlement", "description", "owner", "due_date")
    ]
    assert set(asked) == {row[0] for row in table("rules/risks.md", "Field", "Asked").columns("Field")}
    limits = {field.name: field.max_length for field in Risk._meta.fields if field.name in ("title", "description")}
    text = read("rules/risks.md")
    assert all(f"at most {most:,} characters" in text for most in limits.values())


# --- Scope ------------------------------------------------------------------------------------------------------------


def test_who_sees_which_customers():
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    rows: list[Model] = [
        build.customer("None"),
        build.customer("Own", partner=ours),
        build.customer("Other", partner=theirs),
    ]
    people = {
        "Staff of the programme, with a role": [build.person(role, role) for role in set(Role) - {"FRP"}],
        "Staff of a partner organisation, with a role": [
            build.person(f"partner-{role}", role, partner=ours) for role in Role
        ],
        "FRP without a partner organisation": [build.person("lost", "FRP")],
        "Anybody without a role": [build.person("nobody"), build.person("partner-nobody", partner=ours)],
        "A superuser": [build.person("admin", superuser=True)],
    }
    sees = {"all": rows, "of their own organisation": [rows[1]], "none": []}
    told = {who: sees[which] for who, which in table("rules/scope.md", "Person").rows}
    assert told.keys() == people.keys()
    for who, here in people.items():
        for user in here:
            assert set(Customer.objects.visible_to(user)) == set(told[who]), user
