"""The notes of one customer, with all that hangs on them: hashtags, workloads, next actions, history."""

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from customers.models import Workload
from notes import hashtags, placing
from notes.demo import kinds
from notes.demo.customers import Served
from notes.demo.kinds import Pen
from notes.demo.plans import ENGAGEMENT, ENTERPRISE, ENTITLEMENT, INTENT, OVERALL, TECHNICAL, Plan
from notes.demo.risks import RiskBook
from notes.demo.statuses import Chain
from notes.demo.texts import Voice
from notes.demo.world import World
from notes.models import Note, NoteTag, NoteWorkload
from notes.types import RETIRED
from notes.writing import RISKS_SECTION

NEXT_ACTION = {OVERALL: 0.7, ENGAGEMENT: 0.35, INTENT: 0.25, TECHNICAL: 0.7, ENTERPRISE: 0.5}
RISK_SHARE = 0.055
# What a note of another type takes over when it says the same again.
REPEATED = ("body", "pace", "next_action", "next_action_date", "next_action_owner", "next_action_person_id")


@dataclass
class Written:
    """What else needs to know of a customer's notes."""

    summaries: list[Note] = field(default_factory=list)


@dataclass
class Scribe:
    """Writes the planned notes of one customer."""

    world: World
    served: Served
    risks: RiskBook
    written: Written = field(default_factory=Written)

    def __post_init__(self) -> None:
        rng = self.world.rng("notes", self.served.place.number)
        self.voice = Voice(rng, chinese=self.served.chinese, customer=self.served.row.name)
        self.pen = Pen(self.world, self.served, rng, self.voice)
        self.rng = rng

    def write_all(self, plans: list[Plan]) -> Written:
        """Write them, oldest first, and store everything but the customer."""
        self._open_chains(plans)
        before: tuple[Note, list[Workload]] | None = None
        for plan in plans:
            before = self._write(plan, before)
        for chain in self.pen.chains.values():
            chain.finish()
        return self.written

    def before(self, first: dt.datetime) -> dt.datetime:
        """When the customer became known, given the first thing that happened to it."""
        return first - dt.timedelta(days=self.rng.uniform(5, 700))

    def _open_chains(self, plans: list[Plan]) -> None:
        """Every entitlement begins some time before its first note, or lately where it has none."""
        first: dict[int, dt.datetime] = {}
        for plan in plans:
            if plan.kind == ENTITLEMENT:
                first.setdefault(plan.entitlement, plan.at)
        codes = {workload.pk: code for code, workload in self.world.workloads.items()}
        for number, row in enumerate(self.served.entitlements):
            days = self.rng.uniform(4, 120)
            at = first.get(number, self.world.now) - dt.timedelta(days=days)
            chain = Chain(self.world, row, codes[row.workload_id], by=self.served.lead.person.id, at=at)
            self.pen.chains[number] = chain

    def _write(self, plan: Plan, before: tuple[Note, list[Workload]] | None) -> tuple[Note, list[Workload]]:
        place, author = self.served.row, plan.member.person.id
        note = Note(
            id=self.world.id(Note),
            customer_id=place.pk,
            note_type=plan.kind,
            author_id=author,
            author_role=plan.member.role,
            created_at=plan.at,
            updated_at=plan.at,
            region_id=place.region_id,
            partner_id=place.partner_id,
        )
        if plan.rewrites and before:
            workloads = before[1]
            for name in REPEATED:
                setattr(note, name, getattr(before[0], name))
        else:
            writer = kinds.summary if plan.summary else kinds.WRITERS[plan.kind]
            workloads = writer(self.pen, note, plan)
            self._next_action(note, plan)
        box = self._risks_box(note, plan)
        note.text = note.compose()
        then = self._afterwards(note, plan)
        self._store(note, workloads, then)
        if box:
            self.risks.from_note(note, box, workloads, self.served, self.voice)
        if plan.summary and not plan.withdrawn:
            self.written.summaries.append(note)
        return note, workloads

    def _next_action(self, note: Note, plan: Plan) -> None:
        if self.rng.random() >= NEXT_ACTION.get(plan.kind, 0.0):
            return
        note.next_action = self.voice.say(self.voice.words.actions)
        note.next_action_date = self.world.day(plan.at) + dt.timedelta(days=self.rng.randrange(4, 45))
        if self.rng.random() < 0.7:
            person = self.rng.choice(self.served.team).person if self.rng.random() < 0.5 else plan.member.person
            note.next_action_owner, note.next_action_person_id = person.username, person.id
        else:
            note.next_action_owner = self.voice.say(self.voice.words.owners)

    def _risks_box(self, note: Note, plan: Plan) -> str:
        drawn = self.rng.random() < RISK_SHARE
        unfit = plan.withdrawn or plan.rewrites or plan.member is self.served.former  # who is gone owns no risk
        if not drawn or unfit or plan.kind == ENTITLEMENT or plan.kind in RETIRED:
            return ""
        words, lines = self.voice.words, []
        for _ in range(1 if self.rng.random() < 0.8 else 2):
            mark = self.rng.choice(list(words.risk_marks.values()))
            lines.append(f"{mark}{self.voice.say(words.risks)}")
        box = "\n".join(lines)
        note.sections[RISKS_SECTION] = box
        return box

    def _afterwards(self, note: Note, plan: Plan) -> dict[str, Any]:
        """Withdraw the note, or have its next action done; gives what stood there before."""
        done, days = self.rng.random(), self.rng.uniform(0.1, 4)
        then: dict[str, Any] = {}
        if plan.withdrawn:
            then = {"withdrawn_at": None, "withdrawn_by_id": None, "withdrawn_reason": "", "rewritten_as_id": None}
            at = min(plan.at + dt.timedelta(days=days / 4), self.world.now)
            reasons = self.voice.words.withdrawn
            note.withdrawn_at, note.withdrawn_by_id = at, plan.member.person.id
            note.withdrawn_reason = self.rng.choice((reasons[0], reasons[2]))
            if plan.rewritten:
                note.withdrawn_at = min(plan.at + dt.timedelta(hours=1), self.world.now)
                note.withdrawn_reason = reasons[1]
                note.rewritten_as_id = note.pk + 1
        elif note.next_action_date and not plan.rewrites:
            left = (note.next_action_date - self.world.today).days
            if done < (0.96 if left < -30 else 0.72 if left < 0 else 0.1):
                span = min(dt.timedelta(days=45 - min(left, 0) / 2), self.world.now - plan.at)
                then = {"next_action_done_at": None}
                note.next_action_done_at = plan.at + span * (days / 4)
        if then:
            note.version = 2
        return then

    def _store(self, note: Note, workloads: list[Workload], then: dict[str, Any]) -> None:
        world, by, at = self.world, note.author_id, note.created_at
        world.add(note, by=by, at=at, **(then | {"version": 1}))
        if then:
            world.store.record(note, "~", by=by, at=note.withdrawn_at or note.next_action_done_at or at)
        placed = placing.of(note)
        for workload in sorted(workloads, key=lambda one: one.pk):
            row = NoteWorkload(id=world.id(NoteWorkload), note_id=note.pk, workload_id=workload.pk, **placed)
            world.add(row, by=by, at=at)
        in_field = world.resolve(hashtags.split_field(self.pen.field_text)[0]) if self.pen.field_text else []
        written = [name for words in note.words if "#" in words for name in hashtags.find(words)]
        for name in dict.fromkeys([*in_field, *world.resolve(written)]):
            tag = NoteTag(
                id=world.id(NoteTag),
                tag_id=world.tag(name),
                content_object_id=note.pk,
                in_field=name in in_field,
                **placed,
            )
            world.add(tag, by=by, at=at)
