"""The people of the demo: the cast one can log in as, and the staff that fills the regions (contract.md)."""

import datetime as dt
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from accounts.models import PartnerOrganisation, User
from accounts.roles import Role
from notes.demo.names import LANGUAGES, PARTNERS, Names
from notes.demo.world import Missing, World

PASSWORD = "demo"  # noqa: S105  (published on purpose; made only where demo people are allowed)
# One dozen of a region's staff.
DOZEN = [
    *[Role.FM] * 3,
    *[Role.FE] * 2,
    Role.SME,
    Role.ASME,
    Role.GMFTA,
    Role.MVM,
    Role.FTA,
    Role.GM,
    Role.RM,
]
PARTNER_STAFF = 2
JOINED = dt.datetime(2018, 1, 8, 8, tzinfo=dt.UTC)


@dataclass(frozen=True)
class Part:
    """One of the demo people: user name, shown name, roles, regions, the number of their partner organisation."""

    username: str
    name: tuple[str, str]
    roles: tuple[Role, ...] = ()
    regions: tuple[str, ...] = ()
    partner: int | None = None
    active: bool = True
    superuser: bool = False


PARTS = (
    Part("fm", ("Frida", "Malm"), (Role.FM,), ("EMEA",)),
    Part("fe", ("Felix", "Eder"), (Role.FE,), ("EMEA",)),
    Part("sme", ("Sofía", "Mendieta"), (Role.SME,), ("EMEA",)),
    Part("asme", ("Astrid", "Meerbusch"), (Role.ASME,), ("EMEA",)),
    Part("gmfta", ("Gabriel", "Faurel"), (Role.GMFTA,), ("EMEA",)),
    Part("mvm", ("Mara", "Vogelsang"), (Role.MVM,), ("EMEA",)),
    Part("fta", ("Farid", "Tahan"), (Role.FTA,), ("EMEA",)),
    Part("gm", ("Greta", "Morland"), (Role.GM,), ("EMEA",)),
    Part("rm", ("Rosa", "Marín"), (Role.RM,), ("EMEA",)),
    Part("lt", ("Liam", "Thorne"), (Role.LT,)),
    Part("pa", ("Petra", "Anders"), (Role.PA,)),
    Part("fm2", ("方敏", ""), (Role.FM,), ("GCR",)),
    Part("rm2", ("Ruth", "Manning"), (Role.RM,), ("AMER",)),
    Part("frp", ("Franz", "Poll"), (Role.FRP,), ("EMEA",), partner=0),
    Part("frp2", ("Flora", "Prieto"), (Role.FRP,), ("AMER",), partner=1),
    Part("nobody", ("Nora", "Body")),
    Part("gone", ("Gordon", "Neeve"), (Role.FM,), ("EMEA",), active=False),
    Part("admin", ("Ada", "Minton"), superuser=True),
)
# Where the customers of each partner organisation are; the first two are those of `frp` and `frp2`.
PARTNER_REGIONS = ("EMEA", "AMER", "APAC", "GCR", "LATAM")


@dataclass(frozen=True)
class Person:
    """Someone who exists."""

    id: int
    username: str
    roles: tuple[Role, ...]
    regions: tuple[str, ...] = ()
    partner: int | None = None
    password: str | None = None


@dataclass
class Cast:
    """Everybody, by where they work."""

    partners: list[PartnerOrganisation] = field(default_factory=list)
    demo: dict[str, Person] = field(default_factory=dict)
    staff: dict[tuple[str, Role], list[Person]] = field(default_factory=dict)
    partner_staff: list[list[Person]] = field(default_factory=list)
    everybody: list[Person] = field(default_factory=list)

    def manager(self, region: str) -> Person:
        """The regional manager that summaries are asked by and risks go to."""
        for name in ("rm", "rm2"):
            if name in self.demo and region in self.demo[name].regions:
                return self.demo[name]
        return self.staff[region, Role.RM][0]


