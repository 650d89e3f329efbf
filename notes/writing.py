"""Writing a note: the rules over more than its own row, and the one transaction that saves it with all it moves.

Every door (form, import, command) builds a `Draft`, asks `check`, and calls `save`.
"""

from collections.abc import Collection
from dataclasses import dataclass, field

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers import status
from customers.models import Customer, Entitlement, StatusReason, Workload
from customers.status import Errors
from notes import campaigns, hashtags, placing, policy, summaries
from notes.campaigns import Campaigns
from notes.models import Campaign, Note, NoteTag, NoteWorkload, Risk, SummaryRequest, Tag
from notes.risks import read_box
from notes.types import NoteType

RISKS_SECTION = "risks"
MOST_HASHTAGS = 100


class Conflict(Exception):
    """Somebody saved the record after it was opened; nothing was written."""


@dataclass
class Draft:
    """A note as somebody hands it in: the note with its own columns set, and what stands beside it.

    `tags` is the text of the tag field, `risks` that of the Risks box, which adds to the risks raised before; `asked`
    is the request that an Executive Summary is written for.
    """

    note: Note
    by: User
    workloads: list[Workload] = field(default_factory=list)
    tags: str = ""
    risks: str = ""
    written_as: str = ""
    asked: SummaryRequest | None = None
    campaigns: Campaigns = field(default_factory=Campaigns.load)

    @property
    def kind(self) -> NoteType:
        """The note's type."""
        return self.note.type

    @property
    def field_names(self) -> list[str]:
        """The hashtags in the tag field, aliases resolved."""
        return self.campaigns.resolve(hashtags.split_field(self.tags)[0])

    @property
    def names(self) -> list[str]:
        """Every hashtag of the note: of the field, the text, each section and the Risks box (domain.md §7)."""
        written = [name for words in (*self.note.words, self.risks) for name in hashtags.find(words)]
        return list(dict.fromkeys([*self.field_names, *self.campaigns.resolve(written)]))

    @property
    def refused_by(self) -> list[Campaign]:
        """The campaigns whose pause rule this note breaks."""
        if not self.note.pauses:
            return []
        return self.campaigns.refusing(self.names, timezone.localdate(self.note.created_at))

    @property
    def refused_names(self) -> set[str]:
        """Every name that those campaigns go by."""
        return {name for campaign in self.refused_by for name in campaign.names}

    def untag(self, names: Collection[str]) -> None:
        """Take hashtags out: the `#` is dropped from the text, the word stays (domain.md §7)."""
        for column in ("body", "tech_insight_id", "next_action"):
            setattr(self.note, column, hashtags.untag(getattr(self.note, column), names))
        self.note.sections = {key: hashtags.untag(str(text), names) for key, text in self.note.sections.items()}
        self.risks = hashtags.untag(self.risks, names)
        self.tags = " ".join(name for name in hashtags.split_field(self.tags)[0] if name not in names)


def check(draft: Draft) -> Errors:
    """What is wrong with a draft beyond `Note.clean`, by form field ("__all__" for the pause rule); empty when nothing.

    Raises PermissionDenied where the writer may not write the type or change the note at all.
    """
    note = draft.note
    errors: Errors = {}
    if note._state.adding:
        _check_writer(draft, errors)
    elif not policy.may_change(draft.by, note):
        raise PermissionDenied
    if draft.kind == NoteType.TECHNICAL_ENABLEMENT and not draft.workloads:
        errors["workloads"] = ValidationError(_("Name at least one workload."), code="required")
    strangers = hashtags.split_field(draft.tags)[1]
    if strangers:
        errors["tags"] = ValidationError(_("“%s” is not a hashtag.") % strangers[0], code="invalid")
    elif len(draft.names) > MOST_HASHTAGS:
        message = _("A note carries at most %d hashtags.") % MOST_HASHTAGS
        errors["tags"] = ValidationError(message, code="max_length")
    try:
        read_box(draft.risks)
    except ValidationError as error:
        errors["risks"] = error
    if draft.kind == NoteType.ENTITLEMENT_STATUS and note._state.adding and note.entitlement:
        errors |= _check_status(note, note.entitlement)
    refusing = draft.refused_by
    if refusing:
        errors["__all__"] = _pause_error(refusing)
    return errors


