"""Splitting a note that the pause rule refused: one workload may pause while another accelerates (domain.md §7)."""

from collections.abc import Collection

from django.db import transaction

from customers.models import Workload
from notes import hashtags, policy, writing
from notes.models import Note
from notes.playbook import TechnicalStatus
from notes.types import PAUSES, NoteType

# Where a note of the type says what happened; of the others it is the text.
GIST = {NoteType.TECHNICAL_ENABLEMENT: "tech_summary", NoteType.ENTERPRISE_STATUS: "ent_summary"}


def may_split(draft: writing.Draft) -> bool:
    """Whether a refused note can be split: it names several workloads, and is no summary of the whole engagement."""
    return bool(draft.refused_by) and len(draft.workloads) > 1 and not draft.note.is_exec_summary


def gist(draft: writing.Draft) -> str:
    """The words that the pausing part begins with: what the note says, without the refusing campaigns' hash signs."""
    field = GIST.get(draft.kind, "")
    words = str(draft.note.sections.get(field, "")) if field else draft.note.body
    return hashtags.untag(words, draft.refused_names)


def split(
    draft: writing.Draft, *, pausing: Collection[Workload], words: str, pace: str, tech_status: str
) -> tuple[writing.Draft, writing.Draft]:
    """A refused draft as two: the workloads that go on, and those that pause.

    What goes on is the draft itself, with its tags, risks and next action; where it paused it has `pace` and where it
    was Paused `tech_status`. What pauses is a new note beside it, of the same sections, `words` for its gist, untagged.
    """
    note = draft.note
    other = Note(
        customer=note.customer,
        note_type=note.note_type,
        body="" if draft.kind in GIST else words,
        sections=dict(note.sections),
        pace=note.pace,
        tech_status=note.tech_status,
        tech_concern_kind=note.tech_concern_kind,
        tech_insight_id=note.tech_insight_id,
        ent_reason=note.ent_reason,
        rag=note.rag,
        next_update=note.next_update,
    )
    other.sections.pop(writing.RISKS_SECTION, None)
    if draft.kind in GIST:
        other.sections[GIST[draft.kind]] = words
    rest = writing.Draft(
        note=other,
        by=draft.by,
        workloads=[workload for workload in draft.workloads if workload in pausing],
        tags=draft.tags,
        written_as=draft.written_as or _role(draft),
        campaigns=draft.campaigns,
    )
    rest.untag(draft.refused_names)
    draft.workloads = [workload for workload in draft.workloads if workload not in pausing]
    if note.pace in PAUSES:
        note.pace = pace
    if note.tech_status == TechnicalStatus.PAUSED:
        note.tech_status = tech_status
    return draft, rest


def _role(draft: writing.Draft) -> str:
    """The role of the new part: the note's own, while its author writes the type as several."""
    roles = policy.writing_roles(draft.by, draft.kind)
    return draft.note.author_role if len(roles) > 1 and draft.note.author_role in roles else ""


@transaction.atomic
def save(draft: writing.Draft, rest: writing.Draft) -> tuple[Note, Note]:
    """Save both parts, or neither. Raises as `writing.save` does."""
    return writing.save(draft), writing.save(rest)
