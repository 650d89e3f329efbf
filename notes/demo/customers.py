"""Customers of the demo, who serves them, and what they are entitled to."""

import datetime as dt
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from random import Random

from accounts.roles import Role
from customers.choices import BusinessReason, EnterpriseReason, Priority, Scenario, SplitReason
from customers.models import Assignment, Customer, Entitlement
from notes.demo.names import LANGUAGES, Names
from notes.demo.people import PARTNER_REGIONS, Cast, Person
from notes.demo.words import Words
from notes.demo.world import World

# The regions of customers without a partner, going round.
ROUND = (
    *("GCR", "AMER", "EMEA", "EMEA", "APAC", "EMEA", "LATAM", "EMEA", "GCR", "AMER"),
    *("EMEA", "EMEA", "GCR", "EMEA", "AMER", "APAC", "EMEA", "GCR", "LATAM", "AMER"),
)
# Chances of having somebody of a role in the team beside the manager.
TEAM = ((Role.FE, 0.6), (Role.SME, 0.45), (Role.ASME, 0.3), (Role.GMFTA, 0.2), (Role.MVM, 0.25), (Role.GM, 0.4))
WATCHED = (3, 4)  # the levels that have an FTA
# On which of fm's customers (by their number) the other demo people work: all on the first two, so that a handful of
# customers is enough for everybody to have written something.
SERVED_BY: dict[str, tuple[Role, Callable[[int], bool]]] = {
    "fe": (Role.FE, lambda k: k % 3 != 2),
    "sme": (Role.SME, lambda k: k % 2 == 0),
    "asme": (Role.ASME, lambda k: k % 3 == 0),
    "gmfta": (Role.GMFTA, lambda k: k % 4 == 1),
    "mvm": (Role.MVM, lambda k: k % 4 == 2),
    "gm": (Role.GM, lambda k: k % 2 == 1),
}


@dataclass
class Place:
    """One customer to be: its number, where it is, and what of the cast's it is."""

    number: int
    region: str
    partner: int | None  # the number of the partner organisation
    of: str = ""  # the demo manager who leads it: fm, fm2, frp, frp2
    turn: int = 0  # its number among theirs


@dataclass(frozen=True)
class Member:
    """Somebody in a customer's team, in a role."""

    role: Role
    person: Person


@dataclass
class Served:
    """A customer with all around it, while its notes are written."""

    row: Customer
    place: Place
    chinese: bool
    team: list[Member]
    former: Member | None = None
    entitlements: list[Entitlement] = field(default_factory=list)

    @property
    def lead(self) -> Member:
        """Who manages the engagement: an FM, or a partner's staff."""
        return self.team[0]


def own(customers: int) -> dict[str, int]:
    """How many customers the demo managers lead at most."""
    few = customers // 1_000
    return {"fm": min(12 + few, 40), "fm2": min(6 + few, 20), "frp": min(8 + few, 20), "frp2": min(8 + few, 20)}


