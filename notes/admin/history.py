"""What the history pages of notes, risks, requests, campaigns and entitlements tell."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import F
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.changes import Change, Ref, Value, changes_of, label_of, value_of
from accounts.history import Beside, Events, Story, Versions
from accounts.models import User
from customers.models import Entitlement, HandOver, StatusPeriod, Workload
from notes import playbook
from notes.models import Campaign, CampaignRule, Note, NoteTag, NoteWorkload, Risk, RiskStep, SummaryRequest, Tag
from notes.types import NoteType
from notes.writing import RISKS_SECTION

# The relations that make up the names of what history refers to.
NAMED_WITH: dict[Any, tuple[str, ...]] = {Note: ("customer",), Entitlement: ("customer", "workload")}

_SECTIONS = {section.field: section for template in playbook.TEMPLATES.values() for section in template.sections}


def _section_label(name: str) -> str:
    if name == RISKS_SECTION:
        return gettext("Risks")
    return str(_SECTIONS[name].label) if name in _SECTIONS else name


def _sections(row: Any, before: Any) -> Iterator[Change]:
    """The template's prose, section by section under its label, in the template's order."""
    new, old = row.sections, before.sections if before is not None else {}
    order = [*_SECTIONS, RISKS_SECTION]
    for name in sorted({*new, *old}, key=lambda name: order.index(name) if name in order else len(order)):
        stood, stands = str(old.get(name) or ""), str(new.get(name) or "")
        if stood != stands:
            yield Change(_section_label(name), (stood,) if stood else (), (stands,) if stands else (), prose=True)


def _owner(row: Any, before: Any) -> Iterator[Change]:
    """Who does the next action; somebody who is a person here by their name, so that scope holds for it."""

    def who(version: Any) -> Value:
        if version is not None and version.next_action_person_id is not None:
            return (Ref(User, version.next_action_person_id),)
        return (version.next_action_owner,) if version is not None and version.next_action_owner else ()

    if who(before) != who(row):
        yield Change(label_of(Note._meta.get_field("next_action_owner")), who(before), who(row))


def _tag(row: Any) -> Value:
    place = gettext("in the tag field") if row.in_field else gettext("in the text")
    return ("#", Ref(Tag, row.tag_id), " ", place)


NOTE = Story(
    sources=(
        Versions(
            Note,
            untold=(
                *("version", "created_at", "updated_at", "period", "next_action_person"),
                *("withdrawn_at", "withdrawn_by"),
            ),
            # What an Entitlement Status note moved the status from.
            since={"l1": "from_l1", "l2": "from_l2", "l3": "from_l3"},
            inside={"sections": _sections, "next_action_owner": _owner},
            headlines={"withdrawn_at": _("Withdrawn"), "next_action_done_at": _("Next action done")},
        ),
        Beside(NoteTag, "content_object_id", _("Hashtag"), _tag),
        Beside(NoteWorkload, "note_id", _("Workload"), lambda row: (Ref(Workload, row.workload_id),)),
    ),
    named_with=NAMED_WITH,
)


# --- Entitlements -----------------------------------------------------------------------------------------------------

_PERIOD_FIELDS = ("l1", "l2", "l3", "target_date", "unblock_date", "engagement_start_date")


def _periods() -> Any:
    return StatusPeriod.objects.annotate(moved_by=F("note__pk"))


def _period(row: Any, before: Any) -> Iterator[Change]:
    """What the status became, from when to when, and the note that moved it."""
    yield from changes_of(_PERIOD_FIELDS, row, before)
    begins, ends = _moment(row.valid_from), _moment(row.valid_to) if row.valid_to else ""
    yield Change(gettext("In force"), new=(f"{begins} – {ends}",) if ends else (gettext("since %s") % begins,))
    if row.moved_by is not None:
        yield Change(gettext("Moved by the note"), new=(Ref(Note, row.moved_by),))


def _moment(at: Any) -> str:
    return date_format(timezone.localtime(at), "DATETIME_FORMAT")


def _called(row: Any, before: Any) -> str:
    if before is None:
        return gettext("Status at the start")
    if (row.l1, row.l2_id, row.l3_id) != (before.l1, before.l2_id, before.l3_id):
        return gettext("Status moved")
    return gettext("Status renewed") if row.moved_by is not None else gettext("Dates of the status changed")


ENTITLEMENT = Story(
    sources=(
        Versions(Entitlement, untold=("version", "status_changed_at", "imported")),
        Events(_periods, "entitlement_id", "valid_from", "changed_by_id", _period, _called),
    ),
    named_with=NAMED_WITH,
)


# --- Risks ------------------------------------------------------------------------------------------------------------


def _step(row: Any, before: Any) -> Iterable[Change]:
    """From where to where, to whom, under which reference, and why."""
    states = Risk._meta.get_field("state")
    yield Change(label_of(states), value_of(states, row.from_state), value_of(states, row.to_state))
    yield from changes_of(("escalated_to", "reference", "comment"), row, None)


RISK = Story(
    sources=(
        Versions(Risk, untold=("version", "raised_at", "closed_at", "last_step_at", "last_step")),
        Events(RiskStep.objects.all, "risk_id", "at", "by_id", _step, lambda row, before: gettext("Risk stepped")),
    ),
    named_with=NAMED_WITH,
)


# --- Executive summaries on request -----------------------------------------------------------------------------------

SUMMARY_REQUEST = Story(
    sources=(
        Versions(
            SummaryRequest,
            untold=("version", "asked_at", "taken_back_at"),
            headlines={"note_id": _("Answered"), "taken_back_at": _("Taken back")},
        ),
    ),
    named_with=NAMED_WITH,
)


# --- Campaigns --------------------------------------------------------------------------------------------------------

CAMPAIGN = Story(
    sources=(
        Versions(Campaign),
        Beside(
            CampaignRule,
            "campaign_id",
            _("Rule"),
            lambda row: (f"{row.role} → {NoteType(row.note_type).label}",),
        ),
    ),
)


# --- Handovers --------------------------------------------------------------------------------------------------------

HANDOVER = Story(
    sources=(Versions(HandOver, untold=("version", "at", "by"), headlines={"ended_at": _("Ended early")}),),
)
