"""One customer's story, newest first, a page at a time: notes, status moves, risk steps and what the system recorded.

Each source reads a bounded number of rows along its own order and the few are merged by date, so a page costs the same
however long the story is. Events stand in one total order (`Moment`), and a page begins after the last one seen.
"""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, ClassVar

from django.db.models import Q

from accounts.models import User
from accounts.scoped_admin import is_id
from customers.models import Customer

PAGE = 20
# Of a source whose rows may say nothing of their own (a status move is told with its note) twice as many are read, so
# that those of one page do not hide what is older.
TWICE = 2 * PAGE + 1
# How often a page that came out empty is read on from where its sources ended.
MOST_READS = 5
EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, order=True)
class Moment:
    """Where an event stands: by time, then by its source, then by its row. As text it is a page's `before`."""

    at: dt.datetime
    rank: int
    pk: int

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // dt.timedelta(microseconds=1)}-{self.rank}-{self.pk}"

    @classmethod
    def read(cls, text: str) -> "Moment | None":
        """What `str` wrote; None where it is no such text."""
        parts = text.split("-")
        if len(parts) != 3 or not all(is_id(part) for part in parts):
            return None
        micros, rank, pk = map(int, parts)
        try:
            return cls(EPOCH + dt.timedelta(microseconds=micros), rank, pk)
        except OverflowError:
            return None

    def older(self, rank: int, at: str) -> Q:
        """Rows of the source of that rank, dated by the column `at`, that come after this on the page."""
        if rank > self.rank:
            return Q(**{f"{at}__lt": self.at})
        # The bound on the date alone is what an index walks to.
        rows = Q(**{f"{at}__lte": self.at})
        return rows & (Q(**{f"{at}__lt": self.at}) | Q(pk__lt=self.pk)) if rank == self.rank else rows


@dataclass(frozen=True)
class Words:
    """One thing that the system recorded: what it is, what stood, what stands ("" for nothing)."""

    label: str
    old: str = ""
    new: str = ""


@dataclass(frozen=True)
class Event:
    """One event: a `note`, a risk that was `raised`, a `step` of one, or one of the `system`.

    `row` is the record of the first three; the last has its `headline`, by whom (`who`) and its `words`.
    """

    moment: Moment
    kind: str
    row: Any = None
    headline: str = ""
    who: str = ""
    words: tuple[Words, ...] = ()

    @property
    def at(self) -> dt.datetime:
        """When."""
        return self.moment.at


@dataclass(frozen=True)
class Batch:
    """What a source gives from a moment on: its events in order, and the last row it read where there may be more."""

    events: list[Event]
    end: Moment | None = None


class Source(ABC):
    """One kind of event of a customer, as far as a reader may know it."""

    rank: ClassVar[int]

    def __init__(self, customer: Customer, reader: User) -> None:
        self.customer, self.reader = customer, reader

    @abstractmethod
    def read(self, before: Moment | None) -> Batch:
        """The newest events that come after `before` (None: the newest of all)."""

    def from_here(self, before: Moment | None, at: str) -> Q:
        """The rows that come after `before`."""
        return before.older(self.rank, at) if before is not None else Q()

    def moment(self, at: dt.datetime, pk: int) -> Moment:
        """Where a row of this source stands."""
        return Moment(at, self.rank, pk)


@dataclass(frozen=True)
class TimelinePage:
    """A page: its events in order, and the `before` of the next one ("" for none)."""

    events: list[Event]
    older: str = ""

    def groups(self) -> Iterator[tuple[bool, list[Event]]]:
        """The events in order, what the system recorded apart from people's words: (it is the system's, those)."""
        for system, events in groupby(self.events, key=lambda event: event.kind == "system"):
            yield system, list(events)


def page_of(sources: Sequence[Source], before: Moment | None) -> TimelinePage:
    """The page that begins after `before`."""
    events: list[Event] = []
    for _read in range(MOST_READS):
        events, before = _merged([source.read(before) for source in sources])
        if events or before is None:
            break
    return TimelinePage(events, str(before) if before is not None else "")


def _merged(batches: Iterable[Batch]) -> tuple[list[Event], Moment | None]:
    """The first page of what the batches hold, and where the next begins; None where nothing is left."""
    batches = list(batches)
    # Older than where any source stopped reading, that source may have more.
    known_to = max((batch.end for batch in batches if batch.end is not None), default=None)
    events = sorted(
        (event for batch in batches for event in batch.events if known_to is None or event.moment >= known_to),
        key=lambda event: event.moment,
        reverse=True,
    )
    if len(events) > PAGE:
        return events[:PAGE], events[PAGE - 1].moment
    return events, known_to
