"""Spans of days, as assignments have them: first and last day, each None where that end is open."""

import datetime as dt
from collections.abc import Iterable

Span = tuple[dt.date | None, dt.date | None]
DAY = dt.timedelta(days=1)


def shared(one: Span, other: Span) -> Span | None:
    """The days that two spans have in common, None for none."""
    first = max((day for day in (one[0], other[0]) if day is not None), default=None)
    last = min((day for day in (one[1], other[1]) if day is not None), default=None)
    return None if first is not None and last is not None and last < first else (first, last)


def gaps(span: Span, taken: Iterable[Span]) -> list[Span]:
    """The parts of `span` that none of `taken` covers, in order; [] where they cover all of it."""
    left = [span]
    for other in taken:
        left = [piece for part in left for piece in _without(part, other)]
    return left


def _without(part: Span, other: Span) -> list[Span]:
    both = shared(part, other)
    if both is None:
        return [part]
    pieces: list[Span] = []
    if both[0] is not None and (part[0] is None or part[0] < both[0]):
        pieces.append((part[0], both[0] - DAY))
    if both[1] is not None and (part[1] is None or both[1] < part[1]):
        pieces.append((both[1] + DAY, part[1]))
    return pieces
