"""What every part of the demo needs at hand: who and what is there, the next ids, and where rows are stored."""

import bisect
import datetime as dt
import itertools
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from django.core.management.color import no_style
from django.db import connection, models
from django.utils import timezone

from accounts.models import PartnerOrganisation, Region, User
from customers.models import Assignment, Customer, Entitlement, StatusPeriod, StatusReason, Workload
from customers.status import FIRST_L2
from notes import hashtags, writing
from notes.campaigns import Campaigns
from notes.demo.store import Store
from notes.models import Note, NoteTag, NoteWorkload, Risk, RiskStep, SummaryRequest

# All whose ids are given out here, what is pointed at before what points to it.
NUMBERED: tuple[type[models.Model], ...] = (
    PartnerOrganisation,
    User,
    Customer,
    Assignment,
    Entitlement,
    StatusPeriod,
    Note,
    NoteTag,
    NoteWorkload,
    Risk,
    RiskStep,
    SummaryRequest,
)

GOLDEN = (5**0.5 - 1) / 2
T = TypeVar("T")


class Missing(Exception):
    """Something that the migrations lay down is not there."""


def first_id(model: type[models.Model]) -> int:
    """The next free id: past the rows and past the history of rows that are gone."""
    tables = [model._base_manager.all()]
    if hasattr(model, "history"):
        tables.append(model.history.all())
    return 1 + max(table.aggregate(top=models.Max("id"))["top"] or 0 for table in tables)


def reset_sequences() -> None:
    """Let the database go on after the ids given out here (PostgreSQL; SQLite looks at the rows)."""
    with connection.cursor() as cursor:
        for statement in connection.ops.sequence_reset_sql(no_style(), list(NUMBERED)):
            cursor.execute(statement)


@dataclass
class World:
    """The fixed points of one load. `now` is midnight in the server's zone, so a day's runs are alike and nothing lies
    in the future.
    """

    seed: int
    store: Store = field(default_factory=lambda: Store(NUMBERED))
    tell: Callable[[int], None] = lambda notes: None
    now: dt.datetime = field(init=False)
    today: dt.date = field(init=False)
    ids: Mapping[type[models.Model], Iterator[int]] = field(init=False)
    first: dict[type[models.Model], int] = field(init=False)
    regions: dict[str, int] = field(init=False)
    workloads: dict[str, Workload] = field(init=False)
    reasons: dict[str, int] = field(init=False)
    slugs: dict[int | None, str] = field(init=False)
    aliases: Mapping[str, str] = field(init=False)
    _tags: dict[str, int] = field(default_factory=dict)
    _turns: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        zone = timezone.get_default_timezone()
        local = timezone.localtime(timezone=zone).replace(hour=0, minute=0, second=0, microsecond=0)
        self.now, self.today = local.astimezone(dt.UTC), local.date()
        self.first = {model: first_id(model) for model in NUMBERED}
        self.ids = {model: itertools.count(first) for model, first in self.first.items()}
        self.regions = dict(Region.objects.values_list("code", "id"))
        self.workloads = {workload.code: workload for workload in Workload.objects.all()}
        self.reasons = dict(StatusReason.objects.values_list("slug", "id"))
        self.slugs = {pk: slug for slug, pk in self.reasons.items()} | {None: ""}
        self.aliases = Campaigns.load().aliases
        if FIRST_L2 not in self.reasons or not self.regions or not self.workloads:
            raise Missing("The regions, workloads and reasons are missing. Run migrate first.")

    def rng(self, *of: object) -> Random:
        """A stream of its own for each thing, so that one more draw here moves nothing there."""
        return Random(":".join(map(str, (self.seed, *of))))

    def id(self, model: type[models.Model]) -> int:
        """The next id of a model."""
        return next(self.ids[model])

    def turn(self, of: str) -> int:
        """How often this was asked before."""
        self._turns[of] += 1
        return self._turns[of] - 1

    def deal(self, of: str, values: Sequence[T], weights: Sequence[float] | None = None) -> T:
        """One of the values, in turn and not by chance: each comes up at its weight's share however few are dealt.

        Steps of the golden ratio spread over the whole evenly, without a period that others could fall in with.
        """
        until = list(itertools.accumulate(weights or [1.0] * len(values)))
        return values[bisect.bisect(until, self.turn(of) * GOLDEN % 1.0 * until[-1])]

    def before(self, days: float) -> dt.datetime:
        """So many days before today's midnight, never later."""
        return self.now - dt.timedelta(days=max(days, 0))

    def day(self, at: dt.datetime) -> dt.date:
        """The server's date of a moment."""
        return timezone.localdate(at, timezone.get_default_timezone())

    def add(self, row: models.Model, *, by: int | None = None, at: dt.datetime | None = None, **then: Any) -> None:
        """Store a row, with the record of its making where its model keeps history (`at` is given then)."""
        self.store.add(row)
        if at is not None:
            self.store.record(row, "+", by=by, at=at, **then)

    def tag(self, name: str) -> int:
        """The id of a hashtag's row, made where there is none."""
        if name not in self._tags:
            self._tags[name] = writing.tags_by_name([name])[0].pk
        return self._tags[name]

    def resolve(self, names: list[str]) -> list[str]:
        """Normalised names with the campaigns' aliases replaced."""
        return hashtags.resolve(names, self.aliases)
