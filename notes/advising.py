"""Gathering what advice is given on: a saved note, what is typed into its form, and what stands around either.

The advice itself is `notes.advice`, which knows no rows.
"""

import datetime as dt
from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Min, Q
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from customers.models import Customer, Entitlement, StatusPeriod, StatusReason
from customers.status import L1
from notes import hashtags, policy, summaries
from notes.advice import UNRESPONSIVE, Advice, Facts, Level, Place, advise
from notes.campaigns import Campaigns, places_due
from notes.forms.fields import Prose
from notes.models import Campaign, Note, NoteTag
from notes.pasting import workloads_in
from notes.types import NoteType
from notes.upkeep import start_of

if TYPE_CHECKING:
    from notes.forms import NoteForm


def of_note(note: Note) -> Facts:
    """What a saved note says by itself. No query where its customer and its `l2` were read with it."""
    reason = note.l2
    return Facts(
        note_type=note.note_type,
        texts={"body": note.body, **{name: str(value) for name, value in note.sections.items()}},
        is_exec_summary=note.is_exec_summary,
        l1=note.l1,
        l2=reason.slug if reason else "",
        names=_names(reason),
        managed=note.customer.managed,
        pace=note.pace,
        tech_status=note.tech_status,
        engagement=note.engagement,
        rag=note.rag,
        concern_kind=note.tech_concern_kind,
        insight_id=note.tech_insight_id,
        next_action=note.next_action,
        next_action_date=note.next_action_date.isoformat() if note.next_action_date else "",
        next_action_owner=note.next_action_owner,
    )


def of_form(form: "NoteForm") -> Facts:
    """What stands in a note form by itself, valid or not, handed in or shown first. No query."""
    kind = form.kind or ""

    def typed(name: str) -> str:
        return str(form[name].value() or "") if name in form.fields else ""

    summary = kind != NoteType.OVERALL_STATUS or bool(form["is_exec_summary"].value())
    sections = {section.field for section in form.sections}
    texts = {
        name: typed(name)
        for name, field in form.fields.items()
        if name not in ("paste", "rewrite_reason") and isinstance(field, Prose) and (summary or name not in sections)
    }
    saved: Note = form.instance
    reason = saved.l2 if not form.adding else _chosen_reason(form)
    workload = form.chosen_entitlement.workload if form.chosen_entitlement else None
    return Facts(
        note_type=kind,
        texts=texts,
        is_exec_summary=kind == NoteType.OVERALL_STATUS and summary,
        l1=typed("l1") or saved.l1,
        l2=reason.slug if reason else "",
        names=(*_names(reason), *((workload.code, workload.name) if workload else ())),
        managed=bool(form.chosen_customer and form.chosen_customer.managed),
        pace=typed("pace"),
        tech_status=typed("tech_status"),
        engagement=typed("exec_engagement") if summary else "",
        rag=typed("ent_rag"),
        concern_kind=typed("tech_concern_kind"),
        insight_id=typed("tech_insight_id"),
        next_action=typed("next_action"),
        next_action_date=typed("next_action_date"),
        next_action_owner=typed("next_action_owner"),
        risks_raised=bool(not form.adding and saved.sections.get("risks")),
    )


def _names(reason: StatusReason | None) -> tuple[str, ...]:
    """What people may call a status once more: any L1 or the reason chosen, in either language."""
    return (reason.name, reason.name_zh) if reason else ()


def _chosen_reason(form: "NoteForm") -> StatusReason | None:
    if "l2" not in form.fields:
        return None
    rows: dict[str, StatusReason] = dict(form.fields["l2"].choices)  # type: ignore[attr-defined]
    return rows.get(str(form["l2"].value() or ""))


# --- What stands around it --------------------------------------------------------------------------------------------


def around_form(facts: Facts, form: "NoteForm") -> Facts:
    """`facts` of a form with what its customer, its campaigns and the writer's role add. A fixed number of queries."""
    customer = form.chosen_customer
    if customer is None or form.kind is None:
        return facts
    saved = None if form.adding else form.instance
    if saved is not None:
        role = saved.author_role
    else:
        role = str(form["written_as"].value() or "") if len(form.roles) > 1 else "".join(form.roles)
    written = [*facts.texts.values(), facts.next_action, facts.insight_id]
    names = hashtags.split_field(str(form["tags"].value() or "") if "tags" in form.fields else "")[0]
    names += [name for words in written for name in hashtags.find(words)]
    last = _summary_before(facts, saved, form.user) if saved else form.last_summary if facts.is_exec_summary else None
    here = _Here(form.user, customer, form.chosen_entitlement, saved, form.campaigns, last)
    return _around(facts, here, names, role)


def around_note(facts: Facts, note: Note, reader: User) -> Facts:
    """`facts` of a saved note with what stands around it. A fixed number of queries."""
    names = list(note.note_tags.order_by("pk").values_list("tag__name", flat=True))
    last = _summary_before(facts, note, reader)
    here = _Here(reader, note.customer, note.entitlement, note, Campaigns.with_rules(), last)
    return _around(facts, here, names, note.author_role)


