"""The declared templates, their text, and what a slide shows of it (domain.md §4)."""

from collections import Counter

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notes.choices import CHOICE_ALIASES
from notes.pasting import Pasted, parse
from notes.playbook import (
    CHOICE_ZH,
    ENTERPRISE_STATUS,
    EXECUTIVE_SUMMARY,
    TECHNICAL_ENABLEMENT,
    TEMPLATES,
    ConcernKind,
    Deployment,
    Engagement,
    EnterpriseReason,
    Rag,
    Section,
    TechnicalStatus,
    Template,
    choice_names,
    cut_for_slide,
    labels,
    render,
    shown_on_slide,
    template_for,
)
from notes.types import ASKED, NoteType

LANGUAGES = ("en", "zh-hans")
EVERY = [(template, language) for template in TEMPLATES.values() for language in LANGUAGES]


# --- The declaration --------------------------------------------------------------------------------------------------


def test_the_fields_columns_and_requirements_are_those_of_the_contract():
    declared = {
        template.key: [
            (section.field, section.required, section.column, section.kind, section.advised_length)
            for section in template.sections
        ]
        for template in TEMPLATES.values()
    }
    assert declared == {
        "executive_summary": [
            ("exec_customer", False, "", "text", None),
            ("exec_engagement", True, "engagement", "choice", None),
            ("exec_deployment", True, "deployment", "choice", None),
            ("exec_relationship", False, "", "text", None),
            ("exec_workloads", False, "", "lines", None),
            ("exec_support", False, "", "text", None),
        ],
        "technical_enablement": [
            ("tech_status", True, "tech_status", "choice", None),
            ("tech_status_text", False, "", "text", None),
            ("tech_summary", True, "", "text", None),
            ("tech_concern_kind", False, "tech_concern_kind", "choice", None),
            ("tech_concerns", False, "", "text", None),
            ("tech_insight_id", False, "tech_insight_id", "short", None),
        ],
        "enterprise_status": [
            ("ent_reason", True, "ent_reason", "choice", None),
            ("ent_rag", True, "rag", "choice", None),
            ("ent_summary", True, "", "text", 256),
            ("ent_overview", True, "", "text", None),
            ("ent_activities", False, "", "text", None),
            ("ent_awareness", False, "", "text", 512),
            ("ent_brand", False, "", "short", None),
            ("ent_next_update", True, "next_update", "date", None),
        ],
    }


def test_the_values_are_those_of_the_contract():
    declared = {
        section.field: section.choices.values
        for template in TEMPLATES.values()
        for section in template.sections
        if section.choices
    }
    assert declared == {
        "exec_engagement": ["on_hold", "reactive", "fully_engaged"],
        "exec_deployment": ["not_deployed", "partially_deployed", "fully_deployed"],
        "tech_status": ["on_track", "paused", "pending_customer", "pending_ftc"],
        "tech_concern_kind": ["first_party", "third_party", "business", "security", "resources", "funding"],
        "ent_reason": [
            "it_maturity",
            "over_50k",
            "exec_relationship",
            "reactive",
            "major_brand",
            "new_feature_experiment",
        ],
        "ent_rag": ["red", "yellow", "green"],
    }


def test_every_value_has_a_chinese_word_and_no_word_is_left_over():
    sets = [section.choices for template in TEMPLATES.values() for section in template.sections if section.choices]
    assert sorted(CHOICE_ZH) == sorted(f"{choices.__name__}.{value}" for choices in sets for value in choices.values)


@pytest.mark.parametrize(("template", "language"), EVERY)
def test_no_two_sections_of_a_template_share_a_label(template, language):
    # A label that is another's alias would leave its section unreachable for the parser.
    names = [label.casefold() for label in labels(template, language)[1].values()]
    names += [alias.casefold() for section in template.written for alias in section.aliases]
    assert [name for name, times in Counter(names).items() if times > 1] == []


def test_the_executive_summary_reads_exactly_as_the_playbook_writes_it():
    assert labels(EXECUTIVE_SUMMARY, "en") == (
        "EXEC SUMMARY",
        {
            "exec_customer": "DESCRIBE THE CUSTOMER",
            "exec_engagement": "STATUS OF THE ENGAGEMENT",
            "exec_deployment": "M365 DEPLOYMENT PROGRESS",
            "exec_relationship": "OVERVIEW OF CURRENT RELATIONSHIP WITH CUSTOMER/PARTNER/ACCOUNT TEAM",
            "exec_workloads": "SNAPSHOT OF KEY WORKLOADS CURRENT STATUS AND NEXT ACTIONS",
            "exec_support": "REQUESTS FOR SUPPORT",
            "risks": "RISKS",
        },
    )
    assert labels(EXECUTIVE_SUMMARY, "zh-hans") == (
        "执行摘要",
        {
            "exec_customer": "描述客户",
            "exec_engagement": "接洽状态",
            "exec_deployment": "M365 部署进度",
            "exec_relationship": "与客户/合作伙伴/客户团队的当前关系概述",
            "exec_workloads": "关键工作负载现状和后续行动简况",
            "exec_support": "支持请求",
            "risks": "风险",
        },
    )


