"""What each type of note says: its text, its sections, its own columns, and the workloads it names."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random

from customers.models import Workload
from customers.status import L1
from notes import playbook
from notes.demo.customers import Served
from notes.demo.plans import Plan
from notes.demo.statuses import Chain
from notes.demo.texts import Voice
from notes.demo.world import World
from notes.models import Note
from notes.types import NoteType, Pace

# How the campaign's tag is typed in the tag field, and two that are often typed beside others.
FIELD_COVID = ("covid", "#covid", "COVID-19", "#covid19")
CAMPAIGN = (0, 3, 6)  # the last digits of the customers it touches: three in ten, even among a few


@dataclass
class Pen:
    """Writes about one customer, note by note."""

    world: World
    served: Served
    rng: Random
    voice: Voice
    chains: dict[int, Chain] = field(default_factory=dict)
    field_text: str = ""  # the tag field of the note being written
    campaign: bool = False  # whether the campaign touches the customer

    def __post_init__(self) -> None:
        self.campaign = self.served.place.number % 10 in CAMPAIGN
        by_id = {workload.pk: workload for workload in self.world.workloads.values()}
        self.codes = list(dict.fromkeys(by_id[one.workload_id].code for one in self.served.entitlements))
        self.names = self.voice.words.workloads

    def workloads(self, most: int) -> list[Workload]:
        """Some of the customer's workloads; the voice speaks of the first."""
        codes = self.rng.sample(self.codes, min(self.rng.randint(1, most), len(self.codes)))
        self.voice.about(codes[0])
        return [self.world.workloads[code] for code in codes]

    def tags(self, note: Note, *, chance: float) -> str:
        """Decide on the note's hashtags: fills the tag field, or gives the sentence that carries one.

        A note that says the customer pauses gets none of the campaign (domain.md §7).
        """
        self.field_text, drawn, way = "", self.rng.random(), self.rng.random()
        covid = self.campaign and drawn < chance and not note.pauses
        if covid and way < 0.6:
            return self.voice.say(self.voice.words.covid)
        if covid:
            self.field_text = self.rng.choice(FIELD_COVID)
        other = self.rng.random() < 0.06
        if not other:
            return ""
        names = list(self.voice.words.tagged)
        name = self.world.deal(f"tagged {names[0]}", names)
        if way < 0.6:
            return self.voice.say(self.voice.words.tagged[name])
        self.field_text = "，".join(filter(None, (self.field_text, name)))
        return ""

    def pace(self, note: Note, weights: tuple[int, int, int, int, int]) -> str:
        """Draw the pace (none, unchanged, accelerating, pausing, stopping) and give the key of its patterns."""
        if self.campaign:
            weights = (weights[0], weights[1], weights[2] * 5, weights[3], weights[4])
        note.pace = self.world.deal(f"pace {note.note_type} {self.campaign}", ("", *Pace.values), weights)
        return note.pace or Pace.UNCHANGED


