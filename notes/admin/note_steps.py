"""What comes before the note form and between two of its showings: choosing whom and what, pasting, another type."""

from typing import Any

from django.db.models import Q
from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext

from accounts.models import User
from accounts.scoped_admin import is_id
from customers.models import Customer, Entitlement
from notes import playbook, policy, rewriting
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


def missing(given: QueryDict, user: User) -> dict[str, Any] | None:
    """What the page before the form shows, while customer, type or entitlement is not known; None once all are."""
    errors = []
    customers = Customer.objects.visible_to(user).select_related("region", "partner")
    key, kind = given.get("customer", ""), given.get("note_type", "")
    customer = customers.filter(pk=key).first() if is_id(key) else None
    if key and customer is None:
        errors.append(gettext("Select a valid choice. That choice is not one of the available choices."))
    if kind and kind not in LIVE:
        errors.append(wrong_type(kind))
    entitlements: Any = []
    if customer is not None and kind in LIVE:
        if kind != NoteType.ENTITLEMENT_STATUS:
            return None
        rows = Entitlement.objects.visible_to(user).filter(customer=customer)
        chosen = given.get("entitlement", "")
        if is_id(chosen) and rows.filter(pk=chosen).exists():
            return None
        entitlements = rows.select_related("workload", "l2").order_by("workload__position", "split_label")
    words = given.get("find", "").strip().replace("\x00", "")
    found = customers.filter(Q(name__icontains=words) | Q(tenant_id__icontains=words))
    if not words:
        found = customers.served_by(user)
    return {
        "customer": customer,
        "kind": NoteType(kind) if kind in LIVE else None,
        "types": policy.writable_types(user),
        "found": found.order_by("name", "pk")[: MOST_FOUND + 1] if customer is None else [],
        "words": words,
        "entitlements": entitlements,
        "errors": errors,
    }


def typed_words(given: QueryDict) -> list[str]:
    """What somebody typed as prose into the form of any type."""
    words = [given.get(name, "") for name in ("body", *PROSE)]
    words.append(rewriting.one_line(given.get(name, "") for name in NEXT_ACTION_FIELDS))
    return [*filter(str.strip, words)]


def wrong_type(kind: str) -> str:
    """Why a type cannot be written."""
    if kind in NoteType.values:
        return gettext("This note type is retired; it can only be read.")
    return gettext("“%s” is not a note type.") % kind


def refill(request: HttpRequest, form_class: type[NoteForm], note: Note | None) -> dict[str, Any]:
    """The values to show again for a POST that saves nothing: a pasted text, or another type (contract, `_paste`).

    A field that the wanted type does not have goes into the text, so no word is lost. Raises PermissionDenied for a
    type the person may not write.
    """
    given = request.POST.copy()
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
