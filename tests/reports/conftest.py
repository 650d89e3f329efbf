"""A world that the tests of the managers' lists share."""

import datetime as dt

import pytest

from notes.models import Note, Risk
from tests import builders

# When the lists of `world` are read.
NOW = dt.datetime(2026, 3, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def world() -> dict[str, int]:
    """Twenty-four notes on four customers, half of them a partner's, with ties in every order; and risks."""
    contoso = builders.partner("Contoso Partners")
    fm, fe, fta = (builders.person(role.lower(), role) for role in ("FM", "FE", "FTA"))
    builders.person("lt", "LT")
    builders.person("frp", "FRP", partner=contoso)
    builders.person("lost", "FRP")  # of no organisation: sees nothing
    customers = [
        builders.customer(f"Customer {number % 2}", region, partner, priority=priority, enterprise_level=3)
        for number, (region, partner, priority) in enumerate(
            [("EMEA", contoso, "high"), ("APAC", contoso, "low"), ("EMEA", None, "high"), ("AMER", None, "medium")]
        )
    ]
    for customer in customers:
        builders.assign(customer, fm, "FM")
        builders.assign(customer, fta, "FTA")
    for number in range(24):
        customer, tags = customers[number % 4], ["covid", "", "covid other", "other"][number // 4 % 4]
        hour = (9, 2, 22)[number // 2 % 3]  # another day elsewhere
        when = dt.datetime(2026, 3, 1 + number // 2 * 3 // 2, hour, tzinfo=dt.UTC)  # two at one moment
        common = {"created_at": when, "tags": tags}
        action = {"next_action": "Call", "next_action_date": dt.date(2026, 4, 1 + number % 3)} if number % 2 else {}
        risks = f"{('high', 'low', 'medium')[number % 3]}: late {number}"
        if number % 5 == 0:
            builders.note(fe, customer, "technical_enablement", "kick-off", workloads=["EXO"], **common, **action)
        elif number % 7 == 0:
            builders.note(fta, customer, "enterprise_status", "", ent_rag="red", **common)
        elif number % 4 == 1:
            builders.note(fm, customer, body="a plan", exec_engagement="reactive", risks=risks, **common, **action)
        else:
            builders.note(fm, customer, body="the plan", workloads=["TEAMS", "EXO"], risks=risks, **common, **action)
    closed = dt.datetime(2026, 3, 18, tzinfo=dt.UTC)
    for number, risk in enumerate(Risk.objects.order_by("pk")):
        risk.raised_at = dt.datetime(2026, 3, 1 + number, tzinfo=dt.UTC)
        risk.due_date = dt.date(2026, 4, 1 + number % 4) if number % 3 else None
        risk.state = ("open", "escalated", "resolved", "escalated")[number % 4]
        risk.escalated_to = "rm" if risk.state == "escalated" else ""
        risk.closed_at = closed if risk.state == "resolved" else None
        risk.last_step_at = closed if number % 2 else None
        risk.owner = None if number == 4 else risk.owner
        risk.workload = builders.workload("EXO") if number % 2 else None
        risk.save()
    builders.withdraw(Note.objects.filter(author=fm).earliest("pk"), fm)
    return {name: Note.objects.filter(partner=of).count() for name, of in (("partner", contoso), ("rest", None))}
