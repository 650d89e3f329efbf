"""The lists as CSV, to the byte (contract, *CSV*)."""

import csv
import datetime as dt
import io
from typing import Any

import pytest
import time_machine
from django.contrib.auth.models import Group, Permission
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notes.models import Note, Risk
from reports.export import csv_lines
from tests import builders
from tests.builders import csv_rows
from tests.reports.reading import COVID, LISTS, NOTES, RISKS, csv_ids, file_of

pytestmark = pytest.mark.django_db

NOTE_COLUMNS = [
    "id", "created_at", "customer_id", "customer", "tenant_id", "region", "note_type", "author", "author_role",
    "workloads", "tags", "body", "is_exec_summary", "engagement", "deployment", "rag", "next_action",
    "next_action_date", "next_action_owner", "next_update", "risks_open",
]  # fmt: skip
RISK_COLUMNS = [
    "id", "raised_at", "customer_id", "customer", "region", "workload", "title", "severity", "state", "owner",
    "escalated_to", "reference", "due_date", "age_days", "last_step_at", "last_step", "note_id",
]  # fmt: skip
# Every other form field under its own name, in the form's order.
MORE_OF_NOTES = [
    "pace", "entitlement", "l1", "l2", "l3", "target_date", "unblock_date", "exec_customer", "exec_relationship",
    "exec_workloads", "exec_support", "tech_status", "tech_status_text", "tech_summary", "tech_concern_kind",
    "tech_concerns", "tech_insight_id", "ent_reason", "ent_summary", "ent_overview", "ent_activities",
    "ent_awareness", "ent_brand", "risks",
]  # fmt: skip
MORE_OF_RISKS = ["entitlement", "description"]

SUMMARY_BODY = """EXEC SUMMARY
DESCRIBE THE CUSTOMER: Retail, 20,000 seats, “in the news”
STATUS OF THE ENGAGEMENT: Fully Engaged
M365 DEPLOYMENT PROGRESS: Not Deployed
SNAPSHOT OF KEY WORKLOADS CURRENT STATUS AND NEXT ACTIONS:
[EXO] Exchange Online - planned
[OLM+SPO] both – later

See also the plan, "v2"; it's 好"""


@pytest.fixture
def lt(client: Client) -> Client:
    """A reader of everything in Shanghai."""
    return builders.log_in(client, builders.person("lt", "LT", time_zone="Asia/Shanghai"))


def lines_of(response: Any) -> list[list[str]]:
    content = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(content, newline=""), strict=True))


def small_set() -> dict[str, Any]:
    """Two notes and their risks, written on 1 and 2 March 2026."""
    fm, fe = builders.person("fm", "FM"), builders.person("fe", "FE")
    north = builders.customer("Northwind, Ltd.", "EMEA", tenant_id="north-1")
    with time_machine.travel(dt.datetime(2026, 3, 1, 17, 30, 15, 250_000, tzinfo=dt.UTC), tick=False):
        summary = builders.note(
            fm, north, body='See also the plan, "v2"; it\'s 好', tags="#covid Board", risks="high: late\nlow: \tslow",
            exec_customer="Retail, 20,000 seats, “in the news”", exec_engagement="fully_engaged",
            exec_deployment="not_deployed",
            exec_workloads="[EXO] Exchange Online - planned\n[OLM+SPO] both – later", next_action="Call, then write",
            next_action_date=dt.date(2026, 3, 9), next_action_owner="Ann; Bob",
        )  # fmt: skip
    with time_machine.travel(dt.datetime(2026, 3, 2, 8, tzinfo=dt.UTC), tick=False):
        plain = builders.note(fe, north, "technical_enablement", "#covid", workloads=["TEAMS"], pace="accelerating")
    late, slow = Risk.objects.order_by("pk")
    late.due_date, late.state, late.escalated_to = dt.date(2026, 4, 1), "escalated", "engineering"
    late.reference, late.last_step = "INC-1", "Told,\nand written"
    late.last_step_at = dt.datetime(2026, 3, 2, 23, 59, 59, tzinfo=dt.UTC)
    late.workload = builders.workload("EXO")
    late.save()
    return {"customer": north, "summary": summary, "plain": plain, "late": late, "slow": slow}