def _pause_error(refusing: list[Campaign]) -> ValidationError:
    message = _("A customer that pauses gets no %(tag)s.") % {"tag": ", ".join(str(one) for one in refusing)}
    return ValidationError(message, code="campaign_pause")


def _check_writer(draft: Draft, errors: Errors) -> None:
    note, by = draft.note, draft.by
    if note.type.retired:
        errors["note_type"] = ValidationError(_("This note type is retired; it can only be read."), code="retired")
        return
    if not policy.may_write(by, note.type):
        raise PermissionDenied
    roles = policy.writing_roles(by, note.type)
    if draft.written_as and draft.written_as not in roles:
        errors["written_as"] = ValidationError(_("You do not write this type as “%s”.") % draft.written_as, "invalid")
    elif len(roles) > 1 and not draft.written_as:
        errors["written_as"] = ValidationError(_("Several of your roles write this type. Choose one."), "required")
    if note.type == NoteType.ENTERPRISE_STATUS:
        refused = policy.enterprise_error(by, note.customer)
        if refused:
            errors["customer"] = refused


def _new_state(note: Note, entitlement: Entitlement) -> status.State:
    old = entitlement.state
    return status.after(
        old,
        status.State(
            l1=note.l1,
            l2=note.l2.slug if note.l2 else "",
            l3=note.l3.slug if note.l3 else "",
            target_date=note.target_date,
            unblock_date=note.unblock_date,
            engagement_start_date=old.engagement_start_date,
        ),
    )


def _check_status(note: Note, entitlement: Entitlement) -> Errors:
    new, old = _new_state(note, entitlement), entitlement.state
    return status.validate(new, StatusReason.tree(), old=old, blocked_from=entitlement.blocked_from)


@transaction.atomic
def save(draft: Draft, *, version: int | None = None) -> Note:
    """Save a checked draft with its hashtags, workloads and risks; an Entitlement Status note moves the status too.

    `version` is the one the writer opened; raises Conflict when the note moved on, ValidationError (by field) when the
    entitlement's status did so that the move is no longer legal.
    """
    note, now = draft.note, timezone.now()
    adding = note._state.adding
    stood = not adding and Note.objects.filter(pk=note.pk, is_exec_summary=True).exists()
    if adding:
        roles = policy.writing_roles(draft.by, note.type)
        # Where the customer is by now, not when the form was read; a customer that moves waits for the note.
        note.customer = Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=note.customer_id)
        note.author = draft.by
        note.author_role = draft.written_as or (roles[0].value if len(roles) == 1 else "")
        note.region_id, note.partner_id = note.customer.region_id, note.customer.partner_id
        if note.type == NoteType.ENTITLEMENT_STATUS:
            _move_status(note, draft.by)
    else:
        if stood or note.is_exec_summary:
            summaries.hold(note.customer_id)
        claimed = Note.objects.filter(pk=note.pk, version=note.version if version is None else version)
        if not claimed.update(version=(note.version if version is None else version) + 1):
            raise Conflict
        note.version = (note.version if version is None else version) + 1
        note.refresh_from_db(fields=["region", "partner"])
        _follow_action(note)
    if draft.risks.strip():
        before = note.sections.get(RISKS_SECTION, "")
        note.sections[RISKS_SECTION] = f"{before}\n{draft.risks}".strip()
    person = User.objects.visible_to(draft.by).filter(username=note.next_action_owner.strip())
    note.next_action_person = person.first() if note.next_action_owner.strip() else None
    note.updated_at = now
    note.text = note.compose()
    note.save()
    _set_workloads(note, draft.workloads)
    _follow_campaigns(draft)
    _set_tags(note, draft)
    _raise_risks(note, draft)
    if note.is_exec_summary and not stood:
        summaries.answer(note, at=note.created_at if adding else now, named=draft.asked)
    elif stood and not note.is_exec_summary:
        summaries.release(note)
    return note


def _follow_action(note: Note) -> None:
    """Keep the mark that the next action is done, which may have come since the note was read, as long as the same is
    to be done by the same day; another action, or another day for it, is open again.
    """
    columns = ("next_action", "next_action_date", "next_action_done_at")
    action, day, done = Note.objects.values_list(*columns).get(pk=note.pk)
    same = (note.next_action, note.next_action_date) == (action, day)
    note.next_action_done_at = done if same else None


