"""How a customer's entitlements stand, and why: the rows of its page."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import F, OuterRef, Subquery
from django.utils import timezone
from django.utils.functional import cached_property

from accounts.models import User
from accounts.templatetags.due import SOON
from customers.models import Customer, Entitlement, StatusPeriod
from customers.status import L1
from notes.models import Note

# More rows than any split makes; a customer loaded by mistake does not make an endless page.
MOST = 200


@dataclass(frozen=True)
class Standing:
    """One entitlement as its row shows it; `why` is the note that gives it the status it has, None where none does."""

    entitlement: Entitlement
    why: Note | None

    @property
    def level(self) -> L1:
        """Its L1, with what that means."""
        return L1(self.entitlement.l1)

    @property
    def aims_at(self) -> str:
        """Which date it waits for: `target`, `unblock`, "" for none."""
        match self.level:
            case L1.IN_PROGRESS if self.entitlement.target_date:
                return "target"
            case L1.BLOCKED if self.entitlement.unblock_date:
                return "unblock"
        return ""

    @property
    def date(self) -> dt.date | None:
        """That date."""
        if not self.aims_at:
            return None
        return self.entitlement.target_date if self.aims_at == "target" else self.entitlement.unblock_date

    @property
    def is_near(self) -> bool:
        """Whether that date is so near, or past, that it is told in words."""
        return self.date is not None and (self.date - timezone.localdate()).days <= SOON

    @property
    def lacks_target(self) -> bool:
        """In Progress without a target date: imported history, which upkeep lists (domain.md §5)."""
        return self.level == L1.IN_PROGRESS and self.entitlement.target_date is None


class Standings:
    """A customer's entitlements as far as `reader` may know them, in the programme's order of workloads."""

    def __init__(self, customer: Customer, reader: User, *, everything: bool = False) -> None:
        """With `everything` Duplicate/Invalid among them, which else stay out (domain.md §5)."""
        self.reader, self.everything = reader, everything
        rows = Entitlement.objects.visible_to(reader).filter(customer=customer)
        # The newest live note among its status notes; a date set on its own, or a withdrawn note, hides it not.
        told = (
            StatusPeriod.objects.filter(entitlement=OuterRef("pk"), note__isnull=False, note__withdrawn_at=None)
            .order_by("-valid_from", "-pk")
            .values("note")[:1]
        )
        # Each with `told_by`, the id of that note.
        self.found: list[Any] = list(
            rows.select_related("workload", "l2", "l3")
            .annotate(told_by=Subquery(told))
            .order_by(F("workload__position").asc(), "workload__code", "split_label", "pk")[:MOST]
        )

    @cached_property
    def rows(self) -> list[Standing]:
        """The rows to show."""
        shown = [row for row in self.found if self.everything or row.l1 != L1.DUPLICATE_INVALID]
        notes = Note.objects.visible_to(self.reader).in_bulk([row.told_by for row in self.found if row.told_by])

        def why(row: Any) -> Note | None:
            note: Note | None = notes.get(row.told_by)
            stands = note is not None and (note.l1, note.l2_id, note.l3_id) == (row.l1, row.l2_id, row.l3_id)
            return note if stands else None

        return [Standing(row, why(row)) for row in shown]

    @property
    def invalid(self) -> int:
        """How many are Duplicate/Invalid."""
        return sum(row.l1 == L1.DUPLICATE_INVALID for row in self.found)

    @property
    def active(self) -> int:
        """How many are not."""
        return len(self.found) - self.invalid

    @property
    def blocked(self) -> int:
        """How many are Blocked."""
        return sum(row.l1 == L1.BLOCKED for row in self.found)