def test_the_other_templates_read_so_too():
    assert [labels(TECHNICAL_ENABLEMENT, language) for language in LANGUAGES] == [
        (
            "TECHNICAL ENABLEMENT",
            {
                "workloads": "AFFECTED WORKLOADS",
                "tech_status": "STATUS",
                "tech_status_text": "STATUS IN A SENTENCE",
                "tech_summary": "SUMMARY",
                "next_action": "NEXT ACTION",
                "next_action_date": "NEXT ACTION DATE",
                "tech_concern_kind": "KIND OF CONCERN",
                "tech_concerns": "CONCERNS",
                "tech_insight_id": "FTC INSIGHT ID",
                "risks": "RISKS",
            },
        ),
        (
            "技术启用",
            {
                "workloads": "受影响的工作负载",
                "tech_status": "状态",
                "tech_status_text": "状态说明",
                "tech_summary": "摘要",
                "next_action": "下一行动",
                "next_action_date": "下一行动日期",
                "tech_concern_kind": "问题类型",
                "tech_concerns": "问题",
                "tech_insight_id": "FTC 见解 ID",
                "risks": "风险",
            },
        ),
    ]
    assert [labels(ENTERPRISE_STATUS, language) for language in LANGUAGES] == [
        (
            "ENTERPRISE STATUS",
            {
                "ent_reason": "REASON",
                "ent_rag": "STATUS R/Y/G",
                "ent_summary": "EXECUTIVE SUMMARY",
                "ent_overview": "DEPLOYMENT OVERVIEW",
                "ent_activities": "CURRENT FTC ACTIVITIES",
                "risks": "RISKS",
                "ent_awareness": "AWARENESS",
                "ent_brand": "PUBLIC/BRAND NAME",
                "ent_next_update": "NEXT UPDATE",
            },
        ),
        (
            "企业状态",
            {
                "ent_reason": "原因",
                "ent_rag": "状态",
                "ent_summary": "执行摘要",
                "ent_overview": "部署概述",
                "ent_activities": "当前 FTC 活动",
                "risks": "风险",
                "ent_awareness": "关注事项",
                "ent_brand": "公开/品牌名称",
                "ent_next_update": "下次更新",
            },
        ),
    ]


def test_what_stands_beside_the_sections_is_a_field_of_every_such_note():
    beside = {
        template.key: [(section.field, section.kind, section.advised_length) for section in template.beside]
        for template in TEMPLATES.values()
    }
    assert beside == {
        "executive_summary": [("risks", "risks", None)],
        "technical_enablement": [
            ("workloads", "workloads", None),
            ("next_action", "line", None),
            ("next_action_date", "date", None),
            ("risks", "risks", None),
        ],
        "enterprise_status": [("risks", "risks", 512)],
    }
    types = {"executive_summary": "overall_status"}
    for key, fields in beside.items():
        assert {name for name, _kind, _length in fields} <= ASKED[NoteType(types.get(key, key))]


@pytest.mark.parametrize("choices", [EnterpriseReason, TechnicalStatus, ConcernKind, Rag, Engagement, Deployment])
def test_no_word_stands_for_two_values_of_a_set(choices):
    meanings = {}
    for name, value in choice_names(choices):
        meanings.setdefault(" ".join(name.casefold().replace("-", " ").split()), set()).add(value)
    assert {name: values for name, values in meanings.items() if len(values) > 1} == {}


def test_every_alias_is_of_a_value_that_there_is():
    assert CHOICE_ALIASES.keys() <= CHOICE_ZH.keys()


def test_which_notes_are_written_on_which_template():
    types = ("overall_status", "entitlement_status", "technical_enablement", "enterprise_status", "technical", "")
    assert {kind: (template_for(kind, False), template_for(kind, True)) for kind in types} == {
        "overall_status": (None, EXECUTIVE_SUMMARY),
        "entitlement_status": (None, None),
        "technical_enablement": (TECHNICAL_ENABLEMENT, TECHNICAL_ENABLEMENT),
        "enterprise_status": (ENTERPRISE_STATUS, ENTERPRISE_STATUS),
        "technical": (None, None),
        "": (None, None),
    }
    assert template_for("executive_summary", True) is None  # a template's key is no note type


# --- Rendering --------------------------------------------------------------------------------------------------------

FILLED = {
    "exec_support": "An engineer\nfor the archive",
    "exec_engagement": "on_hold",
    "exec_workloads": "[EXO] Exchange Online - planned\n[CORE] network",
    "exec_relationship": "  ",
    "other": "no section of it",
}


