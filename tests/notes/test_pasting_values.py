"""The values of Technical Enablement and Enterprise Status notes as people write them (domain.md §4)."""

import pytest
from django.utils import translation

from notes.pasting import Pasted, parse
from notes.playbook import ENTERPRISE_STATUS, TECHNICAL_ENABLEMENT, Template


def read(text: str, template: Template) -> Pasted:
    """A pasted text, its problems as an English reader sees them."""
    pasted = parse(template, text)
    with translation.override("en"):
        return Pasted(pasted.values, pasted.rest, tuple(str(problem) for problem in pasted.problems))


# --- Technical Enablement ---------------------------------------------------------------------------------------------


def technical(text: str) -> dict[str, str]:
    """What a pasted Technical Enablement note gives, nothing left and nothing told."""
    pasted = read(text, TECHNICAL_ENABLEMENT)
    assert (pasted.rest, pasted.problems) == ("", ()), pasted
    return pasted.values


@pytest.mark.parametrize(
    ("line", "workloads"),
    [
        ("[EXO]", "[EXO]"),
        ("[OLM+INTUNE]", "[OLM+INTUNE]"),
        ("[EXO][TEAMS]", "[EXO+TEAMS]"),
        ("[EXO] [TEAMS]", "[EXO+TEAMS]"),
        ("[EXO, SPO]", "[EXO+SPO]"),
        ("［ＥＸＯ］【SPO】", "[EXO+SPO]"),
        ("CORE", "[CORE]"),
        ("**[EXO]**", "[EXO]"),
        ("EXO, Teams and SharePoint Online", "[EXO+TEAMS+SPO]"),
        ("[EXO] Exchange Online", "[EXO]"),
        ("AFFECTED WORKLOADS: EXO, SPO", "[EXO+SPO]"),
        ("Affected workloads:\n- [EXO]\n- OneDrive for Business", "[EXO+OD]"),
        ("受影响的工作负载：EXO、身份安全", "[EXO+IDSEC]"),
        ("受影响的工作负载：［Azure 信息保护］", "[AIP]"),
        ("TECHNICAL ENABLEMENT – [EXO+EXO]", "[EXO]"),
        ("Technical Enablement [EXO]", "[EXO]"),
        ("[EXO] Technical Enablement", "[EXO]"),
        ("技术启用：【WIN10】", "[WIN10]"),
    ],
)
def test_the_first_line_names_the_workloads(line, workloads):
    assert technical(f"{line}\nSTATUS: On track") == {"workloads": workloads, "tech_status": "on_track"}


def test_workloads_before_a_label():
    text = "[EXO] STATUS: On track - pilot\n[SPO] STATUS: on track - sites\n[SPO] SUMMARY: ten sites\nSUMMARY: two more"
    assert technical(text) == {
        "workloads": "[EXO+SPO]",
        "tech_status": "on_track",
        "tech_status_text": "pilot\n[SPO] sites",
        "tech_summary": "[SPO] ten sites\ntwo more",
    }


@pytest.mark.parametrize(
    ("line", "workloads"),
    [
        ("[EXO+SKYPE] Kick-off", "[EXO]"),
        ("[EXO] Kick-off", "[EXO]"),
        ("[EXO+SKYPE]", "[EXO]"),
        ("CORE: kick-off", "[CORE]"),
        ("CORE – kick-off", "[CORE]"),
        ("CORE team met", None),
    ],
)
def test_words_beside_the_workloads_stay(line, workloads):
    values = {"workloads": workloads} if workloads else {}
    assert read(f"{line}\nSTATUS: Paused", TECHNICAL_ENABLEMENT) == Pasted(
        {**values, "tech_status": "paused"}, line, ()
    )


def test_a_code_inside_the_prose_stays_there():
    text = "SUMMARY:\n[EXO] moved\n\n[SPO]\nten sites\nSTATUS: paused"
    assert technical(text) == {"tech_status": "paused", "tech_summary": "[EXO] moved\n\n[SPO]\nten sites"}


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("On track", "on_track"), ("on-track", "on_track"), ("Ontrack", "on_track"), ("进行中", "on_track")),
        *(("PAUSED", "paused"), ("On hold", "paused"), ("已暂停", "paused"), ("暂停", "paused")),
        *(("Pending customer", "pending_customer"), ("Pending customer feedback", "pending_customer")),
        *(("waiting for customer feedback", "pending_customer"), ("Awaiting customer", "pending_customer")),
        *(("等待客户反馈", "pending_customer"), ("等待客户", "pending_customer")),
        *(("Pending FTC feedback", "pending_ftc"), ("Pending internal feedback", "pending_ftc")),
        *(("Pending FTC or internal feedback", "pending_ftc"), ("waiting on FTC", "pending_ftc")),
        *(("等待 FTC 反馈", "pending_ftc"), ("等待ＦＴＣ反馈", "pending_ftc"), ("等待内部反馈", "pending_ftc")),
        ("等待 FTC 或内部反馈", "pending_ftc"),
    ],
)
def test_technical_statuses_as_people_write_them(written, value):
    assert technical(f"STATUS: {written}") == {"tech_status": value}
    assert technical(f"状态：**{written}** – 试点，on track 之后") == {
        "tech_status": value,
        "tech_status_text": "试点，on track 之后",
    }