def overall(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """Free text on the whole engagement."""
    voice = pen.voice
    pen.workloads(1)
    pen.pace(note, (70, 22, 4, 1, 0))
    tagged = pen.tags(note, chance=0.45)
    more = () if note.pace in ("", Pace.UNCHANGED) else (voice.say(voice.words.engagement[note.pace]),)
    note.body = voice.join([*more, voice.tell(voice.words.overall, 1, 4), tagged])
    return []


def summary(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """An Executive Summary."""
    voice, words = pen.voice, pen.voice.words
    workloads = sorted(pen.workloads(4), key=lambda workload: workload.position)
    note.is_exec_summary = True
    note.engagement = pen.world.deal("engagement", playbook.Engagement.values, [14, 32, 54])
    note.deployment = pen.world.deal("deployment", playbook.Deployment.values, [20, 62, 18])
    tagged = pen.tags(note, chance=0.4)
    lines = [f"[{one.code}] {pen.names.get(one.code, one.name)} - {voice.say(words.exec_line)}" for one in workloads]
    note.sections = {
        "exec_customer": voice.say(words.exec_customer),
        "exec_relationship": voice.join([voice.tell(words.exec_relationship, 1, 2), tagged]),
        "exec_workloads": "\n".join(lines),
        "exec_support": voice.say(words.exec_support),
    }
    return workloads


def entitlement(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """Why an entitlement's status is what it becomes."""
    chain = pen.chains[plan.entitlement]
    chain.move(pen.rng, note, last=plan.last)
    pen.voice.about(chain.code)
    moving = note.l1 == L1.IN_PROGRESS
    tagged = pen.tags(note, chance=0.2 if moving else 0.0)
    note.body = pen.voice.join([pen.voice.say(pen.voice.words.why[chain.state.l2]), tagged])
    return [pen.world.workloads[chain.code]]


def engagement(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """A move of the engagement."""
    voice = pen.voice
    workloads = pen.workloads(2)
    pace = pen.pace(note, (25, 35, 16, 12, 3))
    tagged = pen.tags(note, chance=0.9 if pace == Pace.ACCELERATING else 0.2)
    more = voice.tell(voice.words.overall, 0, 2)
    note.body = voice.join([voice.say(voice.words.engagement[pace]), tagged, more])
    return workloads if pen.rng.random() < 0.4 else []


def intent(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """What the customer wants of a service."""
    voice = pen.voice
    workloads = pen.workloads(1)
    pace = pen.pace(note, (25, 40, 14, 9, 3))
    tagged = pen.tags(note, chance=0.9 if pace == Pace.ACCELERATING else 0.15)
    note.body = voice.join([voice.say(voice.words.intent[pace]), tagged, voice.tell(voice.words.overall, 0, 1)])
    return workloads


def technical(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """One interaction of an engineer."""
    voice, rng, words = pen.voice, pen.rng, pen.voice.words
    workloads = pen.workloads(2)
    note.tech_status = pen.world.deal("technical", playbook.TechnicalStatus.values, [58, 9, 21, 12])
    if pen.campaign and note.tech_status == playbook.TechnicalStatus.ON_TRACK and rng.random() < 0.4:
        note.pace = Pace.ACCELERATING
    tagged = pen.tags(note, chance=0.9 if note.pace else 0.3)
    note.sections = {
        "tech_status_text": voice.say(words.tech_status[note.tech_status]),
        "tech_summary": voice.join([voice.tell(words.tech_summary, 1, 3), tagged]),
    }
    if rng.random() < 0.35:
        note.tech_concern_kind = pen.world.deal("concern", playbook.ConcernKind.values)
        note.sections["tech_concerns"] = voice.say(words.concerns[note.tech_concern_kind])
        if note.tech_concern_kind == playbook.ConcernKind.FIRST_PARTY:
            note.tech_insight_id = pen.world.deal("insight", ("pending", f"FTC-{rng.randrange(10_000, 99_999)}"))
    if rng.random() < 0.15:
        note.body = voice.say(words.overall)
    return workloads


def enterprise(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """An architect's picture."""
    voice, rng, words = pen.voice, pen.rng, pen.voice.words
    pen.workloads(1)
    note.ent_reason = pen.served.row.enterprise_reason
    note.rag = pen.world.deal("rag", playbook.Rag.values, [16, 36, 48])
    days = 14 if rng.random() < 0.7 else rng.randrange(7, 21)
    note.next_update = pen.world.day(note.created_at) + dt.timedelta(days=days)
    tagged = pen.tags(note, chance=0.5)
    note.sections = {
        "ent_summary": voice.join([voice.say(words.ent_summary[note.rag]), tagged]),
        "ent_overview": voice.say(words.ent_overview),
        "ent_activities": voice.say(words.ent_activities),
    }
    if rng.random() < 0.4:
        note.sections["ent_awareness"] = voice.say(words.ent_awareness)
    if pen.served.row.brand:
        note.sections["ent_brand"] = pen.served.row.brand
    core = [pen.world.workloads[code] for code in ("EXO", "SPO", "OPP") if code in pen.world.workloads]
    return core if rng.random() < 0.6 else []


def retired(pen: Pen, note: Note, plan: Plan) -> list[Workload]:
    """History of a type that nobody writes any more."""
    workloads = pen.workloads(1)
    note.body = pen.voice.tell(pen.voice.words.retired, 1, 2)
    pen.field_text = ""
    return [] if note.note_type == NoteType.CUSTOMER_SAT else workloads


WRITERS: dict[NoteType, Callable[[Pen, Note, Plan], list[Workload]]] = {
    NoteType.OVERALL_STATUS: overall,
    NoteType.ENTITLEMENT_STATUS: entitlement,
    NoteType.ENGAGEMENT_MANAGEMENT: engagement,
    NoteType.SERVICE_INTENT: intent,
    NoteType.TECHNICAL_ENABLEMENT: technical,
    NoteType.ENTERPRISE_STATUS: enterprise,
    NoteType.CUSTOMER_SAT: retired,
    NoteType.SERVICE_STATUS: retired,
    NoteType.TECHNICAL: retired,
}
