"""The value sets of a template's sections, and the words for them in either language (domain.md §4)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

# An enterprise customer and a note about it give the same reasons.
from customers.choices import EnterpriseReason as EnterpriseReason


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


def _waiting(*whom: str) -> tuple[str, ...]:
    """The ways to say that somebody's word is awaited, in English."""
    waits = ("pending", "pending on", "waiting for", "waiting on", "awaiting")
    what = ("", " feedback", " response", " reply", " input")
    return tuple(f"{wait} {who}{thing}" for wait in waits for who in whom for thing in what)


# What people write for a value beside its own label, by the same keys.
CHOICE_ALIASES: dict[str, tuple[str, ...]] = {
    "Engagement.on_hold": ("onhold",),
    "TechnicalStatus.on_track": ("ontrack", "in progress", "按计划进行", "正常进行", "顺利进行"),
    "TechnicalStatus.paused": ("on hold", "onhold", "暂停", "暂停中"),
    "TechnicalStatus.pending_customer": (
        *_waiting("customer", "customer's", "customer’s", "the customer", "client", "cx"),
        *("等待客户", "等待客户回复", "等候客户反馈", "待客户反馈"),
    ),
    "TechnicalStatus.pending_ftc": (
        *_waiting("FTC", "the FTC", "internal", "FTC or internal", "FTC/internal", "internal or FTC"),
        *("等待 FTC", "等待 FTC 反馈", "待 FTC 反馈", "等待内部", "等待内部反馈", "待内部反馈", "等待 FTC/内部反馈"),
    ),
    "ConcernKind.first_party": ("1st party", "first party", "first-party software", "1P", "第一方"),
    "ConcernKind.third_party": (
        *("3rd party", "3rd-party software", "3rd-party hardware", "3rd-party software/hardware", "3P"),
        *("third party", "third-party software", "third-party hardware", "third-party software or hardware"),
        *("第三方", "第三方软件", "第三方硬件", "第三方软件/硬件"),
    ),
    "ConcernKind.business": ("业务问题",),
    "ConcernKind.security": ("安全性", "安全问题"),
    "ConcernKind.resources": ("resource", "project resource", "project resourcing", "资源"),
    "ConcernKind.funding": ("经费",),
    "Rag.red": ("R", "红色", "红灯", "🔴"),
    "Rag.yellow": ("Y", "amber", "黄色", "黄灯", "🟡"),
    "Rag.green": ("G", "绿色", "绿灯", "🟢"),
    "EnterpriseReason.over_50k": (
        *("> 50k", "50k+", "over 50k", "more than 50k", ">50,000", "> 50,000", "over 50,000", "more than 50,000"),
        *("5 万以上", "超过 50k", "超过 50,000"),
    ),
    "EnterpriseReason.exec_relationship": ("executive relationship", "exec relations", "executive relations"),
    "EnterpriseReason.new_feature_experiment": ("new feature", "experiment", "new features", "新功能", "试验"),
}