@pytest.mark.parametrize("address", [NOTES, COVID])
def test_notes_to_the_byte(lt: Client, address: str) -> None:
    made = small_set()
    summary, plain, north = made["summary"].pk, made["plain"].pk, made["customer"].pk
    expected = (
        "\ufeff" + ",".join(NOTE_COLUMNS) + "\r\n"
        f'{plain},2026-03-02T16:00:00+08:00,{north},"Northwind, Ltd.",north-1,EMEA,technical_enablement,fe,FE,TEAMS,'
        'covid,"TECHNICAL ENABLEMENT\nSTATUS: On track\nSUMMARY: Held the kick-off.\n\n#covid",false,,,,,,,,0\r\n'
        f'{summary},2026-03-02T01:30:15+08:00,{north},"Northwind, Ltd.",north-1,EMEA,overall_status,fm,FM,'
        f'EXO; OLM; SPO,covid; board,"{SUMMARY_BODY.replace(chr(34), chr(34) * 2)}",true,fully_engaged,not_deployed,,'
        '"Call, then write",2026-03-09,Ann; Bob,,2\r\n'
    )
    response = file_of(lt, address)
    assert (b"".join(response.streaming_content).decode(), response["Content-Type"]) == (
        expected,
        "text/csv; charset=utf-8",
    )


def test_risks_to_the_byte(lt: Client) -> None:
    made = small_set()
    late, slow, summary, north = (made[name].pk for name in ("late", "slow", "summary", "customer"))
    expected = (
        "\ufeff" + ",".join(RISK_COLUMNS) + "\r\n"
        f'{late},2026-03-02T01:30:15+08:00,{north},"Northwind, Ltd.",EMEA,EXO,late,high,escalated,fm,engineering,INC-1,'
        f'2026-04-01,3,2026-03-03T07:59:59+08:00,"Told,\nand written",{summary}\r\n'
        f'{slow},2026-03-02T01:30:15+08:00,{north},"Northwind, Ltd.",EMEA,,slow,low,open,fm,,,,3,,,{summary}\r\n'
    )
    with time_machine.travel(dt.datetime(2026, 3, 4, 16, tzinfo=dt.UTC)):  # the 5th in Shanghai
        lt.force_login(builders.person("lt2", "LT", time_zone="Asia/Shanghai"))
        assert b"".join(file_of(lt, RISKS).streaming_content).decode() == expected


def test_an_empty_list_is_its_header(lt: Client) -> None:
    found = {address: b"".join(file_of(lt, address).streaming_content).decode() for address in LISTS}
    notes, risks = ("\ufeff" + ",".join(names) + "\r\n" for names in (NOTE_COLUMNS, RISK_COLUMNS))
    assert found == {NOTES: notes, COVID: notes, RISKS: risks}


def test_all_columns_come_after_the_first(lt: Client) -> None:
    made = small_set()
    plain, all_of_them = lines_of(file_of(lt, NOTES)), lines_of(file_of(lt, NOTES, "columns=all"))
    width = len(NOTE_COLUMNS)
    assert [row[:width] for row in all_of_them] == plain
    assert all_of_them[0][width:] == MORE_OF_NOTES
    rows = csv_rows(file_of(lt, NOTES, "columns=all"))
    filled = [{name: row[name] for name in MORE_OF_NOTES if row[name]} for row in rows]
    assert filled == [
        {"pace": "accelerating", "tech_status": "on_track", "tech_summary": "Held the kick-off."},
        {
            "exec_customer": "Retail, 20,000 seats, “in the news”",
            "exec_workloads": "[EXO] Exchange Online - planned\n[OLM+SPO] both – later",
            "risks": "high: late\nlow: \tslow",
        },
    ]
    risks = lines_of(file_of(lt, RISKS, "columns=all"))
    assert risks[0][: len(RISK_COLUMNS)] == RISK_COLUMNS
    assert sorted(risks[0][len(RISK_COLUMNS) :]) == sorted(MORE_OF_RISKS)
    assert [row[0] for row in risks[1:]] == [str(made["late"].pk), str(made["slow"].pk)]


def test_columns_by_name(lt: Client) -> None:
    small_set()
    expected = {
        "columns=pace": ["pace"],
        "columns=l1,pace": ["l1", "pace"],
        "columns=l1&columns=pace": ["l1", "pace"],
        "columns=id,customer": [],
        "columns=": [],
    }
    assert {query: lines_of(file_of(lt, NOTES, query))[0] for query in expected} == {
        query: NOTE_COLUMNS + more for query, more in expected.items()
    }


