"""What is to be written about a customer: which notes, by whom, when."""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random

from accounts.roles import Role
from notes.demo.customers import Member, Place, Served
from notes.demo.world import World
from notes.types import RETIRED, NoteType

OVERALL, ENTITLEMENT = NoteType.OVERALL_STATUS, NoteType.ENTITLEMENT_STATUS
ENGAGEMENT, INTENT = NoteType.ENGAGEMENT_MANAGEMENT, NoteType.SERVICE_INTENT
TECHNICAL, ENTERPRISE = NoteType.TECHNICAL_ENABLEMENT, NoteType.ENTERPRISE_STATUS
# How often a role writes which type; none that the seeded rights would refuse it.
MANAGER = {OVERALL: 22, ENTITLEMENT: 36, ENGAGEMENT: 9, INTENT: 8}
WRITES: dict[Role, dict[NoteType, int]] = {
    Role.FM: MANAGER,
    Role.FRP: MANAGER,
    Role.FE: {TECHNICAL: 14},
    Role.SME: {TECHNICAL: 7, ENTITLEMENT: 12},
    Role.ASME: {OVERALL: 4, TECHNICAL: 5},
    Role.GMFTA: {TECHNICAL: 4},
    Role.MVM: {TECHNICAL: 6},
    Role.GM: {ENGAGEMENT: 7},
    Role.FTA: {ENTERPRISE: 8},
}
FREE_TEXT = (OVERALL, ENGAGEMENT, INTENT)
# What the first customer of each demo manager is sure to get, so that everybody has written each of their types.
RESERVED = {"fm": 16, "fm2": 5, "frp": 6, "frp2": 6}
RETIRED_SHARE, WITHDRAWN_SHARE, SUMMARY_SHARE = 0.03, 0.014, 0.12
LAST_RETIRED = dt.datetime(2020, 5, 29, 15, tzinfo=dt.UTC)


@dataclass(slots=True)
class Plan:
    """One note to be written."""

    kind: NoteType
    member: Member
    at: dt.datetime
    summary: bool = False
    forced: bool = False
    withdrawn: bool = False
    rewritten: bool = False  # by the note after it
    rewrites: bool = False  # says again what the note before it said, under its right type
    entitlement: int = -1  # which of the customer's
    last: bool = False  # the last of its entitlement


def weight(world: World, place: Place) -> float:
    """How much is going on at a customer, 1.0 on average."""
    return world.rng("weight", place.number).lognormvariate(-0.12, 0.5)


def shares(world: World, places: list[Place], notes: int) -> Iterator[int]:
    """How many notes each customer gets, `notes` in all."""
    reserved, left = [], notes
    for place in places:
        sure = min(left, RESERVED.get(place.of, 0) if place.turn == 0 else 0)
        reserved.append(sure)
        left -= sure
    weights = [weight(world, place) * (1.6 if place.of else 1.0) for place in places]
    total, so_far, given = sum(weights), 0.0, 0
    for sure, share in zip(reserved, weights, strict=True):
        so_far += share
        until = round(left * so_far / total)
        yield sure + until - given
        given = until


def plan(world: World, served: Served, count: int) -> list[Plan]:
    """The notes of a customer, oldest first; Entitlement Status notes know their entitlement."""
    rng = world.rng("plan", served.place.number)
    plans = list(_sure(world, rng, served))[:count]
    roles = [(member, kind, often) for member in served.team for kind, often in WRITES[member.role].items()]
    while len(plans) < count:
        if rng.random() < RETIRED_SHARE:
            at = LAST_RETIRED - dt.timedelta(days=rng.randrange(600), minutes=rng.randrange(500))
            plans.append(Plan(rng.choice(RETIRED), served.lead, at))
            continue
        member, kind, _ = rng.choices(roles, [one[2] for one in roles])[0]
        summary = kind == OVERALL and rng.random() < SUMMARY_SHARE
        plans.append(Plan(kind, member, _when(world, rng, _age(rng)), summary=summary))
    plans.sort(key=lambda one: one.at)
    _give_entitlements(rng, plans, len(served.entitlements))
    _withdraw(rng, plans, sure=served.place.number % 20 == 4)
    return plans


def _sure(world: World, rng: Random, served: Served) -> Iterator[Plan]:
    """What must be there: of the demo people each of their types, a recent picture of a watched customer."""
    demo = [member for member in served.team if member.person.password]
    if served.place.of and served.place.turn < 2:
        for member in demo:
            for kind in WRITES[member.role]:
                yield Plan(kind, member, _when(world, rng, 60 * rng.random()), forced=True)
        yield Plan(OVERALL, served.lead, _when(world, rng, 40 * rng.random()), summary=True, forced=True)
    if served.former:
        for _ in range(2):
            at = _when(world, rng, rng.uniform(190, 650))
            yield Plan(OVERALL, served.former, at, forced=True)
    for member in served.team:
        if member.role == Role.FTA:
            age = rng.uniform(0, 13) if rng.random() < 0.65 else rng.uniform(14, 45)
            yield Plan(ENTERPRISE, member, _when(world, rng, age), forced=True)


def _age(rng: Random) -> float:
    """Days: most within thirteen weeks, the rest within two years."""
    if rng.random() < 0.78:
        return 91 * math.pow(rng.random(), 1.4)
    return 91 + 635 * math.pow(rng.random(), 1.5)


def _when(world: World, rng: Random, age: float) -> dt.datetime:
    """A moment of a day's work; today's are at midnight, since the day has only begun.

    Week-ends are days like others: moving them would make what is written depend on the day of the run.
    """
    minutes = rng.randrange(7 * 60, 19 * 60)
    days = int(age)
    return world.before(days - minutes / 1440) if days else world.now


def _give_entitlements(rng: Random, plans: list[Plan], entitlements: int) -> None:
    untouched = list(range(entitlements))
    rng.shuffle(untouched)
    latest: dict[int, Plan] = {}
    for one in plans:
        if one.kind == ENTITLEMENT:
            fresh = untouched and rng.random() < 0.9
            one.entitlement = untouched.pop() if fresh else rng.randrange(entitlements)
            if one.entitlement in untouched:
                untouched.remove(one.entitlement)
            latest[one.entitlement] = one
    for one in latest.values():
        one.last = True


def _withdraw(rng: Random, plans: list[Plan], *, sure: bool) -> None:
    """Take some notes back; where the type was wrong, the note after it is the same under the right one.

    `sure`: one at least is written again, where there is room for it, so that even a small demo has some.
    """
    for number, one in enumerate(plans):
        following = plans[number + 1] if number + 1 < len(plans) else None
        drawn, again = rng.random() < WITHDRAWN_SHARE, sure or rng.random() < 0.6
        if one.forced or one.last or one.rewrites or one.kind in RETIRED:
            continue
        others = [kind for kind in WRITES[one.member.role] if kind in FREE_TEXT and kind != one.kind]
        room = following and not following.forced and following.kind not in (ENTITLEMENT, *RETIRED)
        if following and room and again and others and one.kind in FREE_TEXT and not one.summary and (drawn or sure):
            one.withdrawn, one.rewritten, sure = True, True, False
            following.kind, following.member, following.summary = others[0], one.member, False
            # Not after the note that followed: nothing lies in the future.
            following.at, following.rewrites = min(one.at + dt.timedelta(hours=1), following.at), True
        elif drawn:
            one.withdrawn = True
