"""Advice on a note while it is written: what the playbook finds good, what it would word better (domain.md §6, §7).

`advise` is a plain function over plain values (`Facts`); who gathers them is `notes.advising`. It never refuses.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from customers.status import L1
from notes import advice_words as said
from notes.advice_pieces import Advice, Level
from notes.advice_text import Text
from notes.choices import ConcernKind, Rag
from notes.types import STOPPED, NoteType, says_pause

__all__ = ["Advice", "Facts", "Level", "Place", "advise"]

UNRESPONSIVE = "customer-unresponsive"
# Where a writer tells a story; the Risks box, the tag field and IDs are none.
NOT_PROSE = ("risks", "tags", "tech_insight_id", "next_action", "ent_brand")


@dataclass(frozen=True)
class Place:
    """Where a role records a campaign: its `types` (values of NoteType), and whether a note of theirs stands there."""

    tag: str
    role: str
    types: tuple[str, ...]
    recorded: bool = False


@dataclass(frozen=True, kw_only=True)
class Facts:
    """What is known of a note, typed or saved. Unknown is "", None or empty, and draws no advice that needs it.

    `texts` are by form field (the body, each section, the Risks box). `names` are the status, reason and workload as
    people write them in either language. `carries` are the running campaigns whose tag it carries, `ruled` those of
    them with the pause rule, `lacks` those that its customer is in and the note does not carry, all as `#name`;
    `places` those its role must record elsewhere. `same_at` and `unlined` are codes of workloads: the same text stands
    at them; they changed since the last summary and have no line.
    """

    note_type: str
    texts: Mapping[str, str] = field(default_factory=dict)
    is_exec_summary: bool = False
    l1: str = ""
    l2: str = ""
    names: tuple[str, ...] = ()
    managed: bool = False
    pace: str = ""
    tech_status: str = ""
    engagement: str = ""
    rag: str = ""
    concern_kind: str = ""
    insight_id: str = ""
    next_action: str = ""
    next_action_date: str = ""
    next_action_owner: str = ""
    risks_raised: bool = False
    carries: tuple[str, ...] = ()
    ruled: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()
    same_at: tuple[str, ...] = ()
    unlined: tuple[str, ...] = ()

    def text(self, name: str) -> Text:
        """What stands in a field."""
        return Text(self.texts.get(name, ""))

    @property
    def pauses(self) -> bool:
        """Whether its values, the status it gives among them, say that the customer pauses or stops: then it gets no
        tag anyway (§7).
        """
        stopped = self.note_type == NoteType.ENTITLEMENT_STATUS and self.l1 in STOPPED
        return stopped or says_pause(pace=self.pace, tech_status=self.tech_status, engagement=self.engagement)


def advise(facts: Facts) -> list[Advice]:
    """The advice on a note, what to look at first, then what is done; each piece once. Never raises."""
    found: list[Advice] = []
    if facts.note_type == NoteType.ENTITLEMENT_STATUS:
        found += _of_entitlement(facts)
    elif facts.note_type == NoteType.OVERALL_STATUS:
        found += _of_overall(facts)
    elif facts.note_type == NoteType.TECHNICAL_ENABLEMENT:
        found += _of_technical(facts)
    elif facts.note_type == NoteType.ENTERPRISE_STATUS:
        found += _of_enterprise(facts)
    if facts.note_type != NoteType.ENTITLEMENT_STATUS:
        found += [*_of_next_action(facts), *_of_risks(facts)]
    found += _of_campaigns(facts)
    return sorted(found, key=lambda piece: piece.level == Level.DONE)


def _done(code: str, name: str, **values: Any) -> Advice:
    return Advice(code, name, Level.DONE, values)


# --- Entitlement Status (domain.md §6) --------------------------------------------------------------------------------


def _of_entitlement(facts: Facts) -> Iterable[Advice]:
    text = facts.text("body")
    if not text.size:
        yield Advice("why_blank", "body", l1=facts.l1)
        return
    if facts.l2 == UNRESPONSIVE:
        yield from _of_unresponsive(facts, text)
    else:
        yield from _of_why(facts, text)
    if word := said.open_word(text):
        yield Advice("open_word", "body", values={"word": word})
    if said.too_long(text):
        yield Advice("too_long", "body", l1=facts.l1)
    elif text.size >= said.LEAST:
        yield _done("short", "body")


def _of_unresponsive(facts: Facts, text: Text) -> Iterable[Advice]:
    missing = [
        code
        for code, told in (
            ("attempts", said.counts_attempts(text)),
            ("whom", said.names_whom(text)),
            ("account_managed" if facts.managed else "account", said.names_account(text)),
        )
        if not told
    ]
    yield from (Advice(code, "body") for code in missing)
    if not missing:
        yield _done("unresponsive", "body")


def _of_why(facts: Facts, text: Text) -> Iterable[Advice]:
    only = said.says_only(text, facts.names)
    if only:
        yield Advice(f"{only}_only", "body", l1=facts.l1)
        return
    yield from _of_intent(facts, text)
    if said.says_why(text):
        yield _done({L1.BLOCKED: "why_cannot", L1.NO_INTENT: "why_not"}.get(facts.l1, "why"), "body")  # type: ignore[call-overload]
    else:
        yield Advice("why_missing", "body", l1=facts.l1)
    if said.schedules(text):
        yield Advice("scheduling", "body")
    if facts.same_at:
        yield Advice("same_text", "body", values={"codes": ", ".join(facts.same_at)})


def _of_intent(facts: Facts, text: Text) -> Iterable[Advice]:
    wants, never = said.wants(text), said.never(text)
    if wants and never:
        yield Advice("intent_both", "body", l1=facts.l1)
    elif (never and facts.l1 in (L1.IN_PROGRESS, L1.BLOCKED)) or (wants and facts.l1 == L1.NO_INTENT):
        yield Advice("intent_status", "body", l1=facts.l1)
    elif facts.l1 in (L1.STATUS_UNKNOWN, L1.DUPLICATE_INVALID):
        return  # nothing is known of it, or it counts nowhere
    elif not said.says_intent(text):
        # The status says it too: with its why, "Blocked" and "No Intent" leave no doubt.
        if facts.l1 not in (L1.BLOCKED, L1.NO_INTENT) or not said.says_why(text):
            yield Advice("intent_missing", "body", l1=facts.l1)
    elif wants or (facts.l1 in (L1.IN_PROGRESS, L1.BLOCKED) and said.wants_to(text)):
        yield _done("wants", "body")
    else:
        yield _done("will_not" if said.will_not(text) else "intent", "body")


# --- The other types (domain.md §2, §4) -------------------------------------------------------------------------------


def _of_overall(facts: Facts) -> Iterable[Advice]:
    if not facts.next_action.strip():
        yield Advice("next_action_missing", "next_action")
    if facts.is_exec_summary and facts.unlined:
        yield Advice("lines_missing", "exec_workloads", values={"codes": ", ".join(facts.unlined)})


def _of_next_action(facts: Facts) -> Iterable[Advice]:
    if not facts.next_action.strip():
        return
    if facts.next_action_date.strip() and facts.next_action_owner.strip():
        yield _done("next_action", "next_action")
    else:
        lacking = "next_action_owner" if facts.next_action_date.strip() else "next_action_date"
        yield Advice("next_action_bare", lacking)


def _of_technical(facts: Facts) -> Iterable[Advice]:
    if facts.concern_kind != ConcernKind.FIRST_PARTY or not (cited := Text(facts.insight_id)).size:
        return
    if cited.words[:1] == ["pending"] or cited.low.startswith(("待定", "待", "申请中")):
        yield Advice("insight_pending", "tech_insight_id")
    else:
        yield _done("insight", "tech_insight_id")


def _of_enterprise(facts: Facts) -> Iterable[Advice]:
    text = facts.text("ent_summary")
    if facts.rag not in (Rag.RED, Rag.YELLOW) or not text.size:
        return  # what is blank is the form's to ask for
    if not said.says_obstacle(text):
        yield Advice("rag_why", "ent_summary")
        return
    elsewhere = (facts.next_action, facts.texts.get("ent_activities", ""))
    if said.says_action(text) or any(words.strip() for words in elsewhere):
        yield _done("rag", "ent_summary")
    else:
        yield Advice("rag_action", "ent_summary")


def _of_risks(facts: Facts) -> Iterable[Advice]:
    if facts.risks_raised or facts.texts.get("risks", "").strip():
        yield _done("risks", "risks")
        return
    for name, words in facts.texts.items():
        if name not in NOT_PROSE and (word := said.risk_word(Text(words))):
            yield Advice("risks_in_prose", "risks", values={"word": word})
            return


# --- Campaigns (domain.md §7) -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Labels:
    """The labels of types, in the language of whoever reads them."""

    types: tuple[str, ...]

    def __str__(self) -> str:
        labels = [str(NoteType(kind).label) for kind in self.types]
        return gettext(" or ").join(labels)


def _of_campaigns(facts: Facts) -> Iterable[Advice]:
    for place in facts.places:
        values = {"tag": place.tag, "role": place.role, "types": _Labels(place.types)}
        yield Advice("campaign_place", "tags", Level.DONE if place.recorded else Level.LOOK, values)
    if facts.pauses:
        return
    word = next(filter(None, (said.pause_word(Text(words)) for words in facts.texts.values())), "")
    if word:
        # Words alone: "unpaused" or a pause that is over must not be refused. Without the tag all is well.
        yield from (Advice("pause_words", "tags", values={"word": word, "tag": tag}) for tag in facts.ruled)
        return
    yield from (Advice("campaign_untagged", "tags", values={"tag": tag}) for tag in facts.lacks)
    yield from (_done("campaign_tag", "tags", tag=tag) for tag in facts.carries)