def test_every_type_fills_its_columns(lt: Client) -> None:
    fm, fta = builders.person("fm", "FM"), builders.person("fta", "FTA")
    north = builders.customer("Northwind", enterprise_level=4)
    builders.assign(north, fta, "FTA")
    right = builders.entitlement(north, "SPO")
    builders.note(fm, north, "entitlement_status", "It signed.", entitlement=right, l1="in_progress", l2="migration",
                  target_date=dt.date(2026, 9, 1), created_at=dt.datetime(2026, 3, 1, tzinfo=dt.UTC))  # fmt: skip
    builders.note(fta, north, "enterprise_status", "", ent_rag="red", ent_next_update=dt.date(2026, 3, 20),
                  ent_awareness="A merger", created_at=dt.datetime(2026, 3, 2, tzinfo=dt.UTC))  # fmt: skip
    wanted = ("note_type", "workloads", "body", "rag", "next_update", "entitlement", "l1", "l2", "target_date",
              "ent_reason", "ent_awareness")  # fmt: skip
    rows = [tuple(row[name] for name in wanted) for row in csv_rows(file_of(lt, NOTES, "columns=all"))]
    body = (
        "ENTERPRISE STATUS\nREASON: Major Brand\nSTATUS R/Y/G: Red\nEXECUTIVE SUMMARY: The firewall review slows the "
        "roll-out.\nDEPLOYMENT OVERVIEW: Half of the seats are live.\nAWARENESS: A merger\nNEXT UPDATE: 2026-03-20"
    )
    assert rows == [
        ("enterprise_status", "", body, "red", "2026-03-20", "", "", "", "", "major_brand", "A merger"),
        ("entitlement_status", "SPO", "It signed.", "", "", str(right.pk), "in_progress", "migration", "2026-09-01",
         "", ""),
    ]  # fmt: skip


@pytest.mark.parametrize("address", LISTS)
def test_a_chinese_reader_gets_the_same_file(lt: Client, address: str) -> None:
    small_set()
    english = b"".join(file_of(lt, address, "columns=all").streaming_content)
    lt.force_login(builders.person("zh", "LT", time_zone="Asia/Shanghai", language="zh-hans"))
    assert b"".join(file_of(lt, address, "columns=all").streaming_content) == english


def test_a_note_written_in_chinese_has_english_labels(client: Client) -> None:
    """The form is used by a Chinese writer; what the file says is the same as of an English one's note."""
    fm, north = builders.person("fm", "FM", language="zh-hans"), builders.customer()
    builders.log_in(client, fm)
    data = builders.form_data(
        "overall_status", north, body="", is_exec_summary="on", exec_engagement="reactive",
        exec_deployment="fully_deployed", exec_support="需要帮助",
    )  # fmt: skip
    assert client.post("/admin/notes/note/add/", data).status_code == 302
    body = (
        "EXEC SUMMARY\nSTATUS OF THE ENGAGEMENT: Reactive\nM365 DEPLOYMENT PROGRESS: Fully Deployed\n"
        "REQUESTS FOR SUPPORT: 需要帮助"
    )
    assert [row["body"] for row in csv_rows(file_of(client, NOTES))] == [body]


LIVE = ["=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx", "'x", "''x", '=HYPERLINK("http://x";"y")', "-"]
DULL = ["1=1", " =1", "a'b", "\n=1", "“=1”", "＝1"]


@pytest.mark.parametrize("text", LIVE + DULL)
def test_what_a_spreadsheet_would_run_is_disarmed(lt: Client, text: str) -> None:
    fm, north = builders.person("fm", "FM"), builders.customer()
    builders.note(fm, north, risks="x", body=f"{text} #covid", next_action="x", next_action_date=dt.date(2030, 1, 1))
    north.name = text
    north.save()
    Risk.objects.update(title=text, last_step=text, reference=text)
    Note.objects.update(next_action=text, next_action_owner=text)
    shown = f"'{text}" if text in LIVE else text
    found = []
    for address in (NOTES, COVID):
        (row,) = csv_rows(file_of(lt, address))
        found.append([row[name] for name in ("customer", "next_action", "next_action_owner", "body")])
    (risk,) = csv_rows(file_of(lt, RISKS))
    assert found == [[shown, shown, shown, f"{shown} #covid"]] * 2
    assert [risk[name] for name in ("customer", "title", "last_step", "reference")] == [shown] * 4


