"""A note on the wrong customer or of the wrong type is withdrawn and rewritten in one go (domain.md §8, at its end)."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from notes import policy, writing
from notes.models import Note, Risk
from notes.playbook import template_for
from notes.types import ASKED, NEXT_ACTION_FIELDS, NoteType


def carried(old: Note, kind: NoteType) -> dict[str, Any]:
    """What goes along into the form of a note of type `kind`, by field: section by section where the template is the
    same, else the whole text; hashtags, workloads, pace and next action where the type asks for them.
    """
    same = template_for(kind, old.is_exec_summary) is old.template
    tags = old.note_tags.filter(in_field=True).order_by("pk").values_list("tag__name", flat=True)
    values: dict[str, Any] = {
        "body": old.body if same else old.text,
        "is_exec_summary": old.is_exec_summary and same,
        "workloads": list(old.note_workloads.values_list("workload_id", flat=True)),
        "tags": " ".join(f"#{name}" for name in tags),
        **{name: getattr(old, name) for name in ("pace", *NEXT_ACTION_FIELDS)},
        **(old.section_values if same else {}),
    }
    if "risks" not in ASKED[kind]:
        action = one_line(str(getattr(old, name) or "") for name in NEXT_ACTION_FIELDS)
        homeless = [str(old.sections.get(writing.RISKS_SECTION, "")), action]
        values["body"] = "\n\n".join(part for part in (values["body"], *homeless) if part)
    return values


def one_line(words: Iterable[str]) -> str:
    """A next action, its date and its owner as one line, for a text that has no fields for them."""
    return " · ".join(word.strip() for word in words if word.strip())


def risk_words_moved(old: Note, body: str, kind: NoteType) -> tuple[str, str]:
    """The text of a rewritten note when its type becomes `kind` in the form, and words to add to it: the old Risks box
    stands in the text where the type has no such box, and nowhere twice.
    """
    words = str(old.sections.get(writing.RISKS_SECTION, ""))
    if "risks" in ASKED[kind]:
        return (body.replace(words, "", 1).strip() if words else body), ""
    return body, "" if words in body else words


def risk_words(old: Note, kind: NoteType) -> str:
    """The words of the old Risks box, which the new note keeps where its type has one."""
    return str(old.sections.get(writing.RISKS_SECTION, "")) if "risks" in ASKED[kind] else ""


def error(old: Note, new: Note) -> ValidationError | None:
    """Why `old` may not be withdrawn for `new`: somebody has withdrawn it, or it gives an entitlement its status and
    `new` does not correct that.
    """
    if old.withdrawn_at is not None:
        return ValidationError(_("The old note has been withdrawn meanwhile; its page says why."), code="withdrawn")
    corrects = new.note_type == NoteType.ENTITLEMENT_STATUS and new.entitlement_id == old.entitlement_id
    return None if corrects else policy.withdraw_error(old)


@transaction.atomic
def replace(old: Note, new: Note, *, by: User, reason: str) -> None:
    """Withdraw `old` in favour of the saved `new`, which takes over the risks that `old` raised.

    Raises as `writing.withdraw` does.
    """
    writing.withdraw(old, by=by, reason=reason, rewritten_as=new)
    list(Risk.objects.select_for_update().filter(note=old).order_by("pk").values_list("pk"))
    for risk in Risk.objects.filter(note=old).select_related("owner"):
        # An Entitlement Status note raises no risk (domain.md §8): it stays on the customer alone.
        risk.note = new if "risks" in ASKED[new.type] else None
        if risk.customer_id != new.customer_id:
            risk.customer, risk.entitlement = new.customer, None
            risk.region_id, risk.partner_id = new.region_id, new.partner_id
        if risk.owner and risk.owner.partner_id not in (None, new.partner_id):
            risk.owner = by
        risk.version += 1
        risk.save()