def _move_status(note: Note, by: User) -> None:
    assert note.entitlement is not None
    # Locked bare, then read: over a join PostgreSQL would pair the locked row with the reasons it had before.
    list(Entitlement.objects.select_for_update().filter(pk=note.entitlement.pk).order_by().values_list("pk"))
    entitlement = Entitlement.objects.select_related("customer", "workload", "l2", "l3").get(pk=note.entitlement.pk)
    errors = _check_status(note, entitlement)
    if errors:
        raise ValidationError(errors)
    new = _new_state(note, entitlement)
    note.entitlement = entitlement
    note.from_l1, note.from_l2, note.from_l3 = entitlement.l1, entitlement.l2, entitlement.l3
    note.period = entitlement.move(new, by=by, at=note.created_at)
    note.target_date, note.unblock_date = new.target_date, new.unblock_date


def _set_workloads(note: Note, workloads: list[Workload]) -> None:
    wanted = {workload.pk for workload in workloads}
    standing = {row.workload_id: row for row in note.note_workloads.all()}
    for pk, row in standing.items():
        if pk not in wanted:
            row.delete()
    for pk in sorted(wanted - standing.keys()):
        NoteWorkload.objects.create(note=note, workload_id=pk, **placing.of(note))


def tags_by_name(names: list[str]) -> list[Tag]:
    """The tag rows of normalised names, made where there are none, in the order of `names`."""
    found = {tag.name: tag for tag in Tag.objects.filter(name__in=names)}
    # Made in one order by all, so that two who make the same ones do not wait for each other.
    found |= {name: Tag.objects.get_or_create(name=name)[0] for name in sorted(set(names) - found.keys())}
    return [found[name] for name in names]


def _set_tags(note: Note, draft: Draft) -> None:
    in_field, names = set(draft.field_names), draft.names
    standing = {row.tag.name: row for row in note.note_tags.select_related("tag")}
    for name, row in standing.items():
        if name not in names:
            row.delete()
        elif row.in_field != (name in in_field):
            row.in_field = name in in_field
            row.save(update_fields=["in_field"])
    for tag in tags_by_name([name for name in names if name not in standing]):
        NoteTag.objects.create(tag=tag, content_object=note, in_field=tag.name in in_field, **placing.of(note))


def _follow_campaigns(draft: Draft) -> None:
    """Read the campaigns once more: one may have a new alias, or a new pause rule, since the draft was checked."""
    refused = draft.refused_by
    campaigns.stand_by()
    draft.campaigns = Campaigns.load()
    newly = [campaign for campaign in draft.refused_by if campaign not in refused]
    if newly:
        raise ValidationError({"__all__": _pause_error(newly)})


def _raise_risks(note: Note, draft: Draft) -> None:
    workload = draft.workloads[0] if len(draft.workloads) == 1 else None
    for raised in read_box(draft.risks):
        Risk.objects.create(
            customer=note.customer,
            note=note,
            workload=workload,
            title=raised.title,
            severity=raised.severity,
            owner=draft.by,
            raised_by=draft.by,
            raised_at=timezone.now(),
            region_id=note.region_id,
            partner_id=note.partner_id,
        )


@transaction.atomic
def withdraw(note: Note, *, by: User, reason: str, rewritten_as: Note | None = None) -> None:
    """Take a note out of every list, count, CSV and feed; it keeps who withdrew it, when and why, and the note it was
    rewritten as (domain.md §8).

    Raises PermissionDenied where `by` may not, Conflict where somebody has withdrawn it, ValidationError without a
    reason or while the note gives an entitlement its status.
    """
    summaries.hold(note.customer_id)
    list(Note.objects.select_for_update().filter(pk=note.pk).values_list("pk"))
    note = Note.objects.select_related("period", "customer").get(pk=note.pk)
    if not policy.withdraws(by, note):
        raise PermissionDenied
    if note.withdrawn_at is not None:
        raise Conflict
    if not reason.strip():
        raise ValidationError({"reason": ValidationError(_("Say why it is withdrawn."), code="required")})
    refused = policy.withdraw_error(note)
    if refused:
        raise ValidationError({"reason": refused})
    note.withdrawn_at, note.withdrawn_by, note.withdrawn_reason = timezone.now(), by, reason.strip()
    note.rewritten_as = rewritten_as
    note.version += 1
    note.save()
    placing.follow_note(note)
    summaries.release(note, rewritten_as=rewritten_as)
