"""The templates of notes, declared once (domain.md §4), and their text; `notes.pasting` reads that text back.

Form fields, rendering, parser and CSV columns follow from the declaration: adding a section is adding one here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Literal

from django.db.models import TextChoices
from django.utils import translation
from django.utils.translation import gettext_lazy as _

# An enterprise customer and a note about it give the same reasons.
from customers.choices import EnterpriseReason as EnterpriseReason

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Language = Literal["en", "zh-hans"]


class Engagement(TextChoices):
    """How far the customer takes part; *On Hold* is a pause (domain.md §4, §7)."""

    ON_HOLD = "on_hold", _("On Hold")
    REACTIVE = "reactive", _("Reactive")
    FULLY_ENGAGED = "fully_engaged", _("Fully Engaged")


class Deployment(TextChoices):
    """How far Microsoft 365 is deployed (domain.md §4)."""

    NOT_DEPLOYED = "not_deployed", _("Not Deployed")
    PARTIALLY_DEPLOYED = "partially_deployed", _("Partially Deployed")
    FULLY_DEPLOYED = "fully_deployed", _("Fully Deployed")


class TechnicalStatus(TextChoices):
    """Where an engineer's work stands; *Paused* is a pause (domain.md §4, §7)."""

    ON_TRACK = "on_track", _("On track")
    PAUSED = "paused", _("Paused")
    PENDING_CUSTOMER = "pending_customer", _("Pending customer feedback")
    PENDING_FTC = "pending_ftc", _("Pending FTC or internal feedback")


class ConcernKind(TextChoices):
    """Where a technical concern comes from; the first kind cites an FTC Insight ID (domain.md §4)."""

    FIRST_PARTY = "first_party", _("1st-party software")
    THIRD_PARTY = "third_party", _("3rd-party software or hardware")
    BUSINESS = "business", _("Business")
    SECURITY = "security", _("Security")
    RESOURCES = "resources", _("Project resources")
    FUNDING = "funding", _("Funding")


class Rag(TextChoices):
    """The health of an enterprise engagement, not of its usage (domain.md §4)."""

    RED = "red", _("Red")
    YELLOW = "yellow", _("Yellow")
    GREEN = "green", _("Green")


# By class and value, since members of two sets that share a value (`reactive`) are equal as keys.
CHOICE_ZH: dict[str, str] = {
    "Engagement.on_hold": "保留",
    "Engagement.reactive": "反应",
    "Engagement.fully_engaged": "全面接洽",
    "Deployment.not_deployed": "未部署",
    "Deployment.partially_deployed": "部分部署",
    "Deployment.fully_deployed": "完全部署",
    "TechnicalStatus.on_track": "进行中",
    "TechnicalStatus.paused": "已暂停",
    "TechnicalStatus.pending_customer": "等待客户反馈",
    "TechnicalStatus.pending_ftc": "等待 FTC 或内部反馈",
    "ConcernKind.first_party": "第一方软件",
    "ConcernKind.third_party": "第三方软件或硬件",
    "ConcernKind.business": "业务",
    "ConcernKind.security": "安全",
    "ConcernKind.resources": "项目资源",
    "ConcernKind.funding": "资金",
    "Rag.red": "红",
    "Rag.yellow": "黄",
    "Rag.green": "绿",
    "EnterpriseReason.it_maturity": "IT 成熟度",
    "EnterpriseReason.over_50k": "超过 5 万",
    "EnterpriseReason.exec_relationship": "高管关系",
    "EnterpriseReason.reactive": "反应",
    "EnterpriseReason.major_brand": "知名品牌",
    "EnterpriseReason.new_feature_experiment": "新功能/试验",
}


# Compared by identity (`eq=False`): a lazy label would change an equal-by-value hash with the reader's language.
@dataclass(frozen=True, eq=False)
class Section:
    """One section of a template: a form field, a label in either language and, where it has them, its values.

    `column` names the Note column that holds it; "" is prose, kept in the JSON `sections` under `field`.
    """

    field: str
    label: StrPromise
    zh: str
    aliases: tuple[str, ...] = ()
    required: bool = False
    choices: type[TextChoices] | None = None
    column: str = ""
    kind: Literal["text", "lines", "choice", "date", "short"] = "text"
    hint: StrPromise | str = ""
    hint_zh: str = ""
    other_hints: tuple[str, ...] = ()  # what else stands in the brackets of templates that people fill in
    advised_length: int | None = None  # characters on the one-slide view


@dataclass(frozen=True, eq=False)
class Template:
    """A note's sections in order, under the title that begins its text."""

    key: str
    title: StrPromise
    title_zh: str
    title_aliases: tuple[str, ...]
    sections: tuple[Section, ...]


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
)

