"""Filters at random, against plain Python over the same rows: pages = file = truth (contract, *Filters*).

Each question asks up to five parameters, some repeated, in some order. Most are made so that one row at least answers.
"""

import datetime as dt
import os
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from accounts.models import PartnerOrganisation, Region, User
from customers.models import Assignment, Customer, Workload
from notes.models import Note, Risk
from reports.lists.base import ReportList
from reports.lists.notes import NoteList
from reports.lists.risks import RiskList
from reports.parameters import ListFilters
from tests.reports.conftest import NOW
from tests.reports.reading import COVID, NOTES, RISKS, csv_ids, walk

pytestmark = pytest.mark.django_db

QUESTIONS = 50
ZONES = {"lt": "America/New_York", "frp": "Asia/Shanghai"}  # a note of 2:00 UTC is of the day before in the one
OPEN = ("open", "mitigating", "escalated")

# --- The truth --------------------------------------------------------------------------------------------------------

# What is known of a row: for a filter the values that find it, or under a name of ours what a rule below compares.
Facts = dict[str, Any]
Rule = Callable[[Facts, list[str]], bool]


def finds(name: str) -> Rule:
    """Any of the values."""
    return lambda facts, wanted: not facts[name].isdisjoint(wanted)


def has_word(facts: Facts, wanted: list[str]) -> bool:
    """Any of the words in any of the texts, however it is written."""
    return any(word.lower() in text.lower() for word in wanted for text in facts["texts"])


def on_or_after(facts: Facts, wanted: list[str]) -> bool:
    """From the earliest day on."""
    return bool(facts["day"] >= min(wanted))


def on_or_before(facts: Facts, wanted: list[str]) -> bool:
    """To the latest day."""
    return bool(facts["day"] <= max(wanted))


def due_by(facts: Facts, wanted: list[str]) -> bool:
    """Due to the latest day; without a date it is never due."""
    return facts["due"] != "" and facts["due"] <= max(wanted)


def older(facts: Facts, wanted: list[str]) -> bool:
    """More days than the fewest."""
    return bool(facts["age"] > min(map(int, wanted)))


_OF_EVERY = {name: finds(name) for name in ("region", "customer", "partner", "priority", "owner", "workload", "period")}
_OF_NOTES = ("type", "role", "author", "tag", "engagement", "deployment", "rag", "summary")
OF_NOTES: dict[str, Rule] = {
    **_OF_EVERY,
    **{name: finds(name) for name in _OF_NOTES},
    "q": has_word,
    "created_after": on_or_after,
    "created_before": on_or_before,
}
OF_RISKS: dict[str, Rule] = {
    **_OF_EVERY,
    **{name: finds(name) for name in ("state", "severity", "escalated_to")},
    "q": has_word,
    "due_before": due_by,
    "age_over": older,
}


def periods_of(day: dt.date, today: dt.date) -> set[str]:
    """Every period that a day which is past lies in."""
    begins = {
        "today": today,
        "this_week": today - dt.timedelta(today.isoweekday() - 1),
        "this_month": dt.date(2026, 3, 1),
        "this_quarter": dt.date(2026, 1, 1),
        "last_7_days": today - dt.timedelta(6),
        "last_30_days": today - dt.timedelta(29),
        "last_90_days": today - dt.timedelta(89),
    }
    assert (today.year, today.month) == (2026, 3)
    return {name for name, first in begins.items() if day >= first}


def of_customer(customer: Customer) -> Facts:
    """What a row takes from its customer; nobody serves one between dates here."""
    served = Assignment.objects.filter(customer=customer, role__in=["FM", "FRP"], starts=None, ends=None)
    return {
        "region": {customer.region.code},
        "customer": {str(customer.pk)},
        "partner": {str(customer.partner_id)} if customer.partner_id else set(),
        "priority": {customer.priority},
        "owner": {row.user.username for row in served},
        "texts": [customer.name, customer.tenant_id],
    }


