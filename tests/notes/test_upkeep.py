"""What falls due, kind by kind, a day before and on the day (domain.md §9)."""

import datetime as dt
import zoneinfo

import pytest
import time_machine
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from notes import upkeep
from notes.models import Note
from reports.my_work import MyWork
from tests import builders as build

pytestmark = pytest.mark.django_db

TODAY = dt.date(2026, 3, 25)


@pytest.fixture(autouse=True)
def _today():
    with time_machine.travel(dt.datetime(2026, 3, 25, 12, tzinfo=dt.UTC), tick=False):
        yield


@pytest.fixture
def fm() -> User:
    return build.person("fm", "FM")


def at(days_ago: int, hour: int = 12) -> dt.datetime:
    return dt.datetime.combine(TODAY, dt.time(hour), tzinfo=dt.UTC) - dt.timedelta(days=days_ago)


def names(rows) -> list[str]:
    return [str(row) for row in rows]


def test_enterprise_status_is_due_at_14_days_and_overdue_at_21() -> None:
    fta = build.person("fta", "FTA")
    ages = {13: None, 14: None, 20: None, 21: None, 1: TODAY - dt.timedelta(1), 2: TODAY, 3: TODAY + dt.timedelta(1)}
    for age, next_update in ages.items():
        customer = build.customer(f"{age} days", enterprise_level=3)
        build.assign(customer, fta, "FTA")
        build.note(fta, customer, "enterprise_status", created_at=at(age),
                   ent_next_update=next_update or dt.date(2026, 9, 1))  # fmt: skip
    never = build.customer("never", enterprise_level=4)
    low = build.customer("low", enterprise_level=2)
    build.customer("another's", enterprise_level=3)
    for customer in (never, low):
        build.assign(customer, fta, "FTA")
    renewed, gone = Customer.objects.get(name="21 days"), Customer.objects.get(name="13 days")
    assert names(upkeep.enterprise_status(fta)) == ["never", "21 days", "20 days", "14 days", "2 days", "1 days"]
    overdue = {
        row.name: upkeep.enterprise_overdue(
            row.status_at and timezone.localdate(row.status_at), row.status_next, timezone.localdate()
        )
        for row in upkeep.enterprise_status(fta)
    }
    assert overdue == {"never": True, "21 days": True, "20 days": False, "14 days": False, "2 days": False,
                       "1 days": True}  # fmt: skip
    build.note(fta, renewed, "enterprise_status", created_at=at(0))
    build.withdraw(Note.objects.get(customer=gone), fta)
    assert names(upkeep.enterprise_status(fta)) == ["13 days", "never", "20 days", "14 days", "2 days", "1 days"]


def test_an_engineer_of_the_customer_owes_no_enterprise_status() -> None:
    fe = build.person("fe", "FE", "FTA")
    build.assign(build.customer(enterprise_level=3), fe, "FE")
    assert names(upkeep.enterprise_status(fe)) == []


def test_dates_to_renew(fm: User) -> None:
    customer, foreign = build.customer(), build.customer("Foreign")
    build.assign(customer, fm, "FM")
    yesterday = TODAY - dt.timedelta(days=1)
    blocked = {"l1": "blocked", "l2": "legal-regulatory"}
    build.entitlement(customer, "EXO", l1="in_progress", target_date=yesterday)
    build.entitlement(customer, "OLM", l1="in_progress", target_date=TODAY)
    build.entitlement(customer, "SPO", l1="in_progress", target_date=None, imported=True)
    build.entitlement(customer, "OD", **blocked, unblock_date=yesterday - dt.timedelta(days=9))
    build.entitlement(customer, "OPP", **blocked, unblock_date=TODAY)
    build.entitlement(customer, "TEAMS", **blocked, unblock_date=None)
    build.entitlement(customer, "YAM", l1="no_intent", target_date=yesterday)
    build.entitlement(customer, "WIN10")
    build.entitlement(foreign, "EXO", l1="in_progress", target_date=yesterday)
    build.entitlement(foreign, "SDS", l1="in_progress", target_date=yesterday, owner=fm)
    assert [str(row) for row in upkeep.renewals(fm)] == [
        "Northwind: SPO", "Northwind: OD", "Northwind: EXO", "Foreign: SDS",
    ]  # fmt: skip


def test_silent_customers_are_of_high_priority_and_30_days_without_a_note(fm: User) -> None:
    for name, days, priority in (("29", 29, "high"), ("30", 30, "high"), ("40", 40, "high"), ("medium", 40, "medium")):
        customer = build.customer(name, priority=priority)
        build.assign(customer, fm, "FM")
        build.note(fm, customer, created_at=at(days))
    withdrawn, never = build.customer("withdrawn", priority="high"), build.customer("never", priority="high")
    build.customer("another's", priority="high")
    for customer in (withdrawn, never):
        build.assign(customer, fm, "FM")
    build.withdraw(build.note(fm, withdrawn), fm)
    found = {row.name: row.last_note_at for row in upkeep.silent_customers(fm)}
    assert found == {"withdrawn": None, "never": None, "40": at(40), "30": at(30)}
    assert [*found] == ["withdrawn", "never", "40", "30"]


def test_next_actions_by_date_and_those_without_one_last(fm: User) -> None:
    customer = build.customer()
    colleague = build.person("colleague", "FM")
    for name, date in (("later", TODAY), ("late", TODAY - dt.timedelta(days=1)), ("some day", None)):
        kind = "engagement_management" if date is None else "overall_status"
        build.note(colleague, customer, kind, next_action=name, next_action_date=date, next_action_owner="fm")
    build.note(fm, customer, next_action="theirs", next_action_date=TODAY, next_action_owner="colleague")
    build.note(fm, customer, "engagement_management", next_action="", next_action_owner="fm")
    assert [note.next_action for note in upkeep.next_actions(fm)] == ["late", "later", "some day"]


def test_days_are_days_in_the_users_time_zone(fm: User) -> None:
    """At noon UTC it is tomorrow already on Kiritimati; what was written at 11:00 UTC was written a day later there."""
    customer, silent = build.customer(enterprise_level=3), build.customer("Silent", priority="high")
    fta = build.person("fta", "FTA")
    build.assign(customer, fta, "FTA")
    build.assign(silent, fta, "FTA")
    build.note(fta, customer, "enterprise_status", created_at=at(14, 9))
    build.note(fm, silent, created_at=at(30, 11))
    build.note(fm, customer, next_action="today", next_action_date=TODAY, next_action_owner="fm")
    found = {}
    for zone in ("UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"):
        with timezone.override(zoneinfo.ZoneInfo(zone)):
            found[zone] = (
                names(upkeep.enterprise_status(fta)), names(upkeep.silent_customers(fta)),
                MyWork(fm).actions_due["late"],
            )  # fmt: skip
    assert found == {
        "UTC": (["Northwind"], ["Silent"], 0),
        "Pacific/Kiritimati": (["Northwind"], ["Silent"], 1),
        # 01:00 of the 25th there; 09:00 UTC was 22:00 of the day before, 11:00 UTC midnight of the same day.
        "Pacific/Pago_Pago": (["Northwind"], ["Silent"], 0),
    }
