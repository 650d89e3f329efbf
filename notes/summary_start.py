"""Where an executive summary begins: from the last one, brought up to what the entitlements are now (domain.md §4)."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext

from accounts.models import User
from accounts.templatetags.due import short
from customers.models import Customer, Entitlement
from customers.status import L1
from notes.models import Note
from notes.workload_lines import workload_codes

LINES = "exec_workloads"


@dataclass(frozen=True)
class Start:
    """The values of the form's fields, the summary they come from, and the codes of the lines that were `marked` (the
    status moved since), `added` or `left_out` (no entitlement stands any more).
    """

    values: dict[str, Any]
    source: Note | None = None
    marked: list[str] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def start(customer: Customer, reader: User, source: Note | None) -> Start:
    """The form of a summary, filled from `source` (None: there is none yet) and from the entitlements. One query.

    The words of a line stay where its workload still stands; a status that moved since is told at its end. What was
    never entitled keeps its line: nothing says that it is over.
    """
    rows = Entitlement.objects.visible_to(reader).filter(customer=customer).select_related("workload", "l2")
    by_code: dict[str, list[Entitlement]] = {}
    for row in rows.order_by("workload__position", "workload__code", "split_label"):
        by_code.setdefault(row.workload.code, []).append(row)
    stands = {code: [row for row in of if row.l1 != L1.DUPLICATE_INVALID] for code, of in by_code.items()}
    over = {code for code, of in stands.items() if not of}
    values: dict[str, Any] = {"is_exec_summary": True}
    if source is None:
        told = [of for of in stands.values() if any(row.l1 != L1.STATUS_UNKNOWN for row in of)]
        values[LINES] = "\n".join(map(_line, told))
        return Start(values, added=[of[0].workload.code for of in told])
    moved = {code for code, of in stands.items() if any(row.status_changed_at > source.created_at for row in of)}
    lines, marked, left_out = [], [], []
    seen: set[str] = set()
    for line in str(source.sections.get(LINES, "")).splitlines():
        codes = workload_codes(line)
        seen |= set(codes)
        if codes and set(codes) <= over:
            left_out += codes
            continue
        news = [code for code in codes if code in moved]
        lines.append(f"{line.rstrip()} ({_now(stands, news)})" if news else line)
        marked += news
    added = [code for code in stands if code in moved - seen and code not in over]
    lines += [_line(stands[code]) for code in added]
    values |= {**source.section_values, LINES: "\n".join(lines)}
    return Start(values, source, list(dict.fromkeys(marked)), added, list(dict.fromkeys(left_out)))


def _now(stands: dict[str, list[Entitlement]], codes: list[str]) -> str:
    """What the status of these is now; of several, each under its code."""
    states = [f"{code}: {_states(stands[code])}" if len(codes) > 1 else _states(stands[code]) for code in codes]
    return gettext("now %(status)s") % {"status": "; ".join(states)}


def _line(rows: list[Entitlement]) -> str:
    """A workload's line with its present status, after which the next action is written."""
    workload = rows[0].workload
    return f"[{workload.code}] {workload.label} - {_states(rows)}"


def _states(rows: Iterable[Entitlement]) -> str:
    """The status of a workload's entitlement; of split ones, each under its label."""
    return "; ".join(f"{row.split_label}: {_state(row)}" if row.split_label else _state(row) for row in rows)


def _state(row: Entitlement) -> str:
    parts = [str(row.get_l1_display()), str(row.l2 or "")]
    if row.target_date and row.l1 == L1.IN_PROGRESS:
        parts.append(gettext("target %(date)s") % {"date": short(row.target_date)})
    if row.unblock_date and row.l1 == L1.BLOCKED:
        parts.append(gettext("unblock %(date)s") % {"date": short(row.unblock_date)})
    return ", ".join(part for part in parts if part)
