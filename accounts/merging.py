"""Two people at one record: what each changed since it was opened, and how that comes together (contract, 409).

Three states are held against each other, field by field: the record as it was opened (from its history), as it stands
now (*theirs*) and as it is handed in (*mine*).
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.db import models

from accounts.differences import Differ, Piece

# More saves than these since a form was opened are not named one by one.
MOST_SAVES = 20


class Whose(Enum):
    """Who changed a field since it was opened."""

    NOBODY = "nobody"  # or both alike
    THEIRS = "theirs"
    MINE = "mine"
    BOTH = "both"


def whose(opened: Any, theirs: Any, mine: Any, *, known: bool = True) -> Whose:
    """Who changed a value. What it was may not be `known`: then each difference counts as changed by both."""
    if theirs == mine:
        return Whose.NOBODY
    if not known:
        return Whose.BOTH
    if opened == mine:
        return Whose.THEIRS
    return Whose.MINE if opened == theirs else Whose.BOTH


def compare(
    opened: Mapping[str, Any] | None, theirs: Mapping[str, Any], mine: Mapping[str, Any], names: Iterable[str]
) -> dict[str, Whose]:
    """Who changed which of these fields; without what was `opened`, or a field of it, a difference is both's."""
    stood = opened if opened is not None else {}
    return {
        name: whose(stood.get(name), theirs.get(name), mine.get(name), known=opened is not None and name in stood)
        for name in names
    }


# --- What history keeps -----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Save:
    """A save since the form was opened: by whom (None for the system) and when."""

    by: Any
    at: dt.datetime


def kept_at(record: models.Model, version: int | None) -> Any:
    """The record as history keeps it at a version before the one that stands; None where it does not."""
    stands: int = record.version  # type: ignore[attr-defined]
    if version is None or not 0 < version < stands:
        return None
    kept: Any = type(record).history  # type: ignore[attr-defined]
    return kept.filter(id=record.pk, version=version).order_by("-history_date", "-history_id").first()


def saves_since(record: models.Model, version: int | None) -> list[Save]:
    """Who saved it after that version, the last first, each person once; of an unknown version the last save alone."""
    kept: Any = type(record).history  # type: ignore[attr-defined]
    rows = kept.filter(id=record.pk).select_related("history_user").order_by("-history_date", "-history_id")
    stands: int = record.version  # type: ignore[attr-defined]
    known = version is not None and 0 < version < stands
    rows = rows.filter(version__gt=version)[:MOST_SAVES] if known else rows[:1]
    first: dict[Any, Save] = {}
    for row in rows:
        first.setdefault(row.history_user_id, Save(row.history_user, row.history_date))
    return list(first.values())


def rows_at(model: type[models.Model], link: str, record: models.Model, version: int | None) -> dict[Any, Any] | None:
    """The rows of `model` that stood beside the record (by `link`, which ends in `_id`) at a version: key to kept row.

    They are written right after their record, so they are those before its next version. None where that is not known.
    """
    if kept_at(record, version) is None:
        return None
    versions: Any = type(record).history  # type: ignore[attr-defined]
    later = versions.filter(id=record.pk, version__gt=version).order_by("history_date", "history_id").first()
    if later is None:
        return None
    history: Any = model.history  # type: ignore[attr-defined]
    rows = history.filter(**{link: record.pk}, history_date__lt=later.history_date)
    last = {row.id: row for row in rows.order_by("history_date", "history_id")}
    return {key: row for key, row in last.items() if row.history_type != "-"}


# --- What the page shows ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Clash:
    """What both changed, for reading: `name` is how the choice is handed in, `at` the id of the field it is about.

    `pieces` tell theirs and mine apart word by word, where they are texts; `both` is whether both can be kept; `seen`
    tells a field that was edited by hand from one left as the page showed it.
    """

    name: str
    label: str
    theirs: str
    mine: str
    at: str = ""
    pieces: tuple[Piece, ...] = ()
    both: bool = False
    seen: str = ""

    @property
    def prose(self) -> bool:
        """Whether it is told word by word."""
        return bool(self.pieces)

    @property
    def sides(self) -> list[tuple[str, str, list[Piece]]]:
        """Whose, the whole text, and its pieces; theirs first."""
        return [
            ("theirs", self.theirs, [piece for piece in self.pieces if piece.sort != "ins"]),
            ("mine", self.mine, [piece for piece in self.pieces if piece.sort != "del"]),
        ]


@dataclass
class Merge:
    """What a person whose form lost a race is shown: who saved meanwhile, what both changed, what they alone changed
    (label and value, already in the form), and `beside`, what changed outside the form.

    `about` names a row; `elsewhere` is whether rows beside the record clash; `again` whether a choice has to be made
    once more.
    """

    saves: Sequence[Save]
    clashes: list[Clash] = field(default_factory=list)
    taken: list[tuple[str, str]] = field(default_factory=list)
    beside: list[Any] = field(default_factory=list)
    about: str = ""
    again: bool = False
    elsewhere: bool = False

    @property
    def last(self) -> Save | None:
        """The last save."""
        return self.saves[0] if self.saves else None

    @property
    def others(self) -> Sequence[Save]:
        """Who else saved."""
        return self.saves[1:]

    @property
    def proses(self) -> bool:
        """Whether any of it is told word by word."""
        return any(clash.prose for clash in self.clashes)


def joined(theirs: str, mine: str, between: str) -> str:
    """Both texts as one: theirs first; where one holds the other, that one."""
    if theirs in mine:
        return mine
    return theirs if mine in theirs else f"{theirs}{between}{mine}"


def told_apart(theirs: str, mine: str, differ: Differ) -> tuple[Piece, ...]:
    """Theirs and mine word by word."""
    return tuple(differ.pieces(theirs, mine))
