"""Pasted text read back into a template's sections, and the `[CODE]` prefixes of workload lines (domain.md §3, §4).

People paste from mail, older portals and Markdown, so a label may stand behind bullets, numbers, bold marks, quote
marks and brackets. Nothing but such marks, white space, labels and the template's own hints is lost: what cannot be
read is kept as the rest. Every step looks at a character a fixed number of times, however hostile the text.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from notes.playbook import Language, Section, Template, choice_labels, english, labels

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

# --- Characters -------------------------------------------------------------------------------------------------------

_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_SPACES = "".join(char for char in map(chr, range(0x3001)) if char.isspace()) + _INVISIBLE
_BULLETS = "•·∙‣◦▪▫●○■□◆◇►▶➢➤・\uf0a7\uf0b7\uf0d8"  # the last three are Word's
_EM_DASHES = "—―─"
_DASHES = f"‐‑‒–{_EM_DASHES}−－﹣⁃"
# One character for one, so that a position in the folded text is the same position in the text as typed.
_FOLD = {0xFEE0 + ord(char): char for char in map(chr, range(0x21, 0x7F))}
_FOLD |= dict.fromkeys(map(ord, _SPACES), " ")
_FOLD |= dict.fromkeys(map(ord, _DASHES), "-")
_FOLD |= dict.fromkeys(map(ord, "︰﹕∶꞉"), ":") | dict.fromkeys(map(ord, "∕⁄"), "/")
_FOLD |= dict.fromkeys(map(ord, "【〔"), "[") | dict.fromkeys(map(ord, "】〕"), "]")

_CJK = "\u3400-\u9fff"
_WORD = re.compile(r"[^\W_]+")
_TOKEN = re.compile(rf"[{_CJK}]|/|[^\s/_{_CJK}-]+")
_LOOSE = re.compile(f"[/{_CJK}]")
_END_OF_WORD = r"(?![^\W_])"


def _fold(text: str) -> str:
    """Full-width forms as ASCII, every dash, space and bracket as the plain one; each character at its place."""
    return text.translate(_FOLD)


def _skip(text: str, at: int, chars: str) -> int:
    """The index of the first character from `at` on that is none of these."""
    while at < len(text) and text[at] in chars:
        at += 1
    return at


def _flexible(words: str) -> str:
    """A pattern for words with any spacing between them, or none around Chinese characters and slashes."""
    pattern, before = "", "/"
    for token in _TOKEN.findall(_fold(words)):
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


# --- Workload lines ---------------------------------------------------------------------------------------------------

# Code, name, zh-hans name (domain.md §3, in its order).
WORKLOAD_NAMES: tuple[tuple[str, str, str], ...] = (
    ("EXO", "Exchange Online", "Exchange Online"),
    ("OLM", "Outlook Mobile", "Outlook Mobile"),
    ("SPO", "SharePoint Online", "SharePoint Online"),
    ("OD", "OneDrive for Business", "OneDrive for Business"),
    ("OPP", "Office 365 ProPlus / Microsoft 365 Apps", "Office 365 专业增强版"),
    ("TEAMS", "Teams", "Teams"),
    ("YAM", "Yammer Enterprise", "Yammer Enterprise"),
    ("WIN10", "Windows 10", "Windows 10"),
    ("INTUNE", "Intune", "Intune"),
    ("AADP", "Azure Active Directory Premium", "Azure Active Directory Premium"),
    ("AIP", "Azure Information Protection", "Azure 信息保护"),
    ("MCAS", "Microsoft Cloud App Security", "Microsoft Cloud App Security"),
    ("IDSEC", "Identity Security", "身份安全"),
    ("PROJ", "Project Online", "Project Online"),
    ("WDATP", "Windows Defender ATP", "Windows Defender ATP"),
    ("SDS", "Classroom / School Data Sync", "Classroom / School Data Sync"),
    ("CORE", "whatever fits none of these", "适用于不适合上述工作负载的笔记"),
)
_OTHER_NAMES = {
    "OPP": ("Microsoft 365 Apps", "Office 365 ProPlus", "Office ProPlus", "Office 专业增强版", "Microsoft 365 应用版"),
    "TEAMS": ("Microsoft Teams",),
    "YAM": ("Yammer",),
    "SDS": ("Classroom / School Data Sync (SDS)", "School Data Sync"),
    "CORE": ("for notes that fit none of the workloads above",),
}


def _key(name: str) -> str:
    return "".join(_WORD.findall(_fold(name).casefold()))


_CODE_OF = {
    _key(name): code
    for code, *names in WORKLOAD_NAMES
    for name in (code, *names, *_OTHER_NAMES.get(code, ()))
}  # fmt: skip

# What may stand before a code or a label: quote and heading marks, bullets, bold marks, a number.
_NUMBER = r"\(?(?:[0-9]{1,2}|[一二三四五六七八九十]{1,2})[.):、]|[①-⑳]"
_LEAD = re.compile(rf"[\s>#*_+{_BULLETS}-]*(?:(?:{_NUMBER})[\s*_]*)?")
_BARE_CORE = re.compile(r"CORE(?=[\s:]|$)|(?i:core)(?=\s*:|\s+-|\s*$)")
_BETWEEN_CODES = re.compile(r"[+&/,;、]")
_BULLET = re.compile(rf"\s*(?:[*-]\s+|[{_BULLETS}]\s*)")


def _lead_end(folded: str) -> int:
    """Where the marks before a code or a label end; 0 where there are none."""
    lead = _LEAD.match(folded)
    return lead.end() if lead else 0


def _prefix(line: str) -> tuple[list[str], str]:
    """The known codes in the brackets that begin a line, and what follows the brackets."""
    folded = _fold(line)
    at = _lead_end(folded)
    codes: list[str] = []
    while folded.startswith("[", at) and (close := folded.find("]", at)) > 0:
        inside = folded[at + 1 : close]
        whole = _CODE_OF.get(_key(inside))
        codes += [whole] if whole else filter(None, (_CODE_OF.get(_key(part)) for part in _BETWEEN_CODES.split(inside)))
        at = _skip(folded, close + 1, " *_+&,")
    if not codes and (core := _BARE_CORE.match(folded, at)):
        return ["CORE"], line[core.end() :]
    return list(dict.fromkeys(codes)), line[at:]


def workload_codes(line: str) -> list[str]:
    """The codes that a line begins with, in order, each once (domain.md §3): `[OLM+INTUNE] …` is OLM, INTUNE.

    Case and width do not matter, a workload's whole name may stand for its code, and `CORE` needs no brackets. Unknown
    codes are left out; [] where there is none.
    """
    return _prefix(line)[0]


def workloads_in(text: str) -> list[str]:
    """The codes of all lines of a text, in order of first appearance, each once."""
    return list(dict.fromkeys(code for line in text.splitlines() for code in workload_codes(line)))


def _workload_line(line: str) -> tuple[str, bool]:
    """A line without its bullet or number and the bold marks around its prefix, and whether it has a prefix."""
    folded = _fold(line)
    at = _lead_end(folded)
    if folded.startswith("[", at) and folded.find("]", at) > 0:
        text = line[at:].strip(_SPACES)
        if at and folded[at - 1] in "*_":
            marks = folded[len(folded[:at].rstrip(folded[at - 1])) : at]
            close = text.find(marks)
            if close >= 0 and (len(marks) > 1 or _fold(text[:close]).endswith("]")):
                text = text[:close] + text[close + len(marks) :]
        return text, True
    bullet = _BULLET.match(folded)
    text = (line[bullet.end() :] if bullet else line).strip(_SPACES)
    return text, bool(_BARE_CORE.match(_fold(text)))


# --- A template's grammar ---------------------------------------------------------------------------------------------

_TITLE = ""
_FOR_EXAMPLE = re.compile(r"\s*(?:e\.?\s*g(?![a-z])\.?|for example|such as|例如|比如)[\s,:]*", re.IGNORECASE)
_SEPARATOR = re.compile(r":(?:-+(?=\s|$))?|-+")
_DATE = re.compile(r"([0-9]{4})\s*[-/年]\s*([0-9]{1,2})\s*[-/月]\s*([0-9]{1,2})(?![0-9])\s*日?")
_MARKS = " *_"
_BEFORE_VALUE = f"{_SPACES}{_BULLETS}*_-[(\"'“‘「"
_AFTER_VALUE = f"{_SPACES}{_DASHES}*_-])\"'”’」】）］:：,，;；.。、/|!！…"
_BETWEEN_VALUES = f"{_SPACES}{_BULLETS}*_-])/|\\,，、;>→+&"
_BETWEEN_WORDS = re.compile(r"(?:(?:or|to|and)\b|或|和|到|至)\s*", re.IGNORECASE)


@dataclass(frozen=True)
class _Label:
    """A label found at the beginning of a line: its section (None for the title) and what the line goes on with."""

    section: Section | None
    written: str
    column: int  # where it begins in its line
    aside: str  # brackets between the label and its colon that are no hint
    value: str


@dataclass(frozen=True, eq=False)
class _Grammar:
    """What a template's labels, values and hints look like."""

    sections: dict[str, Section]
    label: re.Pattern[str]
    label_groups: dict[str, str]
    choices: dict[str, tuple[re.Pattern[str], dict[str, str]]]
    hints: dict[str, list[frozenset[str]]]
    workloads: Section | None

    def read_label(self, line: str) -> _Label | None:
        """The label a line begins with: one followed by a colon, a dash, a tab or the end, after brackets at most."""
        folded = _fold(line)
        lead = _lead_end(folded)
        bracket = folded.startswith("[", lead)
        found = self.label.match(folded, _skip(folded, lead + bracket, _MARKS))
        if not found:
            return None
        section = self.sections.get(self.label_groups[found.lastgroup or ""])
        at = _skip(folded, found.end(), _MARKS)
        closed = folded[found.end() : at].strip() != ""
        if bracket:
            if not folded.startswith("]", at):
                return None
            at = _skip(folded, at + 1, _MARKS)
        aside = ""
        hinted = False
        if folded.startswith("(", at) and (close := folded.find(")", at)) > 0:
            aside = line[at : close + 1]
            at = _skip(folded, close + 1, _MARKS)
            if section and (hinted := self.is_hint(section, aside)):
                aside = ""
        separator = _SEPARATOR.match(folded, at)
        if separator and self._separates(line, folded, found.end(), separator):
            at = separator.end()
        elif at < len(folded) and not (bracket or hinted or "\t" in line[found.end() : at]):  # a table's cell
            return None
        value = line[at:].lstrip(_SPACES)
        if not closed:
            value = _close_bold(value, folded[: found.start()])
        if section is None and (value or aside):
            return None
        return _Label(section, line[found.start() : found.end()], found.start(), aside, value)

    def _separates(self, line: str, folded: str, label_end: int, separator: re.Match[str]) -> bool:
        """Whether a colon or dash ends the label: a hyphen inside a word (`support-related`) does not."""
        start, end = separator.span()
        return (
            folded[start] == ":"
            or end == len(folded)
            or folded[end] == " "
            or folded[start - 1] == " "
            or line[start] in _EM_DASHES
            or bool(re.match(f"[{_CJK}]", folded[label_end - 1]))
        )

    def is_hint(self, section: Section, text: str) -> bool:
        """Whether a text says no more than the template's own hint, or lists the section's values."""
        inside = _fold(text).strip().removeprefix("(").removesuffix(")").strip()
        example = _FOR_EXAMPLE.match(inside)
        words = frozenset(_WORD.findall(inside[example.end() if example else 0 :].lower()))
        if not words:
            return False
        if any(words == hint or (example and words <= hint) for hint in self.hints[section.field]):
            return True
        return section.choices is not None and self.read_choice(section, inside) == ("", len(inside))

    def without_hint(self, section: Section, text: str) -> str:
        """A value without the template's hint before it: in brackets, or a whole line that begins with "e.g."."""
        folded = _fold(text)
        if folded.startswith("("):
            close = folded.find(")")
            if close > 0 and self.is_hint(section, text[: close + 1]):
                return text[close + 1 :].strip(_SPACES)
        if _FOR_EXAMPLE.match(folded):
            first, _newline, more = text.partition("\n")
            if self.is_hint(section, first):
                return more.strip(_SPACES)
        return text

    def read_choice(self, section: Section, line: str) -> tuple[str, int] | None:
        """The value that a line begins with and where it ends; "" for several at once, None for none."""
        pattern, groups = self.choices[section.field]
        folded = _fold(line)
        found = pattern.match(folded, _skip(folded, 0, _BEFORE_VALUE))
        values: set[str] = set()
        end = 0
        while found:
            values.add(groups[found.lastgroup or ""])
            end = found.end()
            # The other language's word for the same value may follow; another value means a choice not made.
            at = _skip(folded, end, _BETWEEN_VALUES)
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
        return value[len(marks) :].lstrip(_SPACES)
    return value.rstrip(_SPACES).removesuffix(marks) if value.rstrip(_SPACES).endswith(marks) else value


