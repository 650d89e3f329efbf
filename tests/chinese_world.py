"""A small programme whose people write Chinese: one of everything. What is English on its pages is the product's."""

import datetime as dt

from django.utils import timezone

from accounts.models import PartnerOrganisation, Region, User
from customers.models import HandOver, StatusReason
from notes import risk_life
from notes.models import Campaign, Note, NoteDraft, Risk, SummaryRequest
from tests import builders as build


def build_world() -> dict[str, User]:
    """The cast by name; every writer serves one customer and has written there, a partner's staff one of their own."""
    today = timezone.localdate()
    partner = PartnerOrganisation.objects.create(name="合作伙伴甲")
    for region in Region.objects.all():
        region.name_zh = region.name_zh or "大区"
        region.save()
    people = {}
    for role in (*build.ROLES, "nobody", "admin"):
        name = role.lower()
        people[name] = build.person(
            name,
            *([role] if role in build.ROLES else []),
            partner=partner if role == "FRP" else None,
            superuser=role == "admin",
            regions=["GCR"],
            first_name="员工",
            last_name=f"{len(people)}",
        )
    fm, fta, rm, frp = (people[name] for name in ("fm", "fta", "rm", "frp"))
    customer = build.customer(
        "星河教育集团", "GCR", enterprise_level=4, enterprise_reason="major_brand", priority="high", industry="教育",
        country="中国", seats=18_400, s400=True, managed=True, brand="星河",
    )  # fmt: skip
    theirs = build.customer("海岳重工", "GCR", partner, priority="high")
    for name in ("fm", "fe", "sme", "asme", "gmfta", "mvm", "fta", "gm"):
        build.assign(customer, people[name], name.upper())
    build.assign(theirs, frp, "FRP")
    blocked = build.entitlement(customer, "INTUNE", seats=100, owner=fm, l1="in_progress", engagement_start_date=today)
    build.entitlement(customer, "EXO", seats=9_300, l1="in_progress", target_date=today - dt.timedelta(days=3))
    build.entitlement(customer, "SPO", l1="duplicate_invalid")
    build.entitlement(customer, "YAM", l1="no_intent")
    build.entitlement(theirs, "TEAMS")
    _notes(people, customer, theirs, blocked)
    _beside(people, customer, today)
    StatusReason.objects.create(
        l1="blocked", parent=StatusReason.objects.get(slug="legal-regulatory"), slug="4712", name="细节", name_zh="细节"
    )
    SummaryRequest.objects.create(customer=customer, asked_by=rm, asked_of=fm, word="会前一页", due_date=today)
    SummaryRequest.objects.create(customer=theirs, asked_by=rm, asked_of=frp, due_date=today - dt.timedelta(days=2))
    cover = HandOver.objects.create(
        from_user=fta, to_user=people["fe"], starts=today, ends=today + dt.timedelta(days=5), by=fm, word="休假"
    )
    cover.customers.add(customer)
    return people


def _notes(people: dict[str, User], customer, theirs, blocked) -> None:
    today = timezone.localdate()
    fm, fe, fta, gm, frp = (people[name] for name in ("fm", "fe", "fta", "gm", "frp"))
    late = {"next_action": "确认第二位工程师", "next_action_date": today - dt.timedelta(days=3)}
    for author, where in ((fm, customer), (frp, theirs)):
        note = build.note(
            author, where, body="与项目负责人见面 #covid", risks="高：防火墙规则迟到\n没有预算", tags="疫情",
            next_action_owner=author.username, **late,
        )  # fmt: skip
        Note.objects.filter(pk=note.pk).update(created_at=timezone.now() - dt.timedelta(days=9))
    build.note(
        fm, customer, body="", exec_customer="私立教育集团", exec_relationship="每周通话",
        exec_workloads="[EXO] Exchange Online - 已迁移一半", exec_support="再派一位工程师",
    )  # fmt: skip
    build.note(
        fm, customer, "entitlement_status", body="客户想要部署，因为法律要求数据留在国内，无法继续。",
        entitlement=blocked, l1="blocked", l2="legal-regulatory", unblock_date=today - dt.timedelta(days=1),
    )  # fmt: skip
    build.note(gm, customer, "engagement_management", body="加快部署 #covid", pace="accelerating")
    build.note(fm, customer, "service_intent", body="打算使用", pace="pausing")
    build.note(
        fe, customer, "technical_enablement", body="", tech_summary="启动会议", tech_status_text="正常",
        tech_concern_kind="first_party", tech_concerns="登录失败", tech_insight_id="4712", workloads=["EXO", "INTUNE"],
    )  # fmt: skip
    build.note(
        fta, customer, "enterprise_status", body="", ent_summary="防火墙审查拖慢部署，影响三千人。", ent_rag="red",
        ent_overview="一半席位已上线", ent_activities="推进中", ent_awareness="高层关注", ent_brand="星河",
        ent_next_update=today - dt.timedelta(days=1),
    )  # fmt: skip
    for kind in ("customer_sat", "technical"):
        build.note(fm, customer, kind, body="旧笔记")
    build.withdraw(build.note(fm, customer, body="写错了客户"), fm, "写错了客户")


def _beside(people: dict[str, User], customer, today: dt.date) -> None:
    risk = Risk.objects.order_by("pk").first()
    assert risk is not None
    risk_life.step(
        risk, to="escalated", comment="请工程部处理", by=people["fm"], escalated_to="engineering", reference="77"
    )
    Campaign.objects.create(
        slug="4711", name="洪水", name_zh="洪水", hashtag="洪水", aliases="大水", meaning="洪水", meaning_zh="洪水",
        starts=today,
    )  # fmt: skip
    for name in ("fm", "fe"):
        NoteDraft.objects.create(
            user=people[name], customer=customer, data={"body": ["写到一半"]},
            note_type="overall_status" if name == "fm" else "technical_enablement",
        )  # fmt: skip