def of_note(note: Note, zone: ZoneInfo) -> Facts:
    """A note."""
    day, tags = note.created_at.astimezone(zone).date(), {row.tag.name for row in note.note_tags.all()}
    if "covid" in tags:
        tags |= {"covid19", "covid-19", "COVID-19"}
    about = of_customer(note.customer)
    return {
        **about,
        "id": note.pk,
        "campaign": "covid" in tags,
        "texts": [note.text, *about["texts"]],
        "workload": {row.workload.code for row in note.note_workloads.all()},
        "period": periods_of(day, NOW.astimezone(zone).date()),
        "day": day.isoformat(),
        "type": {note.note_type},
        "role": {note.author_role},
        "author": {note.author.username},
        "tag": tags | {f"#{name}" for name in tags},
        "engagement": {note.engagement},
        "deployment": {note.deployment},
        "rag": {note.rag},
        "summary": {"1"} if note.is_exec_summary else set(),
    }


def of_risk(risk: Risk, zone: ZoneInfo) -> Facts:
    """A risk."""
    raised = risk.raised_at.astimezone(zone).date()
    ended = (risk.closed_at or NOW).astimezone(zone).date()
    about = of_customer(risk.customer)
    return {
        **about,
        "id": risk.pk,
        "texts": [risk.title, risk.description, *about["texts"]],
        "workload": {risk.workload.code} if risk.workload else set(),
        "period": periods_of(raised, NOW.astimezone(zone).date()),
        "owner": {risk.owner.username} if risk.owner else set(),
        "state": {risk.state},
        "severity": {risk.severity},
        "escalated_to": {risk.escalated_to},
        "due": risk.due_date.isoformat() if risk.due_date else "",
        "age": (ended - raised).days,
    }


@dataclass(frozen=True)
class Listed:
    """A list: its class, what its filters mean, and the rows it can have."""

    listing: type[ReportList]
    rules: dict[str, Rule]
    rows: Callable[[User], list[Facts]]

    def answer(self, rows: list[Facts], asked: dict[str, list[str]]) -> set[int]:
        """The ids of the rows that the question finds."""
        found = [facts for facts in rows if all(self.rules[name](facts, values) for name, values in asked.items())]
        if self.listing is RiskList and "state" not in asked:
            found = [facts for facts in found if facts["state"] <= {*OPEN}]
        return {facts["id"] for facts in found}


def seen_by(user: User, row: Any) -> bool:
    """A partner's staff see their own customers' rows."""
    return user.partner_id is None or row.customer.partner_id == user.partner_id


def notes_of(user: User) -> list[Facts]:
    """All live notes in scope."""
    zone = ZoneInfo(user.time_zone)
    return [of_note(row, zone) for row in Note.objects.all() if row.withdrawn_at is None and seen_by(user, row)]


def risks_of(user: User) -> list[Facts]:
    """All risks in scope."""
    return [of_risk(row, ZoneInfo(user.time_zone)) for row in Risk.objects.all() if seen_by(user, row)]


LISTS = {
    NOTES: Listed(NoteList, OF_NOTES, notes_of),
    COVID: Listed(NoteList, OF_NOTES, lambda user: [facts for facts in notes_of(user) if facts["campaign"]]),
    RISKS: Listed(RiskList, OF_RISKS, risks_of),
}

# --- The questions ----------------------------------------------------------------------------------------------------