def dozens(customers: int) -> int:
    """How many dozens of staff a region has: more customers need more people, up to a point."""
    return min(1 + customers // 1_000, 10)


def make(world: World, *, customers: int, partners: int, demo: bool) -> Cast:
    """Store partner organisations and people; the demo people only where `demo` allows their known password."""
    groups = dict(Group.objects.filter(name__in=Role.values).values_list("name", "id"))
    if len(groups) != len(Role):
        raise Missing("The role groups are missing. Run migrate first.")
    cast, rng = Cast(), world.rng("people")
    taken = set(User.objects.values_list("username", flat=True))
    clash = sorted(taken & {part.username for part in PARTS}) if demo else []
    if clash:
        raise Missing(f"These user names are taken by other people: {', '.join(clash)}.")
    names, users = Names(taken | {part.username for part in PARTS}), _Users(world, groups)
    cast.partners = _partners(world, partners)
    password = make_password(PASSWORD) if demo else ""  # hashed once: it is slow by design
    for part in PARTS if demo else ():
        partner = None if part.partner is None else cast.partners[part.partner].pk
        cast.demo[part.username] = users.add(
            part.username, part.name, part.roles, part.regions, partner, password=password, part=part
        )
    for region, languages in LANGUAGES.items():
        spoken = [(share, language) for share, language, _ in languages if language != "fr"]
        for role in DOZEN * dozens(customers):
            language = rng.choices([one[1] for one in spoken], [one[0] for one in spoken])[0]
            username, *name = names.person(rng, language)
            person = users.add(username, (name[0], name[1]), (role,), (region,), None)
            cast.staff.setdefault((region, role), []).append(person)
    for number, partner_row in enumerate(cast.partners):
        region = PARTNER_REGIONS[number % len(PARTNER_REGIONS)]
        spoken_there = LANGUAGES[region][0][1]
        colleagues = []
        for _ in range(PARTNER_STAFF):
            username, *name = names.person(rng, spoken_there)
            colleagues.append(users.add(username, (name[0], name[1]), (Role.FRP,), (region,), partner_row.pk))
        cast.partner_staff.append(colleagues)
    users.store()
    cast.everybody = users.people
    return cast


def _partners(world: World, count: int) -> list[PartnerOrganisation]:
    taken = set(PartnerOrganisation.objects.values_list("name", flat=True))
    rows: list[PartnerOrganisation] = []
    number = 0
    while len(rows) < count:
        turn, place = divmod(number, len(PARTNERS))
        name = PARTNERS[place] if not turn else f"{PARTNERS[place]} {turn + 1}"
        number += 1
        if name not in taken:
            rows.append(PartnerOrganisation(id=world.id(PartnerOrganisation), name=name))
    return list(PartnerOrganisation.objects.bulk_create(rows))


class _Users:
    """Users on their way into the database, with their groups and regions."""

    def __init__(self, world: World, groups: dict[str, int]) -> None:
        self.world, self.group_ids = world, groups
        self.rows: list[User] = []
        self.people: list[Person] = []

    def add(
        self,
        username: str,
        name: tuple[str, str],
        roles: tuple[Role, ...],
        regions: tuple[str, ...],
        partner: int | None,
        *,
        password: str = "",
        part: Part | None = None,
    ) -> Person:
        """One more person, with an unusable password unless one is given (hashed)."""
        user = User(
            id=self.world.id(User),
            username=username,
            first_name=name[0],
            last_name=name[1],
            email=f"{username}@demo.invalid",  # a domain that never delivers
            # A fixed mark: make_password(None) would draw it at random, and the same seed gives the same rows.
            password=password or f"!demo-{username}",
            is_staff=True,
            is_active=part.active if part else True,
            is_superuser=part.superuser if part else False,
            partner_id=partner,
            date_joined=JOINED,
        )
        self.rows.append(user)
        person = Person(user.pk, username, roles, regions, partner, PASSWORD if password else None)
        self.people.append(person)
        return person

    def store(self) -> None:
        """Write them all."""
        User.objects.bulk_create(self.rows)
        in_group, in_region = User.groups.through, User.regions.through
        in_group._default_manager.bulk_create(
            in_group(user_id=person.id, group_id=self.group_ids[role])
            for person in self.people
            for role in person.roles
        )
        in_region._default_manager.bulk_create(
            in_region(user_id=person.id, region_id=self.world.regions[code])
            for person in self.people
            for code in person.regions
        )
