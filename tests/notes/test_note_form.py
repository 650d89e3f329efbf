"""The note form: what each type asks, what it saves, and what a wrong or forged POST gets (contract, *Form fields*)."""

import datetime as dt
from pathlib import Path

import pytest
from django.forms.models import model_to_dict

from customers.models import Entitlement
from notes.models import Note, NoteTag, NoteWorkload, Risk
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

DATA = Path(__file__).parent.parent / "data"
LIVE = (
    "overall_status",
    "entitlement_status",
    "engagement_management",
    "service_intent",
    "technical_enablement",
    "enterprise_status",
)
# Who writes each type here.
WRITER = {
    "overall_status": "FM",
    "entitlement_status": "FM",
    "engagement_management": "GM",
    "service_intent": "FM",
    "technical_enablement": "FE",
    "enterprise_status": "FTA",
}
PLAIN = "Met the project lead; the plan stands."
NOTHING = {
    "body": "",
    "sections": {},
    "text": "",
    "pace": "",
    "next_action": "",
    "next_action_date": None,
    "next_action_owner": "",
    "next_action_person": None,
    "next_action_done_at": None,
    "is_exec_summary": False,
    "engagement": "",
    "deployment": "",
    "tech_status": "",
    "tech_concern_kind": "",
    "tech_insight_id": "",
    "ent_reason": "",
    "rag": "",
    "next_update": None,
    "from_l1": "",
    "from_l2": None,
    "from_l3": None,
    "l1": "",
    "l2": None,
    "l3": None,
    "target_date": None,
    "unblock_date": None,
    "withdrawn_at": None,
    "withdrawn_by": None,
    "withdrawn_reason": "",
    "rewritten_as": None,
    "version": 1,
}


class Desk:
    """A writer of a type at a customer, logged in."""

    def __init__(self, client, kind="overall_status", *roles, **kw):
        self.client, self.kind = client, kind
        self.user = build.person("writer", *(roles or (WRITER[kind],)), **kw)
        self.customer = build.customer(enterprise_level=4, partner=kw.get("partner"))
        self.entitlement = build.entitlement(self.customer, "SPO")
        if kind == "enterprise_status":
            build.assign(self.customer, self.user, "FTA")
        build.log_in(client, self.user)

    def data(self, **over):
        if self.kind == "entitlement_status":
            over = {"entitlement": self.entitlement, **over}
        return build.form_data(self.kind, self.customer, **over)

    def send(self, **over):
        return self.client.post(pages.ADD, self.data(**over))

    def save(self, **over):
        answer = self.send(**over)
        assert answer.status_code == 302, pages.errors(answer)
        return Note.objects.order_by("-pk")[0]


def columns(note):
    """Every stored value but the keys of time and place, which each test compares by name."""
    row = {field.name: field.value_from_object(note) for field in Note._meta.concrete_fields}
    return {name: row[name] for name in NOTHING}


def written_nothing():
    return not (
        Note.objects.exists() or NoteTag.objects.exists() or NoteWorkload.objects.exists() or Risk.objects.all()
    )


# --- What the least POST of each type saves ---------------------------------------------------------------------------

EXPECTED = {
    "overall_status": ({"body": PLAIN, "text": PLAIN}, []),
    "engagement_management": ({"body": PLAIN, "text": PLAIN}, []),
    "service_intent": ({"body": PLAIN, "text": PLAIN}, []),
    "technical_enablement": (
        {
            "tech_status": "on_track",
            "sections": {"tech_summary": "Held the kick-off."},
            "text": "TECHNICAL ENABLEMENT\nSTATUS: On track\nSUMMARY: Held the kick-off.",
        },
        ["EXO"],
    ),
    "enterprise_status": (
        {
            "ent_reason": "major_brand",
            "rag": "yellow",
            "next_update": dt.date(2030, 1, 15),
            "sections": {
                "ent_summary": "The firewall review slows the roll-out.",
                "ent_overview": "Half of the seats are live.",
            },
            "text": (
                "ENTERPRISE STATUS\nREASON: Major Brand\nSTATUS R/Y/G: Yellow\n"
                "EXECUTIVE SUMMARY: The firewall review slows the roll-out.\n"
                "DEPLOYMENT OVERVIEW: Half of the seats are live.\nNEXT UPDATE: 2030-01-15"
            ),
        },
        [],
    ),
}


@pytest.mark.parametrize("kind", EXPECTED)
def test_the_least_post_saves_exactly_its_row(client, kind):
    desk = Desk(client, kind)
    note = desk.save()
    expected, workloads = EXPECTED[kind]
    assert columns(note) == {**NOTHING, **expected}
    assert (note.customer, note.note_type, note.author, note.author_role, note.entitlement, note.period) == (
        desk.customer,
        kind,
        desk.user,
        WRITER[kind],
        None,
        None,
    )
    assert (note.region, note.partner) == (desk.customer.region, None)
    assert list(note.note_workloads.values_list("workload__code", flat=True)) == workloads
    assert not note.note_tags.exists()
    assert not Risk.objects.exists()
    assert list(Note.objects.all()) == [note]


