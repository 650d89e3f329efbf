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


class EscalatedTo(TextChoices):
    """To whom a risk was escalated."""

    RM = "rm", _("RM")
    LT = "lt", _("LT")
    ENGINEERING = "engineering", _("engineering")
    ACCOUNT_TEAM = "account_team", _("the account team")


TITLE_LIMIT = 500
_MARKS = {severity.value: severity for severity in Severity} | {
    "高": Severity.HIGH,
    "中": Severity.MEDIUM,
    "低": Severity.LOW,
}


@dataclass(frozen=True)
class Raised:
    """One line of the Risks box."""

    title: str
    severity: Severity


def read_box(text: str) -> list[Raised]:
    """One risk a line, blank lines passed over; `high:`, `medium:` or `low:` (高/中/低, either colon) may begin it,
    medium otherwise. A bullet before it is no part of it.

    Raises ValidationError when a line has a severity and no words, or is over 500 characters.
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
    return raised
