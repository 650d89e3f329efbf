"""What a customer's timeline is merged from: one source for each kind of event, each along an order of its own."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from accounts.changes import Change, Ref, Value, changes_of
from accounts.models import User
from accounts.telling import Names
from customers.models import Assignment, Customer, Entitlement, StatusPeriod
from notes.models import Note, NoteTag, NoteWorkload, Risk, RiskStep
from notes.types import NoteType
from reports.timeline import PAGE, TWICE, Batch, Event, Moment, Source, Words

FACTS = (
    *("name", "tenant_id", "brand", "region", "country", "industry", "seats", "priority"),
    *("enterprise_level", "enterprise_reason", "s400", "managed", "partner"),
)
DATES = ("target_date", "unblock_date", "engagement_start_date")


class _Records(Source):
    """Rows that are events themselves."""

    kind: str
    at: str

    def rows(self) -> Any:
        """All of them, as far as the reader may know of them."""
        raise NotImplementedError

    def read(self, before: Moment | None) -> Batch:
        """Along the source's own index, or from the few rows there are."""
        rows = self.rows().filter(self.from_here(before, self.at)).order_by(f"-{self.at}", "-pk")[: PAGE + 1]
        events = [Event(self.moment(getattr(row, self.at), row.pk), self.kind, row=row) for row in rows]
        return Batch(events, events[-1].moment if len(events) > PAGE else None)


class Notes(_Records):
    """Live notes of some types (none given: of all)."""

    rank, kind, at = 6, "note", "created_at"

    def __init__(self, customer: Customer, reader: User, types: Iterable[NoteType] = ()) -> None:
        super().__init__(customer, reader)
        self.types = list(types)

    def bare(self) -> Any:
        """The rows, with nothing beside them."""
        rows = Note.objects.visible_to(self.reader).live().filter(customer=self.customer)
        return rows.filter(note_type__in=self.types) if self.types else rows

    def rows(self) -> Any:
        """With what stands in their lines."""
        return (
            self.bare()
            .select_related("author", "from_l2", "l2", "next_action_person")
            .prefetch_related(
                Prefetch("note_workloads", NoteWorkload.objects.in_order()),
                Prefetch("note_tags", NoteTag.objects.in_order()),
            )
        )


class RisksRaised(_Records):
    """Risks as they were raised."""

    rank, kind, at = 5, "raised", "raised_at"

    def rows(self) -> Any:
        """Open and closed ones."""
        rows = Risk.objects.visible_to(self.reader).filter(customer=self.customer)
        return rows.select_related("raised_by", "workload")


class RiskSteps(_Records):
    """Steps of risks."""

    rank, kind, at = 4, "step", "at"

    def rows(self) -> Any:
        """Each with its risk."""
        risks = Risk.objects.visible_to(self.reader).filter(customer=self.customer)
        return RiskStep.objects.filter(risk__in=risks).select_related("risk", "by")


# --- What the system recorded -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Told:
    """A system event before the reader's scope has given its names."""

    moment: Moment
    headline: str
    by: int | None
    changes: tuple[Change, ...]


class _System(Source):
    """Rows that the system wrote."""

    def events(self, told: list[_Told]) -> list[Event]:
        """In words that the reader may read, in a number of queries that does not depend on how many there are."""
        refs = [Ref(User, one.by) for one in told if one.by is not None]
        values = [value for one in told for change in one.changes for value in (change.old, change.new)]
        refs += [part for value in values for part in value if isinstance(part, Ref)]
        names = Names(refs, self.reader, {})

        def text(value: Value) -> str:
            words = names.words(value)
            return words.text if words else ""

        return [
            Event(
                one.moment,
                "system",
                headline=one.headline,
                who=names.of(Ref(User, one.by)).text if one.by is not None else _("the system"),
                words=tuple(Words(change.label, text(change.old), text(change.new)) for change in one.changes),
            )
            for one in told
        ]


