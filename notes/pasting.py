"""Pasted text read back into a template's sections (domain.md §4).

People paste from mail, older portals and Markdown, so a label may stand behind bullets, numbers, bold marks, quote
marks and brackets (`notes.grammar`). Nothing but such marks, white space, labels and the template's own hints is lost:
what cannot be read is kept as the rest. Every step looks at a character a fixed number of times, however hostile the
text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, get_args

from notes.findings import Block, Findings, Line, indent
from notes.grammar import Grammar, Label, grammar_of, only_workloads, workload_prefix
from notes.playbook import Language, Template, render
from notes.workload_lines import (
    BULLET,
    SPACES,
    WORKLOAD_NAMES,
    fold,
    read_names,
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

    `values` is by form field: choices by stored value, dates ISO, workloads as `[EXO+SPO]`, prose as written and
    trimmed. `rest` is every other word, in order. `problems` are lazily translated sentences about what was not read as
    its label asks, and where it is now.
    """

    values: dict[str, str]
    rest: str
    problems: tuple[str | StrPromise, ...]


def parse(template: Template, text: str) -> Pasted:
    """Read a pasted text into a template's sections, in either language (domain.md §4).

    Never raises: what is not recognised is the rest. A label begins a section only at the start of a line and before a
    colon, a dash, a tab or the line's end. Text goes on to the next label, over blank lines too; after workload lines,
    risks and a next action only lines with a bullet, a bracket or a deeper indent do. A Markdown heading that is no
    label ends a section, and so does a mail's end ("Regards,").
    """
    grammar = grammar_of(template)
    lines = _unquoted(grammar, text.splitlines())
    reader = _Reader(grammar, lines)
    pasted = reader.read()
    if reader.findings.guessed:
        # What the template itself wrote is read as it stands there.
        plain = _Reader(grammar, lines, guesses=False).read()
        rendered = (render(template, plain.values, language) for language in get_args(Language))
        if "\n".join(text.splitlines()).strip(SPACES) in rendered:
            return plain
    return pasted


_QUOTE = re.compile(r"(?:\s*>(?=[\s>]|$))+\s?")
_HEADING = re.compile(r"\s*#{1,6}\s")
# The end of a mail, alone on its line.
_SIGN_OFF = re.compile(
    r"\s*(?:(?:many\s+)?thanks(?:\s+(?:all|a lot|again))?|thank you|cheers|sincerely|yours|best"
    r"|(?:(?:best|kind|warm|many)\s+)?(?:regards|wishes)|谢谢|多谢|祝好|此致|顺颂商祺|以上)[\s,.!。;~-]*"
    r"|\s*sent from my \w+\s*",
    re.IGNORECASE,
)
_UNDERLINE = re.compile(r"\s*(?:--+|==+)\s*")


def _unquoted(grammar: Grammar, lines: list[str]) -> list[str]:
    """The lines without a mail's quote marks, where a label stands behind such a mark."""
    if any(_QUOTE.match(line) and grammar.read_label(line) for line in lines):
        return [line[quote.end() :] if (quote := _QUOTE.match(line)) else line for line in lines]
    return lines


