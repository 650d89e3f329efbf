"""What changed between two texts, word by word, at a cost that no text can drive up."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Literal

Sort = Literal["same", "ins", "del"]


@dataclass(frozen=True)
class Piece:
    """A stretch of text that both have (`same`), that only the new one has (`ins`), or only the old one (`del`)."""

    sort: Sort
    text: str


# Coarse to fine: lines, sentences, words; a Chinese character is a word. The pieces of a text join to it.
_LEVELS = (
    re.compile(r"[^\n]*\n|[^\n]+"),
    re.compile(r"[^.!?;。！？；]*[.!?;。！？；]+\s*|[^.!?;。！？；]+"),
    re.compile(r"[\u3400-\u9fff]|[^\W\u3400-\u9fff]+\s*|[^\w\s]|\s+"),
)
# difflib is quadratic and worse: it is given at most so many pieces at once, and so much work for one page.
MOST_PIECES = 200
BUDGET = 1_000_000


class Differ:
    """Tells texts apart within one budget; once it is spent, a changed stretch is told as the whole old and new."""

    def __init__(self, budget: int = BUDGET) -> None:
        self.budget = budget

    def pieces(self, old: str, new: str) -> list[Piece]:
        """The differences in order: `same` and `del` join to `old`, `same` and `ins` to `new`."""
        found = (piece for piece in self._refine(old, new, 0) if piece.text)
        return list(_joined(found))

    def _refine(self, old: str, new: str, level: int) -> Iterator[Piece]:
        if not old or not new or level == len(_LEVELS):
            yield from _whole(old, new)
            return
        before, after = _LEVELS[level].findall(old), _LEVELS[level].findall(new)
        start = _common(before, after)
        end = _common(before[start:][::-1], after[start:][::-1])
        yield Piece("same", "".join(before[:start]))
        yield from self._middle(before[start : len(before) - end], after[start : len(after) - end], level)
        yield Piece("same", "".join(before[len(before) - end :]))

    def _middle(self, before: list[str], after: list[str], level: int) -> Iterator[Piece]:
        if max(len(before), len(after)) > MOST_PIECES or self.budget <= 0:
            yield from _whole("".join(before), "".join(after))
            return
        self.budget -= len(before) * len(after)
        for what, i, j, k, m in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            old, new = "".join(before[i:j]), "".join(after[k:m])
            if what == "equal":
                yield Piece("same", old)
            else:
                yield from self._refine(old, new, level + 1)


def _whole(old: str, new: str) -> Iterator[Piece]:
    """All of one for all of the other; the space that both end with is no difference."""
    end = _common(list(old[len(old.rstrip()) :][::-1]), list(new[len(new.rstrip()) :][::-1]))
    yield Piece("del", old[: len(old) - end])
    yield Piece("ins", new[: len(new) - end])
    yield Piece("same", old[len(old) - end :])


def _common(before: list[str], after: list[str]) -> int:
    """How many pieces both begin with."""
    pairs = zip(before, after, strict=False)
    return next((at for at, (one, other) in enumerate(pairs) if one != other), min(len(before), len(after)))


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Neighbours of one sort as one piece."""
    for sort, run in groupby(pieces, key=lambda piece: piece.sort):
        yield Piece(sort, "".join(piece.text for piece in run))


KEPT = 100


def shortened(pieces: list[Piece]) -> list[Piece]:
    """For reading: of a long stretch that did not change, what stands next to the changes."""
    return [
        Piece("same", _around(piece.text, first=at == 0, last=at == len(pieces) - 1)) if piece.sort == "same" else piece
        for at, piece in enumerate(pieces)
    ]


def _around(text: str, *, first: bool, last: bool) -> str:
    if len(text) <= 3 * KEPT:
        return text
    return ("" if first else text[:KEPT]) + " … " + ("" if last else text[-KEPT:])
