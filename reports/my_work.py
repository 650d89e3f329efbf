"""My work: what waits for one person, box by box (domain.md §9; look, *My work*).

Which rows are in a box is said in `notes.upkeep`, `notes.gaps` and `notes.drafts`; here is how many of them are shown,
and what stands in a row.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.db.models import Count, Q, QuerySet
from django.db.models.fields.json import KT
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext

from accounts.counting import CAP, capped_count
from accounts.models import User
from customers.models import Assignment, Customer
from customers.status import L1
from notes import drafts, gaps, policy, summaries, upkeep
from notes.choices import Rag
from notes.models import Campaign, Note, NoteDraft, SummaryRequest
from notes.types import NoteType

SHOWN, MOST_SHOWN, ANSWERS = 8, 200, 4


@dataclass(frozen=True)
class Box:
    """The rows of one box that are in sight, how many there are (exact to a thousand), and where all of them stand."""

    rows: list[Any]
    count: int
    capped: bool = False
    url: str = ""

    @property
    def all(self) -> str:
        """How many there are where not all are in sight, as it is said: “41”, “1,000+”; "" otherwise."""
        if len(self.rows) == self.count and not self.capped:
            return ""
        return f"{intcomma(self.count)}{'+' if self.capped else ''}"


@dataclass(frozen=True)
class Row:
    """A record in a box, and what the box says of it beside its own words."""

    record: Any
    url: str = ""
    date: dt.date | None = None
    words: Any = ""
    label: Any = ""
    late: bool = False


class MyWork:
    """What waits for `user`. `opened` names the box that is shown whole; a box is read when the page asks for it."""

    def __init__(self, user: User, campaigns: Iterable[Campaign] = (), opened: str = "") -> None:
        self.user, self.opened = user, opened
        self.campaigns = campaigns
        self.types = policy.writable_types(user)
        self.today = timezone.localdate()

    def _box(self, name: str, rows: "QuerySet[Any]", url: str = "") -> Box:
        """The first rows; they are counted only where more than those are there."""
        most = MOST_SHOWN if self.opened == name else SHOWN
        found = list(rows[: most + 1])
        if len(found) <= most:
            return Box(found, len(found))
        count, capped = capped_count(rows, CAP)
        if not url and self.opened != name:
            url = f"{reverse('home')}?{urlencode({'all': name})}#{name}"
        return Box(found[:most], count, capped, url)

    # --- Asked, and to be done ----------------------------------------------------------------------------------------

    @cached_property
    def asked(self) -> Box:
        """The executive summaries asked of them; each leads to the form, or to the draft that stands for it."""
        box = self._box("asked", upkeep.asked_of(self.user).select_related("customer", "asked_by"))
        return Box([self._asked(one) for one in box.rows], box.count, box.capped, box.url)

    def _asked(self, asked: SummaryRequest) -> Row:
        draft = next((one for one in self._all_drafts if answers(one, asked)), None)
        return Row(asked, url=drafts.address(draft) if draft else summaries.address(asked), words=draft)

    @cached_property
    def actions(self) -> Box:
        """The next actions that are with them, overdue first."""
        return self._box("actions", upkeep.next_actions(self.user).select_related("customer"))

    @cached_property
    def actions_due(self) -> dict[str, int]:
        """How many of those are `late`, and how many more are due by the end of this `week`, which is Sunday."""
        sunday = self.today + dt.timedelta(days=6 - self.today.weekday())
        if self.actions.count == len(self.actions.rows):
            days = [note.next_action_date for note in self.actions.rows if note.next_action_date]
            late, week = (day < self.today for day in days), (self.today <= day <= sunday for day in days)
            return {"late": sum(late), "week": sum(week)}
        return upkeep.next_actions(self.user).aggregate(
            late=Count("pk", filter=Q(next_action_date__lt=self.today)),
            week=Count("pk", filter=Q(next_action_date__range=(self.today, sunday))),
        )

    @cached_property
    def pictures(self) -> Box | None:
        """The Enterprise Status notes that are due or overdue, for who may write them."""
        if NoteType.ENTERPRISE_STATUS not in self.types:
            return None
        box = self._box("pictures", upkeep.enterprise_status(self.user))
        return Box([self._picture(one) for one in box.rows], box.count, box.capped, box.url)

    def _picture(self, customer: Any) -> Row:
        written = timezone.localdate(customer.status_at) if customer.status_at else None
        return Row(
            customer,
            url=note_form(customer.pk, NoteType.ENTERPRISE_STATUS),
            words=(self.today - written).days if written else None,
            label=Rag(customer.status_rag).label if customer.status_rag else "",
            late=upkeep.enterprise_overdue(written, customer.status_next, self.today),
        )

    @cached_property
    def renewals(self) -> Box | None:
        """The dates of entitlements to renew, for who may write their status."""
        if NoteType.ENTITLEMENT_STATUS not in self.types:
            return None
        rows = upkeep.renewals(self.user).select_related("customer", "workload", "l2")
        box = self._box("renewals", rows)
        made = [
            Row(
                one,
                url=note_form(one.customer_id, NoteType.ENTITLEMENT_STATUS, entitlement=one.pk),
                date=one.unblock_date if one.l1 == L1.BLOCKED else one.target_date,
            )
            for one in box.rows
        ]
        return Box(made, box.count, box.capped, box.url)

    @cached_property
    def campaign_boxes(self) -> list[dict[str, Any]]:
        """For each running campaign that asks something of a role in which they serve somebody, what is missing: the
        `owed` notes, and the `forgotten` tags; `types` are those that the person may record it in.
        """
        mine = set(upkeep.assigned(self.user).order_by().values_list("role", flat=True).distinct())
        boxes = []
        for campaign in gaps.running(self.campaigns):
            rules = gaps.rules_of(campaign)
            types = [kind for kind in NoteType for role in mine & rules.keys() if kind in rules[role]]
            if not types:
                continue
            name = f"campaign-{campaign.slug}"
            owed = self._box(name, gaps.owed_by(self.user, campaign).select_related("customer"))
            rows = [self._owed(campaign, rules[one.role], one) for one in owed.rows]
            forgotten = gaps.forgotten_by(self.user, campaign).select_related("customer")
            boxes.append({
                "campaign": campaign,
                "name": name,
                "types": either(list(dict.fromkeys(types))),
                "owed": Box(rows, owed.count, owed.capped, owed.url),
                "forgotten": self._box(f"{name}-tags", forgotten),
            })  # fmt: skip
        return boxes

    def _owed(self, campaign: Campaign, types: list[NoteType], assignment: Assignment) -> Row:
        writes = next((kind for kind in types if kind in self.types), None)
        url = note_form(assignment.customer_id, writes, tags=str(campaign)) if writes else ""
        return Row(assignment, url=url, words=either(types))

    # --- Beside it ----------------------------------------------------------------------------------------------------

    @cached_property
    def _all_drafts(self) -> list[NoteDraft]:
        # What was typed may be long; of it only this is read.
        rows = drafts.waiting(self.user).defer("data")
        return list(rows.annotate(request_named=KT("data__request__0"), is_summary=KT("data__is_exec_summary__0")))

    @cached_property
    def drafts(self) -> Box:
        """What they were writing."""
        most = MOST_SHOWN if self.opened == "drafts" else SHOWN
        found = self._all_drafts
        url = "" if self.opened == "drafts" else f"{reverse('home')}?all=drafts#drafts"
        made = [Row(one, url=drafts.address(one), words=self._kind(one)) for one in found[:most]]
        return Box(made, len(found), url=url)

    @staticmethod
    def _kind(draft: Any) -> str:
        if draft.is_summary:
            return gettext("Executive Summary")
        return str(NoteType(draft.note_type).label) if draft.note_type else gettext("Note")

    @property
    def kept_days(self) -> int:
        """For how many days a draft that nobody touches is kept."""
        return drafts.KEPT_DAYS

    @cached_property
    def silent(self) -> Box:
        """High-priority customers of theirs that nobody has written about for 30 days."""
        box = self._box("silent", upkeep.silent_customers(self.user))
        made = [
            Row(one, words=(self.today - timezone.localdate(one.last_note_at)).days if one.last_note_at else None)
            for one in box.rows
        ]
        return Box(made, box.count, box.capped, box.url)

    @cached_property
    def risks(self) -> Box:
        """The open risks they own."""
        url = f"{reverse('reports:risks')}?{urlencode({'owner': self.user.username})}"
        return self._box("risks", upkeep.open_risks(self.user).select_related("customer"), url)

    @cached_property
    def last_notes(self) -> list[Note]:
        """What they wrote last."""
        rows = Note.objects.visible_to(self.user).live().filter(author=self.user).select_related("customer")
        return list(rows.order_by("-created_at", "-pk")[:SHOWN])

    @cached_property
    def customers(self) -> Box:
        """The customers they serve today, by name."""
        return self._box("customers", upkeep.served(self.user).select_related("region").order_by("name", "pk"))

    @cached_property
    def served(self) -> str:
        """How many customers they serve, as it is said."""
        return self.customers.all or str(self.customers.count)

    @property
    def go_on_with(self) -> list[Customer]:
        """Three customers to write about: those they wrote about last, and then those they serve."""
        last = [note.customer for note in self.last_notes]
        return list(dict.fromkeys([*last, *self.customers.rows]))[:3]


def answers(draft: Any, asked: SummaryRequest) -> bool:
    """Whether a draft of `MyWork` is on its way to answer a request: opened from it, or a summary of its customer that
    names no other.
    """
    if draft.note_id is not None or draft.customer_id != asked.customer_id:
        return False
    return draft.request_named == str(asked.pk) or bool(draft.is_summary and not draft.request_named)


def either(types: list[NoteType]) -> str:
    """Note types of which one is enough, as a sentence names them."""
    return gettext(" or ").join(str(kind.label) for kind in types)


def note_form(customer: int, kind: NoteType, **given: Any) -> str:
    """Where a note of that type is written."""
    return f"{reverse('admin:notes_note_add')}?{urlencode({'customer': customer, 'note_type': kind.value, **given})}"


class AskedByMe:
    """The executive summaries that a manager asked for: those still open, and the last answers."""

    def __init__(self, user: User) -> None:
        rows = SummaryRequest.objects.visible_to(user).filter(asked_by=user)
        rows = rows.select_related("customer", "asked_of", "note__author")
        self.open = list(rows.open().order_by("due_date", "pk")[:SHOWN])
        self.answered = list(rows.filter(note__isnull=False).order_by("-note__created_at", "-pk")[:ANSWERS])

    @property
    def rows(self) -> list[SummaryRequest]:
        """Those that wait, by due date, and then the answers, newest first."""
        return [*self.open, *self.answered]
