"""What a template's labels, hints and choices look like in pasted text, in either language (domain.md §4).

A label may stand behind bullets, numbers, bold marks, quote marks and brackets. Every step looks at a character a
fixed number of times, however hostile the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from notes.playbook import Language, Section, Template, choice_labels, english, labels
from notes.workload_lines import BULLETS, CJK, EM_DASHES, SPACES, WORD, fold, lead_end, skip

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
_MARKS = " *_"
_BEFORE_VALUE = f"{SPACES}{BULLETS}*_-[(\"'“‘「"
_BETWEEN_VALUES = f"{SPACES}{BULLETS}*_-])/|\\,，、;>→+&"
_BETWEEN_WORDS = re.compile(r"(?:(?:or|to|and)\b|或|和|到|至)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class Label:
    """A label found at the beginning of a line: its section (None for the title) and what the line goes on with."""

    section: Section | None
    written: str
    column: int  # where it begins in its line
    aside: str  # brackets between the label and its colon that are no hint
    value: str


@dataclass(frozen=True, eq=False)
class Grammar:
    """What a template's labels, values and hints look like."""

    sections: dict[str, Section]
    label: re.Pattern[str]
    label_groups: dict[str, str]
    choices: dict[str, tuple[re.Pattern[str], dict[str, str]]]
    hints: dict[str, list[frozenset[str]]]
    workloads: Section | None

    def read_label(self, line: str) -> Label | None:
        """The label a line begins with: one followed by a colon, a dash, a tab or the end, after brackets at most."""
        folded = fold(line)
        lead = lead_end(folded)
        bracket = folded.startswith("[", lead)
        found = self.label.match(folded, skip(folded, lead + bracket, _MARKS))
        if not found:
            return None
        section = self.sections.get(self.label_groups[found.lastgroup or ""])
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
        return section.choices is not None and self.read_choice(section, inside) == ("", len(inside))

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
        """The value that a line begins with and where it ends; "" for several at once, None for none."""
        pattern, groups = self.choices[section.field]
        folded = fold(line)
        found = pattern.match(folded, skip(folded, 0, _BEFORE_VALUE))
        values: set[str] = set()
        end = 0
        while found:
            values.add(groups[found.lastgroup or ""])
            end = found.end()
            # The other language's word for the same value may follow; another value means a choice not made.
            at = skip(folded, end, _BETWEEN_VALUES)
            word = _BETWEEN_WORDS.match(folded, at)
            found = pattern.match(folded, word.end() if word else at)
        if not values:
            return None
        return (values.pop() if len(values) == 1 else ""), end


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
    choices, hints = {}, {}
    for section in template.sections:
        names += [(name, section.field) for name in (label_of[section.field], section.zh, *section.aliases)]
        hints[section.field] = [
            frozenset(WORD.findall(fold(hint).lower()))
            for hint in (english(section.hint), section.hint_zh, *section.other_hints)
            if hint
        ]
        if section.choices:
            known = [(value, value) for value in section.choices.values]
            languages: tuple[Language, ...] = ("en", "zh-hans")
            for language in languages:
                known += [(label, value) for value, label in choice_labels(section.choices, language).items()]
            choices[section.field] = _any_of(known)
    label, groups = _any_of(names)
    return Grammar(
        {section.field: section for section in template.sections},
        label,
        groups,
        choices,
        hints,
        next((section for section in template.sections if section.kind == "lines"), None),
    )
