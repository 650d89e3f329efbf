"""What is missing of a campaign (domain.md §7): the expected note by role, the tag on an own note."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from notes import gaps
from notes.models import Campaign, Note
from tests import builders as build

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def ago(days: int) -> dt.datetime:
    return NOW - dt.timedelta(days=days)


@pytest.fixture
def covid() -> Campaign:
    return Campaign.objects.prefetch_related("rules").get(slug="covid")


def owed(user: User, campaign: Campaign) -> list[str]:
    return [f"{row.customer} {row.role}" for row in gaps.owed_by(user, campaign)]


def test_each_role_owes_its_own_note(covid: Campaign) -> None:
    """A tagged note of another role or type is none; an FTA owes only at level 3 and 4; an RM nothing."""
    starter = build.person("starter", "ASME")
    found = {}
    for role, kind in {
        "FM": "service_intent", "FRP": "engagement_management", "FE": "technical_enablement",
        "FTA": "enterprise_status", "GM": "engagement_management", "RM": "", "ASME": "",
    }.items():  # fmt: skip
        works_for = build.partner() if role == "FRP" else None
        user = build.person(role.lower(), role, partner=works_for)
        customer = build.customer(f"In {role}", enterprise_level=3, partner=works_for)
        low = build.customer(f"Low {role}", enterprise_level=2, partner=works_for)
        outside = build.customer(f"Outside {role}", enterprise_level=3, partner=works_for)
        for one in (customer, low, outside):
            build.assign(one, user, role)
        for one in (customer, low):
            build.note(starter, one, body="Asks for help #covid")
        before = owed(user, covid)
        if kind:
            build.note(user, customer, kind)
            untagged = owed(user, covid)
            note = build.note(user, customer, kind, tags="covid")
            after = owed(user, covid)
            build.withdraw(note, user)
            found[role] = (before, untagged == before, after, owed(user, covid) == before)
        else:
            found[role] = (before,)
    assert found == {
        "FM": (["In FM FM", "Low FM FM"], True, ["Low FM FM"], True),
        "FRP": (["In FRP FRP", "Low FRP FRP"], True, ["Low FRP FRP"], True),
        "FE": (["In FE FE", "Low FE FE"], True, ["Low FE FE"], True),
        "FTA": (["In FTA FTA"], True, [], True),
        "GM": (["In GM GM", "Low GM GM"], True, ["Low GM GM"], True),
        "RM": ([],),
        "ASME": ([],),
    }


def test_another_roles_note_does_not_stand_for_ones_own(covid: Campaign) -> None:
    fm, gm = build.person("fm", "FM"), build.person("gm", "GM")
    customer = build.customer()
    build.assign(customer, fm, "FM")
    build.note(gm, customer, "engagement_management", tags="covid")
    assert owed(fm, covid) == ["Northwind FM"]


def test_only_within_its_dates_and_while_one_serves(covid: Campaign) -> None:
    fm = build.person("fm", "FM")
    customer, former = build.customer(), build.customer("Former")
    build.assign(customer, fm, "FM")
    build.assign(former, fm, "FM", ends=timezone.localdate() - dt.timedelta(days=1))
    for one in (customer, former):
        build.note(fm, one, tags="covid", created_at=ago(10))
    assert owed(fm, covid) == ["Northwind FM"]
    today = timezone.localdate()
    for starts, ends, expected in (
        (today - dt.timedelta(days=5), None, []), (today - dt.timedelta(days=20), today, ["Northwind FM"]),
        (today - dt.timedelta(days=20), today - dt.timedelta(days=12), []),
    ):  # fmt: skip
        covid.starts, covid.ends = starts, ends
        assert owed(fm, covid) == expected
    covid.starts, covid.ends = today - dt.timedelta(days=20), today - dt.timedelta(days=1)
    assert (gaps.running([covid]), covid.runs_on(today)) == ([], False)


def test_own_notes_without_the_tag(covid: Campaign) -> None:
    fm, fe = build.person("fm", "FM"), build.person("fe", "FE")
    customer, outside = build.customer(), build.customer("Outside")
    plain = {
        "before the first": build.note(fm, customer, created_at=ago(21), body="before the first"),
        "first": build.note(fe, customer, "technical_enablement", tags="covid", created_at=ago(20)),
        "missing": build.note(fm, customer, created_at=ago(9), body="missing"),
        "tagged": build.note(fm, customer, created_at=ago(8), body="tagged #COVID19"),
        "pausing": build.note(fm, customer, created_at=ago(7), pace="pausing", body="pausing"),
        "stopping": build.note(fm, customer, created_at=ago(7), pace="stopping", body="stopping"),
        "on hold": build.note(fm, customer, created_at=ago(6), exec_engagement="on_hold", body="on hold"),
        "another's": build.note(fe, customer, "technical_enablement", created_at=ago(5)),
        "paused": build.note(fe, customer, "technical_enablement", created_at=ago(5), tech_status="paused"),
        "outside": build.note(fm, outside, created_at=ago(4), body="outside"),
        "long ago": build.note(fm, customer, created_at=ago(40), body="long ago"),
        "withdrawn": build.note(fm, customer, created_at=ago(3), body="withdrawn"),
    }
    right = build.entitlement(customer)
    plain["blocked"] = build.note(fm, customer, "entitlement_status", "blocked", created_at=ago(2), entitlement=right,
                                  l1="blocked", l2="legal-regulatory")  # fmt: skip
    plain["status"] = build.note(fm, customer, "entitlement_status", "status", created_at=ago(1), entitlement=right,
                                 l1="in_progress", l2="migration")  # fmt: skip
    build.withdraw(plain["withdrawn"], fm)

    def called(user: User) -> list[str]:
        by_id = {note.pk: name for name, note in plain.items()}
        return [by_id[note.pk] for note in gaps.forgotten_by(user, covid)]

    assert called(fm) == ["status", "missing"]
    assert called(fe) == ["another's"]
    build.withdraw(plain["first"], fe)
    assert called(fm) == ["status"], "the customer is in it from the next tagged note on"


def test_partner_staff_owe_nothing_where_their_partner_serves_no_more(covid: Campaign) -> None:
    frp = build.person("frp", "FRP", partner=build.partner())
    customer = build.customer(partner=build.partner())
    build.assign(customer, frp, "FRP")
    build.note(frp, customer, tags="covid")
    build.note(frp, customer, created_at=timezone.now() + dt.timedelta(seconds=1))
    assert (owed(frp, covid), gaps.forgotten_by(frp, covid).count()) == (["Northwind FRP"], 1)
    Customer.objects.filter(pk=customer.pk).update(partner=build.partner("Fabrikam Partners"))
    Note.objects.update(partner=build.partner("Fabrikam Partners"))
    assert (owed(frp, covid), gaps.forgotten_by(frp, covid).count()) == ([], 0)
