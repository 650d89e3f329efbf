"""What comes before the note form and between two of its showings: choosing whom and what, pasting, another type."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from accounts.models import User
from accounts.scoped_admin import is_id
from customers.models import Customer, Entitlement
from notes import playbook, policy, rewriting
from notes.admin import note_start
from notes.admin.note_paste import lay_out
from notes.forms.note import NoteForm, refuse_type
from notes.models import Note
from notes.types import LIVE, NEXT_ACTION_FIELDS, NoteType

# The submits that ask for the form again, with nothing saved.
REFILLS = ("_paste", "_fields")
MOST_FOUND = 20
# What people type as prose, in any type's form.
PROSE = (
    *(
        section.field
        for template in playbook.TEMPLATES.values()
        for section in template.sections
        if not section.choices
    ),
    "risks",
)


def customer_of(given: QueryDict, user: User) -> Customer | None:
    """The customer that an address names, as far as the writer may know of it."""
    key = given.get("customer", "")
    rows = Customer.objects.visible_to(user).select_related("region", "partner")
    return rows.filter(pk=key).first() if is_id(key) else None


def missing(given: QueryDict, user: User, customer: Customer | None) -> dict[str, Any] | None:
    """What the page before the form shows, while its `customer_of`, type or entitlement is not known; None once all
    are.
    """
    errors = []
    kind = given.get("note_type", "")
    if given.get("customer") and customer is None:
        errors.append(gettext("Select a valid choice. That choice is not one of the available choices."))
    if kind and kind not in LIVE:
        errors.append(wrong_type(kind))
    entitlements: Any = []
    if customer is not None and kind in LIVE:
        if kind != NoteType.ENTITLEMENT_STATUS:
            return None
        chosen = given.get("entitlement", "")
        rows = Entitlement.objects.visible_to(user).filter(customer=customer)
        if is_id(chosen) and rows.filter(pk=chosen).exists():
            return None
    # The writer of a status chooses its entitlement at once, beside the other types.
    writes_status = policy.may_write(user, NoteType.ENTITLEMENT_STATUS) and kind in ("", NoteType.ENTITLEMENT_STATUS)
    if customer is not None and writes_status:
        entitlements = note_start.entitlements(user, customer)
    words = note_start.words_of(given)
    served = Customer.objects.visible_to(user).select_related("region", "partner").served_by(user)
    found = note_start.find(user, words) if words else served.order_by("name", "pk")
    return {
        "customer": customer,
        "kind": NoteType(kind) if kind in LIVE else None,
        "types": note_start.offered(user, customer) if customer is not None else [],
        "writes_status": writes_status,
        "found": found[: MOST_FOUND + 1] if customer is None else [],
        "words": words,
        "entitlements": entitlements,
        "errors": errors,
    }


@dataclass(frozen=True)
class Typed:
    """What somebody had typed into the form of a note that takes it no more: each field in words, under its label, and
    the hidden fields (name and value) that bring it into the form of a new note.
    """

    words: list[tuple[str, str]]
    along: list[tuple[str, str]]


def typed(form_class: type[NoteForm], given: QueryDict, note: Note) -> Typed:
    """What a POST to a note's form holds."""
    form = form_class(given, instance=note)
    fixed = {"customer": note.customer_id, "note_type": note.note_type, "entitlement": note.entitlement_id or ""}
    if note.note_type == NoteType.ENTITLEMENT_STATUS:
        reasons = {"l2": note.l2.slug if note.l2 else "", "l3": note.l3.slug if note.l3 else ""}
        fixed |= {
            "l1": note.l1,
            **reasons,
            "target_date": note.target_date or "",
            "unblock_date": note.unblock_date or "",
        }
    along = [(name, str(value)) for name, value in fixed.items() if value]
    names = [name for name in form.fields if name not in ("version", "rewrite_reason", *fixed)]
    along += [(name, value.replace("\r\n", "\n")) for name in names for value in given.getlist(name) if value]
    return Typed(form.typed(), [*along, ("_fields", "1")])


def wrong_type(kind: str) -> str:
    """Why a type cannot be written."""
    if kind in NoteType.values:
        return gettext("This note type is retired; it can only be read.")
    return gettext("“%s” is not a note type.") % kind


def refill(
    request: HttpRequest, form_class: type[NoteForm], note: Note | None, given: QueryDict | None = None
) -> dict[str, Any]:
    """The values to show again for a POST that saves nothing: a pasted text, or another type (contract, `_paste`); or
    for what was `given` in its place: a draft.

    A field that the wanted type does not have goes into the text, so no word is lost. Raises PermissionDenied for a
    type the person may not write.
    """
    given = request.POST.copy() if given is None else given
    wanted = given.get("_fields", "")
    if note is not None:
        given["note_type"] = note.note_type
    elif wanted in LIVE:
        refuse_type(form_class.user, wanted)
        given["note_type"] = wanted
    form = form_class(given, instance=Note())
    typed: dict[str, Any] = {
        name: form.fields[name].widget.value_from_datadict(given, request.FILES, form.add_prefix(name))
        for name in form.fields
        if name != "paste"
    }
    if "version" in given:
        # The version that was opened, not the one that stands: a paste must not hide that somebody saved meanwhile.
        typed["version"] = given["version"]
    homeless = [str(given.get(name, "")) for name in PROSE if name not in form.fields]
    if "next_action" not in form.fields:
        homeless.append(rewriting.one_line(given.get(name, "") for name in NEXT_ACTION_FIELDS))
    if form_class.rewrites and form.kind:
        typed["body"], more = rewriting.risk_words_moved(form_class.rewrites, str(typed.get("body") or ""), form.kind)
        homeless.append(more)
    waiting = given.get("paste", "").strip()
    lays_out = "_paste" in given and "paste" in form.fields
    if waiting and not lays_out and "paste" in form.fields:
        typed["paste"] = waiting
    elif waiting and not lays_out:
        homeless.append(waiting)
    words = [str(typed.get("body") or ""), *homeless]
    typed["body"] = "\n\n".join(part for part in words if part.strip())
    if lays_out and form.kind:
        lay_out(request, typed, form.kind, given.get("paste", ""))
    return typed
