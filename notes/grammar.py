"""What a template's labels, hints and choices look like in pasted text, in either language (domain.md §4).

A label may stand behind bullets, numbers, bold marks, quote marks and brackets. Every step looks at a character a
fixed number of times, however hostile the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cache

from notes.dates import mentions
from notes.declarations import Section, Template
from notes.labels import choice_names, english, labels
from notes.workload_lines import (
    BULLETS,
    CJK,
    EM_DASHES,
    SPACES,
    WORD,
    fold,
    lead_end,
    read_names,
    read_prefix,
    skip,
)

# --- Patterns for names -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(rf"[{CJK}]|/|[^\s/_{CJK}-]+")
_LOOSE = re.compile(f"[/{CJK}]")
_END_OF_WORD = r"(?![^\W_])"


def _flexible(words: str) -> str:
    """A pattern for words with any spacing between them, or none around Chinese characters and slashes."""
    pattern, before = "", "/"
    for token in _TOKEN.findall(fold(words)):
        loose = _LOOSE.match(before) or _LOOSE.match(token)
        pattern += (r"\s*" if loose else r"[\s_-]+") + re.escape(token)
        before = token
    return pattern.removeprefix(r"\s*")


def _any_of(names: list[tuple[str, str]]) -> tuple[re.Pattern[str], dict[str, str]]:
    """One pattern for several names, the longest first, and what each of its groups stands for."""
    ordered = sorted(names, key=lambda pair: -len(pair[0]))
    groups = {f"g{number}": meaning for number, (_name, meaning) in enumerate(ordered)}
    alternatives = "|".join(f"(?P<g{number}>{_flexible(name)})" for number, (name, _meaning) in enumerate(ordered))
    return re.compile(f"(?:{alternatives}){_END_OF_WORD}", re.IGNORECASE), groups


# --- A template's grammar ---------------------------------------------------------------------------------------------

_TITLE = ""
_FOR_EXAMPLE = re.compile(r"\s*(?:e\.?\s*g(?![a-z])\.?|for example|such as|例如|比如)[\s,:]*", re.IGNORECASE)
_SEPARATOR = re.compile(r":(?:-+(?=\s|$))?|-+")
# What an ID looks like where it is named in a sentence: "Insight ID 12345", "FTC Insight ID: pending".
_STATEMENT = (
    r"(?:[\s*_]{0,3}[:#=-])?[\s*_]{0,3}#?"
    r"(?P<id>(?:pending|tbd|待定)(?![^\W_])|(?=[a-z_-]{0,20}[0-9])[a-z0-9][a-z0-9_-]{0,60})"
)
_MARKS = " *_"
_BEFORE_VALUE = f"{SPACES}{BULLETS}*_-[(\"'“‘「"
_BETWEEN_VALUES = f"{SPACES}{BULLETS}*_-])(:/|\\,，、;>→+&"
_SETS_APART = re.compile(r"-(?!>)|[(:]")  # between a value and the words about it
_AFTER_ALL = f"{SPACES}{BULLETS}*_-])\"'”’」】）.。,，;；!！…"
_AROUND_ID = f"{_AFTER_ALL}:/|(["
_NOTHING = frozenset(
    ("", "none", "n/a", "na", "nil", "no", "nothing", "no risk", "no risks", "无", "没有", "暂无", "不适用", "无风险")
)
_AFTER_KIND = re.compile(rf"[\s*_\"'”’」)\]]*(?:[:)\].。]|-(?=\s|$)|(?<=[\s{CJK}])-|$)[\s*_:-]*")
_BETWEEN_WORDS = re.compile(r"(?:(?:or|to|and)\b|或|和|到|至)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """A label found at the beginning of a line: its section (None for the title) and what the line goes on with."""

    section: Section | None
    written: str
    column: int  # where it begins in its line
    aside: str  # brackets between the label and its colon that are no hint
    value: str
    prefix: str = ""  # workloads in brackets before the label


@dataclass(frozen=True, eq=False)
class Grammar:
    """What a template's labels, values and hints look like."""

    sections: dict[str, Section]
    label: re.Pattern[str]
    label_groups: dict[str, str]
    choices: dict[str, tuple[re.Pattern[str], dict[str, str]]]
    hints: dict[str, list[frozenset[str]]]
    statements: dict[str, re.Pattern[str]]
    workloads: Section | None
    affected: Section | None

    def read_label(self, line: str) -> Label | None:
        """The label a line begins with: one followed by a colon, a dash, a tab or the end, after brackets at most.

        The workloads in brackets may stand before it: `[EXO] STATUS: On track`. They are its `prefix`.
        """
        label = self._read_label(line)
        if label or not self.affected:
            return label
        prefix = workload_prefix(line)
        label = self._read_label(line[len(prefix) :]) if prefix and only_workloads(prefix) else None
        if not label:
            return None
        return replace(label, column=label.column + len(prefix), prefix=prefix.strip(SPACES))

    def _read_label(self, line: str) -> Label | None:
        folded = fold(line)
        lead = lead_end(folded)
        bracket = folded.startswith("[", lead)
        found = self.label.match(folded, skip(folded, lead + bracket, _MARKS))
        if not found:
            return None
        section = self.sections.get(self.label_groups[found.lastgroup or ""])
        if section is None and self.affected and only_workloads(line[found.end() :]):
            return Label(self.affected, found.group(), found.start(), "", line[found.end() :].strip(SPACES))
        at = skip(folded, found.end(), _MARKS)
        closed = folded[found.end() : at].strip() != ""
        if bracket:
            if not folded.startswith("]", at):
                return None
            at = skip(folded, at + 1, _MARKS)
        aside = ""
        hinted = False
        if folded.startswith("(", at) and (close := folded.find(")", at)) > 0:
            aside = line[at : close + 1]
            at = skip(folded, close + 1, _MARKS)
            if section and (hinted := self.is_hint(section, aside)):
                aside = ""
        separator = _SEPARATOR.match(folded, at)
        if separator and self._separates(line, folded, found.end(), separator):
            at = separator.end()
        elif at < len(folded) and not (bracket or hinted or "\t" in line[found.end() : at]):  # a table's cell
            return None
        value = line[at:].lstrip(SPACES)
        if not closed:
            value = _close_bold(value, folded[: found.start()])
        if section is None and (value or aside):
            return None
        return Label(section, line[found.start() : found.end()], found.start(), aside, value)

    def _separates(self, line: str, folded: str, label_end: int, separator: re.Match[str]) -> bool:
        """Whether a colon or dash ends the label: a hyphen inside a word (`support-related`) does not."""
        start, end = separator.span()
        return (
            folded[start] == ":"
            or end == len(folded)
            or folded[end] == " "
            or folded[start - 1] == " "
            or line[start] in EM_DASHES
            or bool(re.match(f"[{CJK}]", folded[label_end - 1]))
        )

    def is_hint(self, section: Section, text: str) -> bool:
        """Whether a text says no more than the template's own hint, or lists the section's values."""
        inside = fold(text).strip().removeprefix("(").removesuffix(")").strip()
        example = _FOR_EXAMPLE.match(inside)
        words = frozenset(WORD.findall(inside[example.end() if example else 0 :].lower()))
        if not words:
            return False
        if any(words == hint or (example and words <= hint) for hint in self.hints[section.field]):
            return True
        return section.field in self.choices and self.read_choice(section, inside) == ("", len(inside))

    def without_hint(self, section: Section, text: str) -> str:
        """A value without the template's hint before it: in brackets, or a whole line that begins with "e.g."."""
        folded = fold(text)
        if folded.startswith("("):
            close = folded.find(")")
            if close > 0 and self.is_hint(section, text[: close + 1]):
                return text[close + 1 :].strip(SPACES)
        if _FOR_EXAMPLE.match(folded):
            first, _newline, more = text.partition("\n")
            if self.is_hint(section, first):
                return more.strip(SPACES)
        return text

    def read_choice(self, section: Section, line: str) -> tuple[str, int] | None:
        """The value that a line begins with and where it ends; "" for several at once, None for none.

        What a dash, a colon or a bracket sets apart are words about the value, unless it is nothing but values to the
        line's end: "On track - paused work starts again" is on track, "On track - Paused" a choice not made.
        """
        pattern, groups = self.choices[section.field]
        folded = fold(line)
        found = pattern.match(folded, skip(folded, 0, _BEFORE_VALUE))
        values: set[str] = set()
        end = 0
        first: tuple[str, int] | None = None  # what was read before anything was set apart
        while found:
            values.add(groups[found.lastgroup or ""])
            end = found.end()
            # The other language's word for the same value may follow; another value means a choice not made.
            at = skip(folded, end, _BETWEEN_VALUES)
            word = _BETWEEN_WORDS.match(folded, at)
            found = pattern.match(folded, word.end() if word else at)
            if found and not first and _SETS_APART.search(folded, end, at):
                first = _one(values), end
        if first and line[end:].strip(_AFTER_ALL):
            return first
        return (_one(values), end) if values else None

    def read_kind(self, section: Section, line: str) -> tuple[str, str] | None:
        """The value that a line begins with, set apart from its other words, and those words; "" for several at once.

        "1st party - Outlook crashes" and "[Business] a merger" say their kind, "Business is slow" does not.
        """
        found = self.read_choice(section, line)
        if not found:
            return None
        value, end = found
        plain = "".join(":" if char in EM_DASHES else folded for char, folded in zip(line, fold(line), strict=True))
        apart = _AFTER_KIND.match(plain, end)
        return (value, line[apart.end() :]) if apart else None

    def ids_in(self, stated: Section, line: str) -> tuple[list[str], bool]:
        """The IDs that a line names, and whether it says nothing else."""
        pattern, folded = self.statements[stated.field], fold(line)
        found = list(pattern.finditer(folded))
        around = pattern.sub("", folded, count=1) if len(found) == 1 else folded
        return [line[one.start("id") : one.end("id")] for one in found], not around.strip(_AROUND_ID)

    def would_read(self, section: Section, name: str, text: str) -> bool:
        """Whether a section's text would be read as stating a value, or be left for lack of one, were it not given."""
        stated = self.sections[name]
        if stated.kind == "date":
            return bool(text) and (says_nothing(text) or bool(mentions(text)))
        if stated.kind == "choice":
            return self.read_kind(section, text.partition("\n")[0]) is not None
        return any(self.ids_in(stated, line)[0] for line in text.split("\n"))


