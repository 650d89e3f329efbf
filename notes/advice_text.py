"""A text as advice reads it: its words, its sentences, and whether it says one of a list of words."""

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")
QUOTES = "\"'“”„‘’«»「」『』《》"
_TOKEN = re.compile(r"[a-zà-ɏ0-9]+(?:'[a-z]+)*")
_STOP = re.compile(r"[.!?。\n]+")
_ABBREVIATED = ("e.g", "i.e", "approx", "etc", "vs", "incl", "no", "mr", "ms", "mrs", "dr", "st", "inc", "ltd", "corp")


@dataclass(frozen=True)
class Text:
    """A text to be asked what it says. Full-width characters count as their plain ones, capitals as small letters."""

    typed: str

    @cached_property
    def low(self) -> str:
        """In one spelling; runs of other white space than line ends as one blank."""
        text = self.typed if self.typed.isascii() else unicodedata.normalize("NFKC", self.typed)
        return re.sub(r"[^\S\n]+", " ", text.replace("’", "'").replace("\r", "\n").lower()).strip()

    @cached_property
    def words(self) -> list[str]:
        """Its words in Latin letters, and numbers."""
        return _TOKEN.findall(self.low)

    @cached_property
    def line(self) -> str:
        """Those words, divided by blanks, for finding phrases."""
        return f" {' '.join(self.words)} "

    @cached_property
    def size(self) -> float:
        """About how many words it has; two Chinese characters are one."""
        return len(self.words) + len(CJK.findall(self.low)) / 2

    @cached_property
    def sentences(self) -> list["Text"]:
        """Its sentences; a line ends one too, an abbreviation or a decimal point does not."""
        cuts, low = [0], self.low
        for stop in _STOP.finditer(low):
            if stop[0] == ".":
                before, after = low[max(0, stop.start() - 8) : stop.start()], low[stop.end() : stop.end() + 1]
                if (after and not after.isspace() and after not in QUOTES + ")]") or _abbreviates(before):
                    continue
            cuts.append(stop.end())
        pieces = [low[start:end].strip() for start, end in pairwise([*cuts, len(low)])]
        return [Text(piece) for piece in pieces if any(char.isalnum() for char in piece)]


def _abbreviates(before: str) -> bool:
    return re.split(r"[\s(]", before)[-1] in _ABBREVIATED


class Words:
    """Words and phrases of both languages that say one thing; an English one with `*` is how a word begins."""

    def __init__(self, english: str, chinese: str) -> None:
        spelt = [" ".join(phrase.split()) for phrase in english.split(",") if phrase.strip()]
        self.english = tuple(f" {one[:-1]}" if one.endswith("*") else f" {one} " for one in spelt)
        self.chinese = tuple(chinese.split())

    def said_in(self, text: Text) -> bool:
        """Whether the text says it."""
        return any(one in text.line for one in self.english) or any(one in text.low for one in self.chinese)


def listed(text: str) -> tuple[str, ...]:
    """The words of a list that is written as a text."""
    return tuple(text.split())
