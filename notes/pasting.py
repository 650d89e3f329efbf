"""Pasted text read back into a template's sections (domain.md §4).

People paste from mail, older portals and Markdown, so a label may stand behind bullets, numbers, bold marks, quote
marks and brackets (`notes.grammar`). Nothing but such marks, white space, labels and the template's own hints is lost:
what cannot be read is kept as the rest. Every step looks at a character a fixed number of times, however hostile the
text.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from notes.grammar import Grammar, Label, grammar_of
from notes.playbook import Section, Template
from notes.workload_lines import (
    BULLET,
    DASHES,
    SPACES,
    WORKLOAD_NAMES,
    code_named,
    fold,
    read_prefix,
    workload_codes,
    workload_line,
    workloads_in,
)

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

__all__ = ["WORKLOAD_NAMES", "Pasted", "parse", "workload_codes", "workloads_in"]


@dataclass(frozen=True)
class Pasted:
    """What a pasted text holds.

    `values` is by form field: choices by stored value, dates ISO, prose as written and trimmed. `rest` is every other
    word, in order. `problems` are lazily translated sentences about what is in the rest though its label was known.
    """

    values: dict[str, str]
    rest: str
    problems: tuple[str | StrPromise, ...]


def parse(template: Template, text: str) -> Pasted:
    """Read a pasted text into a template's sections, in either language (domain.md §4).

    Never raises: what is not recognised is the rest. A label begins a section only at the start of a line and before a
    colon, a dash, a tab or the line's end. Text goes on to the next label, over blank lines too; after workload lines
    only lines with a bullet, a bracket or a deeper indent do. A Markdown heading that is no label ends a section.
    """
    reader = _Reader(grammar_of(template))
    for number, line in enumerate(_unquoted(reader.grammar, text.splitlines())):
        reader.take(number, line)
    return reader.finish()


_QUOTE = re.compile(r"(?:\s*>(?=[\s>]|$))+\s?")
_HEADING = re.compile(r"\s*#{1,6}\s")
_UNDERLINE = re.compile(r"\s*(?:--+|==+)\s*")
_DATE = re.compile(r"([0-9]{4})\s*[-/年]\s*([0-9]{1,2})\s*[-/月]\s*([0-9]{1,2})(?![0-9])\s*日?")
_AFTER_VALUE = f"{SPACES}{DASHES}*_-])\"'”’」】）］:：,，;；.。、/|!！…"
_SHOWN = 60


def _unquoted(grammar: Grammar, lines: list[str]) -> list[str]:
    """The lines without a mail's quote marks, where a label stands behind such a mark."""
    if any(_QUOTE.match(line) and grammar.read_label(line) for line in lines):
        return [line[quote.end() :] if (quote := _QUOTE.match(line)) else line for line in lines]
    return lines


@dataclass
class _Open:
    """A section being read: its label's line, and the lines that may be its value."""

    section: Section
    number: int
    indent: int
    label: Label | None = None
    lines: list[tuple[int, str]] = field(default_factory=list)
    filled: bool = False  # whether any line so far has words

    def add(self, number: int, line: str) -> None:
        self.lines.append((number, line))
        self.filled = self.filled or bool(line.strip(SPACES))

    @property
    def single(self) -> bool:
        return self.section.kind in ("choice", "date", "short")


