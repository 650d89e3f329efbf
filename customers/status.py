"""The status of an entitlement: L1, the L2 reason under it, the L3 detail under that (domain.md §5).

`validate` is the one place for the rules over two rows or over time; forms, `clean()`, the import and bulk loading call
it. It knows no models: the L2/L3 tree comes in as `Reasons`.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class L1(TextChoices):
    """Where an entitlement stands, in the order the form offers them."""

    STATUS_UNKNOWN = "status_unknown", _("Status Unknown")
    IN_PROGRESS = "in_progress", _("In Progress")
    BLOCKED = "blocked", _("Blocked")
    NO_INTENT = "no_intent", _("No Intent")
    DUPLICATE_INVALID = "duplicate_invalid", _("Duplicate/Invalid")

    @property
    def meaning(self) -> str:
        """What it says of the customer, in a few words."""
        return str(MEANINGS[self])

    @property
    def pill(self) -> str:
        """The class of its mark in the look's sheet."""
        return PILLS[self]


MEANINGS = {
    L1.STATUS_UNKNOWN: _("intent not determined"),
    L1.IN_PROGRESS: _("intent declared, deploying or adopting"),
    L1.BLOCKED: _("wants to, something must go first"),
    L1.NO_INTENT: _("will not deploy at any time"),
    L1.DUPLICATE_INVALID: _("counts in no report"),
}
PILLS = {
    L1.STATUS_UNKNOWN: "unknown",
    L1.IN_PROGRESS: "progress",
    L1.BLOCKED: "blocked",
    L1.NO_INTENT: "nointent",
    L1.DUPLICATE_INVALID: "dup",
}

# What a new entitlement starts with.
FIRST_L1, FIRST_L2 = L1.STATUS_UNKNOWN, "new-subscription-or-workload"


@dataclass(frozen=True)
class Reason:
    """One node of the L2/L3 tree: an L2 has an `l1` and no `parent`, an L3 the slug of its L2 as `parent`."""

    slug: str
    l1: str
    parent: str = ""
    active: bool = True


Reasons = Mapping[str, Reason]


@dataclass(frozen=True)
class State:
    """The whole status of an entitlement at one time; `l2` and `l3` are slugs, "" for none."""

    l1: str = FIRST_L1
    l2: str = ""
    l3: str = ""
    target_date: dt.date | None = None
    unblock_date: dt.date | None = None
    engagement_start_date: dt.date | None = None


def after(old: State, new: State) -> State:
    """`new` with what a move does by itself: leaving In Progress clears the start date; the target date stays, as
    history of what was aimed at (domain.md §5, contract *Form fields*).
    """
    left = old.l1 == L1.IN_PROGRESS and new.l1 != L1.IN_PROGRESS
    return State(
        l1=new.l1,
        l2=new.l2,
        l3=new.l3,
        target_date=old.target_date if left and new.target_date is None else new.target_date,
        unblock_date=new.unblock_date,
        engagement_start_date=new.engagement_start_date if new.l1 == L1.IN_PROGRESS else None,
    )


Errors = dict[str, ValidationError]


def validate(
    new: State, reasons: Reasons, *, old: State | None = None, blocked_from: str = "", imported: bool = False
) -> Errors:
    """What is wrong with moving from `old` (None: it begins so) to `new`, by field; empty when nothing is.

    `blocked_from` is the L1 that an `old` which is Blocked came from, "" where it began so: what came from In Progress
    keeps its projected unblock date for as long as it is Blocked. `imported` history may be In Progress without a
    target date; upkeep lists it (domain.md §5).
    """
    errors: Errors = {}

    def refuse(field: str, message: object, code: str) -> None:
        errors.setdefault(field, ValidationError(message, code=code))  # type: ignore[arg-type]

    if not new.l1:
        refuse("l1", _("This field is required."), "required")
        return errors
    if new.l1 not in L1.values:
        refuse("l1", _("“%s” is not an L1 status.") % new.l1, "invalid_choice")
        return errors
    label = L1(new.l1).label
    _check_reasons(new, reasons, old, label, refuse)
    if new.l1 == L1.IN_PROGRESS and new.target_date is None and not imported:
        refuse("target_date", _("In Progress needs a target date."), "required")
    came_from = old.l1 if old and old.l1 != L1.BLOCKED else blocked_from
    if new.l1 == L1.BLOCKED and came_from == L1.IN_PROGRESS and new.unblock_date is None:
        refuse("unblock_date", _("Blocked coming from In Progress needs a projected unblock date."), "required")
    if new.engagement_start_date is not None and new.l1 != L1.IN_PROGRESS:
        refuse("engagement_start_date", _("Only In Progress has an engagement start date."), "invalid")
    return errors


def _check_reasons(new: State, reasons: Reasons, old: State | None, label: object, refuse: object) -> None:
    assert callable(refuse)
    if not new.l2:
        if any(reason.l1 == new.l1 and not reason.parent and reason.active for reason in reasons.values()):
            refuse("l2", _("%s needs a reason (L2).") % label, "required")
        if new.l3:
            refuse("l3", _("A detail (L3) stands under a reason (L2)."), "invalid")
        return
    l2 = reasons.get(new.l2)
    # A reason retired meanwhile may stay where it stands, it may not be taken anew.
    if l2 is None or l2.parent or (not l2.active and not (old and old.l2 == new.l2)):
        refuse("l2", _("“%s” is not a reason (L2).") % new.l2, "invalid_choice")
    elif l2.l1 != new.l1:
        refuse("l2", _("This reason (L2) does not belong to %s.") % label, "invalid")
    if not new.l3:
        return
    l3 = reasons.get(new.l3)
    if l3 is None or not l3.parent or (not l3.active and not (old and old.l3 == new.l3)):
        refuse("l3", _("“%s” is not a detail (L3).") % new.l3, "invalid_choice")
    elif l3.parent != new.l2:
        refuse("l3", _("This detail (L3) does not belong to the reason (L2)."), "invalid")