def test_rendering_in_english():
    assert render(EXECUTIVE_SUMMARY, FILLED) == (
        "EXEC SUMMARY\n"
        "STATUS OF THE ENGAGEMENT: On Hold\n"
        "SNAPSHOT OF KEY WORKLOADS CURRENT STATUS AND NEXT ACTIONS:\n"
        "[EXO] Exchange Online - planned\n"
        "[CORE] network\n"
        "REQUESTS FOR SUPPORT: An engineer\n"
        "for the archive"
    )


def test_rendering_in_chinese():
    assert render(EXECUTIVE_SUMMARY, FILLED, "zh-hans") == (
        "执行摘要\n"
        "接洽状态: 保留\n"
        "关键工作负载现状和后续行动简况:\n"
        "[EXO] Exchange Online - planned\n"
        "[CORE] network\n"
        "支持请求: An engineer\n"
        "for the archive"
    )


def test_rendering_dates_and_values_that_no_set_knows():
    values = {"ent_next_update": "2020-05-04", "ent_rag": "blue", "ent_reason": "over_50k"}
    assert render(ENTERPRISE_STATUS, values) == (
        "ENTERPRISE STATUS\nREASON: >50k\nSTATUS R/Y/G: blue\nNEXT UPDATE: 2020-05-04"
    )


def test_rendering_what_stands_beside_the_sections():
    values = {
        "risks": "high: the freeze\nno lead",
        "next_action_date": "2019-04-30",
        "next_action": "Review the batch",
        "workloads": "[OLM+INTUNE]",
        "tech_status": "pending_ftc",
        "tech_concerns": "Reminders are lost",
    }
    assert [render(TECHNICAL_ENABLEMENT, values, language) for language in LANGUAGES] == [
        "TECHNICAL ENABLEMENT\nAFFECTED WORKLOADS: [OLM+INTUNE]\nSTATUS: Pending FTC or internal feedback\n"
        "NEXT ACTION: Review the batch\nNEXT ACTION DATE: 2019-04-30\nCONCERNS: Reminders are lost\n"
        "RISKS:\n- high: the freeze\n- no lead",
        "技术启用\n受影响的工作负载: [OLM+INTUNE]\n状态: 等待 FTC 或内部反馈\n"
        "下一行动: Review the batch\n下一行动日期: 2019-04-30\n问题: Reminders are lost\n"
        "风险:\n- high: the freeze\n- no lead",
    ]


def test_a_value_that_words_would_state_but_nobody_gave_is_rendered_empty():
    values = {"next_action": "Call on 2019-04-30", "tech_concerns": "Business: a merger, see Insight ID 12"}
    text = (
        "TECHNICAL ENABLEMENT\nNEXT ACTION: Call on 2019-04-30\nNEXT ACTION DATE:\nKIND OF CONCERN:\n"
        "CONCERNS: Business: a merger, see Insight ID 12\nFTC INSIGHT ID:"
    )
    assert render(TECHNICAL_ENABLEMENT, values) == text
    assert parse(TECHNICAL_ENABLEMENT, text) == Pasted(values, "", ())
    # A note's own text, which lists and files carry, has no such label.
    assert render(TECHNICAL_ENABLEMENT, values, blanks=False) == "\n".join(
        line for line in text.splitlines() if not line.endswith(":")
    )


@pytest.mark.parametrize("values", [{}, {"exec_customer": " \n"}, {"ent_rag": "red"}])
def test_nothing_filled_renders_nothing(values):
    assert render(EXECUTIVE_SUMMARY, values) == ""


def test_the_active_language_changes_neither_text_nor_reading():
    # Words that Django's own catalogue translates, so that the active language could show.
    template = Template("t", _("Home"), "首", (), (Section("a", _("Password"), "口令"), Section("b", _("Yes"), "对")))
    with translation.override("zh-hans"):
        assert str(template.title) != "Home"
        text = render(template, {"a": "x", "b": "y"})
        assert text == "Home\nPassword: x\nYes: y"
        assert parse(template, text) == Pasted({"a": "x", "b": "y"}, "", ())


# --- The slide --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "shown", "cut"),
    [
        ("On pace.", "On pace.", ""),
        ("  On pace.\n", "On pace.", ""),
        ("On pace. ## works council\nand more", "On pace.", "## works council\nand more"),
        ("On pace.\n##\nhidden ## twice", "On pace.", "##\nhidden ## twice"),
        ("## all of it", "", "## all of it"),
        ("按计划进行＃＃内部：工会", "按计划进行", "＃＃内部：工会"),
        ("a#＃b", "a", "#＃b"),
        ("### a heading\n# one", "### a heading\n# one", ""),
        ("#### four, C#, #covid", "#### four, C#, #covid", ""),
        ("### then ## cut", "### then", "## cut"),
        ("", "", ""),
    ],
)
def test_a_double_hash_cuts_what_follows_from_the_slide(text, shown, cut):
    assert cut_for_slide(text) == (shown, cut)
    assert shown_on_slide(text) == shown


def test_characters_are_counted_as_they_are_seen_by_python():
    assert len(shown_on_slide("🟢 进度 ## x")) == 4
