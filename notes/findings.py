"""What the lines under a label say: values by form field, words that stay, and what could not be read (domain.md §4).

Every step looks at a character a fixed number of times, however hostile the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from notes.dates import mentions, plain_date, set_apart
from notes.declarations import Section
from notes.grammar import Grammar, Label, says_nothing
from notes.workload_lines import (
    BULLET,
    DASHES,
    NUMBER,
    SPACES,
    code_named,
    fold,
    read_names,
    read_prefix,
    workload_line,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Line = tuple[int, str]

_AFTER_VALUE = f"{SPACES}{DASHES}*_-])\"'”’」】）］:：,，;；.。、/|!！…"
_NONE = frozenset(("none", "n/a", "nil", "nothing", "无", "没有", "暂无"))
_FEW = 4
_PENDING = ("pending", "tbd", "待定")
_SHOWN = 60
_NUMERALS = ("一二三四五六七八九十", "①②③④⑤⑥⑦⑧⑨⑩")


@dataclass
class Block:
    """A section being read: its label, and the lines that may be its value, that of the label first."""

    section: Section
    number: int
    indent: int
    label: Label | None = None
    lines: list[Line] = field(default_factory=list)
    filled: bool = False  # whether any line so far has words

    def add(self, number: int, line: str) -> None:
        """One more line."""
        self.lines.append((number, line))
        self.filled = self.filled or bool(line.strip(SPACES))

    @property
    def single(self) -> bool:
        """Whether its value stands on one line."""
        return self.section.kind in ("choice", "date", "short")

    @property
    def says_none(self) -> bool:
        """Whether all it says so far is that there is nothing: what follows a blank line is about something else."""
        filled = [line for _number, line in self.lines[:_FEW] if line.strip(SPACES)]
        return len(filled) == 1 and len(self.lines) <= _FEW and fold(filled[0]).strip(_AFTER_VALUE).casefold() in _NONE

    @property
    def aside(self) -> str:
        """What stands in brackets between the label and its colon."""
        return self.label.aside if self.label else ""

    @property
    def written(self) -> str:
        """The label as it was written, with the workloads in brackets before it."""
        return " ".join(filter(None, (self.label.prefix, self.label.written))) if self.label else ""


class Findings:
    """Values by form field as they are found, the words that stay, and the problems that a reader is told."""

    def __init__(self, grammar: Grammar, *, guesses: bool = True) -> None:
        self.grammar = grammar
        self.guesses = guesses
        self.guessed = False  # whether more was taken from words than labels say
        self.found: dict[str, list[str]] = {}
        self.rest: list[Line] = []
        self.problems: list[StrPromise] = []
        self.first: dict[str, Block] = {}  # the first block of each section

    def take(self, block: Block) -> None:
        """Read the lines under a label."""
        self.first.setdefault(block.section.field, block)
        match block.section.kind:
            case "lines":
                self._take_lines(block)
            case "workloads":
                self._take_workloads(block)
            case "risks":
                self._take_risks(block)
            case "line":
                self._take_line(block)
            case "text":
                text = self.grammar.without_hint(block.section, _block(block))
                self._add(block.section, block, " ".join(filter(None, (block.aside, text))))
            case _:
                self._take_single(block)

    def _add(self, section: Section, block: Block, text: str) -> None:
        prefix = block.label.prefix if block.label else ""
        if text.strip(SPACES):
            self.found.setdefault(section.field, []).append(f"{prefix} {text}".strip(SPACES))

    def _leave(self, block: Block, text: str) -> None:
        """Keep words in the rest, under their label as written."""
        if text.strip(SPACES):
            self.rest.append((block.number, f"{block.written}: {text}" if block.label else text))

    def _tell(self, message: StrPromise, **values: object) -> None:
        self.problems.append(format_lazy(message, **values))

    # --- One value ----------------------------------------------------------------------------------------------------

    def _take_single(self, block: Block) -> None:
        """Take a value of one line. Words around it go to their own section, or stay in the rest under the label."""
        section, aside = block.section, block.aside
        text = self.grammar.without_hint(section, _block(block))
        first, _newline, more = text.partition("\n")
        first = first.rstrip(SPACES)
        value, words, problem = self._read_single(section, first)
        if not value and aside and section.kind == "choice":
            told, end = self.grammar.read_choice(section, aside) or ("", 0)
            if told and not aside[end:].strip(_AFTER_VALUE):  # STATUS (G): the firewall review is late
                value, words, aside, problem = told, first, "", None
        home = self.grammar.sections.get(section.words_to)
        if value and self.found.setdefault(section.field, [value]) != [value]:
            problem = _("{label} is given twice: the first was taken, “{value}” was left in the text.")
            words, home = first, None
        elif problem and home and self.grammar.read_choice(section, first) is None:
            problem = _("“{value}” is no value of {label}; it stands under {other}.")
        elif problem:
            home = None
        if problem and first:
            self._tell(problem, label=section.label, value=_short(first), other=home.label if home else "")
        left = "\n".join(part for part in (" ".join(filter(None, (aside, words))), more) if part)
        if home:
            self._add(home, block, left)
        else:
            self._leave(block, left)

    def _read_single(self, section: Section, line: str) -> tuple[str, str, StrPromise | None]:
        """A one-line section's value, the words after it, and what is wrong ("" for the value then)."""
        if section.kind == "choice":
            choice = self.grammar.read_choice(section, line)
            if not choice:
                return "", line, _("“{value}” is no value of {label}; it was left in the text.")
            if not choice[0]:
                return "", line, _("{label} names several values, “{value}”: choose one. It was left in the text.")
            return choice[0], line[choice[1] :].lstrip(_AFTER_VALUE).rstrip(SPACES), None
        if section.kind == "date":
            found = plain_date(line)
            if not found or not found.date:
                return "", line, _("“{value}” is no date of the form 2020-03-31 for {label}; it was left in the text.")
            words = set_apart(line, found)
            # Words before the date belong to the sentence, which is not torn apart.
            words = line if words is None else words.lstrip(_AFTER_VALUE).rstrip(SPACES)
            return found.date.isoformat(), words, None
        return line, "", None

    # --- Several lines ------------------------------------------------------------------------------------------------

    def _take_lines(self, block: Block) -> None:
        """Take workload lines; those that still read as in the empty template say nothing and stay in the rest."""
        groups: list[list[Line]] = []
        for number, line in [(block.number, block.aside), *block.lines]:
            text, prefixed = workload_line(self.grammar.without_hint(block.section, line.strip(SPACES)))
            if text and (prefixed or not groups):
                groups.append([(number, text)])
            elif text:
                groups[-1].append((number, text))
        unedited: list[str] = []
        for group in groups:
            codes, words = read_prefix(group[0][1])
            no_words = not words.strip(_AFTER_VALUE) or code_named(words) in codes
            if len(group) == 1 and codes and no_words:
                self.rest += group
                unedited += codes
            else:
                self.found.setdefault(block.section.field, []).extend(text for _number, text in group)
        if unedited:
            codes_left = ", ".join(dict.fromkeys(unedited))
            self._tell(_("Workload lines without a status were left in the text: {codes}."), codes=codes_left)

    def _take_workloads(self, block: Block) -> None:
        """Take the workloads that lines list; a line that also says something else stays in the rest as a whole."""
        for number, line in [(block.number, block.aside), *block.lines]:
            codes, strangers = read_names(line)
            self.affects(codes)
            if not strangers:
                continue
            if number == block.number:
                self._leave(block, line.strip(SPACES))
            else:
                self.rest.append((number, line))
            if block.label:
                self._tell(
                    _("“{value}” under {label} names no workload; the line was left in the text."),
                    label=block.section.label,
                    value=_short(", ".join(strangers)),
                )

    def affects(self, codes: list[str]) -> None:
        """Add to the workloads that the note is about."""
        if codes and self.grammar.affected:
            self.found.setdefault(self.grammar.affected.field, []).extend(codes)

    def _take_risks(self, block: Block) -> None:
        """Take risks, one a line; a line set in under a bullet goes on with the risk above."""
        risks: list[str] = []
        inset: int | None = None  # how far the last bullet is set in
        for _number, line in [(block.number, block.aside), *block.lines]:
            folded = fold(line)
            bullet = _counts(folded, len(risks)) or BULLET.match(folded)
            text = (line[bullet.end() :] if bullet else line).strip(SPACES)
            if not text:
                continue
            if bullet:
                inset = indent(line)
            if risks and not bullet and inset is not None and indent(line) > inset:
                risks[-1] += f" {text}"
            else:
                risks.append(text)
        if self.guesses and all(map(says_nothing, risks)):
            self.guessed = True
            self._leave(block, "\n".join(risks))
        else:
            self.found.setdefault(block.section.field, []).extend(risks)

    def _take_line(self, block: Block) -> None:
        """Take lines as one."""
        lines = [line.strip(SPACES) for _number, line in block.lines]
        if not lines[0]:
            below = next((number for number, line in enumerate(lines) if line), 0)
            bullet = BULLET.match(fold(lines[below]))
            lines[below] = lines[below][bullet.end() :] if bullet else lines[below]
        text = self.grammar.without_hint(block.section, " ".join(filter(None, lines)))
        self._add(block.section, block, " ".join(filter(None, (block.aside, text))))

    # --- What texts state in their own words --------------------------------------------------------------------------

    def settle(self) -> dict[str, str]:
        """The values in the template's order, once everything is read."""
        for section in self.grammar.sections.values():
            for name in section.states:
                if section.field in self.found and name not in self.first:
                    self._read_statement(section, self.grammar.sections[name])
        return {name: self._whole(section) for name, section in self.grammar.sections.items() if name in self.found}

    def _whole(self, section: Section) -> str:
        values = self.found[section.field]
        if section.kind == "workloads":
            return f"[{'+'.join(dict.fromkeys(values))}]"
        text = (" " if section.kind == "line" else "\n").join(values)
        if section.limit is None or len(text) <= section.limit:
            return text
        cut = text.rfind(" ", section.limit - _SHOWN, section.limit + 1)
        cut = cut if cut > 0 else section.limit
        block = self.first[section.field]
        self._leave(block, text[cut:].strip(SPACES))
        self._tell(
            _("{label} holds {limit} characters; what goes beyond was left in the text."),
            label=section.label,
            limit=section.limit,
        )
        return text[:cut].rstrip(SPACES)

    def _read_statement(self, section: Section, stated: Section) -> None:
        text = "\n".join(self.found[section.field])
        if stated.kind == "date":
            found = plain_date(text)
            if says_nothing(text):
                self._leave(self.first[section.field], text)
                del self.found[section.field]
            elif found and found.date:
                self.found[stated.field] = [found.date.isoformat()]
            elif mentions(text):
                self._tell(_("No single full date could be read from “{value}”; fill it in."), value=_short(text))
        elif stated.kind == "choice":
            self._read_kind(section, stated, text)
        else:
            self._read_id(section, stated, text)

    def _read_kind(self, section: Section, stated: Section, text: str) -> None:
        first, newline, more = text.partition("\n")
        kind = self.grammar.read_kind(section, first)
        if kind and not kind[0]:
            message = _("{label} names several values, “{value}”: choose one. It was left in the text.")
            self._tell(message, label=stated.label, value=_short(first))
        elif kind:
            self.found[stated.field] = [kind[0]]
            self._replace(section, f"{kind[1]}{newline}{more}")

    def _read_id(self, section: Section, stated: Section, text: str) -> None:
        """Take an ID from a sentence, which keeps it; a line that says nothing else goes."""
        ids, kept = [], []
        for line in text.split("\n"):
            here, alone = self.grammar.ids_in(stated, line)
            ids += here
            if not here or not alone:
                kept.append(line)
        named = {name.casefold() for name in ids}
        if len(named) == 1:
            self.found[stated.field] = ["pending" if named & set(_PENDING) else ids[0]]
            self._replace(section, "\n".join(kept))
        elif named:
            message = _("{label} names several values, “{value}”: choose one. It was left in the text.")
            self._tell(message, label=stated.label, value=_short(", ".join(ids)))

    def _replace(self, section: Section, text: str) -> None:
        if text.strip(SPACES):
            self.found[section.field] = [text.strip(SPACES)]
        else:
            del self.found[section.field]


def indent(line: str) -> int:
    """How far a line is set in."""
    return len(line) - len(line.lstrip(SPACES))


def _counts(folded: str, before: int) -> re.Match[str] | None:
    """The number that a line begins with, where it counts on: "10. May" begins the first line's own words."""
    number = NUMBER.match(folded)
    nexts = (str(before + 1), *(numerals[before : before + 1] for numerals in _NUMERALS))
    return number if number and number.group().strip(" ().:、") in nexts else None


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _block(block: Block) -> str:
    """Its lines as one trimmed text, without the indent that only sets them under their label.

    That is the label's own column and, where the label stood alone, the indent of the first line after it.
    """
    inset = block.label.column if block.label else 0
    lines = [line for _number, line in block.lines]
    if not lines[0]:
        inset = max(inset, next((indent(line) for line in lines if line.strip(SPACES)), 0))
    first, *others = lines
    return "\n".join([first, *(line[min(inset, indent(line)) :] for line in others)]).strip(SPACES)