SEVERAL = "STATUS names several values, “{}”: choose one. It was left in the text."


@pytest.mark.parametrize(
    ("written", "left", "problem"),
    [
        (
            "On track / Paused",
            True,
            "STATUS names several values, “On track / Paused”: choose one. It was left in the text.",
        ),
        (
            "On track - Paused",
            True,
            "STATUS names several values, “On track - Paused”: choose one. It was left in the text.",
        ),
        ("going well", False, "“going well” is no value of STATUS; it stands under STATUS IN A SENTENCE."),
        ("Green", False, "“Green” is no value of STATUS; it stands under STATUS IN A SENTENCE."),
    ],
)
def test_a_status_that_is_none_is_kept_and_told(written, left, problem):
    values = {} if left else {"tech_status_text": written}
    assert read(f"STATUS: {written}", TECHNICAL_ENABLEMENT) == Pasted(
        values, f"STATUS: {written}" if left else "", (problem,)
    )


@pytest.mark.parametrize(
    ("written", "kind", "concerns"),
    [
        ("1st party - Outlook crashes", "first_party", "Outlook crashes"),
        ("1st-party software: Outlook crashes", "first_party", "Outlook crashes"),
        ("First-party\nOutlook crashes", "first_party", "Outlook crashes"),
        ("[3rd party] proxy", "third_party", "proxy"),
        ("(Third-party hardware) proxy", "third_party", "proxy"),
        ("Business – a merger", "business", "a merger"),
        ("Project resources. Nobody is free.", "resources", "Nobody is free."),
        ("Funding", "funding", None),
        ("第一方软件——丢失提醒", "first_party", "丢失提醒"),
        ("【第三方】代理", "third_party", "代理"),
        ("安全：八位 PIN", "security", "八位 PIN"),
        ("none", None, "none"),
        ("无", None, "无"),
        ("Business is slow", None, "Business is slow"),
        ("Security-related talk", None, "Security-related talk"),
        ("安全团队很忙", None, "安全团队很忙"),
    ],
)
def test_kinds_of_concern_as_people_write_them(written, kind, concerns):
    values = {"tech_concern_kind": kind, "tech_concerns": concerns}
    assert technical(f"CONCERNS: {written}") == {name: value for name, value in values.items() if value}


def test_a_concern_of_two_kinds_is_told():
    problem = "KIND OF CONCERN names several values, “Business / Security - x”: choose one. It was left in the text."
    assert read("CONCERNS: Business / Security - x", TECHNICAL_ENABLEMENT) == Pasted(
        {"tech_concerns": "Business / Security - x"}, "", (problem,)
    )


@pytest.mark.parametrize(
    ("written", "insight", "concerns"),
    [
        ("crash, FTC Insight ID: 12345", "12345", "crash, FTC Insight ID: 12345"),
        ("crash (Insight ID 12345)", "12345", "crash (Insight ID 12345)"),
        ("crash. Insight ID pending.", "pending", "crash. Insight ID pending."),
        ("崩溃，FTC 见解 ID：A-99", "A-99", "崩溃，FTC 见解 ID：A-99"),
        ("崩溃，见解 ID 待定", "pending", "崩溃，见解 ID 待定"),
        ("crash\nFTC Insight ID 12345", "12345", "crash"),
        ("crash\nFTC INSIGHT ID: 12345", "12345", "crash"),
        ("crash, no insight yet", None, "crash, no insight yet"),
        ("ask for an Insight ID soon", None, "ask for an Insight ID soon"),
    ],
)
def test_an_insight_id_is_read_where_it_is_named(written, insight, concerns):
    values = {"tech_concerns": concerns, "tech_insight_id": insight}
    assert technical(f"CONCERNS: {written}") == {name: value for name, value in values.items() if value}


@pytest.mark.parametrize(
    ("written", "date"),
    [
        ("Review, next occurrence on April 30, 2019", "2019-04-30"),
        ("Review on 30 April 2019, Priya", "2019-04-30"),
        ("Apr 30, 2019: review", "2019-04-30"),
        ("2019-04-30 review", "2019-04-30"),
        ("review 2019/4/30", "2019-04-30"),
        ("2019 年 4 月 30 日审查", "2019-04-30"),
        ("Review", None),
    ],
)
def test_a_plain_date_of_a_next_action(written, date):
    values = {"next_action": written, "next_action_date": date}
    assert technical(f"NEXT ACTION: {written}") == {name: value for name, value in values.items() if value}


