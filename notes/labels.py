"""The words of a template in either language, whichever language is active (domain.md §4)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Literal

from django.db.models import TextChoices
from django.utils import translation

from notes.choices import CHOICE_ALIASES, CHOICE_ZH
from notes.declarations import Template

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as StrPromise

Language = Literal["en", "zh-hans"]


def english(text: StrPromise | str) -> str:
    """The message itself, whatever language is active: stored text and CSV cells carry English labels."""
    with translation.override(None):
        return str(text)


@cache
def labels(template: Template, language: Language) -> tuple[str, dict[str, str]]:
    """A template's title, and its labels by field, in a language that need not be the active one."""
    if language == "zh-hans":
        return template.title_zh, {section.field: section.zh for section in template.written}
    return english(template.title), {section.field: english(section.label) for section in template.written}


@cache
def choice_labels(choices: type[TextChoices], language: Language) -> dict[str, str]:
    """A value set's labels by value, in a language that need not be the active one."""
    if language == "zh-hans":
        return {value: CHOICE_ZH[f"{choices.__name__}.{value}"] for value in choices.values}
    return {member.value: english(member.label) for member in choices}


@cache
def choice_names(choices: type[TextChoices]) -> tuple[tuple[str, str], ...]:
    """Every way to write a value of a set, in either language, with the value."""
    languages: tuple[Language, ...] = ("en", "zh-hans")
    names = [(value, value) for value in choices.values]
    for language in languages:
        names += [(label, value) for value, label in choice_labels(choices, language).items()]
    names += [
        (name, value) for value in choices.values for name in CHOICE_ALIASES.get(f"{choices.__name__}.{value}", ())
    ]
    return tuple(names)
