"""Advice on a note at the side of its form, and after it is saved; never a refusal (domain.md §6, §7)."""

from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext, ngettext

from accounts.scoped_admin import person
from notes.admin import note_tags
from notes.advice import Advice, Facts, Level, advise
from notes.advising import around_form, around_note, of_form, of_note
from notes.forms.note import NoteForm
from notes.models import Note
from notes.types import NoteType

MOST_SAID = 3


class Link(NamedTuple):
    """Where a piece leads."""

    address: str
    label: Any


class Shown(NamedTuple):
    """A piece as the page lays it out: `field` is the id of its field where the form has it, else ""."""

    advice: Advice
    field: str
    links: list[Link]

    @property
    def done(self) -> bool:
        """Whether there is nothing to look at."""
        return self.advice.level == Level.DONE


def panel(request: HttpRequest, form: NoteForm) -> SafeString:
    """The items of the list `#advice` on what stands in the form, handed in or shown first, valid or not.

    A fixed number of queries, whatever stands in it and around it.
    """
    facts = around_form(of_form(form), form)
    customer = form.chosen_customer
    pieces = [
        Shown(
            one,
            f"id_{one.field}" if one.field in form.fields else "",
            _links(facts, one, customer.pk) if customer is not None else [],
        )
        for one in advise(facts)
    ]
    page = render_to_string("admin/notes/note/advice_items.html", {"pieces": pieces}, request)
    return mark_safe(page)  # noqa: S308 - a template escapes


def _links(facts: Facts, advice: Advice, customer: int) -> list[Link]:
    """For a campaign's place: the form of each type in which it may be recorded, or what stands there."""
    if advice.code != "campaign_place":
        return []
    place = next(one for one in facts.places if one.tag == advice.values["tag"])
    if place.recorded:
        kinds = "".join(f"&type={kind}" for kind in place.types)
        tag = urlencode({"tag": place.tag.removeprefix("#")})
        return [Link(f"{reverse('reports:notes')}?customer={customer}&{tag}{kinds}", gettext("See it"))]
    add = reverse("admin:notes_note_add")
    return [Link(f"{add}?customer={customer}&note_type={kind}", NoteType(kind).label) for kind in place.types]


def say_after_save(request: HttpRequest, note: Note) -> None:
    """Tell the writer what remains to look at in a note just saved, in few words, and the way back to it."""
    reader = person(request)
    facts = around_note(of_note(note), note, reader)
    pieces = [one for one in advise(facts) if one.level == Level.LOOK]
    places = [one for one in facts.places if not one.recorded]
    note_tags.say_places(request, note, places)
    others = [one for one in pieces if one.code != "campaign_place"]
    said = others[: max(0, MOST_SAID - len(places))]
    if not said:
        return
    left = len(others) - len(said)
    more = ngettext("%d more beside the form.", "%d more beside the form.", left) % left if left else ""
    messages.info(
        request,
        format_html(
            '<span class="strong">{}</span> {} {} <a href="{}">{}</a>',
            gettext("Advice:"),
            format_html_join(" ", "{}", ((one.message,) for one in said)),
            more,
            reverse("admin:notes_note_change", args=[note.pk]),
            gettext("Change it"),
        ),
    )
