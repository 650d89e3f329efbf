"""Makes the whole demo in one transaction, and says what it made."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, models, transaction

from customers.models import Customer, Entitlement
from notes.demo import customers as serving
from notes.demo import people, plans, world
from notes.demo.names import Names
from notes.demo.notes import Scribe
from notes.demo.people import Cast
from notes.demo.risks import RiskBook, ask
from notes.demo.words import words_of
from notes.demo.world import World
from notes.models import Note, Risk, SummaryRequest

Manifest = dict[str, Any]


@transaction.atomic
def load(
    *, customers: int, notes: int, partners: int, seed: int, demo: bool, tell: Callable[[int], None] = lambda done: None
) -> Manifest:
    """Fill a database without customers. `demo`: with the people one can log in as; `tell` hears the notes written.

    The same numbers and seed give the same rows on the same day. Raises `world.Missing` where the database is not
    migrated or a demo person's user name is taken.
    """
    with _for_many_rows():
        here = World(seed)
        cast = people.make(here, customers=customers, partners=partners, demo=demo)
        places = list(serving.layout(customers, partners, demo=demo))
        names, risks = Names(), RiskBook(here, cast)
        done = 0
        for place, count in zip(places, plans.shares(here, places, notes), strict=True):
            _customer(here, cast, names, risks, place, count)
            here.store.settle()
            done += count
            tell(done)
        here.store.flush()
        world.reset_sequences()
    return _manifest(here, cast, places)


def _customer(here: World, cast: Cast, names: Names, risks: RiskBook, place: serving.Place, count: int) -> None:
    served = serving.build(here, cast, names, place, weight=plans.weight(here, place))
    serving.entitle(here, served, words_of(served.chinese))
    planned = plans.plan(here, served, count)
    scribe = Scribe(here, served, risks)
    written = scribe.write_all(planned)
    # Known to the programme before anything else happened to it.
    first = min([*(one.at for one in planned), *(chain.began for chain in scribe.pen.chains.values())])
    served.row.created_at = scribe.before(first)
    here.add(served.row, by=served.lead.person.id, at=served.row.created_at)
    serving.assign(here, cast, served)
    risks.on_customer(served, scribe.voice)
    ask(here, cast, served, written.summaries, scribe.voice)


@contextmanager
def _for_many_rows() -> Iterator[None]:
    """Set the database up for writing a lot at once, and back afterwards."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # Room for the pages of large indexes; its own 2 MB would be written out and read again all the time.
            before = int(cursor.execute("PRAGMA cache_size").fetchone()[0])
            cursor.execute("PRAGMA cache_size = -131072")
            try:
                yield
            finally:
                cursor.execute(f"PRAGMA cache_size = {before}")
        else:
            # Keys are checked with every chunk: otherwise it keeps a list of all rows for the end of the transaction.
            # A transaction that fails takes this back itself.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            yield
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _manifest(here: World, cast: Cast, places: list[serving.Place]) -> Manifest:
    """What was made, by id; ids of one kind follow on each other, so many of them are told by the first and last."""
    names = {partner.pk: partner.name for partner in cast.partners}
    first = here.first[Customer]
    theirs: dict[int, list[int]] = {number: [] for number in range(len(cast.partners))}
    for place in places:
        if place.partner is not None:
            theirs[place.partner].append(first + place.number)
    return {
        "seed": here.seed,
        "users": [
            {
                "id": person.id,
                "name": person.username,
                "password": person.password,
                "roles": list(person.roles),
                "regions": list(person.regions),
                "partner": names.get(person.partner) if person.partner else None,
                "partner_id": person.partner,
            }
            for person in cast.everybody
        ],
        "regions": sorted(here.regions),
        "partners": [
            {"id": partner.pk, "name": partner.name, "customers": theirs[number]}
            for number, partner in enumerate(cast.partners)
        ],
        "customers": list(range(first, here.id(Customer))),
        "entitlements": _range(here, Entitlement),
        "notes": _range(here, Note),
        "risks": list(range(here.first[Risk], here.id(Risk))),
        "summary_requests": list(range(here.first[SummaryRequest], here.id(SummaryRequest))),
    }


def _range(here: World, model: type[models.Model]) -> dict[str, int | None]:
    first, after = here.first[model], here.id(model)
    return {
        "count": after - first,
        "first": first if after > first else None,
        "last": after - 1 if after > first else None,
    }
