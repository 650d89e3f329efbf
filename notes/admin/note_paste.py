"""Laying a pasted text on the note form: sections filled, nothing saved, no word lost (contract, `_paste`)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext, ngettext

from customers.models import Workload
from notes import pasting, playbook
from notes.forms.asked import PASTE_LIMIT
from notes.types import NoteType


def lay_out(request: HttpRequest, typed: dict[str, Any], kind: NoteType, text: str) -> None:
    """Fill `typed`, the form's values by field, from a text pasted for a note of this type; tell what was filled.

    What was typed stays: prose is joined to it, workloads are ticked beside those ticked, and a pasted value whose
    field holds another one goes to the text under its label. A choice made in the paste is the newer one and replaces.
    """
    template = playbook.template_for(kind, is_exec_summary=True)
    if template is None:
        return
    if len(text) > PASTE_LIMIT:
        typed["paste"] = text
        told = gettext("A pasted text holds at most %(limit)d characters; this one has %(length)d.")
        messages.error(request, told % {"limit": PASTE_LIMIT, "length": len(text)})
        return
    pasted = pasting.parse(template, text.replace("\r\n", "\n"))
    if template is playbook.EXECUTIVE_SUMMARY:
        typed["is_exec_summary"] = True
    filled, homeless = 0, []
    # An action keeps its own date: one that is not taken leaves with it.
    refused = {"next_action_date"} if _differs(typed, "next_action", pasted.values.get("next_action", "")) else set()
    for section in template.written:
        value = pasted.values.get(section.field, "")
        if not value:
            continue
        differs = _differs(typed, section.field, value)
        if section.kind == "workloads":
            named = Workload.objects.filter(code__in=pasting.workloads_in(value)).values_list("pk", flat=True)
            typed[section.field] = list(dict.fromkeys([*(typed.get(section.field) or []), *map(str, named)]))
        elif section.kind in ("date", "short", "line") and (differs or section.field in refused):
            homeless.append(f"{section.label}: {value}")
            continue
        elif section.kind in ("text", "lines", "risks") and differs:
            typed[section.field] = f"{typed[section.field].strip()}\n{value}"
        else:
            typed[section.field] = value
        filled += 1
    body = [(typed.get("body") or "").strip(), *homeless, pasted.rest]
    typed["body"] = "\n\n".join(filter(None, body))
    found = ngettext("%(count)d section was filled.", "%(count)d sections were filled.", filled) % {"count": filled}
    unsaved = gettext("Nothing is saved yet.")
    messages.info(request, f"{found} {unsaved}")
    for problem in pasted.problems:
        messages.warning(request, problem)
    if homeless:
        messages.warning(request, gettext("What was typed before stays; the pasted value stands in the text field."))
    if pasted.rest:
        messages.warning(request, gettext("What was not recognised stands in the text field."))


def _differs(typed: dict[str, Any], field: str, value: str) -> bool:
    """Whether a field holds something else than a pasted value."""
    before = typed.get(field)
    return bool(value) and isinstance(before, str) and before.strip() not in ("", value)
