"""Pasted text read into a template's sections: the playbook's own texts, messy ones, one rule each (domain.md §4)."""

import re
from pathlib import Path

import pytest
from django.utils import translation

from notes.pasting import Pasted, parse
from notes.playbook import ENTERPRISE_STATUS, EXECUTIVE_SUMMARY
from notes.workload_lines import WORKLOAD_NAMES, workload_codes, workloads_in

DATA = Path(__file__).parent.parent / "data"


def read(text: str) -> Pasted:
    """A pasted Executive Summary, its problems as an English reader sees them."""
    pasted = parse(EXECUTIVE_SUMMARY, text)
    with translation.override("en"):
        return Pasted(pasted.values, pasted.rest, tuple(str(problem) for problem in pasted.problems))


def data(name: str) -> str:
    return (DATA / name).read_text(encoding="utf-8")


# --- The playbook's own texts -----------------------------------------------------------------------------------------


def test_the_playbooks_chinese_example():
    assert read(data("exec_summary_zh.txt")) == Pasted(
        {
            "exec_customer": "拥有 2 万用户的零售公司引进 M365，引起媒体的广泛关注",
            "exec_engagement": "fully_engaged",
            "exec_deployment": "not_deployed",
            "exec_relationship": (
                "与客户团队密切合作，而且客户得到高管的大力支持。"
                "我们每周与客户和合作伙伴进行同步通话，以协助他们制定部署计划。"
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
        },
        "### 笔记示例\n\n### 刷新摘要\n\n"
        "|日期|变更人|变更内容|\n|---------|---------------|----------------------------|\n"
        "|04/30/2020| - |  常规维护|",
        (),
    )


def test_the_workloads_of_the_playbooks_chinese_example():
    pasted = read(data("exec_summary_zh.txt"))
    assert workloads_in(pasted.values["exec_workloads"]) == ["EXO", "OLM", "SPO", "OD", "OPP", "AADP"]


def test_an_english_summary_with_messy_marks():
    assert read(data("exec_summary_en.txt")) == Pasted(
        {
            "exec_customer": "Regional hospital group, 14 sites and 9,000 seats; a merger was announced in May.",
            "exec_engagement": "fully_engaged",
            "exec_deployment": "partially_deployed",
            "exec_relationship": (
                "The CIO sponsors the work.\nThe partner leads the pilot.\n\nWeekly calls with the account team."
            ),
            "exec_workloads": (
                "[EXO] Exchange Online – hybrid is ready; first batch on 3 June\n"
                "[OLM+INTUNE] Outlook Mobile — policy is in review\n"
                "waiting for the works council\n"
                "［teams］ Teams - pilot of 50 nurses"
            ),
            "exec_support": "An engineer for the archive migration — before July, please. #covid",
        },
        "",
        (),
    )


def test_the_playbooks_empty_template_gives_no_values():
    lines = re.findall(r"\[[A-Z0-9]+\].*", data("exec_template_zh.txt"))
    assert len(lines) == 17
    assert read(data("exec_template_zh.txt")) == Pasted(
        {},
        "### 笔记条目模板\n\n接洽状态: 保留/反应/全面接洽\nM365 部署进度: 未部署/部分部署/完全部署\n\n"
        + "\n".join(lines),
        (
            "STATUS OF THE ENGAGEMENT names several values, “保留/反应/全面接洽”: choose one. It was left in the text.",
            "M365 DEPLOYMENT PROGRESS names several values, “未部署/部分部署/完全部署”: choose one. "
            "It was left in the text.",
            "Workload lines without a status were left in the text: EXO, OLM, SPO, OD, OPP, TEAMS, YAM, WIN10, "
            "INTUNE, AADP, AIP, MCAS, IDSEC, PROJ, WDATP, SDS, CORE.",
        ),
    )


def test_an_empty_english_template_gives_no_values():
    assert read(data("exec_template_en.txt")) == Pasted(
        {},
        "STATUS OF THE ENGAGEMENT: On Hold/Reactive/Fully Engaged\n"
        "M365 DEPLOYMENT PROGRESS: Not Deployed/Partially Deployed/Fully Deployed\n\n"
        "[EXO] Exchange Online\n[OPP] Office 365 ProPlus\n[SDS] Classroom/School Data Sync (SDS)",
        (
            "STATUS OF THE ENGAGEMENT names several values, “On Hold/Reactive/Fully Engaged”: choose one. "
            "It was left in the text.",
            "M365 DEPLOYMENT PROGRESS names several values, “Not Deployed/Partially Deployed/Fully Deployed”: "
            "choose one. It was left in the text.",
            "Workload lines without a status were left in the text: EXO, OPP, SDS.",
        ),
    )


# --- Messy variants ---------------------------------------------------------------------------------------------------

ENGLISH = {
    "mail, quoted": (
        "On Monday the manager wrote\n\n> EXECUTIVE SUMMARY\n>\n> DESCRIBE THE CUSTOMER: Ferry line\n>\n"
        "> in two ports\n> STATUS OF THE ENGAGEMENT: REACTIVE.\n> - [SPO] SharePoint Online - intranet first\n",
        Pasted(
            {
                "exec_customer": "Ferry line\n\nin two ports",
                "exec_engagement": "reactive",
                "exec_workloads": "[SPO] SharePoint Online - intranet first",
            },
            "On Monday the manager wrote",
            (),
        ),
    ),
    "out of order, dashes for colons, values below": (
        "\ufeffRequests for support\r\n\r\n    Help with sizing\r\n      and with rights\r\n\r\n"
        "M365 Deployment-Progress −\r\n\r\n• fully deployed!\r\n\r\nDescribe\u00a0the\u3000customer – A brewery\r\n",
        Pasted(
            {
                "exec_customer": "A brewery",
                "exec_deployment": "fully_deployed",
                "exec_support": "Help with sizing\n  and with rights",
            },
            "",
            (),
        ),
    ),
    "markdown headings, numbers inside bold": (
        "# **EXEC SUMMARY**\n\n## 1. Describe the customer\n\nA *small* bank.\n\n"
        "**2. Status of the engagement: On hold**\n\nKEY WORKLOADS\n-----\n1. **[YAM] Yammer** - **closed** groups\n"
        "2. [AIP]: labels\n",
        Pasted(
            {
                "exec_customer": "A *small* bank.",
                "exec_engagement": "on_hold",
                "exec_workloads": "[YAM] Yammer - **closed** groups\n[AIP]: labels",
            },
            "",
            (),
        ),
    ),
    "prose around, words that equal labels inside it": (
        "Hello all, #covid\n\nEXEC SUMMARY (June)\nDESCRIBE THE CUSTOMER: A port. The customer sent\n"
        "requests for support were many\nRequests for support-related work came too\nREQUESTS FOR SUPPORT:-none\n"
        "SNAPSHOT OF KEY WORKLOADS:\n[OD] OneDrive - done\n\nRegards,\nthe manager",
        Pasted(
            {
                "exec_customer": (
                    "A port. The customer sent\nrequests for support were many\n"
                    "Requests for support-related work came too"
                ),
                "exec_workloads": "[OD] OneDrive - done",
                "exec_support": "-none",
            },
            "Hello all, #covid\n\nEXEC SUMMARY (June)\n\nRegards,\nthe manager",
            (),
        ),
    ),
    "a table's cells, hints left beside values, both languages": (
        "EXEC SUMMARY:\nDESCRIBE THE CUSTOMER (e.g. industry / size)\tToy maker\n"
        "STATUS OF THE ENGAGEMENT (On Hold / Reactive / Fully Engaged): Fully Engaged / 全面接洽\n"
        "M365 DEPLOYMENT PROGRESS (pilot only): Partially Deployed — 40 of 900 seats\n"
        "REQUESTS FOR SUPPORT (urgent): (e.g. CS MAU product) A deputy\n",
        Pasted(
            {
                "exec_customer": "Toy maker",
                "exec_engagement": "fully_engaged",
                "exec_deployment": "partially_deployed",
                "exec_support": "(urgent) A deputy",
            },
            "M365 DEPLOYMENT PROGRESS: (pilot only) 40 of 900 seats",
            (),
        ),
    ),
}
CHINESE = {
    "full width throughout": (
        "【执行摘要】\n\n一、描述客户：港口集团\n二、接洽状态：反应。\n三、Ｍ３６５部署进度－部分部署\n"
        "四、关键工作负载现状和后续行动简况：\n　［ＥＸＯ］ Exchange Online——迁移中\n"
        "　【OPP】Office 专业增强版：试点\n",
        Pasted(
            {
                "exec_customer": "港口集团",
                "exec_engagement": "reactive",
                "exec_deployment": "partially_deployed",
                "exec_workloads": "［ＥＸＯ］ Exchange Online——迁移中\n【OPP】Office 专业增强版：试点",
            },
            "",
            (),
        ),
    ),
    "values and words after them": (
        "执行摘要笔记\n接洽状态: 全面接洽，每周同步\nM365 部署进度: **完全部署**（9 月）\n"
        "支持请求——需要工程师。\n\n另请安排培训。",
        Pasted(
            {
                "exec_engagement": "fully_engaged",
                "exec_deployment": "fully_deployed",
                "exec_support": "需要工程师。\n\n另请安排培训。",
            },
            "接洽状态: 每周同步\nM365 部署进度: （9 月）",
            (),
        ),
    ),
    "brackets for colons, bullets": (
        "【描述客户】 医院\n· 【接洽状态】\n  保留\n• 与客户／合作伙伴／客户团队的当前关系概述 ： - 每月通话\n"
        "- 伙伴牵头\n"
        "（3）支持请求 (例如 CS MAU 产品)\n无",
        Pasted(
            {
                "exec_customer": "医院",
                "exec_engagement": "on_hold",
                "exec_relationship": "- 每月通话\n- 伙伴牵头",
                "exec_support": "无",
            },
            "",
            (),
        ),
    ),
    "words that begin like values and labels": (
        "描述客户的规模很难。\n接洽状态: 反应良好\n部署进度: 未部署\n支持请求很多\n",
        Pasted(
            {"exec_deployment": "not_deployed"},
            "描述客户的规模很难。\n接洽状态: 反应良好\n部署进度: 支持请求很多",
            ("“反应良好” is no value of STATUS OF THE ENGAGEMENT; it was left in the text.",),
        ),
    ),
    "workload lines first, trailing prose, English values": (
        "[WIN10] Windows 10 - 升级中\n   等待硬件\n- 第二批七月\n\n[INTUNE] Intune\n  策略审查\n\n请知悉。\n"
        "接洽状态 – Reactive\n描述客户:\n例如行业/结构\n",
        Pasted(
            {
                "exec_engagement": "reactive",
                "exec_workloads": "[WIN10] Windows 10 - 升级中\n等待硬件\n第二批七月\n[INTUNE] Intune\n策略审查",
            },
            "请知悉。",
            (),
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), [*ENGLISH.values(), *CHINESE.values()], ids=[*ENGLISH, *CHINESE])
def test_messy_variants(text, expected):
    assert read(text) == expected


# --- One rule each ----------------------------------------------------------------------------------------------------


def test_a_section_given_twice_is_joined():
    text = "REQUESTS FOR SUPPORT: one\nKEY WORKLOADS: [EXO] a\nREQUESTS FOR SUPPORT: two\nKEY WORKLOADS:\n[SPO] b"
    assert read(text) == Pasted({"exec_workloads": "[EXO] a\n[SPO] b", "exec_support": "one\ntwo"}, "", ())


def test_a_value_given_twice_keeps_the_first():
    text = "ENGAGEMENT STATUS: Reactive\nENGAGEMENT STATUS: reactive\nENGAGEMENT STATUS: On Hold since May"
    assert read(text) == Pasted(
        {"exec_engagement": "reactive"},
        "ENGAGEMENT STATUS: On Hold since May",
        ("STATUS OF THE ENGAGEMENT is given twice: the first was taken, “On Hold since May” was left in the text.",),
    )


def test_lines_below_a_value_stay_under_its_label_and_a_paragraph_stands_alone():
    text = "接洽状态: 反应\n每周\n通话\n\n另一段\nREQUESTS FOR SUPPORT: none"
    expected = Pasted({"exec_engagement": "reactive", "exec_support": "none"}, "接洽状态: 每周\n通话\n\n另一段", ())
    assert read(text) == expected


def test_a_long_value_that_is_none_is_kept_whole_and_shown_short():
    words = "x" * 100
    assert read(f"接洽状态: {words}") == Pasted(
        {},
        f"接洽状态: {words}",
        (f"“{'x' * 60}…” is no value of STATUS OF THE ENGAGEMENT; it was left in the text.",),
    )


def test_a_problem_is_told_in_the_readers_language():
    (problem,) = parse(EXECUTIVE_SUMMARY, "接洽状态: ?").problems
    assert not isinstance(problem, str)  # still lazy


def test_a_code_in_a_prose_section_stays_there():
    text = "DESCRIBE THE CUSTOMER: A port\n[EXO] was first\nREQUESTS FOR SUPPORT:\n[SPO] help"
    expected = Pasted({"exec_customer": "A port\n[EXO] was first", "exec_support": "[SPO] help"}, "", ())
    assert read(text) == expected


def test_core_alone_and_unknown_codes_open_no_section():
    text = "CORE team met\n[Skype] gone\n[OLM+FOO] x"
    assert read(text) == Pasted({"exec_workloads": "[OLM+FOO] x"}, "CORE team met\n[Skype] gone", ())


def test_workload_lines_without_their_label_end_a_value_above():
    text = "M365 DEPLOYMENT PROGRESS: Not Deployed\n[EXO] Exchange Online - planned"
    expected = Pasted({"exec_deployment": "not_deployed", "exec_workloads": text.splitlines()[1]}, "", ())
    assert read(text) == expected


def test_numbers_and_signs_that_are_no_marks_stay():
    text = (
        "KEY WORKLOADS:\n- [EXO] a\n  10. May go-live\n  -5% usage\n  +200 seats\n\nREQUESTS FOR SUPPORT: >50k - #covid"
    )
    assert read(text) == Pasted(
        {"exec_workloads": "[EXO] a\n10. May go-live\n-5% usage\n+200 seats", "exec_support": ">50k - #covid"}, "", ()
    )


def test_words_run_together_are_no_label_but_chinese_needs_no_space():
    text = "DESCRIBE THE CUSTOMER: a\nREQUESTSFORSUPPORT: b\nM365部署进度：部分 部署"
    expected = {"exec_customer": "a\nREQUESTSFORSUPPORT: b", "exec_deployment": "partially_deployed"}
    assert read(text) == Pasted(expected, "", ())


@pytest.mark.parametrize(
    "line",
    [
        *(
            "**描述客户:** A **port**",
            "**描述客户: A **port****",
            "__描述客户__: A **port**",
            "*描述客户：* A **port**",
        ),
        *("**1. 描述客户:** A **port**", "- **描述客户** - A **port**", "### ***描述客户:*** A **port**"),
    ],
)
def test_bold_marks_of_a_label_go_and_those_of_a_value_stay(line):
    assert read(line) == Pasted({"exec_customer": "A **port**"}, "", ())


def test_only_the_line_under_a_heading_is_its_underline():
    text = "EXEC SUMMARY\n====\nDESCRIBE THE CUSTOMER\n----\nA port\n----\nwith two docks"
    assert read(text) == Pasted({"exec_customer": "A port\n----\nwith two docks"}, "", ())


def test_a_paragraph_after_a_value_is_not_put_under_its_label():
    assert read("接洽状态: 反应\n\n另一段") == Pasted({"exec_engagement": "reactive"}, "另一段", ())


def test_an_example_of_the_writers_own_is_no_hint():
    text = "REQUESTS FOR SUPPORT (e.g. a deputy): x\nDESCRIBE THE CUSTOMER: e.g. ferries"
    assert read(text) == Pasted({"exec_customer": "e.g. ferries", "exec_support": "(e.g. a deputy) x"}, "", ())


def test_what_a_slide_cuts_does_not_end_its_section():
    text = "EXECUTIVE SUMMARY: shown\n## kept from the slide\nDEPLOYMENT OVERVIEW: a\n## heading"
    assert parse(ENTERPRISE_STATUS, text) == Pasted(
        {"ent_summary": "shown\n## kept from the slide", "ent_overview": "a"}, "## heading", ()
    )


@pytest.mark.parametrize(
    ("written", "value", "rest"),
    [
        ("2020-05-04", "2020-05-04", ""),
        ("2020/5/4, after the call", "2020-05-04", "NEXT UPDATE: after the call"),
        ("２０２０年５月４日", "2020-05-04", ""),
        ("2020-02-30", None, "NEXT UPDATE: 2020-02-30"),
        ("05/04/2020", None, "NEXT UPDATE: 05/04/2020"),
    ],
)
def test_dates(written, value, rest):
    pasted = parse(ENTERPRISE_STATUS, f"NEXT UPDATE: {written}")
    problem = f"“{written}” is no date of the form 2020-03-31 for NEXT UPDATE; it was left in the text."
    expected = Pasted({"ent_next_update": value}, rest, ()) if value else Pasted({}, rest, (problem,))
    with translation.override("en"):
        assert pasted == expected


@pytest.mark.parametrize(
    ("line", "codes"),
    [
        ("[EXO] Exchange Online - planned", ["EXO"]),
        ("[OLM+INTUNE] x", ["OLM", "INTUNE"]),
        ("  - **[olm + intune]** x", ["OLM", "INTUNE"]),
        ("[EXO][SPO] x [TEAMS]", ["EXO", "SPO"]),
        ("［ＥＸＯ］ x", ["EXO"]),
        ("1. 【身份安全】 x", ["IDSEC"]),
        ("[Microsoft 365 Apps] x", ["OPP"]),
        ("[Classroom / School Data Sync] x", ["SDS"]),
        ("[EXO/EXO]", ["EXO"]),
        ("CORE", ["CORE"]),
        ("- CORE network", ["CORE"]),
        ("core: network", ["CORE"]),
        ("Core network", []),
        ("CORES", []),
        ("[SKYPE] x", []),
        ("[EXO+SKYPE] x", ["EXO"]),
        ("[EXO x", []),
        ("see [EXO]", []),
        ("EXO - x", []),
        ("", []),
    ],
)
def test_workload_codes(line, codes):
    assert workload_codes(line) == codes


@pytest.mark.parametrize(("code", "name", "name_zh"), WORKLOAD_NAMES)
def test_every_workload_is_known_by_code_and_by_name(code, name, name_zh):
    assert [workload_codes(f"[{word}] x") for word in (code, code.lower(), name, name_zh)] == [[code]] * 4


def test_workloads_in_a_text():
    assert workloads_in("[SPO] a\nmore\n[EXO+SPO] b\n\nCORE - c") == ["SPO", "EXO", "CORE"]