class _Here(NamedTuple):
    """Where the note stands, for whom the advice is; `last` is the customer's executive summary before a summary."""

    reader: User
    customer: Customer
    entitlement: Entitlement | None
    saved: Note | None
    campaigns: Campaigns
    last: Note | None


def _around(facts: Facts, here: _Here, names: list[str], role: str) -> Facts:
    reader, saved = here.reader, here.saved
    day = timezone.localdate(saved.created_at if saved else None)
    running = here.campaigns.running(day)
    carried = set(here.campaigns.resolve(names))
    seen = _tagged(reader, here.customer, running)
    before = {tag for (tag, _kind, _role), first in seen.items() if saved is None or first < saved.created_at}
    carries = [campaign for campaign in running if campaign.hashtag in carried]
    kind = NoteType(facts.note_type)
    places = [
        Place(
            str(campaign),
            str(Role(role).value),
            tuple(kind.value for kind in types if policy.may_write(reader, kind)),
            recorded=any((campaign.hashtag, kind.value, role) in seen for kind in types),
        )
        for campaign, types in (places_due(carries, role, kind, day) if role in Role.values else [])
    ]
    places.sort(key=lambda place: place.tag)
    return replace(
        facts,
        carries=tuple(str(campaign) for campaign in carries),
        ruled=tuple(str(campaign) for campaign in carries if campaign.pause_rule),
        lacks=tuple(str(one) for one in running if one.hashtag in before and one.hashtag not in carried),
        places=tuple(place for place in places if place.types),
        same_at=_same_at(facts, here),
        unlined=_unlined(facts, here),
    )


def _tagged(reader: User, customer: Customer, running: Iterable[Campaign]) -> dict[tuple[str, str, str], dt.datetime]:
    """(hashtag, note type, role) of the customer's live notes with a running campaign's tag, written since it began,
    with the time of the first of each.
    """
    wanted = Q(pk=None)
    for campaign in running:
        wanted |= Q(tag__name=campaign.hashtag, created_at__gte=start_of(campaign.starts))
    notes = Note.objects.visible_to(reader).live().filter(customer=customer)
    rows = NoteTag.objects.filter(wanted, content_object__in=notes).order_by()
    kinds = ("tag__name", "content_object__note_type", "content_object__author_role")
    return {(tag, kind, role): first for tag, kind, role, first in rows.values_list(*kinds).annotate(Min("created_at"))}


def _same_at(facts: Facts, here: _Here) -> tuple[str, ...]:
    """Codes of the customer's other workloads whose status in force was given in the same words."""
    if facts.note_type != NoteType.ENTITLEMENT_STATUS or facts.l2 == UNRESPONSIVE or here.entitlement is None:
        return ()
    # Compared here, not in the database: a customer has few entitlements, and what is typed is no safe parameter.
    in_force = (
        Note.objects.visible_to(here.reader)
        .live()
        .filter(customer=here.customer, period__isnull=False, period__valid_to=None)
        .exclude(entitlement__workload=here.entitlement.workload_id)
        .order_by("entitlement__workload__position")
        .values_list("entitlement__workload__code", "body")
    )
    typed = _plain(facts.texts.get("body", ""))
    return tuple(dict.fromkeys(code for code, body in in_force if typed and _plain(body) == typed))


def _plain(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".。")


def _summary_before(facts: Facts, note: Note, reader: User) -> Note | None:
    """The customer's executive summary before `note`, where that is one."""
    return summaries.last_summary(note.customer, reader, before=note.created_at) if facts.is_exec_summary else None


def _unlined(facts: Facts, here: _Here) -> tuple[str, ...]:
    """Codes of workloads whose status changed since the customer's last summary and that this one has no line for."""
    if here.last is None:
        return ()
    changed = StatusPeriod.objects.filter(
        entitlement__customer=here.customer, valid_from__gt=here.last.created_at, valid_to=None
    )
    codes = (
        changed.exclude(l1=L1.DUPLICATE_INVALID)
        .order_by("entitlement__workload__position")
        .values_list("entitlement__workload__code", flat=True)
    )
    lined = set(workloads_in(facts.texts.get("exec_workloads", "")))
    return tuple(dict.fromkeys(code for code in codes if code not in lined))


# --- The quality mark -------------------------------------------------------------------------------------------------


def hints(note: Note, reader: User) -> list[Advice]:
    """What a list's row says could be worded better, by the note's own words alone; empty for whom it is no business.

    Its author sees it, and who writes no notes but answers for them: managers, leadership, a programme administrator.
    """
    if note.type.retired or note.withdrawn_at is not None:
        return []
    if note.author_id != reader.pk and policy.writable_types(reader) and not reader.is_superuser:
        return []
    return [piece for piece in advise(of_note(note)) if piece.level == Level.LOOK]