def test_the_least_entitlement_status_saves_exactly_its_row(client):
    desk = Desk(client, "entitlement_status")
    note = desk.save()
    why = "The customer is unable to deploy: its law forbids it."
    assert columns(note) == {
        **NOTHING,
        "body": why,
        "text": why,
        "from_l1": "status_unknown",
        "from_l2": desk.entitlement.l2_id,
        "l1": "blocked",
        "l2": note.l2.pk,
        "unblock_date": dt.date(2030, 3, 1),
    }
    assert (note.l2.slug, note.entitlement, note.author_role) == ("legal-regulatory", desk.entitlement, "FM")
    assert note.period == desk.entitlement.periods.get(valid_to=None)
    assert list(note.note_workloads.values_list("workload__code", flat=True)) == ["SPO"]


def test_every_field_of_a_full_note_is_saved(client):
    desk = Desk(client, "technical_enablement")
    owner = build.person("omar", "FE")
    note = desk.save(
        workloads=[build.workload("EXO").pk, build.workload("TEAMS").pk],
        body="More words. #extra",
        tech_status="pending_customer",
        tech_status_text="They test.",
        tech_summary="Held the workshop.\nTwelve came. #covid",
        tech_concern_kind="first_party",
        tech_concerns="A defect.",
        tech_insight_id="FTC-77",
        pace="accelerating",
        next_action="Send the plan",
        next_action_date="2030-02-01",
        next_action_owner="omar",
        tags="#Field，other",
        risks="high: The cable is cut\n\nlow：A small thing #risky\n- plain",
    )
    assert columns(note) == {
        **NOTHING,
        "body": "More words. #extra",
        "sections": {
            "tech_status_text": "They test.",
            "tech_summary": "Held the workshop.\nTwelve came. #covid",
            "tech_concerns": "A defect.",
            "risks": "high: The cable is cut\n\nlow：A small thing #risky\n- plain",
        },
        "text": (
            "TECHNICAL ENABLEMENT\nSTATUS: Pending customer feedback\nSTATUS IN A SENTENCE: They test.\n"
            "SUMMARY: Held the workshop.\nTwelve came. #covid\nKIND OF CONCERN: 1st-party software\n"
            "CONCERNS: A defect.\nFTC INSIGHT ID: FTC-77\n\nMore words. #extra"
        ),
        "pace": "accelerating",
        "next_action": "Send the plan",
        "next_action_date": dt.date(2030, 2, 1),
        "next_action_owner": "omar",
        "next_action_person": owner.pk,
        "tech_status": "pending_customer",
        "tech_concern_kind": "first_party",
        "tech_insight_id": "FTC-77",
    }
    assert list(note.note_workloads.in_order().values_list("workload__code", flat=True)) == ["EXO", "TEAMS"]
    assert dict(note.note_tags.values_list("tag__name", "in_field")) == {
        "field": True,
        "other": True,
        "extra": False,
        "covid": False,
        "risky": False,
    }
    assert list(
        Risk.objects.order_by("pk").values_list("title", "severity", "state", "owner", "raised_by", "note", "workload")
    ) == [
        ("The cable is cut", "high", "open", desk.user.pk, desk.user.pk, note.pk, None),
        ("A small thing #risky", "low", "open", desk.user.pk, desk.user.pk, note.pk, None),
        ("plain", "medium", "open", desk.user.pk, desk.user.pk, note.pk, None),
    ]


# --- What is required -------------------------------------------------------------------------------------------------

REQUIRED = {
    "overall_status": ["body"],
    "entitlement_status": ["body", "entitlement", "l1", "l2"],
    "engagement_management": ["body"],
    "service_intent": ["body"],
    "technical_enablement": ["tech_status", "tech_summary", "workloads"],
    "enterprise_status": ["ent_next_update", "ent_overview", "ent_rag", "ent_reason", "ent_summary"],
}


@pytest.mark.parametrize("kind", REQUIRED)
def test_a_required_field_left_out_is_an_error_there_and_nothing_else_is_lost(client, kind):
    desk = Desk(client, kind)
    for name in REQUIRED[kind]:
        for empty in (None, "", "  \r\n "):
            if empty and name not in ("body", "tech_summary", "ent_overview", "ent_summary"):
                continue
            typed = desk.data(tags="kept")
            answer = desk.send(tags="kept", **{name: empty})
            expected = ["l1"] if name == "l1" else [name]
            assert pages.error_fields(answer) == expected, (name, empty)
            back = pages.filled(answer)
            left = {key: value for key, value in typed.items() if key != name and key != "workloads"}
            assert {key: back.get(key) for key in left} == {key: str(value) for key, value in left.items()}
    assert written_nothing()


@pytest.mark.parametrize("name", ["customer", "note_type"])
def test_customer_and_type_are_required(client, name):
    desk = Desk(client)
    answer = desk.send(**{name: None})
    assert name in pages.errors(answer)
    assert pages.filled(answer)["body"] == PLAIN
    assert written_nothing()


def test_all_at_once(client):
    desk = Desk(client, "enterprise_status")
    answer = client.post(pages.ADD, {"customer": desk.customer.pk, "note_type": "enterprise_status"})
    assert pages.error_fields(answer) == REQUIRED["enterprise_status"]


