"""Drafts: what somebody was typing into a note form, found again on the form and at home (docs/rules/drafts.md).

A draft is theirs alone. One window holds it at a time: what another window of the same draft has typed goes to a draft
of its own, so that neither writes over the other. A window is known by the `submission` that came with its form.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

from django.core import signing
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from accounts import submissions
from accounts.models import Submission, User
from accounts.scoped_admin import is_id
from customers.models import Customer, Entitlement
from notes import playbook, policy
from notes.forms.note import NoteForm
from notes.forms.split import SplitForm
from notes.models import Note, NoteDraft
from notes.models.draft import NoteDraftQuerySet
from notes.types import LIVE

MOST = 100  # a person; beyond them the one untouched longest goes
KEPT_DAYS = 30
SIZE_LIMIT = 200_000  # characters of one draft: more than all texts of a note together
VALUES_LIMIT = 50  # of one field
SALT = "notes.drafts"
SEALED_SECONDS = 7 * 24 * 60 * 60

SECTIONS = {section.field: section for template in playbook.TEMPLATES.values() for section in template.sections}
# What belongs to the page rather than to the note.
OF_PAGE = ("rewrites", submissions.FIELD, "draft_turn")
FIELDS = frozenset([*NoteForm.base_fields, *SECTIONS, *SplitForm.base_fields, *OF_PAGE])
PLACE = ("customer", "note_type", "entitlement", "request")
NOT_WORDS = frozenset([*PLACE, "version", "l1", "l2", "l3", "written_as", *OF_PAGE])


class TooLarge(Exception):
    """More than a draft may hold; nothing was kept of it."""


# --- Finding ----------------------------------------------------------------------------------------------------------


def waiting(user: User) -> NoteDraftQuerySet:
    """The drafts that `user` can go on with, newest first: their own alone, on customers they still see."""
    seen = Customer.objects.visible_to(user)
    return NoteDraft.objects.of(user).filter(customer__in=seen).select_related("customer", "entitlement__workload")


def stranded(user: User) -> NoteDraftQuerySet:
    """Their drafts on no customer, or on one they no longer see: to be read by their author, without its name."""
    return NoteDraft.objects.of(user).exclude(customer__in=Customer.objects.visible_to(user))


def of_key(user: User, key: str | None) -> NoteDraft | None:
    """The draft of that key, if it is theirs."""
    wanted = submissions.uuid_of(key)
    return NoteDraft.objects.of(user).filter(key=wanted).first() if wanted else None


def at_place(user: User, given: QueryDict | None, note: Note | None = None) -> list[NoteDraft]:
    """Their drafts for one place, newest first: a note that is changed, or the form that an address opens."""
    rows = NoteDraft.objects.of(user)
    if note is not None:
        return list(rows.filter(note=note))
    assert given is not None
    place = {name: given.get(name, "") for name in ("customer", "entitlement", "rewrites")}
    kind = given.get("note_type", "")
    if not all(is_id(key) for key in place.values() if key) or not place["customer"] or kind not in ("", *LIVE):
        return []
    if kind != "entitlement_status":
        place["entitlement"] = ""
    ids = {name: key or None for name, key in place.items()}
    return list(rows.filter(note=None, note_type=kind, **ids))


def address(draft: NoteDraft) -> str:
    """Where the form stands that shows this draft."""
    if draft.note_id is not None:
        return f"{reverse('admin:notes_note_change', args=[draft.note_id])}?{urlencode({'draft': draft.key})}"
    return f"{reverse('admin:notes_note_add')}?{urlencode({'draft': draft.key})}"


def place_of(draft: NoteDraft) -> dict[str, str]:
    """The place of a draft of a new note, as an address says it."""
    ids = {"customer": draft.customer_id, "entitlement": draft.entitlement_id, "rewrites": draft.rewrites_id}
    return {"note_type": draft.note_type, **{name: str(key) for name, key in ids.items() if key is not None}}


def as_posted(draft: NoteDraft) -> QueryDict:
    """What was typed, as the browser sent it."""
    given = QueryDict(mutable=True)
    for name, values in draft.data.items():
        if name in FIELDS and isinstance(values, list):
            given.setlist(name, [str(value) for value in values])
    return given


def words(draft: NoteDraft) -> Iterator[tuple[Any, str]]:
    """Label and text of everything that was typed in words, in the form's order."""
    labels = {name: field.label for name, field in (*NoteForm.base_fields.items(), *SplitForm.base_fields.items())}
    for name in [*NoteForm.base_fields, *SECTIONS, *SplitForm.base_fields]:
        section = SECTIONS.get(name)
        if name in NOT_WORDS or (section is not None and section.choices):
            continue
        text = "\n".join(str(value) for value in draft.data.get(name, [])).strip()
        is_choice = name in ("workloads", "split_workloads", "is_exec_summary", "pace", "split_pace", "split_status")
        if text and not is_choice:
            yield (section.label if section is not None else labels[name]), text


