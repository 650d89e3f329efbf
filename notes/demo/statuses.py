"""The status of entitlements over time: each Entitlement Status note closes one period and opens the next."""

import datetime as dt
from random import Random

from customers.models import Entitlement, StatusPeriod
from customers.status import FIRST_L1, FIRST_L2, L1, State, after
from notes.demo.world import World
from notes.models import Note

ONBOARDING, MIGRATION, ADOPTION = (
    "technical-onboarding-and-deployment",
    "migration",
    "solution-or-user-adoption",
)
BLOCKERS = (
    "customer-it-infrastructure-and-remediation",
    "it-change-management-and-resourcing",
    "legal-regulatory",
    "security-privacy",
    "adoption-readiness",
    "product-feature-capability",
    "service-reliability",
    "app-compatibility",
    "partner-engagement",
    "billing-licensing-and-subscription",
)
REFUSALS = ("using-competitive-solution", "using-microsoft-on-premises-solution", "executive-sponsorship")
SILENT = "customer-unresponsive"
# What comes next, with how often: the L1 and, where one of several L2 is drawn, those.
Move = tuple[int, L1, tuple[str, ...]]
DUPLICATE: Move = (2, L1.DUPLICATE_INVALID, ("",))
MOVES: dict[str, list[Move]] = {
    L1.STATUS_UNKNOWN: [
        (36, L1.IN_PROGRESS, (ONBOARDING,)),
        (18, L1.IN_PROGRESS, (MIGRATION,)),
        (8, L1.IN_PROGRESS, (ADOPTION,)),
        (20, L1.BLOCKED, BLOCKERS),
        (9, L1.NO_INTENT, REFUSALS),
        (12, L1.STATUS_UNKNOWN, (SILENT,)),
        DUPLICATE,
    ],
    L1.IN_PROGRESS: [
        (14, L1.IN_PROGRESS, (ONBOARDING,)),
        (24, L1.IN_PROGRESS, (MIGRATION,)),
        (28, L1.IN_PROGRESS, (ADOPTION,)),
        (24, L1.BLOCKED, BLOCKERS),
        (5, L1.NO_INTENT, REFUSALS),
        (3, L1.STATUS_UNKNOWN, (SILENT,)),
        DUPLICATE,
    ],
    L1.BLOCKED: [
        (32, L1.IN_PROGRESS, (ONBOARDING,)),
        (22, L1.IN_PROGRESS, (MIGRATION,)),
        (8, L1.IN_PROGRESS, (ADOPTION,)),
        (26, L1.BLOCKED, BLOCKERS),
        (9, L1.NO_INTENT, REFUSALS),
        (3, L1.STATUS_UNKNOWN, (SILENT,)),
    ],
    L1.NO_INTENT: [
        (38, L1.NO_INTENT, REFUSALS),
        (36, L1.IN_PROGRESS, (ONBOARDING,)),
        (14, L1.IN_PROGRESS, (MIGRATION,)),
        (12, L1.STATUS_UNKNOWN, (SILENT,)),
    ],
}


class Chain:
    """One entitlement's way through its statuses; its row and open period are stored by `finish`."""

    def __init__(self, world: World, entitlement: Entitlement, code: str, *, by: int, at: dt.datetime) -> None:
        self.world, self.row, self.code, self.began = world, entitlement, code, at
        self.state = State(FIRST_L1, FIRST_L2)
        self.period = self._open(by, at)
        self.row.status_changed_at = at
        self._take()
        world.store.record(self.row, "+", by=by, at=at)

    def _open(self, by: int, at: dt.datetime) -> StatusPeriod:
        return StatusPeriod(
            id=self.world.id(StatusPeriod),
            entitlement_id=self.row.pk,
            l1=self.state.l1,
            l2_id=self.world.reasons.get(self.state.l2),
            target_date=self.state.target_date,
            unblock_date=self.state.unblock_date,
            engagement_start_date=self.state.engagement_start_date,
            valid_from=at,
            changed_by_id=by,
        )

    def _take(self) -> None:
        row, state = self.row, self.state
        row.l1, row.l2_id = state.l1, self.world.reasons.get(state.l2)
        row.target_date, row.unblock_date = state.target_date, state.unblock_date
        row.engagement_start_date = state.engagement_start_date

    def move(self, rng: Random, note: Note, *, last: bool) -> None:
        """Move on by a note; `last`: the status that stands today."""
        at, old = note.created_at, self.state
        new = self._next(rng, at, last)
        self.period.valid_to = at
        self.world.store.add(self.period)
        note.from_l1, note.from_l2_id = old.l1, self.world.reasons.get(old.l2)
        self.state = new
        self.period = self._open(note.author_id, at)
        if (new.l1, new.l2) != (old.l1, old.l2):
            self.row.status_changed_at = at
        self.row.version += 1
        self._take()
        self.world.store.record(self.row, "~", by=note.author_id, at=at)
        note.entitlement_id, note.period_id = self.row.pk, self.period.pk
        note.l1, note.l2_id = new.l1, self.world.reasons.get(new.l2)
        note.target_date, note.unblock_date = new.target_date, new.unblock_date

    def finish(self) -> None:
        """Nothing moves it any more."""
        self.world.store.add(self.row)
        self.world.store.add(self.period)

    def _next(self, rng: Random, at: dt.datetime, last: bool) -> State:
        old = self.state
        moves = [move for move in MOVES[old.l1] if last or move is not DUPLICATE]
        _, l1, reasons = self.world.deal(f"from {old.l1} {last}", moves, [move[0] for move in moves])
        l2 = self.world.deal(f"to {l1} {reasons[0]}", reasons)
        day = self.world.day(at)
        # Each move draws the same numbers whatever it becomes.
        ahead, begun, pushed = rng.randrange(20, 150), rng.randrange(0, 12), rng.random()
        late = last and self.world.deal(f"late {l1}", (False, True), [8, 1])
        aim = self._aim(day, ahead, late, last)
        target, unblock, start = old.target_date, None, None
        if l1 == L1.IN_PROGRESS:
            start = old.engagement_start_date or (day - dt.timedelta(days=begun) if pushed < 0.8 else None)
            if target is None or old.l1 != L1.IN_PROGRESS or last or pushed < 0.3:
                target = aim
        elif l1 == L1.BLOCKED and (old.l1 == L1.IN_PROGRESS or old.unblock_date or pushed < 0.8):
            unblock = self._aim(day, ahead // 2 + 7, late, last)
        return after(old, State(l1, l2, "", target, unblock, start))

    def _aim(self, day: dt.date, ahead: int, late: bool, last: bool) -> dt.date:
        """A date after the note; of the status that stands mostly one still to come."""
        planned = day + dt.timedelta(days=ahead)
        if not last or late or planned > self.world.today:
            # A late one of a recent note is late by having been near.
            return min(planned, max(day, self.world.today - dt.timedelta(days=ahead // 4 + 1))) if late else planned
        return self.world.today + dt.timedelta(days=ahead // 2 + 3)
