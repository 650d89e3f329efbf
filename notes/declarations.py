"""The templates of notes, section by section, and what stands beside the sections in their text (domain.md §4)."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from notes.choices import ConcernKind, Deployment, Engagement, EnterpriseReason, Rag, TechnicalStatus

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise


# Compared by identity (`eq=False`): a lazy label would change an equal-by-value hash with the reader's language.
@dataclass(frozen=True, eq=False)
class Section:
    """One section of a template: a form field, a label in either language and, where it has them, its values.

    `column` names the Note column that holds it; "" is prose, kept in the JSON `sections` under `field`. The words
    after a choice's value go to `words_to`. What a text `states` in its own words (its kind, its date, an ID) is the
    value of those fields, unless they are given under their own labels.
    """

    field: str
    label: StrPromise
    zh: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: type[TextChoices] | None = None
    column: str = ""
    kind: Literal["text", "lines", "choice", "date", "short", "line", "risks", "workloads"] = "text"
    hint: StrPromise | str = ""
    hint_zh: str = ""
    other_hints: tuple[str, ...] = ()  # what else stands in the brackets of templates that people fill in
    advised_length: int | None = None  # characters on the one-slide view
    words_to: str = ""
    states: tuple[str, ...] = ()
    limit: int | None = None  # characters that the field holds
    before: str = ""  # of a field beside the sections: the section that it stands before in the text, "" for the end


@dataclass(frozen=True, eq=False)
class Template:
    """A note's sections in order, under the title that begins its text.

    `beside` are the note's own fields that people write among the sections (workloads, next action, risks): they are
    pasted and rendered with them, but are no sections of the note.
    """

    key: str
    title: StrPromise
    title_zh: str
    title_aliases: tuple[str, ...]
    sections: tuple[Section, ...]
    beside: tuple[Section, ...] = ()

    @cached_property
    def written(self) -> tuple[Section, ...]:
        """The sections and what stands beside them, in the order of the text."""
        stops = (*(section.field for section in self.sections), "")
        own = {section.field: section for section in self.sections}
        order = [(*(one for one in self.beside if one.before == stop), own.get(stop)) for stop in stops]
        return tuple(section for group in order for section in group if section)


def _risks(before: str = "", advised_length: int | None = None) -> Section:
    """The Risks box, which takes escalations and issues out of the prose (domain.md §4)."""
    return Section(
        "risks",
        _("RISKS"),
        "风险",
        aliases=(
            *("RISK", "RISKS BOX", "RISKS/ISSUES", "RISKS AND ISSUES", "RISKS & ISSUES", "RISKS/ESCALATIONS"),
            *("RISKS AND ESCALATIONS", "ESCALATIONS AND RISKS", "ESCALATIONS", "ESCALATIONS AND ISSUES"),
            *("风险框", "风险和问题", "风险与问题", "风险和升级", "升级和风险", "风险/问题"),
        ),
        kind="risks",
        advised_length=advised_length,
        before=before,
    )


EXECUTIVE_SUMMARY = Template(
    key="executive_summary",
    title=_("EXEC SUMMARY"),
    title_zh="执行摘要",
    title_aliases=("EXECUTIVE SUMMARY", "EXEC SUMMARY NOTE", "EXECUTIVE SUMMARY NOTE", "执行摘要笔记"),
    sections=(
        Section(
            "exec_customer",
            _("DESCRIBE THE CUSTOMER"),
            "描述客户",
            aliases=("CUSTOMER DESCRIPTION", "DESCRIPTION OF THE CUSTOMER", "客户描述"),
            hint=_("Industry, structure, size, recent news"),
            hint_zh="行业/结构/规模/最近新闻",
        ),
        Section(
            "exec_engagement",
            _("STATUS OF THE ENGAGEMENT"),
            "接洽状态",
            aliases=("STATUS OF ENGAGEMENT", "ENGAGEMENT STATUS"),
            required=True,
            choices=Engagement,
            column="engagement",
            kind="choice",
        ),
        Section(
            "exec_deployment",
            _("M365 DEPLOYMENT PROGRESS"),
            "M365 部署进度",
            aliases=("MICROSOFT 365 DEPLOYMENT PROGRESS", "DEPLOYMENT PROGRESS", "Microsoft 365 部署进度", "部署进度"),
            required=True,
            choices=Deployment,
            column="deployment",
            kind="choice",
        ),
        Section(
            "exec_relationship",
            _("OVERVIEW OF CURRENT RELATIONSHIP WITH CUSTOMER/PARTNER/ACCOUNT TEAM"),
            "与客户/合作伙伴/客户团队的当前关系概述",
            aliases=(
                "OVERVIEW OF THE CURRENT RELATIONSHIP WITH THE CUSTOMER/PARTNER/ACCOUNT TEAM",
                "OVERVIEW OF CURRENT RELATIONSHIP WITH CUSTOMER, PARTNER AND ACCOUNT TEAM",
                "OVERVIEW OF CURRENT RELATIONSHIP",
                "CURRENT RELATIONSHIP",
                "与客户、合作伙伴、客户团队的当前关系概述",
                "当前关系概述",
            ),
        ),
        Section(
            "exec_workloads",
            _("SNAPSHOT OF KEY WORKLOADS CURRENT STATUS AND NEXT ACTIONS"),
            "关键工作负载现状和后续行动简况",
            aliases=(
                "SNAPSHOT OF KEY WORKLOADS: CURRENT STATUS AND NEXT ACTIONS",
                "SNAPSHOT OF KEY WORKLOADS, CURRENT STATUS AND NEXT ACTIONS",
                "SNAPSHOT OF KEY WORKLOADS' CURRENT STATUS AND NEXT ACTIONS",
                "SNAPSHOT OF KEY WORKLOADS’ CURRENT STATUS AND NEXT ACTIONS",
                "SNAPSHOT OF KEY WORKLOADS",
                "KEY WORKLOADS",
                "关键工作负载",
            ),
            kind="lines",
            hint=_("One line for each workload under discussion: [CODE] Name - status and next action"),
            hint_zh="每个正在讨论的工作负载一行：[CODE] 名称 - 状态和后续行动",
            other_hints=(
                "删除当前未讨论的工作负载",
                "delete the workloads not under discussion",
                "delete workloads not under discussion",
                "delete workloads not currently under discussion",
                "delete workloads not currently discussed",
                "remove workloads not under discussion",
            ),
        ),
        Section(
            "exec_support",
            _("REQUESTS FOR SUPPORT"),
            "支持请求",
            aliases=("REQUEST FOR SUPPORT", "SUPPORT REQUESTS", "SUPPORT REQUEST"),
            hint=_("What would help, such as CS MAU products"),
            hint_zh="CS MAU 产品",
            other_hints=("CS MAU product", "CS MAU products"),
        ),
    ),
    beside=(_risks(),),
)

TECHNICAL_ENABLEMENT = Template(
    key="technical_enablement",
    title=_("TECHNICAL ENABLEMENT"),
    title_zh="技术启用",
    title_aliases=("TECHNICAL ENABLEMENT NOTE", "TECHNICAL ENABLEMENT UPDATE", "技术启用笔记"),
    sections=(
        Section(
            "tech_status",
            _("STATUS"),
            "状态",
            aliases=("CURRENT STATUS", "TECHNICAL STATUS", "当前状态", "技术状态"),
            required=True,
            choices=TechnicalStatus,
            column="tech_status",
            kind="choice",
            words_to="tech_status_text",
        ),
        Section("tech_status_text", _("STATUS IN A SENTENCE"), "状态说明"),
        Section(
            "tech_summary",
            _("SUMMARY"),
            "摘要",
            aliases=("SUMMARY OF WORK", "总结", "概要"),
            required=True,
            hint=_("What was done"),
            hint_zh="已完成的工作",
        ),
        Section(
            "tech_concern_kind",
            _("KIND OF CONCERN"),
            "问题类型",
            aliases=("CONCERN KIND", "TYPE OF CONCERN", "CONCERN TYPE"),
            choices=ConcernKind,
            column="tech_concern_kind",
            kind="choice",
            words_to="tech_concerns",
        ),
        Section(
            "tech_concerns",
            _("CONCERNS"),
            "问题",
            aliases=("CONCERN", "CONCERNS/ISSUES", "CONCERNS AND ISSUES", "ISSUES AND CONCERNS", "顾虑", "疑虑"),
            states=("tech_concern_kind", "tech_insight_id"),
        ),
        Section(
            "tech_insight_id",
            _("FTC INSIGHT ID"),
            "FTC 见解 ID",
            aliases=("INSIGHT ID", "FTC INSIGHTS ID", "FTC INSIGHT", "见解 ID"),
            column="tech_insight_id",
            kind="short",
            hint=_("A 1st-party concern cites it, or says “pending”"),
            hint_zh="第一方问题需引用，或写 pending",
        ),
    ),
    beside=(
        Section(
            "workloads",
            _("AFFECTED WORKLOADS"),
            "受影响的工作负载",
            aliases=("AFFECTED WORKLOAD", "WORKLOADS AFFECTED", "WORKLOADS", "WORKLOAD", "受影响工作负载", "工作负载"),
            kind="workloads",
            before="tech_status",
        ),
        Section(
            "next_action",
            _("NEXT ACTION"),
            "下一行动",
            aliases=(
                *("NEXT ACTIONS", "NEXT ACTION ITEM", "NEXT ACTION ITEMS", "NEXT STEP", "NEXT STEPS"),
                *("下一步行动", "下一步", "后续行动", "后续步骤"),
            ),
            kind="line",
            other_hints=("what, and when", "what and when"),
            states=("next_action_date",),
            limit=500,
            before="tech_concern_kind",
        ),
        Section(
            "next_action_date",
            _("NEXT ACTION DATE"),
            "下一行动日期",
            aliases=("DATE OF NEXT ACTION", "DATE OF THE NEXT ACTION", "下一步行动日期"),
            kind="date",
            before="tech_concern_kind",
        ),
        _risks(),
    ),
)

ENTERPRISE_STATUS = Template(
    key="enterprise_status",
    title=_("ENTERPRISE STATUS"),
    title_zh="企业状态",
    title_aliases=("ENTERPRISE STATUS NOTE", "ENTERPRISE STATUS UPDATE", "企业状态笔记"),
    sections=(
        Section(
            "ent_reason",
            _("REASON"),
            "原因",
            aliases=("ENTERPRISE REASON", "REASON FOR ENGAGEMENT", "企业原因"),
            required=True,
            choices=EnterpriseReason,
            column="ent_reason",
            kind="choice",
        ),
        Section(
            "ent_rag",
            _("STATUS R/Y/G"),
            "状态",
            aliases=(
                *("STATUS", "CURRENT STATUS", "RAG", "RAG STATUS", "RYG", "RYG STATUS", "R/Y/G", "R/Y/G STATUS"),
                *("当前状态", "状态 R/Y/G", "状态 红/黄/绿"),
            ),
            required=True,
            choices=Rag,
            column="rag",
            kind="choice",
        ),
        Section(
            "ent_summary",
            _("EXECUTIVE SUMMARY"),
            "执行摘要",
            aliases=("EXEC SUMMARY",),
            required=True,
            hint=_("What keeps this from Green: topic, description, impact, actions"),
            hint_zh="是什么使其未达到绿色：主题、描述、影响、行动",
            advised_length=256,
        ),
        Section(
            "ent_overview",
            _("DEPLOYMENT OVERVIEW"),
            "部署概述",
            aliases=("OVERVIEW OF DEPLOYMENT", "OVERVIEW OF THE DEPLOYMENT", "部署概览"),
            required=True,
        ),
        Section(
            "ent_activities",
            _("CURRENT FTC ACTIVITIES"),
            "当前 FTC 活动",
            aliases=("CURRENT FTC ACTIVITY", "FTC ACTIVITIES", "CURRENT ACTIVITIES", "FTC 活动", "当前活动"),
            hint=_("Status, blockers, next actions and dates for EXO, SPO and OPP"),
            hint_zh="EXO、SPO 和 OPP 的状态、阻碍、后续行动和日期",
        ),
        Section("ent_awareness", _("AWARENESS"), "关注事项", aliases=("FOR AWARENESS",), advised_length=512),
        Section(
            "ent_brand",
            _("PUBLIC/BRAND NAME"),
            "公开/品牌名称",
            aliases=(
                "BRAND NAME",
                "PUBLIC NAME",
                "PUBLIC NAME/BRAND NAME",
                "PUBLIC OR BRAND NAME",
                "品牌名称",
                "公开名称",
            ),
            kind="short",
        ),
        Section(
            "ent_next_update",
            _("NEXT UPDATE"),
            "下次更新",
            aliases=("NEXT UPDATE DATE", "DATE OF NEXT UPDATE", "NEXT UPDATE DUE", "下次更新日期", "下次更新时间"),
            required=True,
            column="next_update",
            kind="date",
        ),
    ),
    beside=(_risks(before="ent_awareness", advised_length=512),),
)

TEMPLATES: dict[str, Template] = {
    template.key: template for template in (EXECUTIVE_SUMMARY, TECHNICAL_ENABLEMENT, ENTERPRISE_STATUS)
}
