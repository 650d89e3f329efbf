"""Risks of the demo in every state of their life, and executive summaries asked for."""

import datetime as dt
from random import Random

from customers.models import Workload
from notes.demo.customers import Served
from notes.demo.people import Cast
from notes.demo.texts import Voice
from notes.demo.world import World
from notes.models import Note, Risk, RiskStep, SummaryRequest
from notes.risks import CLOSED, EscalatedTo, RiskState, Severity, read_box

OPEN, MITIGATING, ESCALATED = RiskState.OPEN, RiskState.MITIGATING, RiskState.ESCALATED
RESOLVED, ACCEPTED = RiskState.RESOLVED, RiskState.ACCEPTED
# How a recent risk got where it is. Dealt out in turn, so that even a small demo shows every state.
LIVES: tuple[tuple[RiskState, ...], ...] = (
    (),
    (MITIGATING,),
    (ESCALATED,),
    (MITIGATING, RESOLVED),
    (),
    (ACCEPTED,),
    (MITIGATING, ESCALATED),
    (),
    (ESCALATED, MITIGATING),
    (RESOLVED,),
    (ESCALATED, RESOLVED),
    (),
    (MITIGATING, ACCEPTED),
    (RESOLVED, OPEN),
    (ESCALATED,),
)
# Nobody leaves a risk open for a year: what is older has ended.
OLD = dt.timedelta(days=200)
ENDED = ((MITIGATING, RESOLVED), (RESOLVED,), (ACCEPTED,), (ESCALATED, MITIGATING, RESOLVED))


class RiskBook:
    """Raises risks and takes them through their steps."""

    def __init__(self, world: World, cast: Cast) -> None:
        self.world, self.cast, self.turn = world, cast, 0

    def from_note(self, note: Note, box: str, workloads: list[Workload], served: Served, voice: Voice) -> None:
        """Those that a note's Risks box raises."""
        for raised in read_box(box):
            risk = self._risk(served, note.author_id, note.created_at, raised.title, raised.severity)
            risk.note_id = note.pk
            risk.workload_id = workloads[0].pk if len(workloads) == 1 else None
            self._live(voice, served, risk)

    def on_customer(self, served: Served, voice: Voice) -> None:
        """One that was seen without a note, at some customers."""
        rng = voice.rng
        if rng.random() >= 0.22:
            return
        entitlement = rng.choice(served.entitlements)
        codes = {workload.pk: code for code, workload in self.world.workloads.items()}
        voice.about(codes[entitlement.workload_id])
        at = self.world.before(rng.uniform(2, 150))
        title, severity = voice.say(voice.words.risks), rng.choice(Severity.values)
        risk = self._risk(served, rng.choice(served.team).person.id, at, title, severity)
        if rng.random() < 0.6:
            risk.entitlement_id, risk.workload_id = entitlement.pk, entitlement.workload_id
        self._live(voice, served, risk)

    def _risk(self, served: Served, by: int, at: dt.datetime, title: str, severity: str) -> Risk:
        return Risk(
            id=self.world.id(Risk),
            customer_id=served.row.pk,
            title=title,
            severity=severity,
            owner_id=by,
            raised_by_id=by,
            raised_at=at,
            region_id=served.row.region_id,
            partner_id=served.row.partner_id,
        )

    def _live(self, voice: Voice, served: Served, risk: Risk) -> None:
        rng, world = voice.rng, self.world
        life: tuple[RiskState, ...]
        if risk.raised_at < world.now - OLD:
            life = rng.choice(ENDED)
        else:
            life = LIVES[self.turn % len(LIVES)]
            self.turn += 1
        if rng.random() < 0.3 and risk.note_id is None:  # a note's writer owns what it raises
            risk.owner_id = None
        if rng.random() < 0.6:
            risk.description = voice.say(voice.words.mitigation)
        risk.due_date = self._due(rng, risk, ended=bool(life) and life[-1] in CLOSED)
        world.store.record(risk, "+", by=risk.raised_by_id, at=risk.raised_at)
        span = (world.now - risk.raised_at) / (len(life) + 1)
        for number, state in enumerate(life, 1):
            at = risk.raised_at + span * (number - 0.8 * rng.random())
            self._step(rng, voice, served, risk, state, at)
        world.store.add(risk)

    def _due(self, rng: Random, risk: Risk, *, ended: bool) -> dt.date | None:
        """Every fourth has no date; of those still open every fourth is late. In turn, like the lives."""
        raised, drawn = self.world.day(risk.raised_at), rng.random()
        if self.turn % 4 == 1:
            return None
        if ended:
            return raised + dt.timedelta(days=10 + int(50 * drawn))
        if self.turn % 4 == 3:
            return max(raised + dt.timedelta(days=1), self.world.today - dt.timedelta(days=1 + int(20 * drawn)))
        return self.world.today + dt.timedelta(days=1 + int(60 * drawn))

    def _step(self, rng: Random, voice: Voice, served: Served, risk: Risk, state: RiskState, at: dt.datetime) -> None:
        step = RiskStep(
            id=self.world.id(RiskStep),
            risk_id=risk.pk,
            from_state=risk.state,
            to_state=state,
            comment=voice.say(voice.words.steps[state]),
            by_id=risk.owner_id or self.cast.manager(served.place.region).id,
            at=at,
        )
        if state == ESCALATED:
            step.escalated_to = self.world.deal("escalated", EscalatedTo.values)
            step.reference = f"ESC-{rng.randrange(1_000, 99_999)}" if rng.random() < 0.8 else ""
            risk.escalated_to, risk.reference = step.escalated_to, step.reference
        risk.state, risk.closed_at = state, at if state in CLOSED else None
        risk.last_step, risk.last_step_at = step.comment, at
        risk.version += 1
        self.world.store.add(step)
        self.world.store.record(risk, "~", by=step.by_id, at=at)


def ask(world: World, cast: Cast, served: Served, summaries: list[Note], voice: Voice) -> None:
    """A manager asks for a summary at some customers; where there is one since, it is the answer."""
    rng = voice.rng
    answered, wanted = rng.random() < 0.5, rng.random() < 0.08 or (bool(served.place.of) and served.place.turn < 2)
    if not wanted:
        return
    note = summaries[-1] if summaries and (answered or served.place.turn == 0) else None
    asked = note.created_at - dt.timedelta(days=rng.uniform(1, 6)) if note else world.before(rng.uniform(1, 16))
    by = cast.manager(served.place.region)
    if "lt" in cast.demo and rng.random() < 0.25:
        by = cast.demo["lt"]
    row = SummaryRequest(
        id=world.id(SummaryRequest),
        customer_id=served.row.pk,
        asked_by_id=by.id,
        asked_of_id=served.lead.person.id,
        asked_at=asked,
        word=voice.say(voice.words.asked),
        due_date=world.day(asked) + dt.timedelta(days=rng.randrange(4, 15)),
        note_id=note.pk if note else None,
        version=2 if note else 1,
    )
    world.add(row, by=by.id, at=asked, note_id=None, version=1)
    if note:
        world.store.record(row, "~", by=note.author_id, at=note.created_at)
