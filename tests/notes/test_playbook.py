"""The declared templates, their text, and what a slide shows of it (domain.md §4)."""

from collections import Counter

import pytest
from django.utils import translation
from django.utils.translation import gettext_lazy as _

from notes.pasting import Pasted, parse
from notes.playbook import (
    CHOICE_ZH,
    ENTERPRISE_STATUS,
    EXECUTIVE_SUMMARY,
    TECHNICAL_ENABLEMENT,
    TEMPLATES,
    Section,
    Template,
    labels,
    render,
    template_for,
)

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
    names += [alias.casefold() for section in template.sections for alias in section.aliases]
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
        },
    )


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
