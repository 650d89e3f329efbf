"""What docs/ says of the templates, compared with their declarations: labels, values, and what is read for them."""

import itertools
import re

import pytest

from notes import dates, playbook
from notes.choices import CHOICE_ALIASES
from notes.labels import Language, choice_labels, english, labels
from tests.markdown import bare, codes, table, tables

HOLDS = {
    "text": "text",
    "lines": "a line for each workload",
    "choice": "one value",
    "date": "a date",
    "short": "a few words",
    "line": "one line",
    "risks": "a risk a line",
    "workloads": "workloads",
}


def spelled_out(cell):
    """The names in a cell: `{a, b} {nothing, c}` is every way to choose."""
    names = []
    for item in cell.split(" · ") if cell else []:
        choices = [re.split(", ", group) for group in re.findall(r"\{([^}]*)\}", item)]
        for chosen in itertools.product(*choices):
            words = iter(chosen)
            made = re.sub(r"\{[^}]*\}", lambda _group, words=words: next(words), item)
            names.append(made.removesuffix(" nothing"))
    return names


@pytest.mark.parametrize("template", playbook.TEMPLATES.values(), ids=lambda template: template.key)
def test_a_templates_sections_and_values(template):
    name = english(template.title).title().replace("Exec Summary", "Executive Summary")
    both: tuple[Language, Language] = ("en", "zh-hans")
    (title, in_english), (title_zh, in_chinese) = (labels(template, language) for language in both)
    [told] = table("rules/templates.md", "Title", section=name).rows
    assert told[:2] == (title, title_zh)
    assert spelled_out(told[2]) == list(template.title_aliases)
    told = table("rules/templates.md", "Label", "中文", section=name)
    assert told.columns(*told.head) == [
        (
            in_english[section.field],
            in_chinese[section.field],
            section.field,
            HOLDS[section.kind],
            "yes" if section.required else "",
            str(section.advised_length or ""),
        )
        for section in template.written
    ]
    told = table("rules/templates.md", "Label", "Also read as", section=name).rows
    assert {label: spelled_out(names) for label, names in told} == {
        in_english[section.field]: list(section.aliases) for section in template.written if section.aliases
    }
    sets = [section.choices for section in template.sections if section.choices]
    told = [one for one in tables("rules/templates.md") if one.section == name and one.head[0] == "Value"]
    assert [[(*row[:2], bare(row[2]), sorted(spelled_out(row[3]))) for row in one.rows] for one in told] == [
        [
            (
                choice_labels(choices, "en")[value],
                choice_labels(choices, "zh-hans")[value],
                value,
                sorted(CHOICE_ALIASES.get(f"{choices.__name__}.{value}", ())),
            )
            for value in choices.values
        ]
        for choices in sets
    ]


def test_the_cut_and_the_dates_are_as_shown():
    for text, on_slide in table("rules/templates.md", "Text of the section").rows:
        assert playbook.shown_on_slide(bare(text)) == bare(on_slide).replace("nothing", "")
    [row] = [row for row in table("rules/templates.md", "What is read").rows if row[0] == "Dates"]
    shown = [dates.plain_date(text) for text in codes(row[1])]
    assert [str(found and found.date) for found in shown] == ["2019-04-30"] * 3
