"""The templates of notes, declared once (domain.md §4), their text, and what a slide shows of it.

Form fields, rendering, parser and CSV columns follow from `notes.declarations`: adding a section is adding one there.
`notes.pasting` reads the text back.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from notes.choices import CHOICE_ZH, ConcernKind, Deployment, Engagement, EnterpriseReason, Rag, TechnicalStatus
from notes.declarations import (
    ENTERPRISE_STATUS,
    EXECUTIVE_SUMMARY,
    TECHNICAL_ENABLEMENT,
    TEMPLATES,
    Section,
    Template,
)
from notes.grammar import grammar_of
from notes.labels import Language, choice_labels, choice_names, english, labels

__all__ = [
    "CHOICE_ZH",
    "ENTERPRISE_STATUS",
    "EXECUTIVE_SUMMARY",
    "TECHNICAL_ENABLEMENT",
    "TEMPLATES",
    "ConcernKind",
    "Deployment",
    "Engagement",
    "EnterpriseReason",
    "Language",
    "Rag",
    "Section",
    "TechnicalStatus",
    "Template",
    "choice_labels",
    "choice_names",
    "cut_for_slide",
    "english",
    "labels",
    "render",
    "shown_on_slide",
    "template_for",
]


def template_for(note_type: str, is_exec_summary: bool) -> Template | None:
    """The template that a note of this type is written on, None for free text (domain.md §2)."""
    if note_type == "overall_status":
        return EXECUTIVE_SUMMARY if is_exec_summary else None
    return TEMPLATES.get(note_type) if note_type != EXECUTIVE_SUMMARY.key else None


def render(template: Template, values: Mapping[str, str], language: Language = "en", *, blanks: bool = True) -> str:
    """The filled sections as text under the template's title, in order; "" where none is filled (domain.md §4).

    `values` is by form field, those beside the sections included where they are given: choices by stored value, dates
    ISO, workloads as `[EXO+SPO]`. `LABEL: value` each; a section of lines and the risks put theirs below the label. A
    value no set knows (imported history) stands as it is. With `blanks` a text that would be read to state a value that
    is not given (a date in a next action) has that value's label beside it, empty, so that the whole reads back.
    """
    title, label_of = labels(template, language)
    grammar = grammar_of(template)
    filled = {section.field: text for section in template.written if (text := values.get(section.field, "").strip())}
    if not filled:
        return ""
    empty = {
        stated
        for section in template.written
        for stated in section.states
        if blanks and stated not in filled and grammar.would_read(section, stated, filled.get(section.field, ""))
    }
    lines = [title]
    for section in template.written:
        label, value = label_of[section.field], filled.get(section.field, "")
        if section.choices:
            value = choice_labels(section.choices, language).get(value, value)
        if section.kind == "risks":
            value = "\n".join(f"- {line}" for line in value.splitlines())
        if value:
            lines.append(f"{label}:{chr(10) if section.kind in ('lines', 'risks') else ' '}{value}")
        elif section.field in empty:
            lines.append(f"{label}:")
    return "\n".join(lines)


# --- The slide --------------------------------------------------------------------------------------------------------

# Two hashes and no third: three make a heading. People type the full-width one too.
_SLIDE_CUT = re.compile("(?<![#＃])[#＃]{2}(?![#＃])")


def cut_for_slide(text: str) -> tuple[str, str]:
    """What the one-slide view shows of a section, trimmed, and what a double hash `##` cuts from it (domain.md §4).

    The cut runs to the text's end and begins with the `##`; it is "" where there is none. The note keeps both.
    """
    found = _SLIDE_CUT.search(text)
    at = found.start() if found else len(text)
    return text[:at].strip(), text[at:]


def shown_on_slide(text: str) -> str:
    """What the one-slide view shows of a section: the text before the first `##`, trimmed (domain.md §4)."""
    return cut_for_slide(text)[0]
