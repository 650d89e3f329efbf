"""Whole notes as people paste them, five for each template and language: tests/data/pastes (domain.md §4)."""

import html
import json
from pathlib import Path

import pytest
from django.utils import translation

from customers.models import Workload
from notes.models import Note
from notes.pasting import parse
from notes.playbook import TEMPLATES
from tests import builders as build
from tests.notes import pages

pytestmark = pytest.mark.django_db

PASTES = Path(__file__).parent.parent / "data/pastes"
ALL = sorted(PASTES.glob("*/*.txt"))
KINDS = {"executive_summary": "overall_status"}
WRITERS = {"overall_status": "FM", "technical_enablement": "FE", "enterprise_status": "FTA"}


def expected(path: Path) -> dict:
    """What is read from a paste: `values` by form field, the `rest`, the `problems` in English."""
    return json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))


def name_of(path: Path) -> str:
    return f"{path.parent.name}-{path.stem}"


def test_there_are_five_of_each():
    counts = {
        (template, language): len([path for path in ALL if path.match(f"{template}/{language}-*.txt")])
        for template in TEMPLATES
        for language in ("en", "zh")
    }
    assert set(counts.values()) == {5}
    assert len(ALL) == 30


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_paste_lands_right(path):
    pasted = parse(TEMPLATES[path.parent.name], path.read_text(encoding="utf-8"))
    with translation.override("en"):
        problems = list(map(str, pasted.problems))
    assert {"values": pasted.values, "rest": pasted.rest, "problems": problems} == expected(path)


def desk(client, kind):
    """Somebody who may write the type, logged in, and the customer of the note."""
    customer = build.customer(enterprise_level=4)
    writer = build.person("writer", WRITERS[kind])
    build.assign(customer, writer, WRITERS[kind])
    build.log_in(client, writer)
    return customer, writer


def as_filled(values: dict[str, str]) -> dict:
    """The form's fields as a browser would send them back: workloads by id, in the form's order."""
    filled = dict(values)
    if "workloads" in filled:
        codes = filled["workloads"].strip("[]").split("+")
        filled["workloads"] = [str(pk) for pk in Workload.objects.filter(code__in=codes).values_list("pk", flat=True)]
    else:
        filled["workloads"] = []
    return {name: value for name, value in filled.items() if value}


@pytest.mark.parametrize("path", ALL, ids=name_of)
def test_a_paste_fills_the_form(client, path):
    kind = KINDS.get(path.parent.name, path.parent.name)
    customer, _writer = desk(client, kind)
    text = path.read_text(encoding="utf-8")
    data = {"customer": customer.pk, "note_type": kind, "paste": text.replace("\n", "\r\n"), "_paste": "1"}
    answer = client.post(pages.ADD, data)
    assert answer.status_code == 200
    filled = pages.of_note(answer)
    told = expected(path)
    wanted = {**as_filled(told["values"]), "customer": str(customer.pk), "note_type": kind}
    wanted |= {"body": told["rest"]} if told["rest"] else {}
    wanted |= {"is_exec_summary": "on"} if kind == "overall_status" else {}
    assert filled == wanted
    page = answer.content.decode()
    assert f"{len(told['values'])} section" in page
    for problem in told["problems"]:
        assert html.escape(problem) in page
    assert not Note.objects.exists()


@pytest.mark.parametrize(
    "name",
    [
        *("technical_enablement/en-1-plain", "technical_enablement/zh-1-plain"),
        *("enterprise_status/en-1-plain", "enterprise_status/zh-1-plain"),
        *("executive_summary/en-1-plain", "executive_summary/zh-1-plain"),
    ],
)
def test_a_paste_that_is_whole_is_saved_as_it_stands(client, name):
    path = PASTES / f"{name}.txt"
    kind = KINDS.get(path.parent.name, path.parent.name)
    customer, _writer = desk(client, kind)
    data = {"customer": customer.pk, "note_type": kind, "paste": path.read_text(encoding="utf-8"), "_paste": "1"}
    assert client.post(pages.ADD, pages.of_note(client.post(pages.ADD, data))).status_code == 302
    note = Note.objects.get()
    values = expected(path)["values"]
    codes = values.get("workloads", "[]").strip("[]").split("+")
    if kind == "overall_status":
        codes = [line[1:].split("]")[0] for line in values["exec_workloads"].splitlines()]
    written = {
        **note.section_values,
        **({"next_action": note.next_action} if note.next_action else {}),
        **({"next_action_date": note.next_action_date.isoformat()} if note.next_action_date else {}),
        **({"risks": note.sections["risks"]} if "risks" in note.sections else {}),
    }
    assert written == {field: value for field, value in values.items() if field != "workloads"}
    named = {row.workload.code for row in note.note_workloads.all()}
    assert named == {{"身份安全": "IDSEC"}.get(code, code) for code in codes if code}
    assert [risk.title for risk in note.risks.order_by("pk")] == [
        line.split(": ", 1)[-1].split("：", 1)[-1] for line in values.get("risks", "").splitlines()
    ]


# --- What was there before --------------------------------------------------------------------------------------------


