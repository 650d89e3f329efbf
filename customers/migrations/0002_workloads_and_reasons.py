"""The seventeen workloads (domain.md §3) and the L2 reasons (§5), in their order."""

from django.db import migrations
from django.utils.text import slugify

WORKLOADS = [
    ("EXO", "Exchange Online", ""),
    ("OLM", "Outlook Mobile", ""),
    ("SPO", "SharePoint Online", ""),
    ("OD", "OneDrive for Business", ""),
    ("OPP", "Office 365 ProPlus / Microsoft 365 Apps", "Office 365 专业增强版"),
    ("TEAMS", "Teams", ""),
    ("YAM", "Yammer Enterprise", ""),
    ("WIN10", "Windows 10", ""),
    ("INTUNE", "Intune", ""),
    ("AADP", "Azure Active Directory Premium", ""),
    ("AIP", "Azure Information Protection", "Azure 信息保护"),
    ("MCAS", "Microsoft Cloud App Security", ""),
    ("IDSEC", "Identity Security", "身份安全"),
    ("PROJ", "Project Online", ""),
    ("WDATP", "Windows Defender ATP", ""),
    ("SDS", "Classroom / School Data Sync", ""),
    ("CORE", "whatever fits none of these", "不适合上述工作负载"),
]
REASONS = {
    "status_unknown": [
        ("Customer Unresponsive", "客户没有响应"),
        ("New Subscription or Workload", "新的订阅或工作负载"),
    ],
    "in_progress": [
        ("Technical Onboarding and Deployment", "技术入门培训和部署"),
        ("Migration", "迁移"),
        ("Solution or User Adoption", "解决方案或用户应用"),
    ],
    "no_intent": [
        ("Using Competitive Solution", "使用竞争解决方案"),
        ("Using Microsoft On-Premises Solution", "使用 Microsoft 本地解决方案"),
        ("Executive Sponsorship", "高层支持"),
    ],
    "blocked": [
        ("Customer IT Infrastructure and Remediation", "客户 IT 基础结构和改进"),
        ("IT Change Management and Resourcing", "IT 变更管理和资源调配"),
        ("Legal/Regulatory", "法律/法规"),
        ("Security/Privacy (Non-Product/Feature)", "安全/隐私（非产品/特性）"),
        ("Adoption Readiness", "应用就绪性"),
        ("Product Feature/Capability", "产品特性/功能"),
        ("Service Reliability", "服务可靠性"),
        ("App Compatibility", "应用兼容性"),
        ("Partner Engagement", "合作伙伴参与"),
        ("Billing, Licensing and Subscription", "计费、许可和订阅"),
    ],
}


def lay_down(apps, schema_editor):
    workload = apps.get_model("customers", "Workload")
    for position, (code, name, name_zh) in enumerate(WORKLOADS, 1):
        workload.objects.get_or_create(code=code, defaults={"name": name, "name_zh": name_zh, "position": position})
    reason = apps.get_model("customers", "StatusReason")
    position = 0
    for l1, rows in REASONS.items():
        for name, name_zh in rows:
            position += 1
            slug = slugify(name.split(" (")[0].replace("/", " "))
            reason.objects.get_or_create(
                slug=slug, defaults={"l1": l1, "name": name, "name_zh": name_zh, "position": position}
            )


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial")]

    operations = [migrations.RunPython(lay_down, migrations.RunPython.noop, elidable=False)]