def says_nothing(text: str) -> bool:
    """Whether a text only says that there is nothing to say: "None.", n/a, 无."""
    return text.strip(_AFTER_ALL).casefold() in _NOTHING


def _one(values: set[str]) -> str:
    return next(iter(values)) if len(values) == 1 else ""


def workload_prefix(line: str) -> str:
    """The brackets with known workloads that a line begins with, marks included; "" where there are none."""
    folded = fold(line)
    if not folded.startswith("[", lead_end(folded)):
        return ""
    codes, words = read_prefix(line)
    return line[: len(line) - len(words)] if codes else ""


def only_workloads(line: str) -> bool:
    """Whether a line says nothing but the names of known workloads: `[EXO]`, `[OLM+INTUNE] [SPO]`, `EXO, Teams`."""
    codes, strangers = read_names(line)
    return bool(codes) and not strangers


def _close_bold(value: str, lead: str) -> str:
    """A value without the end of bold marks that began before its label: `**LABEL:** value`, `**LABEL: value**`."""
    opened = re.search(r"\*\*+|__+|[*_]$", lead)
    if not opened:
        return value
    marks = opened.group()
    if value.startswith(marks):
        return value[len(marks) :].lstrip(SPACES)
    return value.rstrip(SPACES).removesuffix(marks) if value.rstrip(SPACES).endswith(marks) else value