def test_what_was_typed_stays_beside_what_is_pasted(client):
    customer, _writer = desk(client, "technical_enablement")
    answer = client.post(
        pages.ADD,
        {
            "customer": customer.pk,
            "note_type": "technical_enablement",
            "workloads": [build.workload("YAM").pk],
            "tech_status": "paused",
            "tech_summary": "Typed summary.",
            "next_action": "Typed action",
            "tech_insight_id": "77",
            "risks": "low: typed risk",
            "body": "Typed text.",
            "paste": (
                "[EXO][YAM]\nSTATUS: On track\nSUMMARY: Pasted summary.\nNEXT ACTION: Pasted action on 2019-04-30\n"
                "CONCERNS: 1st party - crash\nFTC INSIGHT ID: 88\nRISKS: high: pasted risk\n\nRegards"
            ),
            "_paste": "1",
        },
    )
    assert pages.of_note(answer) == {
        "customer": str(customer.pk),
        "note_type": "technical_enablement",
        "workloads": [str(build.workload("EXO").pk), str(build.workload("YAM").pk)],
        "tech_status": "on_track",
        "tech_summary": "Typed summary.\nPasted summary.",
        "tech_concern_kind": "first_party",
        "tech_concerns": "crash",
        "tech_insight_id": "77",
        "next_action": "Typed action",
        "risks": "low: typed risk\nhigh: pasted risk",
        "body": (
            "Typed text.\n\nNEXT ACTION: Pasted action on 2019-04-30\n\nNEXT ACTION DATE: 2019-04-30\n\n"
            "FTC INSIGHT ID: 88\n\nRegards"
        ),
    }


def test_a_date_that_was_typed_stays_too(client):
    customer, _writer = desk(client, "enterprise_status")
    data = build.form_data("enterprise_status", customer, ent_next_update="2030-01-15", ent_rag=None)
    paste = "STATUS: Green\nNEXT UPDATE: 2019-05-14"
    filled = pages.of_note(client.post(pages.ADD, {**data, "paste": paste, "_paste": "1"}))
    assert (filled["ent_next_update"], filled["ent_rag"], filled["body"]) == (
        "2030-01-15",
        "green",
        "NEXT UPDATE: 2019-05-14",
    )


def test_the_same_paste_twice_repeats_nothing_that_has_one_line(client):
    customer, _writer = desk(client, "technical_enablement")
    paste = "[EXO]\nNEXT ACTION: Call on 2019-04-30\nFTC INSIGHT ID: 88"
    data = {"customer": customer.pk, "note_type": "technical_enablement", "paste": paste, "_paste": "1"}
    once = pages.of_note(client.post(pages.ADD, data))
    assert pages.of_note(client.post(pages.ADD, {**once, "paste": paste, "_paste": "1"})) == once


def test_pasting_on_a_change_form(client):
    customer, writer = desk(client, "technical_enablement")
    note = build.note(writer, customer, "technical_enablement", "", workloads=["SPO"], next_action="Call")
    data = {
        **build.form_data("technical_enablement", customer, workloads=[build.workload("SPO").pk], next_action="Call"),
        "version": 1,
        "paste": "[TEAMS]\nSTATUS: Pending internal feedback: a ticket\nNEXT STEPS: Write",
        "_paste": "1",
    }
    answer = client.post(pages.change(note), data)
    filled = pages.of_note(answer)
    assert filled == {
        "version": "1",
        "workloads": [str(build.workload("SPO").pk), str(build.workload("TEAMS").pk)],
        "tech_status": "pending_ftc",
        "tech_status_text": "a ticket",
        "tech_summary": "Held the kick-off.",
        "next_action": "Call",
        "body": "NEXT ACTION: Write",
        "customer": str(customer.pk),
    }
    note.refresh_from_db()
    assert (note.version, note.tech_status) == (1, "on_track")
    assert client.post(pages.change(note), filled).status_code == 302
    note.refresh_from_db()
    assert (note.version, note.tech_status, note.body) == (2, "pending_ftc", "NEXT ACTION: Write")


def test_a_next_action_over_its_limit_is_cut_between_words_and_told(client):
    customer, _writer = desk(client, "technical_enablement")
    words = " ".join(f"word{number}" for number in range(100))
    data = {"customer": customer.pk, "note_type": "technical_enablement", "paste": f"NEXT ACTION: {words}", "_paste": 1}
    answer = client.post(pages.ADD, data)
    filled = pages.of_note(answer)
    action, rest = filled["next_action"], filled["body"].removeprefix("NEXT ACTION: ")
    assert f"{action} {rest}" == words
    assert len(action) <= 500 < len(action) + len(rest.split()[0]) + 1
    assert "NEXT ACTION holds 500 characters; what goes beyond was left in the text." in answer.content.decode()


@pytest.mark.parametrize(
    ("kind", "offered"),
    [
        *(("overall_status", True), ("technical_enablement", True), ("enterprise_status", True)),
        *(("engagement_management", False), ("service_intent", False)),
    ],
)
def test_pasting_is_offered_where_there_is_a_template(client, kind, offered):
    customer = build.customer(enterprise_level=4)
    build.log_in(client, build.person("admin", superuser=True))
    answer = client.get(f"{pages.ADD}?customer={customer.pk}&note_type={kind}")
    assert (("_paste", "1") in pages.buttons(answer)) is offered
    assert ('name="paste"' in answer.content.decode()) is offered
