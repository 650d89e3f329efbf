"""The fields of note forms: prose that keeps its lines, ISO dates, and what a declared section asks."""

import re
from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import is_id
from notes.playbook import Section, cut_for_slide
from notes.types import SECTION_LIMIT

CUT_SHOWN = 160
ABBREVIATIONS = ("FTC", "ID", "M365", "R/Y/G")


class ProseBox(BoundField):
    """Prose on a form, with what a slide would show of it (domain.md §4). `counters.js` follows it while one types."""

    field: "Prose"

    @cached_property
    def _on_slide(self) -> tuple[str, str]:
        return cut_for_slide(one_line_end(str(self.value() or "")))

    @property
    def shown(self) -> int:
        """How many characters of it stand on the slide."""
        return len(self._on_slide[0])

    @property
    def cut(self) -> str:
        """What `##` cuts from the slide, in its first characters."""
        text = self._on_slide[1].strip()
        return text if len(text) <= CUT_SHOWN else f"{text[:CUT_SHOWN]}…"

    @property
    def over(self) -> bool:
        """Whether more than advised would stand on the slide."""
        return self.shown > (self.field.advised_length or 0)

    @property
    def counts(self) -> bool:
        """Whether the page says how long it is; a slide's text has a count of its own."""
        return bool(getattr(self.form, "counts_prose", False)) and not self.field.advised_length

    @property
    def length(self) -> int:
        """How many characters it has, trimmed."""
        return len(one_line_end(str(self.value() or "")).strip())

    @property
    def sentences(self) -> int:
        """How many sentences it has."""
        return len(sentences(str(self.value() or "")))


# A full stop ends a sentence where a space follows, a Chinese one anywhere; so does a line. As in counters.js.
_ENDS = re.compile(r"[.!?]+(?=[\s\"'”’)\]]|$)|[。！？…]+|\n")
_ABBREVIATED = re.compile(r"(?:^|[\s(])(?:e\.g|i\.e|vs|etc|approx|no|dr|mr|mrs)$", re.IGNORECASE)


def sentences(text: str) -> list[str]:
    """The sentences of a text, each with a letter or a digit in it; "e.g." ends none."""
    found, start = [], 0
    for stop in _ENDS.finditer(text):
        if stop[0] == "." and _ABBREVIATED.search(text[max(0, stop.start() - 8) : stop.start()]):
            continue
        found.append(text[start : stop.end()])
        start = stop.end()
    return [piece.strip() for piece in (*found, text[start:]) if any(char.isalnum() for char in piece)]


def one_line_end(text: str) -> str:
    """A text with `\\n` line ends, whichever the browser sent."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Prose(forms.CharField):
    """Text of several lines. Browsers send CRLF; one line end is kept, so that lengths are what the writer sees.

    With an `advised_length` the form counts what stands on the slide.
    """

    widget = forms.Textarea
    advised_length: int | None = None

    def __init__(self, *, rows: int = 3, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.widget.attrs["rows"] = rows
        # The browser would cut a longer text off without a word; the server says so at the field instead.
        self.widget.attrs.pop("maxlength", None)

    def to_python(self, value: Any) -> str:
        """The text with `\\n` line ends, trimmed."""
        return str(super().to_python(one_line_end(value) if isinstance(value, str) else value))

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The field on a form, which counts where a length is advised."""
        return ProseBox(form, self, field_name)


class DateBox(BoundField):
    """A day on a form, with the days that it offers at a press."""

    field: "IsoDate"

    @property
    def presets(self) -> Sequence[Any]:
        """What the buttons under it fill in (`notes.forms.presets`)."""
        return self.field.presets


class IsoDate(forms.DateField):
    """A day as YYYY-MM-DD in every language."""

    presets: Sequence[Any] = ()

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        kwargs.setdefault("input_formats", ["%Y-%m-%d"])
        kwargs.setdefault("error_messages", {"invalid": _("Write the date as YYYY-MM-DD.")})
        kwargs.setdefault("widget", forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
        super().__init__(**kwargs)

    def get_bound_field(self, form: forms.BaseForm, field_name: str) -> BoundField:
        """The field on a form, with its presets."""
        return DateBox(form, self, field_name)


class OneOf(forms.ChoiceField):
    """One of a fixed set, all in sight; nothing is preselected and an empty answer is allowed here."""

    widget = forms.RadioSelect

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        kwargs.setdefault("required", False)
        super().__init__(choices=choices, **kwargs)


class KnownRows(forms.ModelMultipleChoiceField):
    """Several rows by id; an id that no database could hold is simply no choice."""

    def clean(self, value: Any) -> Any:
        """The rows; raises ValidationError for an id that is none of them."""
        for key in value or []:
            if not is_id(key):
                raise ValidationError(self.error_messages["invalid_choice"], "invalid_choice", {"value": key})
        return super().clean(value)


def label_of(section: Section) -> str:
    """A section's label in sentence case: the template shouts, the form does not."""
    label = str(section.label)
    if not label.isupper():
        return label
    words = " ".join(word if word in ABBREVIATIONS else word.lower() for word in label.split(" "))
    return words[0].upper() + words[1:]


def section_field(section: Section) -> forms.Field:
    """The form field that a declared section asks. Whether it must be filled is `Note.clean`'s to say."""
    common: dict[str, Any] = {"label": label_of(section), "help_text": section.hint, "required": False}
    if section.choices is not None:
        return OneOf(section.choices.choices, **common)
    if section.kind == "date":
        return IsoDate(**common)
    if section.kind == "short":
        return forms.CharField(max_length=100 if section.column else 200, **common)
    field = Prose(max_length=SECTION_LIMIT, rows=4 if section.kind == "lines" else 3, **common)
    if section.kind == "lines":
        field.widget.attrs["class"] = "lines"
    field.advised_length = section.advised_length
    if section.advised_length:
        advice = _("About %(length)d characters; what follows ## is cut from the slide.")
        if section.hint:
            advice = _("%(hint)s. About %(length)d characters; what follows ## is cut from the slide.")
        field.help_text = advice % {"hint": section.hint, "length": section.advised_length}
    return field