@cache
def _grammar(template: Template) -> _Grammar:
    (title, label_of), (title_zh, _zh) = labels(template, "en"), labels(template, "zh-hans")
    names = [(name, _TITLE) for name in (title, title_zh, *template.title_aliases)]
    choices, hints = {}, {}
    for section in template.sections:
        names += [(name, section.field) for name in (label_of[section.field], section.zh, *section.aliases)]
        hints[section.field] = [
            frozenset(_WORD.findall(_fold(hint).lower()))
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
    return _Grammar(
        {section.field: section for section in template.sections},
        label,
        groups,
        choices,
        hints,
        next((section for section in template.sections if section.kind == "lines"), None),
    )


# --- Reading ----------------------------------------------------------------------------------------------------------


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
    reader = _Reader(_grammar(template))
    for number, line in enumerate(_unquoted(reader.grammar, text.splitlines())):
        reader.take(number, line)
    return reader.finish()


_QUOTE = re.compile(r"(?:\s*>(?=[\s>]|$))+\s?")
_HEADING = re.compile(r"\s*#{1,6}\s")
_UNDERLINE = re.compile(r"\s*(?:--+|==+)\s*")
_SHOWN = 60


def _unquoted(grammar: _Grammar, lines: list[str]) -> list[str]:
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
    label: _Label | None = None
    lines: list[tuple[int, str]] = field(default_factory=list)
    filled: bool = False  # whether any line so far has words

    def add(self, number: int, line: str) -> None:
        self.lines.append((number, line))
        self.filled = self.filled or bool(line.strip(_SPACES))

    @property
    def single(self) -> bool:
        return self.section.kind in ("choice", "date", "short")


class _Reader:
    """Goes through the lines once, with at most one section open."""

    def __init__(self, grammar: _Grammar) -> None:
        self.grammar = grammar
        self.found: dict[str, list[str]] = {}
        self.rest: list[tuple[int, str]] = []
        self.problems: list[StrPromise] = []
        self.blanks: list[int] = []
        self.open: _Open | None = None
        self.labelled = -1  # the last line that was a label or title alone

    def take(self, number: int, line: str) -> None:
        """Read one more line."""
        if not line.strip(_SPACES):
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
        elif self.labelled == number - 1 and _UNDERLINE.fullmatch(_fold(line)):
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
        if _HEADING.match(_fold(line)) and not block.section.advised_length:  # there `##` is the slide's cut
            return False
        after_blank = block.filled and bool(self.blanks) and self.blanks[-1] == number - 1
        if not after_blank or block.section.kind == "text":
            return True
        if block.single:
            return False
        return _workload_line(line)[1] or bool(_BULLET.match(_fold(line))) or _indent(line) > block.indent

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
                text = f"{aside} {text}".strip(_SPACES)
                if text:
                    self.found.setdefault(self.open.section.field, []).append(text)
            elif text or aside:
                self.close_single(self.open, text, aside)
        self.open = None

    def close_single(self, block: _Open, text: str, aside: str) -> None:
        """Take a value of one line; words around it stay in the rest, under the label as written."""
        section, written = block.section, block.label.written if block.label else ""
        first, _newline, more = text.partition("\n")
        first = first.rstrip(_SPACES)
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
            return choice[0], line[choice[1] :].lstrip(_AFTER_VALUE).rstrip(_SPACES), None
        if section.kind == "date":
            try:
                found = _DATE.match(_fold(line))
                value = datetime.date(*map(int, found.groups())).isoformat() if found else ""
            except ValueError:
                value = ""
            if not found or not value:
                return "", line, _("“{value}” is no date of the form 2020-03-31 for {label}; it was left in the text.")
            return value, line[found.end() :].lstrip(_AFTER_VALUE).rstrip(_SPACES), None
        return line, "", None

    def close_lines(self, block: _Open) -> None:
        """Take workload lines; those that still read as in the empty template say nothing and stay in the rest."""
        groups: list[list[tuple[int, str]]] = []
        for number, line in [(block.number, block.label.aside if block.label else ""), *block.lines]:
            text, prefixed = _workload_line(self.grammar.without_hint(block.section, line.strip(_SPACES)))
            if text and (prefixed or not groups):
                groups.append([(number, text)])
            elif text:
                groups[-1].append((number, text))
        unedited: list[str] = []
        for group in groups:
            codes, words = _prefix(group[0][1])
            no_words = not words.strip(_AFTER_VALUE) or _CODE_OF.get(_key(words)) in codes
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
            pieces.append(line.rstrip(_SPACES))
        return Pasted(values, "".join(pieces).strip(_SPACES), tuple(self.problems))


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(_SPACES))


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def _names_workloads(line: str) -> bool:
    """Whether a line begins with known workloads in brackets: `CORE` alone may begin a sentence."""
    text, _prefixed = _workload_line(line)
    return _fold(text).startswith("[") and bool(workload_codes(text))


def _block(lines: list[str], column: int) -> str:
    """Lines as one trimmed text, without the indent that only sets them under their label.

    That is the label's own column and, where the label stood alone, the indent of the first line after it.
    """
    indent = column
    if not lines[0]:
        indent = max(indent, next((_indent(line) for line in lines if line.strip(_SPACES)), 0))
    first, *others = lines
    return "\n".join([first, *(line[min(indent, _indent(line)) :] for line in others)]).strip(_SPACES)