def test_what_no_type_asks_is_not_saved(client):
    """A field of another type in a POST is no part of this one."""
    desk = Desk(client)
    note = desk.save(tech_status="paused", ent_rag="red", ent_next_update="2030-01-01", l1="blocked", rag="red")
    assert columns(note) == {**NOTHING, "body": PLAIN, "text": PLAIN}


def test_forged_columns_are_ignored(client):
    desk = Desk(client)
    other = build.person("other", "FM")
    note = desk.save(author=other, author_role="LT", region=1, version=9, withdrawn_reason="x", created_at="2020-01-01")
    assert (note.author, note.author_role, note.version, note.withdrawn_reason) == (desk.user, "FM", 1, "")
    assert note.created_at.year > 2020


# --- Executive Summary ------------------------------------------------------------------------------------------------

SUMMARY = {
    "is_exec_summary": "on",
    "body": None,
    "exec_engagement": "fully_engaged",
    "exec_deployment": "not_deployed",
}


def test_a_summary_is_saved_and_its_lines_set_the_workloads(client):
    desk = Desk(client)
    lines = "[EXO] Exchange Online - planned.\r\n[OLM+INTUNE] Outlook – review\r\n[Microsoft 365 Apps] Office — pilot"
    note = desk.save(**SUMMARY, exec_customer="Retail.", exec_workloads=lines, workloads=[build.workload("SPO").pk])
    kept = lines.replace("\r\n", "\n")
    assert columns(note) == {
        **NOTHING,
        "is_exec_summary": True,
        "engagement": "fully_engaged",
        "deployment": "not_deployed",
        "sections": {"exec_customer": "Retail.", "exec_workloads": kept},
        "text": (
            "EXEC SUMMARY\nDESCRIBE THE CUSTOMER: Retail.\nSTATUS OF THE ENGAGEMENT: Fully Engaged\n"
            "M365 DEPLOYMENT PROGRESS: Not Deployed\n"
            f"SNAPSHOT OF KEY WORKLOADS CURRENT STATUS AND NEXT ACTIONS:\n{kept}"
        ),
    }
    codes = list(note.note_workloads.in_order().values_list("workload__code", flat=True))
    assert codes == ["EXO", "OLM", "SPO", "OPP", "INTUNE"]


@pytest.mark.parametrize("name", ["exec_engagement", "exec_deployment"])
def test_a_summary_needs_engagement_and_deployment(client, name):
    desk = Desk(client)
    answer = desk.send(**{**SUMMARY, "exec_support": "An engineer.", name: None})
    assert pages.error_fields(answer) == [name]
    assert pages.filled(answer)["exec_support"] == "An engineer."
    assert written_nothing()


def test_sections_without_the_tick_are_not_silently_dropped(client):
    desk = Desk(client)
    answer = desk.send(exec_customer="Retail.")
    assert answer.status_code == 200
    assert pages.filled(answer)["exec_customer"] == "Retail."
    assert written_nothing()


def test_only_an_overall_status_is_a_summary(client):
    desk = Desk(client, "engagement_management")
    note = desk.save(is_exec_summary="on", exec_engagement="on_hold")
    assert (note.is_exec_summary, note.engagement) == (False, "")


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"tech_concern_kind": "first_party"}, ["tech_insight_id"]),
        ({"tech_concern_kind": "first_party", "tech_insight_id": "  "}, ["tech_insight_id"]),
        ({"tech_concern_kind": "first_party", "tech_insight_id": "pending"}, []),
        ({"tech_concern_kind": "first_party", "tech_insight_id": "FTC-1"}, []),
        ({"tech_concern_kind": "third_party"}, []),
        ({"tech_concern_kind": "weather"}, ["tech_concern_kind"]),
    ],
)
def test_a_first_party_concern_cites_its_insight(client, given, wrong):
    answer = Desk(client, "technical_enablement").send(**given)
    assert (answer.status_code == 302) == (not wrong)
    assert Note.objects.count() == (not wrong)
    if wrong:
        assert pages.error_fields(answer) == wrong


# --- Written as -------------------------------------------------------------------------------------------------------


def test_written_as_is_asked_of_who_holds_several_roles_that_write_it(client):
    desk = Desk(client, "overall_status", "FM", "ASME", "FE")
    shown = client.get(pages.ADD, {"customer": desk.customer.pk, "note_type": "overall_status"})
    assert [option.data["value"] for option in shown.context["adminform"].form["written_as"]] == ["FM", "ASME"]
    assert pages.error_fields(desk.send()) == ["written_as"]
    assert pages.error_fields(desk.send(written_as="FE")) == ["written_as"]
    assert pages.error_fields(desk.send(written_as="LT")) == ["written_as"]
    assert written_nothing()
    assert desk.save(written_as="ASME").author_role == "ASME"
    assert desk.save(written_as="FM").author_role == "FM"


@pytest.mark.parametrize(
    ("roles", "superuser", "role"), [(("FM",), False, "FM"), (("FM", "FE"), False, "FM"), ((), True, "")]
)
def test_written_as_is_not_asked_otherwise(client, roles, superuser, role):
    desk = Desk(client, "overall_status", *roles, superuser=superuser)
    shown = client.get(pages.ADD, {"customer": desk.customer.pk, "note_type": "overall_status"})
    assert "written_as" not in shown.content.decode()
    assert desk.save(written_as="LT").author_role == role