# --- Keeping ----------------------------------------------------------------------------------------------------------


def keep(user: User, given: QueryDict) -> NoteDraft | None:
    """Keep a note form as it was posted, under its key (`draft`) or, where another window holds that, under a further
    one; None where its words stand in the note already that this very form saved.

    Raises TooLarge.
    """
    data = _data(given)
    key = submissions.uuid_of(given.get("draft")) or uuid.uuid4()
    for candidate in (key, branch(user.pk, key, data), uuid.uuid4()):
        with transaction.atomic():
            draft = NoteDraft.objects.select_for_update().filter(key=candidate).first()
            if draft is None and _is_said(user, given, data):
                return None
            try:
                with transaction.atomic():
                    kept = _keep_as(user, candidate, draft, given, data)
            except IntegrityError:  # made by somebody at this moment
                draft = NoteDraft.objects.select_for_update().filter(key=candidate).first()
                kept = _keep_as(user, candidate, draft, given, data) if draft is not None else None
        if kept is not None:
            return kept
    return None


def branch(user_id: int, key: uuid.UUID, data: dict[str, list[str]]) -> uuid.UUID:
    """The key of what a window typed into a draft that another window holds: the same each time."""
    window = _window(data)
    return uuid.uuid5(key, f"{user_id} {window}") if window else uuid.uuid4()


def _window(data: dict[str, Any]) -> str:
    return str(submissions.uuid_of((data.get(submissions.FIELD) or [""])[0]) or "")


def _number(values: list[str]) -> int:
    return int(values[0]) if values and is_id(values[0]) and len(values[0]) < 10 else 0


def _data(given: QueryDict) -> dict[str, list[str]]:
    data = {
        name: [value.replace("\x00", "") for value in values[:VALUES_LIMIT]]
        for name, values in given.lists()
        if name in FIELDS and any(values)
    }
    if given.get("_fields") in LIVE and not given.get("draft_note"):
        data["note_type"] = [given.get("_fields", "")]
    if sum(len(value) for values in data.values() for value in values) > SIZE_LIMIT:
        raise TooLarge
    return data


def _keep_as(
    user: User, key: uuid.UUID, draft: NoteDraft | None, given: QueryDict, data: dict[str, list[str]]
) -> NoteDraft | None:
    """Keep it under this key; None where that is another's, or held by another window."""
    place = _place(user, given, data, draft)
    if draft is None:
        made = NoteDraft.objects.create(user=user, key=key, data=data, **place)
        surplus = list(NoteDraft.objects.of(user).values_list("pk", flat=True)[MOST:])
        NoteDraft.objects.filter(pk__in=surplus).delete()
        return made
    if draft.user_id != user.pk:
        return None
    mine = _window(data) != "" and _window(data) == _window(draft.data)
    if not mine and draft.revision != _number(given.getlist("draft_revision")):
        return None
    if mine and _number(data.get("draft_turn", [])) < _number(draft.data.get("draft_turn", [])):
        return draft  # overtaken on its way by what the same window typed later
    for name, value in {**place, "data": data, "updated_at": timezone.now()}.items():
        setattr(draft, name, value)
    draft.revision += 1
    draft.save()
    return draft