TECHNICAL_ENABLEMENT = Template(
    key="technical_enablement",
    title=_("TECHNICAL ENABLEMENT"),
    title_zh="技术启用",
    title_aliases=(),
    sections=(
        Section(
            "tech_status",
            _("STATUS"),
            "状态",
            required=True,
            choices=TechnicalStatus,
            column="tech_status",
            kind="choice",
        ),
        Section("tech_status_text", _("STATUS IN A SENTENCE"), "状态说明"),
        Section("tech_summary", _("SUMMARY"), "摘要", required=True, hint=_("What was done"), hint_zh="已完成的工作"),
        Section(
            "tech_concern_kind",
            _("KIND OF CONCERN"),
            "问题类型",
            choices=ConcernKind,
            column="tech_concern_kind",
            kind="choice",
        ),
        Section("tech_concerns", _("CONCERNS"), "问题"),
        Section(
            "tech_insight_id",
            _("FTC INSIGHT ID"),
            "FTC 见解 ID",
            aliases=("INSIGHT ID",),
            column="tech_insight_id",
            kind="short",
            hint=_("A 1st-party concern cites it, or says “pending”"),
            hint_zh="第一方问题需引用，或写 pending",
        ),
    ),
)

ENTERPRISE_STATUS = Template(
    key="enterprise_status",
    title=_("ENTERPRISE STATUS"),
    title_zh="企业状态",
    title_aliases=(),
    sections=(
        Section(
            "ent_reason",
            _("REASON"),
            "原因",
            required=True,
            choices=EnterpriseReason,
            column="ent_reason",
            kind="choice",
        ),
        Section(
            "ent_rag",
            _("STATUS R/Y/G"),
            "状态",
            aliases=("STATUS",),
            required=True,
            choices=Rag,
            column="rag",
            kind="choice",
        ),
        Section(
            "ent_summary",
            _("EXECUTIVE SUMMARY"),
            "执行摘要",
            required=True,
            hint=_("What keeps this from Green: topic, description, impact, actions"),
            hint_zh="是什么使其未达到绿色：主题、描述、影响、行动",
            advised_length=256,
        ),
        Section("ent_overview", _("DEPLOYMENT OVERVIEW"), "部署概述", required=True),
        Section(
            "ent_activities",
            _("CURRENT FTC ACTIVITIES"),
            "当前 FTC 活动",
            hint=_("Status, blockers, next actions and dates for EXO, SPO and OPP"),
            hint_zh="EXO、SPO 和 OPP 的状态、阻碍、后续行动和日期",
        ),
        Section("ent_awareness", _("AWARENESS"), "关注事项", advised_length=512),
        Section("ent_brand", _("PUBLIC/BRAND NAME"), "公开/品牌名称", kind="short"),
        Section(
            "ent_next_update",
            _("NEXT UPDATE"),
            "下次更新",
            required=True,
            column="next_update",
            kind="date",
        ),
    ),
)

TEMPLATES: dict[str, Template] = {
    template.key: template for template in (EXECUTIVE_SUMMARY, TECHNICAL_ENABLEMENT, ENTERPRISE_STATUS)
}


def template_for(note_type: str, is_exec_summary: bool) -> Template | None:
    """The template that a note of this type is written on, None for free text (domain.md §2)."""
    if note_type == "overall_status":
        return EXECUTIVE_SUMMARY if is_exec_summary else None
    return TEMPLATES.get(note_type) if note_type != EXECUTIVE_SUMMARY.key else None


def english(text: StrPromise | str) -> str:
    """The message itself, whatever language is active: stored text and CSV cells carry English labels."""
    with translation.override(None):
        return str(text)


@cache
def labels(template: Template, language: Language) -> tuple[str, dict[str, str]]:
    """A template's title, and its labels by field, in a language that need not be the active one."""
    if language == "zh-hans":
        return template.title_zh, {section.field: section.zh for section in template.sections}
    return english(template.title), {section.field: english(section.label) for section in template.sections}


@cache
def choice_labels(choices: type[TextChoices], language: Language) -> dict[str, str]:
    """A value set's labels by value, in a language that need not be the active one."""
    if language == "zh-hans":
        return {value: CHOICE_ZH[f"{choices.__name__}.{value}"] for value in choices.values}
    return {member.value: english(member.label) for member in choices}


def render(template: Template, values: Mapping[str, str], language: Language = "en") -> str:
    """The filled sections as text under the template's title, in order; "" where none is filled (domain.md §4).

    `values` is by form field: choices by stored value, dates ISO. `LABEL: value` each, and a section of lines puts its
    lines below its label. A value no set knows (imported history) stands as it is.
    """
    title, label_of = labels(template, language)
    lines = [title]
    for section in template.sections:
        value = values.get(section.field, "").strip()
        if not value:
            continue
        if section.choices:
            value = choice_labels(section.choices, language).get(value, value)
        lines.append(f"{label_of[section.field]}:{chr(10) if section.kind == 'lines' else ' '}{value}")
    return "\n".join(lines) if len(lines) > 1 else ""