class _Reader:
    """Goes through the lines once, with at most one section open.

    With `guesses` a section of text also ends where people are done with it though no label follows, and a Risks box
    that says "none" raises none.
    """

    def __init__(self, grammar: Grammar, lines: list[str], *, guesses: bool = True) -> None:
        self.grammar = grammar
        self.lines = lines
        self.guesses = guesses
        self.findings = Findings(grammar, guesses=guesses)
        self.blanks: list[int] = []
        self.open: Block | None = None
        self.labelled = -1  # the last line that was a label or title alone

    def read(self) -> Pasted:
        """The whole text."""
        for number in range(len(self.lines)):
            self.take(number)
        return self.finish()

    def take(self, number: int) -> None:
        """Read one more line."""
        line = self.lines[number]
        if not line.strip(SPACES):
            self.blanks.append(number)
            if self.open:
                self.open.add(number, line)
            return
        if label := self.grammar.read_label(line):
            self.begin(number, line, label)
        elif self.labelled == number - 1 and _UNDERLINE.fullmatch(fold(line)):
            pass  # Markdown's other way to mark a heading
        elif self.lists_workloads(number, line):
            self.close()
        else:
            if self.grammar.workloads and (not self.open or self.open.single) and _names_workloads(line):
                self.close()
                self.open = Block(self.grammar.workloads, number, indent(line))
            if self.open and self.goes_on(self.open, number, line):
                self.open.add(number, line)
            else:
                self.close()
                self.findings.rest.append((number, line))

    def begin(self, number: int, line: str, label: Label) -> None:
        """Open the section whose label a line begins with."""
        self.close()
        self.labelled = -1 if label.value else number
        if label.prefix:
            self.findings.affects(workload_codes(label.prefix))
            if not self.findings.first:
                label = replace(label, prefix="")  # the workloads of the whole note, not of one section
        if label.section:
            self.open = Block(label.section, number, indent(line), label)
            self.open.add(number, label.value)

    def lists_workloads(self, number: int, line: str) -> bool:
        """Take the line that says which workloads a note is about, where it needs no label (domain.md §4).

        That is a template's first line. Out of order it is one with brackets alone, between sections or at the end.
        Words beside the brackets stay, with them.
        """
        affected = self.grammar.affected
        if not affected or affected.field in self.findings.first:
            return False
        if not self.open and not self.findings.first:
            codes, words = read_prefix(line)
            if not workload_prefix(line) and not fold(words).lstrip().startswith((":", "-")):
                codes = []  # CORE may begin a sentence
            alone = only_workloads(line)
            if alone or codes:
                self.findings.affects(codes or read_names(line)[0])
            if codes and not alone:
                self.findings.rest.append((number, line))
            return bool(alone or codes)
        if not self.guesses or affected.field in self.findings.found:
            return False
        if not workload_prefix(line) or not only_workloads(line):
            return False
        if self.open and not (self.blanks and self.blanks[-1] == number - 1):
            return False
        below = (self.lines[at] for at in range(number + 1, len(self.lines)))
        after = next((line for line in below if line.strip(SPACES)), "")
        if after and not self.grammar.read_label(after):
            return False
        self.findings.affects(read_names(line)[0])
        self.findings.guessed = True
        return True

    def goes_on(self, block: Block, number: int, line: str) -> bool:
        """Whether an unlabelled line belongs to the section that is open."""
        if _HEADING.match(fold(line)) and not block.section.advised_length:  # there `##` is the slide's cut
            return False
        after_blank = block.filled and bool(self.blanks) and self.blanks[-1] == number - 1
        if not after_blank:
            return True
        if block.section.kind == "text":
            ends = self.guesses and (block.says_none or bool(_SIGN_OFF.fullmatch(fold(line))))
            self.findings.guessed |= ends
            return not ends
        if block.single:
            return False
        return workload_line(line)[1] or bool(BULLET.match(fold(line))) or indent(line) > block.indent

    def close(self) -> None:
        """Take the value of the section that is open."""
        if self.open:
            self.findings.take(self.open)
        self.open = None

    def finish(self) -> Pasted:
        """The values in the template's order, and the rest in the text's, with its paragraphs."""
        self.close()
        values = self.findings.settle()
        pieces: list[str] = []
        blanks = iter([*self.blanks, float("inf")])
        blank = next(blanks)
        for number, line in sorted(self.findings.rest, key=_number):
            pieces.append("\n\n" if blank < number else "\n")
            while blank < number:
                blank = next(blanks)
            pieces.append(line.rstrip(SPACES))
        return Pasted(values, "".join(pieces).strip(SPACES), tuple(self.findings.problems))


def _number(line: Line) -> int:
    return line[0]


def _names_workloads(line: str) -> bool:
    """Whether a line begins with known workloads in brackets: `CORE` alone may begin a sentence."""
    text, _prefixed = workload_line(line)
    return fold(text).startswith("[") and bool(workload_codes(text))