class _Reader:
    """Goes through the lines once, with at most one section open."""

    def __init__(self, grammar: Grammar) -> None:
        self.grammar = grammar
        self.found: dict[str, list[str]] = {}
        self.rest: list[tuple[int, str]] = []
        self.problems: list[StrPromise] = []
        self.blanks: list[int] = []
        self.open: _Open | None = None
        self.labelled = -1  # the last line that was a label or title alone

    def take(self, number: int, line: str) -> None:
        """Read one more line."""
        if not line.strip(SPACES):
            self.blanks.append(number)
            if self.open:
                self.open.add(number, line)
            return
        if label := self.grammar.read_label(line):
            self.close()
            self.labelled = -1 if label.value else number
            if label.section:
                self.open = _Open(label.section, number, _indent(line), label)
                self.open.add(number, label.value)
        elif self.labelled == number - 1 and _UNDERLINE.fullmatch(fold(line)):
            pass  # Markdown's other way to mark a heading
        else:
            if self.grammar.workloads and (not self.open or self.open.single) and _names_workloads(line):
                self.close()
                self.open = _Open(self.grammar.workloads, number, _indent(line))
            if self.open and self.goes_on(self.open, number, line):
                self.open.add(number, line)
            else:
                self.close()
                self.rest.append((number, line))

    def goes_on(self, block: _Open, number: int, line: str) -> bool:
        """Whether an unlabelled line belongs to the section that is open."""
        if _HEADING.match(fold(line)) and not block.section.advised_length:  # there `##` is the slide's cut
            return False
        after_blank = block.filled and bool(self.blanks) and self.blanks[-1] == number - 1
        if not after_blank or block.section.kind == "text":
            return True
        if block.single:
            return False
        return workload_line(line)[1] or bool(BULLET.match(fold(line))) or _indent(line) > block.indent

    def close(self) -> None:
        """Take the value of the section that is open."""
        if self.open and self.open.section.kind == "lines":
            self.close_lines(self.open)
        elif self.open:
            label = self.open.label
            lines = [line for _number, line in self.open.lines]
            text = self.grammar.without_hint(self.open.section, _block(lines, label.column if label else 0))
            aside = label.aside if label else ""
            if not self.open.single:
                text = f"{aside} {text}".strip(SPACES)
                if text:
                    self.found.setdefault(self.open.section.field, []).append(text)
            elif text or aside:
                self.close_single(self.open, text, aside)
        self.open = None

    def close_single(self, block: _Open, text: str, aside: str) -> None:
        """Take a value of one line; words around it stay in the rest, under the label as written."""
        section, written = block.section, block.label.written if block.label else ""
        first, _newline, more = text.partition("\n")
        first = first.rstrip(SPACES)
        value, words, problem = self.read_single(section, first)
        if value and self.found.setdefault(section.field, [value]) != [value]:
            problem = _("{label} is given twice: the first was taken, “{value}” was left in the text.")
        if problem and first:
            words = first
            self.problems.append(format_lazy(problem, label=section.label, value=_short(first)))
        left = "\n".join(part for part in (" ".join(filter(None, (aside, words))), more) if part)
        if left:
            self.rest.append((block.number, f"{written}: {left}"))

    def read_single(self, section: Section, line: str) -> tuple[str, str, StrPromise | None]:
        """A one-line section's value, the words after it, and what is wrong ("" for the value then)."""
        if section.kind == "choice":
            choice = self.grammar.read_choice(section, line)
            if not choice:
                return "", line, _("“{value}” is no value of {label}; it was left in the text.")
            if not choice[0]:
                return "", line, _("{label} names several values, “{value}”: choose one. It was left in the text.")
            return choice[0], line[choice[1] :].lstrip(_AFTER_VALUE).rstrip(SPACES), None
        if section.kind == "date":
            try:
                found = _DATE.match(fold(line))
                value = datetime.date(*map(int, found.groups())).isoformat() if found else ""
            except ValueError:
                value = ""
            if not found or not value:
                return "", line, _("“{value}” is no date of the form 2020-03-31 for {label}; it was left in the text.")
            return value, line[found.end() :].lstrip(_AFTER_VALUE).rstrip(SPACES), None
        return line, "", None

    def close_lines(self, block: _Open) -> None:
        """Take workload lines; those that still read as in the empty template say nothing and stay in the rest."""
        groups: list[list[tuple[int, str]]] = []
        for number, line in [(block.number, block.label.aside if block.label else ""), *block.lines]:
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
            message = _("Workload lines without a status were left in the text: {codes}.")
            self.problems.append(format_lazy(message, codes=", ".join(dict.fromkeys(unedited))))

    def finish(self) -> Pasted:
        """The values in the template's order, and the rest in the text's, with its paragraphs."""
        self.close()
        values = {name: "\n".join(self.found[name]) for name in self.grammar.sections if name in self.found}
        pieces: list[str] = []
        blanks = iter([*self.blanks, float("inf")])
        blank = next(blanks)
        for number, line in sorted(self.rest, key=lambda entry: entry[0]):
            pieces.append("\n\n" if blank < number else "\n")
            while blank < number:
                blank = next(blanks)
            pieces.append(line.rstrip(SPACES))
        return Pasted(values, "".join(pieces).strip(SPACES), tuple(self.problems))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(SPACES))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _names_workloads(line: str) -> bool:
    """Whether a line begins with known workloads in brackets: `CORE` alone may begin a sentence."""
    text, _prefixed = workload_line(line)
    return fold(text).startswith("[") and bool(workload_codes(text))


def _block(lines: list[str], column: int) -> str:
    """Lines as one trimmed text, without the indent that only sets them under their label.

    That is the label's own column and, where the label stood alone, the indent of the first line after it.
    """
    indent = column
    if not lines[0]:
        indent = max(indent, next((_indent(line) for line in lines if line.strip(SPACES)), 0))
    first, *others = lines
    return "\n".join([first, *(line[min(indent, _indent(line)) :] for line in others)]).strip(SPACES)