def test_a_superuser_with_roles_writes_as_none(client):
    assert Desk(client, "overall_status", "FM", "ASME", superuser=True).save().author_role == ""


# --- Next action ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "given", "wrong"),
    [
        ("overall_status", {"next_action": "Call"}, ["next_action_date"]),
        ("overall_status", {"next_action": "Call", "next_action_date": "2030-01-02"}, []),
        ("overall_status", {"next_action": "Call", "next_action_date": "2020-01-02"}, []),
        ("overall_status", {}, []),
        ("engagement_management", {"next_action": "Call"}, []),
        ("overall_status", {"next_action": "x" * 501, "next_action_date": "2030-01-02"}, ["next_action"]),
        ("overall_status", {"next_action_owner": "x" * 201}, ["next_action_owner"]),
    ],
)
def test_a_next_action_of_an_overall_status_has_its_date(client, kind, given, wrong):
    answer = Desk(client, kind).send(**given)
    assert (answer.status_code == 302) == (not wrong)
    if wrong:
        assert pages.error_fields(answer) == wrong
        assert pages.filled(answer)["body"] == PLAIN


def test_a_username_links_to_the_person_and_a_name_does_not(client):
    desk = Desk(client)
    omar = build.person("omar", "FE", first_name="Omar", last_name="Sy")
    action = {"next_action": "Call", "next_action_date": "2030-01-02"}
    linked = [
        desk.save(**action, next_action_owner=owner) for owner in ("omar", " omar ", "Omar Sy", "nobody-such", "")
    ]
    assert [(note.next_action_owner, note.next_action_person) for note in linked] == [
        ("omar", omar),
        ("omar", omar),
        ("Omar Sy", None),
        ("nobody-such", None),
        ("", None),
    ]


def test_a_username_that_the_writer_may_not_know_does_not_link(client):
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    stranger = build.person("stranger", "FRP", partner=theirs)
    desk = Desk(client, "overall_status", "FRP", partner=ours)
    note = desk.save(next_action="Call", next_action_date="2030-01-02", next_action_owner=stranger.username)
    assert (note.next_action_owner, note.next_action_person) == ("stranger", None)