class StatusPeriods(_System):
    """Statuses that no live note told: how an entitlement began, dates that were set on their own, imported history.

    A move with a live note is told by the note.
    """

    rank = 3

    def read(self, before: Moment | None) -> Batch:
        """The newest of all its entitlements' periods, whatever told them, and of these the ones nobody told."""
        periods = StatusPeriod.objects.filter(self.from_here(before, "valid_from"))
        entitlements = Entitlement.objects.visible_to(self.reader).filter(customer=self.customer)
        # Where one entitlement alone fills the batch, nothing older than its last row is in it: so no entitlement's
        # periods are read further than that.
        last = periods.filter(entitlement=OuterRef("pk")).order_by("-valid_from", "-pk").values("valid_from")
        lasts = entitlements.annotate(last=Subquery(last[TWICE - 1 : TWICE])).values_list("last", flat=True)
        known = max(filter(None, lasts), default=None)
        bound = Q(valid_from__gte=known) if known is not None else Q()
        rows = periods.filter(bound, entitlement__in=entitlements).order_by("-valid_from", "-pk")
        found = list(rows.values_list("valid_from", "pk")[:TWICE])
        untold = self._untold([pk for _at, pk in found])
        end = self.moment(*found[-1]) if len(found) == TWICE else None
        return Batch(self.events([self._told(row) for row in untold]), end)

    def _untold(self, pks: list[int]) -> list[Any]:
        """Those without a live note, newest first, each with the period `before` it (None for the first)."""
        earlier = StatusPeriod.objects.filter(entitlement=OuterRef("entitlement")).filter(
            Q(valid_from__lt=OuterRef("valid_from")) | Q(valid_from=OuterRef("valid_from"), pk__lt=OuterRef("pk"))
        )
        rows: list[Any] = list(
            StatusPeriod.objects.filter(pk__in=pks)
            .exclude(Exists(Note.objects.live().filter(period=OuterRef("pk"))))
            .annotate(earlier=Subquery(earlier.order_by("-valid_from", "-pk").values("pk")[:1]))
            .select_related("entitlement__workload", "l2", "l3")
            .order_by("-valid_from", "-pk")
        )
        earlier_rows = StatusPeriod.objects.select_related("l2", "l3").in_bulk([row.earlier for row in rows])
        for row in rows:
            row.before = earlier_rows.get(row.earlier)
        return rows

    def _told(self, row: Any) -> _Told:
        before, of = row.before, row.entitlement.short
        moved = before is None or (row.l1, row.l2_id, row.l3_id) != (before.l1, before.l2_id, before.l3_id)
        changes = [Change(of, (_status(before),) if before else (), (_status(row),))] if moved else []
        changes += [
            Change(f"{of} · {change.label}", change.old, change.new) for change in changes_of(DATES, row, before)
        ]
        if before is None:
            headline = _("Status at the start")
        elif moved:
            headline = _("Status moved")
        elif row.engagement_start_date and not before.engagement_start_date:
            headline = _("Start date set")
        else:
            headline = _("Dates of the status changed")
        return _Told(self.moment(row.valid_from, row.pk), headline, row.changed_by_id, tuple(changes))


def _status(period: Any) -> str:
    """A status in one line."""
    return " · ".join(str(part) for part in (period.get_l1_display(), period.l2, period.l3) if part)


class Assignments(_System):
    """Who began or ceased to serve the customer; those a partner's staff may not know of do not exist for them."""

    rank = 2

    def read(self, before: Moment | None) -> Batch:
        """From the versions that simple-history keeps; of one customer they are few."""
        history = Assignment.history
        known = User.objects.visible_to(self.reader)
        earlier = history.filter(id=OuterRef("id"), history_id__lt=OuterRef("history_id")).order_by("-history_id")
        rows = list(
            history.filter(self.from_here(before, "history_date"), customer_id=self.customer.pk, user_id__in=known)
            .annotate(earlier=Subquery(earlier.values("history_id")[:1]))
            .order_by("-history_date", "-history_id")[: PAGE + 1]
        )
        versions = history.in_bulk([row.earlier for row in rows])
        told = [self._told(row, versions.get(row.earlier)) for row in rows]
        return Batch(self.events(told), told[-1].moment if len(told) > PAGE else None)

    def _told(self, row: Any, before: Any) -> _Told:
        # Of a row that came from another customer, that customer is none of the reader's business.
        stood = before if before is not None and before.customer_id == row.customer_id else None
        old, new = _serves(stood) if stood is not None else (), _serves(row)
        if row.history_type == "-":
            headline, old, new = _("Assignment removed"), new, ()
        else:
            headline = _("Assignment changed") if stood is not None else _("Assigned")
        moment = self.moment(row.history_date, row.history_id)
        return _Told(moment, headline, row.history_user_id, (Change("", old, new),))


def _serves(row: Any) -> Value:
    """Who serves in which role, and from when to when."""
    starts = _("from %s") % date_format(row.starts) if row.starts else ""
    ends = _("to %s") % date_format(row.ends) if row.ends else ""
    return (f"{row.role} · ", Ref(User, row.user_id), *(f" · {words}" for words in (starts, ends) if words))


class CustomerFacts(_System):
    """The customer's own record: added, and what changed in it since."""

    rank = 1

    def read(self, before: Moment | None) -> Batch:
        """Each version beside the one before it; a version that changed no fact is none."""
        rows = list(
            Customer.history.filter(self.from_here(before, "history_date"), id=self.customer.pk).order_by(
                "-history_date", "-history_id"
            )[: TWICE + 1]
        )
        told = list(self._told(rows[:TWICE], rows[1:]))
        end = self.moment(rows[TWICE - 1].history_date, rows[TWICE - 1].pk) if len(rows) > TWICE else None
        return Batch(self.events(told), end)

    def _told(self, rows: list[Any], older: list[Any]) -> Iterator[_Told]:
        for number, row in enumerate(rows):
            before = older[number] if number < len(older) else None
            changes = tuple(changes_of(FACTS, row, before)) if before is not None else ()
            if not changes and row.history_type != "+":
                continue
            headline = _("Customer added") if row.history_type == "+" else _("Facts changed")
            yield _Told(self.moment(row.history_date, row.history_id), headline, row.history_user_id, changes)


def oldest(rows: Any) -> dt.datetime | None:
    """When the first of these notes was written."""
    found: dt.datetime | None = rows.order_by("created_at", "pk").values_list("created_at", flat=True).first()
    return found