def _place(user: User, given: QueryDict, data: dict[str, list[str]], draft: NoteDraft | None) -> dict[str, Any]:
    """What the draft is for, as far as its author may know of it; what they lost sight of stays as it was."""

    def row_id(rows: Any, name: str, column: str) -> int | None:
        key, before = given.get(name, ""), getattr(draft, column) if draft is not None else None
        if not is_id(key):
            return None
        if before is not None and int(key) == before:
            return int(before)
        return rows.filter(pk=key).values_list("pk", flat=True).first()  # type: ignore[no-any-return]

    seen = Note.objects.visible_to(user)
    note_id = row_id(seen, "draft_note", "note_id")
    note = Note.objects.filter(pk=note_id).first() if note_id is not None else None
    if note is not None and (draft is None or draft.note_id != note.pk) and not policy.would_change(user, note):
        note = None
    if note is not None:
        about = {"customer_id": note.customer_id, "note_type": note.note_type, "entitlement_id": note.entitlement_id}
        return {**about, "note_id": note.pk, "rewrites_id": None}
    kind = (data.get("note_type") or [""])[0]
    customer = row_id(Customer.objects.visible_to(user), "customer", "customer_id")
    of_customer = Entitlement.objects.visible_to(user).filter(customer=customer)
    status = kind == "entitlement_status"
    return {
        "customer_id": customer,
        "note_type": kind if kind in LIVE else "",
        "entitlement_id": row_id(of_customer, "entitlement", "entitlement_id") if status else None,
        "note_id": None,
        "rewrites_id": row_id(seen, "rewrites", "rewrites_id"),
    }


def _squashed(text: str) -> str:
    return re.sub(r"[#＃\s]+", "", text)


def _is_said(user: User, given: QueryDict, data: dict[str, list[str]]) -> bool:
    """Whether this very form has saved its note, and says no more than that: it came in after it was saved."""
    window, note_id = submissions.uuid_of(_window(data)), given.get("draft_note", "")
    if window is None:
        return False
    place = reverse("admin:notes_note_change", args=[note_id]) if is_id(note_id) else reverse("admin:notes_note_add")
    token = submissions.HandedIn(user, window, place).once
    saved = Submission.objects.filter(user=user, token=token).values_list("object_id", flat=True).first()
    note = Note.objects.filter(pk=saved).first() if saved else None
    if note is None:
        return False
    stands = _squashed("".join(note.words))
    typed = (name for name in data if name in SECTIONS or name in ("body", "next_action"))
    return all(_squashed(value) in stands for name in typed for value in data[name])


def done(user: User, given: QueryDict) -> None:
    """The note is saved: forget the draft it was, unless another window has typed on in it."""
    key = submissions.uuid_of(given.get("draft"))
    if key is None:
        return
    data = {submissions.FIELD: given.getlist(submissions.FIELD)}
    for draft in NoteDraft.objects.of(user).filter(key__in=[key, branch(user.pk, key, data)]).select_for_update():
        mine = _window(data) != "" and _window(data) == _window(draft.data)
        if mine or draft.revision == _number(given.getlist("draft_revision")):
            draft.delete()


def purge(now: dt.datetime | None = None) -> int:
    """Forget the drafts that nobody touched for 30 days; how many those were."""
    before = (now or timezone.now()) - dt.timedelta(days=KEPT_DAYS)
    return NoteDraft.objects.filter(updated_at__lt=before).delete()[0]


# --- Keeping without a session ----------------------------------------------------------------------------------------


def seal(user: User, key: uuid.UUID | str) -> str:
    """What a page carries so that its words can still be kept for `user` once the session is over: it lets write this
    one draft, read nothing, for 7 days.
    """
    return signing.dumps([user.pk, str(key)], salt=SALT)


def unseal(given: QueryDict) -> User | None:
    """For whom a posted form is to be kept by its seal (`draft_keeper`), who may have left since (`may_keep`); None
    without a seal, and where it is forged, too old or of another draft.
    """
    try:
        user_id, sealed = signing.loads(given.get("draft_keeper", ""), salt=SALT, max_age=SEALED_SECONDS)
    except signing.BadSignature:
        return None
    key, own = submissions.uuid_of(given.get("draft")), uuid.UUID(sealed)
    window = {submissions.FIELD: given.getlist(submissions.FIELD)}
    if key not in (own, branch(user_id, own, window)):
        return None
    return User.objects.filter(pk=user_id).first()


def may_keep(user: User, given: QueryDict) -> bool:
    """Whether drafts are kept for them: who may write notes, and whose draft this is already."""
    if not (user.is_active and user.is_staff):
        return False
    return bool(policy.writable_types(user)) or of_key(user, given.get("draft")) is not None