# --- What may stand in a field ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "name", "limit"),
    [
        ("overall_status", "body", 20_000),
        ("technical_enablement", "body", 20_000),
        ("technical_enablement", "tech_summary", 10_000),
        ("technical_enablement", "tech_concerns", 10_000),
        ("enterprise_status", "ent_summary", 10_000),
        ("enterprise_status", "ent_awareness", 10_000),
        ("overall_status", "exec_relationship", 10_000),
        ("overall_status", "exec_workloads", 10_000),
    ],
)
def test_lengths(client, kind, name, limit):
    desk = Desk(client, kind)
    over = {**SUMMARY} if name.startswith("exec_") else {}
    # The longest text that fits, with line ends as browsers send them, each of which counts as one character.
    fits = "字\r\n" * (limit // 2 - 1) + "字 "
    fits = fits.strip() + "字"
    length = len(fits.replace("\r\n", "\n"))
    fits += "x" * (limit - length)
    note = desk.save(**{**over, name: fits})
    value = note.body if name == "body" else note.sections[name]
    assert value == fits.replace("\r\n", "\n")
    assert len(value) == limit
    answer = desk.send(**{**over, name: fits + "y"})
    assert pages.error_fields(answer) == [name]
    assert pages.filled(answer)[name].replace("\r\n", "\n") == (fits + "y").replace("\r\n", "\n")
    assert Note.objects.count() == 1


def test_line_ends_are_one_character(client):
    note = Desk(client).save(body="one\r\ntwo\rthree\nfour", risks="a\r\nb")
    assert (note.body, note.text) == ("one\ntwo\nthree\nfour", "one\ntwo\nthree\nfour")
    assert list(note.risks.order_by("pk").values_list("title", flat=True)) == ["a", "b"]


@pytest.mark.parametrize("language", ["en", "zh-hans"])
@pytest.mark.parametrize(
    "value", ["01/02/2030", "2030年1月2日", "2030-13-01", "2030-02-30", "20300102", "tomorrow", "1-2-3"]
)
def test_dates_are_iso_in_every_language(client, language, value):
    desk = Desk(client, language=language)
    answer = desk.send(next_action="Call", next_action_date=value)
    assert list(answer.context["adminform"].form.errors) == ["next_action_date"]
    assert pages.filled(answer)["next_action_date"] == value
    assert written_nothing()


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_dates_come_back_iso_in_every_language(client, language):
    desk = Desk(client, "enterprise_status", language=language)
    note = desk.save(next_action="Call", next_action_date="2030-01-02", ent_next_update="2030-03-04")
    back = pages.filled(client.get(pages.change(note)))
    assert (back["next_action_date"], back["ent_next_update"]) == ("2030-01-02", "2030-03-04")


NULS = {
    "overall_status": [
        *("customer", "note_type", "body", "tags", "risks", "pace", "next_action", "next_action_date"),
        *("next_action_owner", "exec_customer", "exec_workloads", "exec_engagement"),
    ],
    "entitlement_status": ["entitlement", "l1", "l2", "body", "target_date", "unblock_date", "tags"],
    "technical_enablement": ["workloads", "tech_status", "tech_summary", "tech_concerns", "tech_insight_id"],
    "enterprise_status": ["ent_reason", "ent_rag", "ent_summary", "ent_brand", "ent_next_update", "pace"],
}


@pytest.mark.parametrize("kind", NULS)
def test_a_nul_character_is_an_error_at_its_field(client, kind):
    desk = Desk(client, kind)
    for name in NULS[kind]:
        over = dict(SUMMARY) if name.startswith("exec_") else {}
        answer = desk.send(**{**over, name: "x\x00y"})
        assert answer.status_code == 200, name
        assert name in pages.errors(answer)
        assert written_nothing()


def test_a_nul_in_pasted_text_and_in_the_address_is_no_500(client):
    desk = Desk(client)
    assert desk.send(paste="EXEC SUMMARY\x00\nx", _paste="1").status_code == 200
    assert desk.send(written_as="F\x00M").status_code in (200, 302)
    Note.objects.all().delete()
    for query in ("customer=%00", "note_type=%00", "find=%00", "customer=1&note_type=overall_status&body=%00"):
        assert client.get(f"{pages.ADD}?{query}").status_code == 200, query
    assert written_nothing()


@pytest.mark.parametrize(
    ("kind", "name", "value"),
    [
        ("overall_status", "pace", "faster"),
        ("overall_status", "exec_engagement", "holding"),
        ("technical_enablement", "tech_status", "On track"),
        ("technical_enablement", "workloads", "EXO"),
        ("technical_enablement", "workloads", "99999999"),
        ("technical_enablement", "workloads", "9" * 40),
        ("enterprise_status", "ent_rag", "amber"),
        ("enterprise_status", "ent_reason", "because"),
        ("overall_status", "customer", "99999999"),
        ("overall_status", "customer", "9" * 40),
        ("overall_status", "customer", "-1"),
        ("overall_status", "customer", "x"),
        ("entitlement_status", "entitlement", "9" * 40),
        ("entitlement_status", "l1", "In Progress"),
        ("entitlement_status", "l2", "migration-of-birds"),
        ("entitlement_status", "target_date", "soon"),
        ("overall_status", "tags", "C# fine"),
        ("overall_status", "tags", "4512"),
        ("overall_status", "tags", "x" * 101),
        ("overall_status", "tags", "x" * 1001),
        ("overall_status", "risks", "high:"),
        ("overall_status", "risks", "x" * 501),
        ("overall_status", "risks", "x\n" * 6000),
    ],
)
def test_a_value_of_no_set_is_an_error_at_its_field(client, kind, name, value):
    desk = Desk(client, kind)
    over = dict(SUMMARY) if name.startswith("exec_") else {}
    answer = desk.send(**{**over, name: value})
    assert pages.error_fields(answer) == [name]
    assert written_nothing()


# --- Changing ---------------------------------------------------------------------------------------------------------


def test_the_change_form_starts_from_what_was_saved(client):
    desk = Desk(client, "technical_enablement")
    note = desk.save(
        body="More.",
        tech_concern_kind="business",
        tech_concerns="Line one\r\nline two",
        pace="accelerating",
        next_action="Call",
        next_action_date="2030-01-02",
        next_action_owner="somebody",
        tags="covid other",
        risks="high: gone",
    )
    back = pages.of_note(client.get(pages.change(note)))
    assert back == {
        "version": "1",
        "customer": str(desk.customer.pk),
        "workloads": [str(build.workload("EXO").pk)],
        "tech_status": "on_track",
        "tech_summary": "Held the kick-off.",
        "tech_concern_kind": "business",
        "tech_concerns": "Line one\nline two",
        "body": "More.",
        "pace": "accelerating",
        "next_action": "Call",
        "next_action_date": "2030-01-02",
        "next_action_owner": "somebody",
        "tags": "#covid #other",
    }, "the Risks box is always empty here, and type is fixed"
    before = columns(note), list(note.note_tags.values_list("tag__name", "in_field"))
    assert client.post(pages.change(note), back).status_code == 302
    after = Note.objects.get(pk=note.pk)
    expected = {**before[0], "version": 2}
    assert (columns(after), list(after.note_tags.values_list("tag__name", "in_field"))) == (expected, before[1])
    assert Risk.objects.count() == 1


def test_the_version_counts_up(client):
    desk = Desk(client)
    note = desk.save()
    for version in (1, 2, 3):
        answer = client.post(pages.change(note), desk.data(body=f"Text {version}", version=version))
        assert answer.status_code == 302
        note.refresh_from_db()
        assert (note.version, note.body, note.text) == (version + 1, f"Text {version}", f"Text {version}")


@pytest.mark.parametrize("version", [None, "", "1", "3", "0", "-1", "x", "9" * 30])
def test_a_stale_or_missing_version_is_409_and_nothing_is_lost(client, version):
    desk = Desk(client)
    note = desk.save(body="First")
    client.post(pages.change(note), desk.data(body="Theirs, saved meanwhile", version=1))
    answer = client.post(pages.change(note), desk.data(body="Mine, typed here", tags="mytag", version=version))
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Theirs, saved meanwhile" in page
    back = pages.filled(answer)
    assert (back["body"], back["tags"], back["version"]) == ("Mine, typed here", "mytag", "2")
    note.refresh_from_db()
    assert (note.body, note.version, note.note_tags.count()) == ("Theirs, saved meanwhile", 2, 0)
    assert client.post(pages.change(note), back).status_code == 302
    note.refresh_from_db()
    assert (note.body, note.version) == ("Mine, typed here", 3)


def test_a_conflict_shows_sections_that_differ_too(client):
    desk = Desk(client, "technical_enablement")
    note = desk.save()
    client.post(pages.change(note), desk.data(tech_summary="Their summary", tech_concerns="Their worry", version=1))
    answer = client.post(pages.change(note), desk.data(tech_summary="My summary", version=1))
    assert answer.status_code == 409
    assert "Their summary" in answer.content.decode()
    assert "Their worry" in answer.content.decode()
    assert pages.filled(answer)["tech_summary"] == "My summary"


def test_type_customer_entitlement_and_status_never_change(client):
    desk = Desk(client, "entitlement_status")
    note = desk.save()
    other, elsewhere = build.customer("Other"), build.entitlement(desk.customer, "TEAMS")
    before = model_to_dict(Entitlement.objects.get(pk=desk.entitlement.pk))
    # The type of the forged POST is one that the writer may write: what may not, is 403 anyway.
    answer = client.post(
        pages.change(note),
        {
            "version": 1,
            "customer": other.pk,
            "note_type": "overall_status",
            "entitlement": elsewhere.pk,
            "body": "A better why, because the law changed.",
            "l1": "in_progress",
            "l2": "migration",
            "target_date": "2031-01-01",
            "unblock_date": "2031-02-02",
            "from_l1": "blocked",
            "author": other.pk,
        },
    )
    assert answer.status_code == 302
    after = Note.objects.get(pk=note.pk)
    assert columns(after) == {
        **columns(note),
        "body": "A better why, because the law changed.",
        "text": "A better why, because the law changed.",
        "version": 2,
    }
    assert (after.customer, after.note_type, after.entitlement, after.period_id, after.author) == (
        desk.customer,
        "entitlement_status",
        desk.entitlement,
        note.period_id,
        desk.user,
    )
    assert model_to_dict(Entitlement.objects.get(pk=desk.entitlement.pk)) == before
    assert desk.entitlement.periods.count() == 2
    assert not elsewhere.notes.exists()


def test_a_plain_note_becomes_a_summary_and_back(client):
    desk = Desk(client)
    note = desk.save()
    assert client.post(pages.change(note), desk.data(version=1, **{**SUMMARY, "body": PLAIN})).status_code == 302
    note.refresh_from_db()
    assert (note.is_exec_summary, note.engagement, note.deployment) == (True, "fully_engaged", "not_deployed")
    assert client.post(pages.change(note), desk.data(version=2)).status_code == 302
    note.refresh_from_db()
    assert (note.is_exec_summary, note.engagement, note.deployment, note.text) == (False, "", "", PLAIN)


# --- What a partner's staff may not know ------------------------------------------------------------------------------


def test_a_foreign_row_reads_like_one_that_does_not_exist(client):
    ours, theirs = build.partner("Ours"), build.partner("Theirs")
    desk = Desk(client, "entitlement_status", "FRP", partner=ours)
    foreign = build.customer("MARKER-CUSTOMER", partner=theirs)
    entitlement = build.entitlement(foreign, "EXO", split_reason="geographies", split_label="MARKER-SPLIT")
    missing = 10**6

    def told(**over):
        answer = desk.send(**over)
        assert "MARKER" not in answer.content.decode()
        wrong = pages.errors(answer)
        return {name: [text.replace(str(over[name]), "ID") for text in wrong[name]] for name in over if name in wrong}

    assert told(entitlement=entitlement.pk) == told(entitlement=missing) != {}
    assert told(customer=foreign.pk) == told(customer=missing) != {}
    assert told(customer=foreign.pk, entitlement=entitlement.pk) == told(customer=missing, entitlement=missing)
    plain = Desk.__new__(Desk)
    plain.__dict__ = {**desk.__dict__, "kind": "overall_status"}
    assert pages.errors(plain.send(customer=foreign.pk)) == pages.errors(plain.send(customer=missing))
    for query in (f"customer={foreign.pk}", f"customer={foreign.pk}&note_type=overall_status", "find=MARKER"):
        answer = client.get(f"{pages.ADD}?{query}")
        assert answer.status_code == 200
        page = answer.content.decode()
        assert "MARKER-CUSTOMER" not in page
        assert "MARKER-SPLIT" not in page
    assert written_nothing()


def test_an_entitlement_of_another_customer_in_sight_is_refused(client):
    desk = Desk(client, "entitlement_status")
    elsewhere = build.entitlement(build.customer("Other"), "EXO")
    assert pages.error_fields(desk.send(entitlement=elsewhere)) == ["entitlement"]
    assert written_nothing()


# --- Asking for the form again ----------------------------------------------------------------------------------------


def pasted(client, desk, name):
    text = (DATA / name).read_text(encoding="utf-8").replace("\n", "\r\n")
    answer = desk.send(body=None, paste=text, _paste="1")
    assert answer.status_code == 200
    assert written_nothing()
    return pages.filled(answer)


def test_the_seeds_own_example_is_read_into_its_sections(client):
    desk = Desk(client)
    back = pasted(client, desk, "exec_summary_zh.txt")
    assert {name: value for name, value in back.items() if name.startswith("exec_") or name == "is_exec_summary"} == {
        "is_exec_summary": "on",
        "exec_customer": "拥有 2 万用户的零售公司引进 M365，引起媒体的广泛关注",
        "exec_engagement": "fully_engaged",
        "exec_deployment": "not_deployed",
        "exec_relationship": (
            "与客户团队密切合作，而且客户得到高管的大力支持。我们每周与客户和合作伙伴进行同步通话，"
            "以协助他们制定部署计划。"
        ),
        "exec_workloads": (
            "[EXO] Exchange Online - 计划中，更新防火墙规则。\n"
            "[OLM] Outlook Mobile – 审查他们的移动策略。\n"
            "[SPO] SharePoint Online - 计划中，但现有数据的迁移是一个问题\n"
            "[OD] OneDrive for Business - 计划中，Win10 部分升级\n"
            "[OPP] Office 专业增强版 - 正在计划部署。当前以 IT 的 10 个用户作为试验组进行测试。\n"
            "[AADP] Azure Active Directory Premium - 为测试用户组设置 MFA 和条件访问策略。"
        ),
        "exec_support": "考虑到高调向服务迁移，Cx 可能受益于工程合作。",
    }
    # What is no section is kept in the free text.
    for words in ("笔记示例", "刷新摘要", "04/30/2020", "常规维护"):
        assert words in back["body"]


def test_an_english_one_likewise(client):
    back = pasted(client, Desk(client), "exec_summary_en.txt")
    assert {name: value for name, value in back.items() if name.startswith("exec_") and name != "exec_workloads"} == {
        "exec_customer": "Regional hospital group, 14 sites and 9,000 seats; a merger was announced in May.",
        "exec_engagement": "fully_engaged",
        "exec_deployment": "partially_deployed",
        "exec_relationship": (
            "The CIO sponsors the work.\nThe partner leads the pilot.\n\nWeekly calls with the account team."
        ),
        "exec_support": "An engineer for the archive migration — before July, please. #covid",
    }
    lines = back["exec_workloads"].splitlines()
    assert [line.split("]")[0] for line in lines if line[:1] in "[［"] == [
        "[EXO",
        "[OLM+INTUNE",
        "［teams］ Teams - pilot of 50 nurses",
    ]
    for words in ("hybrid is ready; first batch on 3 June", "waiting for the works council", "pilot of 50 nurses"):
        assert words in back["exec_workloads"]


@pytest.mark.parametrize(
    ("name", "codes", "tags", "words"),
    [
        ("exec_summary_zh.txt", ["EXO", "OLM", "SPO", "OD", "OPP", "AADP"], [], "审查他们的移动策略"),
        ("exec_summary_en.txt", ["EXO", "OLM", "TEAMS", "INTUNE"], ["covid"], "pilot of 50 nurses"),
    ],
)
def test_a_pasted_summary_is_saved_found_and_exported(client, name, codes, tags, words):
    desk = Desk(client)
    assert client.post(pages.ADD, pasted(client, desk, name)).status_code == 302
    note = Note.objects.get()
    assert note.is_exec_summary
    assert list(note.note_workloads.in_order().values_list("workload__code", flat=True)) == codes
    assert sorted(note.note_tags.values_list("tag__name", flat=True)) == tags
    query = {"summary": "1", "engagement": "fully_engaged", "q": words}
    page = client.get("/reports/notes/", query).content.decode()
    assert f'<tr data-id="{note.pk}"' in page
    (row,) = build.csv_rows(client.get("/reports/notes/", {**query, "format": "csv"}))
    assert (row["id"], row["workloads"], row["tags"], row["is_exec_summary"], row["engagement"], row["deployment"]) == (
        str(note.pk),
        "; ".join(codes),
        "; ".join(tags),
        "true",
        note.engagement,
        note.deployment,
    )
    assert row["body"] == note.text
    assert words in row["body"]


def test_pasting_keeps_what_was_typed_before(client):
    desk = Desk(client)
    answer = desk.send(
        body="Typed before.",
        tags="mytag",
        next_action="Call",
        exec_customer="Known already.",
        paste="EXEC SUMMARY\nDESCRIBE THE CUSTOMER: A bank.\nSTATUS OF THE ENGAGEMENT: Reactive\nnonsense: yes",
        _paste="1",
    )
    back = pages.filled(answer)
    assert {name: back.get(name) for name in ("tags", "next_action", "exec_engagement")} == {
        "tags": "mytag",
        "next_action": "Call",
        "exec_engagement": "reactive",
    }
    assert "Known already." in back["exec_customer"]
    assert "A bank." in back["exec_customer"]
    assert "Typed before." in back["body"]
    assert "nonsense: yes" in " ".join(map(str, back.values()))
    assert written_nothing()


def test_a_paste_over_its_limit_is_an_error_or_kept_never_dropped(client):
    desk = Desk(client)
    text = "EXEC SUMMARY\n" + "word " * 10_000
    answer = desk.send(body=None, paste=text, _paste="1")
    assert answer.status_code == 200
    kept = " ".join(str(value) for value in pages.filled(answer).values())
    assert kept.count("word") >= 10_000
    assert written_nothing()


def test_pasting_on_a_change_form_saves_nothing(client):
    desk = Desk(client)
    note = desk.save()
    text = "EXEC SUMMARY\nSTATUS OF THE ENGAGEMENT: Reactive\nM365 DEPLOYMENT PROGRESS: Fully Deployed"
    answer = client.post(pages.change(note), desk.data(paste=text, _paste="1", version=1))
    assert answer.status_code == 200
    back = pages.filled(answer)
    assert (back["exec_engagement"], back["exec_deployment"], back["version"]) == ("reactive", "fully_deployed", "1")
    note.refresh_from_db()
    assert (note.version, note.is_exec_summary) == (1, False)
    assert client.post(pages.change(note), back).status_code == 302
    note.refresh_from_db()
    assert (note.version, note.engagement, note.body) == (2, "reactive", PLAIN)


def test_a_paste_does_not_hide_that_somebody_saved_meanwhile(client):
    """The version a form was opened on stays with it through a paste: the lost update is still found (409)."""
    desk = Desk(client)
    note = desk.save(body="First")
    assert client.post(pages.change(note), desk.data(body="Theirs", version=1)).status_code == 302
    text = "EXEC SUMMARY\nSTATUS OF THE ENGAGEMENT: Reactive\nM365 DEPLOYMENT PROGRESS: Fully Deployed"
    answer = client.post(pages.change(note), desk.data(body="Mine", paste=text, _paste="1", version=1))
    assert client.post(pages.change(note), pages.filled(answer)).status_code == 409
    note.refresh_from_db()
    assert note.body == "Theirs"


def test_switching_the_type_keeps_the_words(client):
    desk = Desk(client)
    answer = desk.send(
        body="Typed.",
        exec_customer="A retail company.",
        tags="mytag",
        risks="high: x",
        next_action="Call",
        next_action_date="2030-01-02",
        pace="accelerating",
        _fields="engagement_management",
    )
    assert answer.status_code == 200
    back = pages.of_note(answer)
    assert {name: value for name, value in back.items() if name != "body" and value} == {
        "customer": str(desk.customer.pk),
        "note_type": "engagement_management",
        "tags": "mytag",
        "risks": "high: x",
        "next_action": "Call",
        "next_action_date": "2030-01-02",
        "pace": "accelerating",
    }
    assert "Typed." in back["body"]
    assert "A retail company." in back["body"]
    assert written_nothing()


def test_switching_by_the_radio_and_the_button_shows_the_chosen_types_fields(client):
    """Without script: the type is chosen in the form, and the button beside it shows its fields."""
    desk = Desk(client)
    answer = desk.send(body="Typed.", note_type="entitlement_status", _fields="1")
    assert answer.status_code == 200
    back = pages.filled(answer)
    assert (back["note_type"], back["body"]) == ("entitlement_status", "Typed.")
    assert 'name="l1"' in answer.content.decode()
    assert written_nothing()


@pytest.mark.parametrize(("wanted", "status"), [("technical_enablement", 403), ("customer_sat", 200), ("x", 200)])
def test_switching_to_a_type_that_one_may_not_write(client, wanted, status):
    desk = Desk(client)
    answer = desk.send(_fields=wanted)
    assert answer.status_code == status
    if status == 200:
        assert pages.filled(answer)["body"] == PLAIN
    assert written_nothing()


def test_save_and_add_another_stays_with_the_customer(client):
    desk = Desk(client)
    answer = desk.send(_addanother="1")
    assert (answer.status_code, answer["Location"]) == (302, f"{pages.ADD}?customer={desk.customer.pk}")
    assert desk.customer.name in client.get(answer["Location"]).content.decode()
    assert Note.objects.count() == 1


def test_save_goes_to_the_list(client):
    answer = Desk(client).send(_save="1")
    assert (answer.status_code, answer["Location"]) == (302, pages.LIST)


def test_the_entitlement_form_starts_from_the_present_status(client):
    desk = Desk(client, "entitlement_status")
    row = build.entitlement(desk.customer, "TEAMS", l1="in_progress", l2="migration", target_date=dt.date(2030, 5, 6))
    address = {"customer": desk.customer.pk, "note_type": "entitlement_status", "entitlement": row.pk}
    back = pages.filled(client.get(pages.ADD, address))
    assert {name: back.get(name) for name in ("entitlement", "l1", "l2", "target_date", "unblock_date", "body")} == {
        "entitlement": str(row.pk),
        "l1": "in_progress",
        "l2": "migration",
        "target_date": "2030-05-06",
        "unblock_date": None,
        "body": None,
    }