def values_of(user: User, filters: type[ListFilters]) -> dict[str, list[str]]:
    """For each filter the values to draw from: a fixed set whole, else some that find rows and some that find none."""
    days = [(dt.date(2026, 2, 27) + dt.timedelta(number)).isoformat() for number in range(25)]
    partners = [user.partner_id] if user.partner_id else PartnerOrganisation.objects.values_list("pk", flat=True)
    names = ["fm", "fe", "fta", "frp", user.username]
    pools: dict[str, Any] = {
        "q": ["plan", "KICK", "the", "late 1", "Customer 0", "customer", "tenant-", "nowhere", "%", "_"],
        "region": list(Region.objects.values_list("code", flat=True)),
        "customer": [row.pk for row in Customer.objects.all() if user.partner_id in (None, row.partner_id)],
        "partner": partners,
        "owner": names,
        "author": names,
        "workload": ["EXO", "TEAMS", "SPO", *Workload.objects.values_list("code", flat=True)],
        "tag": ["covid", "#covid", "COVID-19", "covid19", "other", "#other", "neverused"],
        "created_after": days,
        "created_before": days,
        "due_before": [(dt.date(2026, 3, 31) + dt.timedelta(number)).isoformat() for number in range(7)],
        "age_over": range(20),
    }
    made = {}
    for name, one in filters.base_filters.items():
        choices = getattr(one.inner, "choices", None)
        made[name] = [str(value) for value in (pools[name] if choices is None else [key for key, _label in choices])]
    return made


def question(
    dice: random.Random, listed: Listed, rows: list[Facts], pools: dict[str, list[str]]
) -> dict[str, list[str]]:
    """One to five filters with one to three values each; four times in five such that a row drawn before answers."""
    wanted = dice.choice(rows) if dice.random() < 0.8 else None
    asked: dict[str, list[str]] = {}
    for name in dice.sample(sorted(pools), dice.choice([1, 1, 2, 2, 3, 4, 5])):
        right = [value for value in pools[name] if wanted is None or listed.rules[name](wanted, [value])]
        if right:
            others = dice.choices(pools[name], k=dice.choice([0, 0, 1, 2]))
            one = dice.choice([right[0], right[-1], dice.choice(right)])  # of days and ages the last that just finds it
            asked[name] = dice.sample([one, *others], len(others) + 1)
    if wanted is not None and "state" in pools and "state" not in asked and not wanted["state"] <= {*OPEN}:
        asked["state"] = sorted(wanted["state"])
    return asked


def address_of(dice: random.Random, asked: dict[str, list[str]], orders: list[str]) -> str:
    """The question as an address, its parameters in any order, one perhaps empty."""
    pairs = [(name, value) for name, values in asked.items() for value in values]
    if dice.random() < 0.2:
        pairs.append((dice.choice(["q", "region", "workload"]), ""))
    if dice.random() < 0.6:
        pairs.append(("ordering", dice.choice(["", "-"]) + dice.choice(orders)))
    return urlencode(dice.sample(pairs, len(pairs)))


# --- Pages = file = truth ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("username", ZONES)
@pytest.mark.parametrize("address", LISTS)
def test_any_question_is_answered_truly(client: Client, world: dict[str, int], address: str, username: str) -> None:
    seed = 1 if os.environ.get("CI") == "true" else random.randrange(1_000_000)  # noqa: S311 - no secret
    dice, listed = random.Random(seed), LISTS[address]  # noqa: S311
    user = User.objects.get(username=username)
    user.time_zone = ZONES[username]
    user.save()
    rows, pools = listed.rows(user), values_of(user, listed.listing.filters_class)
    sizes = []
    with time_machine.travel(NOW, tick=False):
        client.force_login(user)
        for _number in range(QUESTIONS):
            asked = question(dice, listed, rows, pools)
            query = address_of(dice, asked, list(listed.listing.orders))
            file = csv_ids(client, address, query)
            pages = walk(client, address, query, per_page=dice.choice([4, 7, 200]))
            told = f"seed {seed}: {address}?{query}"
            assert pages == file, told
            assert sorted(file) == sorted(listed.answer(rows, asked)), told
            sizes.append(len(file))
    # The questions were worth asking: some find nothing, most something, and no more than a part of it.
    assert 0 in sizes, seed
    assert sum(0 < size < len(rows) for size in sizes) > QUESTIONS // 3, seed


@pytest.mark.parametrize("address", LISTS)
def test_every_filter_has_its_truth(address: str) -> None:
    """A filter new on a list needs its rule here, and values to ask it with."""
    listed = LISTS[address]
    assert set(listed.rules) == set(listed.listing.filters_class.base_filters)