def layout(customers: int, partners: int, *, demo: bool) -> Iterator[Place]:
    """Where each customer is: one of fm's first, then one of each partner organisation, then a mixture."""
    most, led = own(customers), dict.fromkeys(("fm", "fm2", "frp", "frp2"), 0)
    each = max(1, min(customers // 10, customers // (2 * partners)))
    left, rest = (each - 1) * partners, customers - 1 - partners
    given = 0
    for number in range(customers):
        since = number - 1 - partners
        if number == 0:
            place = Place(number, "EMEA", None)
        elif since < 0 or (since + 1) * left // rest > since * left // rest:
            place = Place(number, PARTNER_REGIONS[given % partners % len(PARTNER_REGIONS)], given % partners)
            given += 1
        else:
            place = Place(number, ROUND[(since - given + partners) % len(ROUND)], None)
        if place.partner is None:
            manager = {"EMEA": "fm", "GCR": "fm2"}.get(place.region, "")
        else:
            manager = ("frp", "frp2")[place.partner] if place.partner < 2 else ""
        if demo and manager and led[manager] < most[manager]:
            place.of, place.turn = manager, led[manager]
            led[manager] += 1
        yield place


def build(world: World, cast: Cast, names: Names, place: Place, *, weight: float) -> Served:
    """The customer at a place with its team; nothing is stored."""
    rng = world.rng("customer", place.number)
    languages = LANGUAGES[place.region]
    _, language, countries = rng.choices(languages, [one[0] for one in languages])[0]
    name, industry = names.company(language)
    level = _level(rng, place)
    seats = int(rng.lognormvariate(7.4, 1.0) + 150) * (6 if level in WATCHED else 1)
    row = Customer(
        id=world.id(Customer),
        name=name,
        tenant_id=str(uuid.UUID(int=rng.getrandbits(128), version=4)),
        brand=name.split(" ")[0] if level in WATCHED and language != "zh" else "",
        region_id=world.regions[place.region],
        country=rng.choice(countries),
        industry=industry,
        seats=seats,
        priority=Priority.HIGH if weight > 1.5 else rng.choices(Priority.values, [18, 52, 30])[0],
        enterprise_level=level,
        enterprise_reason=rng.choice(EnterpriseReason.values) if level in WATCHED else "",
        s400=level == 4,
        managed=level is not None or rng.random() < 0.35,
        partner_id=None if place.partner is None else cast.partners[place.partner].pk,
    )
    served = Served(row, place, language == "zh", _team(rng, cast, place, level))
    if place.of == "fm" and place.turn in (2, 5, 6, 9):
        served.former = Member(Role.FM, cast.demo["gone"])
    return served


def _level(rng: Random, place: Place) -> int | None:
    if place.of == "fm" and place.turn < 12:
        return (4, None, 2, 3, 3, None, 1, None, 4, None, None, 3)[place.turn]
    return rng.choices([None, 1, 2, 3, 4], [66, 8, 8, 12, 6])[0]


def _team(rng: Random, cast: Cast, place: Place, level: int | None) -> list[Member]:
    if place.partner is None:
        lead = cast.demo[place.of] if place.of else rng.choice(cast.staff[place.region, Role.FM])
        team = [Member(Role.FM, lead)]
    else:
        colleagues = cast.partner_staff[place.partner]
        lead = cast.demo[place.of] if place.of else rng.choice(colleagues)
        team = [Member(Role.FRP, lead)]
        if rng.random() < 0.5:
            team.append(Member(Role.FRP, rng.choice([one for one in colleagues if one != lead])))
    ours = {}
    if place.of == "fm":
        for username, (role, serves) in SERVED_BY.items():
            if place.turn < 2 or serves(place.turn):
                ours[role] = cast.demo[username]
        if level in WATCHED:
            ours[Role.FTA] = cast.demo["fta"]
    for role, chance in (*TEAM, (Role.FTA, 1.0 if level in WATCHED else 0.0)):
        drawn = rng.random() < (chance if place.partner is None else chance / 3)
        if role in ours:
            team.append(Member(role, ours[role]))
        elif drawn or (role == Role.FTA and level in WATCHED):
            team.append(Member(role, rng.choice(cast.staff[place.region, role])))
    return team


def assign(world: World, cast: Cast, served: Served) -> None:
    """Store who serves the customer; now and then somebody before, and somebody who covers a leave to come."""
    rng = world.rng("assign", served.place.number)

    def add(member: Member, starts: dt.date | None, ends: dt.date | None = None) -> None:
        row = Assignment(
            id=world.id(Assignment),
            customer_id=served.row.pk,
            user_id=member.person.id,
            role=member.role,
            starts=starts,
            ends=ends,
        )
        world.add(row, by=served.lead.person.id, at=served.row.created_at)

    began = world.day(served.row.created_at)
    for member in served.team:
        # No date at all: since ever.
        add(member, began if rng.random() < 0.6 else None)
    if served.former:
        left = world.today - dt.timedelta(days=180)
        add(served.former, began if began < left else None, left)
    if served.row.enterprise_level in WATCHED and rng.random() < 0.3:
        cover = Member(Role.FTA, rng.choice(cast.staff[served.place.region, Role.FTA]))
        leave = world.today + dt.timedelta(days=rng.randrange(20, 60))
        add(cover, leave, leave + dt.timedelta(days=14))


# What customers buy, roughly by how often.
BOUGHT = {
    "EXO": 18, "OLM": 5, "SPO": 14, "OD": 12, "OPP": 12, "TEAMS": 18, "YAM": 4, "WIN10": 6, "INTUNE": 8, "AADP": 8,
    "AIP": 5, "MCAS": 4, "IDSEC": 3, "PROJ": 3, "WDATP": 3, "SDS": 1, "CORE": 1,
}  # fmt: skip
SPLITS = (SplitReason.GEOGRAPHIES, SplitReason.OPERATING_COMPANIES, SplitReason.DUPLICATED_LICENCES)


def entitle(world: World, served: Served, words: Words) -> None:
    """Give the customer its entitlements, without status and dates; nothing is stored."""
    rng = world.rng("entitle", served.place.number)
    codes = [code for code in BOUGHT if code in world.workloads]
    # Draws without putting back: the smallest of exponential times goes first.
    order = sorted(codes, key=lambda code: rng.expovariate(BOUGHT[code]))
    wanted = order[: rng.choices(range(3, 9), [38, 30, 16, 9, 4, 3])[0]]
    for code in sorted(wanted, key=lambda code: world.workloads[code].position):
        split = rng.choices(("", *SPLITS), [94, 4, 1.4, 0.6])[0]
        labels = rng.choice(words.split) if split else ("",)
        common = {
            "scenario": rng.choices(("", *Scenario.values), [20, 50, 18, 12])[0],
            "business_reason": rng.choice(["", "", *BusinessReason.values]),
        }
        for label in labels:
            owner = rng.choice(served.team).person.id if rng.random() < 0.75 else None
            served.entitlements.append(
                Entitlement(
                    id=world.id(Entitlement),
                    customer_id=served.row.pk,
                    workload_id=world.workloads[code].pk,
                    split_reason=split,
                    split_label=label,
                    split_approved=split == SplitReason.DUPLICATED_LICENCES,
                    seats=int(served.row.seats * rng.uniform(0.3, 1.0) / len(labels)),
                    owner_id=owner,
                    **common,
                )
            )
