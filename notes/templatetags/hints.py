"""The quality mark of a note in lists: what its own words could say better."""

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from accounts.models import User
from notes import advising
from notes.models import Note

register = template.Library()


@register.simple_tag(takes_context=True)
def hints(context: Any, note: Note) -> SafeString:
    """The mark for the reader of the page, "" where there is none or it is not for them."""
    reader = context["user"]
    return mark(note, reader) if isinstance(reader, User) else SafeString("")


def mark(note: Note, reader: User) -> SafeString:
    """As `hints`, for code. No query, where `note` came with its customer and its `l2`."""
    found = advising.hints(note, reader)
    if not found:
        return SafeString("")
    return mark_safe(render_to_string("parts/hints.html", {"hints": found}))  # noqa: S308 - a template escapes