@pytest.mark.parametrize("date", ["04/05/2019", "April 30", "4 月 30 日", "30 April or 7 May 2019", "2019-02-30"])
def test_a_date_that_is_not_plain_is_not_read(date):
    problem = f"No single full date could be read from “Review on {date}”; fill it in."
    expected = Pasted({"next_action": f"Review on {date}"}, "", (problem,))
    assert read(f"NEXT ACTION: Review on {date}", TECHNICAL_ENABLEMENT) == expected


def test_a_date_under_its_own_label_counts():
    text = "下一行动：2019-04-30 审查\n下一行动日期：2019-05-07"
    assert technical(text) == {"next_action": "2019-04-30 审查", "next_action_date": "2019-05-07"}


def test_no_next_action_and_no_risk_are_none():
    text = "SUMMARY: x\nNEXT ACTION: none\nRISKS: N/A"
    assert read(text, TECHNICAL_ENABLEMENT) == Pasted({"tech_summary": "x"}, "NEXT ACTION: none\nRISKS: N/A", ())


def test_risks_one_a_line():
    text = (
        "RISKS:\n1. high: the freeze\n   outlasts the term\n2) low: press\n10. May is full\n\n"
        "- medium: one more\nAWARENESS: x"
    )
    assert read(text, ENTERPRISE_STATUS) == Pasted(
        {
            "risks": "high: the freeze outlasts the term\nlow: press\n10. May is full\nmedium: one more",
            "ent_awareness": "x",
        },
        "",
        (),
    )


# --- Enterprise Status ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "written", "value"),
    [
        *(
            ("STATUS R/Y/G", "Red", "red"),
            ("STATUS", "Y", "yellow"),
            ("RAG", "G", "green"),
            ("Status", "amber", "yellow"),
        ),
        *(
            ("STATUS (R/Y/G)", "R", "red"),
            ("状态", "红", "red"),
            ("状态", "黄色", "yellow"),
            ("状态（红/黄/绿）", "绿", "green"),
        ),
        *(("STATUS", "🟢", "green"), ("状态", "绿色 Green", "green"), ("Status", "G (Green)", "green")),
    ],
)
def test_colours_as_people_write_them(label, written, value):
    assert read(f"{label}: {written}", ENTERPRISE_STATUS) == Pasted({"ent_rag": value}, "", ())


def test_a_colour_in_the_brackets_of_its_label():
    assert read("STATUS (G): on pace", ENTERPRISE_STATUS) == Pasted({"ent_rag": "green"}, "STATUS: on pace", ())


@pytest.mark.parametrize(
    ("written", "value"),
    [
        *(("IT Maturity", "it_maturity"), (">50k", "over_50k"), ("> 50k", "over_50k"), ("超过 5 万", "over_50k")),
        *(("Executive relationship", "exec_relationship"), ("高管关系", "exec_relationship"), ("反应", "reactive")),
        *(("Major-Brand", "major_brand"), ("New Feature / Experiment", "new_feature_experiment")),
        *(("New feature", "new_feature_experiment"), ("新功能/试验", "new_feature_experiment")),
    ],
)
def test_reasons_as_people_write_them(written, value):
    assert read(f"原因：{written}", ENTERPRISE_STATUS) == Pasted({"ent_reason": value}, "", ())


@pytest.mark.parametrize(
    ("written", "value", "rest"),
    [
        ("by April 30, 2019", "2019-04-30", ""),
        ("30 April 2019.", "2019-04-30", ""),
        ("Tuesday, April 30, 2019", "2019-04-30", ""),
        ("2019 年 4 月 30 日（星期二）前", "2019-04-30", ""),
        ("April 30, 2019 - after the board", "2019-04-30", "NEXT UPDATE: after the board"),
        ("after the board of April 30, 2019", "2019-04-30", "NEXT UPDATE: after the board of April 30, 2019"),
    ],
)
def test_a_next_update_in_words(written, value, rest):
    assert read(f"NEXT UPDATE: {written}", ENTERPRISE_STATUS) == Pasted({"ent_next_update": value}, rest, ())


def test_a_mails_end_belongs_to_no_section():
    text = "AWARENESS: The CIO leaves.\n\nRegards,\nTomás\n\nNEXT UPDATE: 2019-04-30"
    assert read(text, ENTERPRISE_STATUS) == Pasted(
        {"ent_awareness": "The CIO leaves.", "ent_next_update": "2019-04-30"}, "Regards,\nTomás", ()
    )
    whole = "ENTERPRISE STATUS\nAWARENESS: The CIO leaves.\n\nRegards,\nTomás"
    assert read(whole, ENTERPRISE_STATUS) == Pasted({"ent_awareness": "The CIO leaves.\n\nRegards,\nTomás"}, "", ())
