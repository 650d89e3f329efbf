"""The fixed words of risks, and the reading of the Risks box (domain.md §8, contract.md `risks`)."""

import re
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Severity(TextChoices):
    """How bad it would be."""

    HIGH = "high", _("High")
    MEDIUM = "medium", _("Medium")
    LOW = "low", _("Low")


class RiskState(TextChoices):
    """Where a risk is in its life."""

    OPEN = "open", _("Open")
    MITIGATING = "mitigating", _("Mitigating")
    ESCALATED = "escalated", _("Escalated")
    RESOLVED = "resolved", _("Resolved")
    ACCEPTED = "accepted", _("Accepted")


CLOSED = (RiskState.RESOLVED, RiskState.ACCEPTED)

# The legal steps (domain.md §8): from where to where.
NEXT: dict[RiskState, tuple[RiskState, ...]] = {
    RiskState.OPEN: (RiskState.MITIGATING, RiskState.ESCALATED, RiskState.RESOLVED, RiskState.ACCEPTED),
    RiskState.MITIGATING: (RiskState.ESCALATED, RiskState.RESOLVED, RiskState.ACCEPTED),
    RiskState.ESCALATED: (RiskState.MITIGATING, RiskState.RESOLVED, RiskState.ACCEPTED),
    RiskState.RESOLVED: (RiskState.OPEN,),
    RiskState.ACCEPTED: (RiskState.OPEN,),
}


class EscalatedTo(TextChoices):
    """To whom a risk was escalated."""

    RM = "rm", _("RM")
    LT = "lt", _("LT")
    ENGINEERING = "engineering", _("engineering")
    ACCOUNT_TEAM = "account_team", _("the account team")


TITLE_LIMIT, COMMENT_LIMIT, REFERENCE_LIMIT = 500, 5_000, 200
MOST_RISKS = 50
_MARKS = {severity.value: severity for severity in Severity} | {
    "高": Severity.HIGH,
    "中": Severity.MEDIUM,
    "低": Severity.LOW,
}


def step_errors(
    state: str, to: str, *, comment: str, escalated_to: str = "", reference: str = ""
) -> dict[str, ValidationError]:
    """What is wrong with a step from `state` to `to`, by field; empty when nothing is (domain.md §8, *Steps*).

    Every step has a comment; escalating names to whom, and no other step does.
    """
    errors = {}
    if to not in RiskState.values:
        errors["to"] = ValidationError(_("“%s” is not a state of a risk.") % to, code="invalid_choice")
    elif RiskState(to) not in NEXT[RiskState(state)]:
        names = {"state": RiskState(state).label, "to": RiskState(to).label}
        errors["to"] = ValidationError(_("A risk does not go from %(state)s to %(to)s.") % names, code="illegal")
    if not comment.strip():
        errors["comment"] = ValidationError(_("Say why: every step has a comment."), code="required")
    elif len(comment) > COMMENT_LIMIT:
        errors["comment"] = ValidationError(_("At most %d characters.") % COMMENT_LIMIT, code="max_length")
    if to == RiskState.ESCALATED and not escalated_to:
        errors["escalated_to"] = ValidationError(_("Say to whom it is escalated."), code="required")
    elif escalated_to and escalated_to not in EscalatedTo.values:
        errors["escalated_to"] = ValidationError(_("“%s” is nobody to escalate to.") % escalated_to, "invalid_choice")
    elif to in RiskState.values and to != RiskState.ESCALATED and (escalated_to or reference):
        field = "escalated_to" if escalated_to else "reference"
        errors[field] = ValidationError(_("Only escalating names to whom, with a reference."), code="invalid")
    if len(reference) > REFERENCE_LIMIT:
        errors["reference"] = ValidationError(_("At most %d characters.") % REFERENCE_LIMIT, code="max_length")
    return errors


@dataclass(frozen=True)
class Raised:
    """One line of the Risks box."""

    title: str
    severity: Severity


def read_box(text: str) -> list[Raised]:
    """One risk a line, blank lines passed over; `high:`, `medium:` or `low:` (高/中/低, either colon) may begin it,
    medium otherwise. A bullet before it is no part of it.

    Raises ValidationError when a line has a severity and no words, or is over 500 characters, or for over 50 risks.
    """
    raised = []
    for line in text.splitlines():
        title, severity = line.strip().lstrip("-*•").strip(), Severity.MEDIUM
        mark, *rest = re.split("[:：]", title, maxsplit=1)
        if rest and mark.strip().lower() in _MARKS:
            severity, title = _MARKS[mark.strip().lower()], rest[0].strip()
            if not title:
                raise ValidationError(_("Say what the risk is after “%s:”.") % mark.strip(), code="invalid")
        if not title:
            continue
        if len(title) > TITLE_LIMIT:
            message = _("A risk's line is at most %(limit)d characters; this one has %(length)d: “%(start)s…”")
            values = {"limit": TITLE_LIMIT, "length": len(title), "start": title[:40]}
            raise ValidationError(message % values, code="max_length")
        raised.append(Raised(title, severity))
    if len(raised) > MOST_RISKS:
        message = _("A note raises at most %(limit)d risks at once; these are %(count)d.")
        raise ValidationError(message % {"limit": MOST_RISKS, "count": len(raised)}, code="max_length")
    return raised