@cache
def grammar_of(template: Template) -> Grammar:
    (title, label_of), (title_zh, _zh) = labels(template, "en"), labels(template, "zh-hans")
    names = [(name, _TITLE) for name in (title, title_zh, *template.title_aliases)]
    choices, hints, statements = {}, {}, {}
    sections = {section.field: section for section in template.written}
    for section in template.written:
        own = (label_of[section.field], section.zh, *section.aliases)
        names += [(name, section.field) for name in own]
        hints[section.field] = [
            frozenset(WORD.findall(fold(hint).lower()))
            for hint in (english(section.hint), section.hint_zh, *section.other_hints)
            if hint
        ]
        if section.choices:
            choices[section.field] = _any_of(list(choice_names(section.choices)))
        if section.kind == "short":
            named = "|".join(_flexible(name) for name in sorted(own, key=len, reverse=True))
            statements[section.field] = re.compile(rf"(?:{named}){_STATEMENT}", re.IGNORECASE)
    for section in template.written:
        for stated in section.states:
            if stated in choices:
                choices[section.field] = choices[stated]
    label, groups = _any_of(names)
    kinds = {section.kind: section for section in template.written}
    return Grammar(sections, label, groups, choices, hints, statements, kinds.get("lines"), kinds.get("workloads"))