any_text = st.text(st.characters(exclude_categories=["Cs"]))


def taken_off(cell: str) -> str:
    """As import reads a cell: one `'` off."""
    return cell.removeprefix("'")


@given(rows=st.lists(st.lists(any_text, min_size=2, max_size=2), max_size=4))
def test_any_cell_comes_back(rows: list[list[str]]) -> None:
    content = "".join(csv_lines(["a", "b"], rows)).encode().decode("utf-8-sig")
    header, *read = csv.reader(io.StringIO(content, newline=""), strict=True)
    assert (header, [list(map(taken_off, row)) for row in read]) == (["a", "b"], rows)
    assert [cell for row in read for cell in row if cell.startswith(tuple("=+-@\t\r"))] == []


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(text=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_any_note_comes_back(text: str) -> None:
    if not Note.objects.exists():
        builders.note(builders.person("fm", "FM"), builders.customer())
    Note.objects.update(text=text)
    (row,) = csv_rows(file_of(builders.log_in(Client(), Note.objects.get().author), NOTES))
    assert taken_off(row["body"]) == text


# --- Who gets it, what is in it ---------------------------------------------------------------------------------------


def test_it_is_streamed_as_a_download(lt: Client) -> None:
    names = {NOTES: "notes", COVID: "covid", RISKS: "risks"}
    with time_machine.travel(dt.datetime(2026, 3, 4, 16, tzinfo=dt.UTC)):  # the 5th in Shanghai
        lt.force_login(builders.person("lt2", "LT", time_zone="Asia/Shanghai"))
        found = {address: file_of(lt, address) for address in LISTS}
        assert {
            address: (answer.streaming, answer["Content-Disposition"], answer.has_header("Content-Length"))
            for address, answer in found.items()
        } == {
            address: (True, f'attachment; filename="ftstatus-{name}-2026-03-05.csv"', False)
            for address, name in names.items()
        }


@pytest.mark.parametrize("address", LISTS)
def test_who_may_read_but_not_take_away(client: Client, address: str) -> None:
    readers = Group.objects.create(name="Readers")
    readers.permissions.set(Permission.objects.filter(codename__in=["view_note", "view_risk"]))
    someone = builders.person("someone")
    someone.groups.add(readers)
    builders.log_in(client, someone)
    page = client.get(address)
    assert (page.status_code, b"format=csv" in page.content) == (200, False)
    codes = [file_of(client, address, query).status_code for query in ("", "region=EMEA", "region=XX", "colour=1")]
    assert codes == [403, 403, 403, 403]


def test_a_withdrawn_note_is_in_no_file(lt: Client) -> None:
    fm, north = builders.person("fm", "FM"), builders.customer()
    kept = builders.note(fm, north, body="#covid", workloads=["EXO"])
    gone = builders.note(fm, north, body="#covid", workloads=["EXO"])
    builders.withdraw(gone, fm)
    queries = ["", "tag=covid", "workload=EXO", "author=fm", "q=covid", "columns=all", "tag=covid&workload=EXO"]
    found = {(address, query): csv_ids(lt, address, query) for address in (NOTES, COVID) for query in queries}
    assert found == {key: [kept.pk] for key in found}


def test_only_open_risks_are_counted(lt: Client) -> None:
    fm, north = builders.person("fm", "FM"), builders.customer()
    builders.note(fm, north, risks="a\nb\nc\nd")
    for title, state in (("b", "escalated"), ("c", "resolved"), ("d", "accepted")):
        closed = dt.datetime(2026, 3, 1, tzinfo=dt.UTC) if state in ("resolved", "accepted") else None
        to = "rm" if state == "escalated" else ""
        Risk.objects.filter(title=title).update(state=state, closed_at=closed, escalated_to=to)
    assert [row["risks_open"] for row in csv_rows(file_of(lt, NOTES))] == ["2"]


def test_page_parameters_cut_nothing_off(lt: Client) -> None:
    fm, north = builders.person("fm", "FM"), builders.customer()
    made = [builders.note(fm, north, body="#covid", risks="x").pk for _ in range(5)]
    for address in LISTS:
        whole = csv_ids(lt, address)
        assert len(whole) == len(made)
        assert csv_ids(lt, address, "per_page=2&page=2") == whole
