"""Choosing the reason (L2) or detail (L3) of a status: each option with its guidance beside it (domain.md §5)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField, BoundWidget

from customers.guidance import Guidance, Lookalike
from customers.models import StatusReason
from notes.forms.fields import OneOf


class ReasonRadios(forms.RadioSelect):
    """Radio buttons named by their reason alone, since look-alikes label them too, and described by its definition."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Django's option; its `label` is the `StatusReason`."""
        option = super().create_option(*args, **kwargs)
        attrs, reason = option["attrs"], option["label"]
        if "id" in attrs:
            attrs["aria-labelledby"] = f"{attrs['id']}_name"
            if reason.guidance.definition:
                attrs["aria-describedby"] = f"{attrs['id']}_definition"
        return option


class OneReason(OneOf):
    """One of the reasons; its choices are (slug, `StatusReason`)."""

    widget = ReasonRadios


class Elsewhere(NamedTuple):
    """A look-alike and where it belongs: `chooses` is the id of that reason's radio button where it stands under the
    same L1, `l1` the name of its L1 where that is another; both "" where the line names no reason on offer.
    """

    lookalike: Lookalike
    reason: str
    chooses: str
    l1: str


class OfferedReason(NamedTuple):
    """An option as the page lays it out."""

    option: BoundWidget
    reason: StatusReason
    guidance: Guidance
    elsewhere: list[Elsewhere]


def offered(field: BoundField) -> list[OfferedReason]:
    """The options of a `OneReason` in order. No query: the field's choices carry their rows."""
    options = list(field)
    by_name = {name: option for option in options for name in _names(option.data["label"])}

    def elsewhere(reason: StatusReason, lookalikes: list[Lookalike]) -> Iterator[Elsewhere]:
        for lookalike in lookalikes:
            option = by_name.get(lookalike.reason.casefold())
            if option is None:
                yield Elsewhere(lookalike, lookalike.reason, "", "")
                continue
            other: StatusReason = option.data["label"]
            same = other.l1 == reason.l1
            chooses, l1 = (str(option.id_for_label), "") if same else ("", str(other.get_l1_display()))
            yield Elsewhere(lookalike, other.label, chooses, l1)

    rows = ((option, option.data["label"]) for option in options)
    return [
        OfferedReason(option, reason, reason.guidance, [*elsewhere(reason, reason.guidance.lookalikes)])
        for option, reason in rows
    ]


def _names(reason: StatusReason) -> Iterator[str]:
    """What a look-alike may call it, in either language."""
    yield from (name.casefold() for name in (reason.name, reason.name_zh) if name)
