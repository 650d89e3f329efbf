"""The note types, and what the form of each asks (domain.md §2, contract.md *Form fields and values*)."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from customers.status import L1
from notes.choices import Engagement, TechnicalStatus


class NoteType(TextChoices):
    """The six live types in the order the form offers them, then the three retired in FY20."""

    OVERALL_STATUS = "overall_status", _("Overall Status")
    ENTITLEMENT_STATUS = "entitlement_status", _("Entitlement Status")
    ENGAGEMENT_MANAGEMENT = "engagement_management", _("Engagement Management")
    SERVICE_INTENT = "service_intent", _("Service Intent")
    TECHNICAL_ENABLEMENT = "technical_enablement", _("Technical Enablement")
    ENTERPRISE_STATUS = "enterprise_status", _("Enterprise Status")
    CUSTOMER_SAT = "customer_sat", _("Customer Sat")
    SERVICE_STATUS = "service_status", _("Service Status")
    TECHNICAL = "technical", _("Technical")

    @property
    def retired(self) -> bool:
        """Readable and importable as history, never writable."""
        return self in RETIRED

    @property
    def permission(self) -> str:
        """The permission that lets one write it, `notes.write_…`; the retired types have none."""
        return f"notes.write_{self.value}"

    @property
    def purpose(self) -> str:
        """What it is for, in a few words; "" for the retired."""
        return str(PURPOSES.get(self, ""))


RETIRED = (NoteType.CUSTOMER_SAT, NoteType.SERVICE_STATUS, NoteType.TECHNICAL)
LIVE = tuple(kind for kind in NoteType if kind not in RETIRED)

PURPOSES = {
    NoteType.OVERALL_STATUS: _("everything not specific to a workload, and executive summaries"),
    NoteType.ENTITLEMENT_STATUS: _("intent for one entitlement, and why; moves its status"),
    NoteType.ENGAGEMENT_MANAGEMENT: _("moves of the engagement, such as an accelerated deployment"),
    NoteType.SERVICE_INTENT: _("intent per service"),
    NoteType.TECHNICAL_ENABLEMENT: _("an interaction of an engineer: kick-off, workshop, remediation"),
    NoteType.ENTERPRISE_STATUS: _("an architect's picture of an enterprise customer"),
}


class Pace(TextChoices):
    """What a note says of the customer's speed; the last two are a pause (domain.md §7)."""

    UNCHANGED = "unchanged", _("Unchanged")
    ACCELERATING = "accelerating", _("Accelerating")
    PAUSING = "pausing", _("Pausing")
    STOPPING = "stopping", _("Stopping")


PAUSES = (Pace.PAUSING, Pace.STOPPING)
# The status that a customer which pauses or stops is given in the place of a campaign's tag (domain.md §7).
STOPPED = (L1.BLOCKED, L1.NO_INTENT, L1.DUPLICATE_INVALID)


def says_pause(*, pace: str, tech_status: str, engagement: str) -> bool:
    """Whether these values of a note say that the customer pauses or stops: never its words (domain.md §7)."""
    return pace in PAUSES or tech_status == TechnicalStatus.PAUSED or engagement == Engagement.ON_HOLD


NEXT_ACTION_FIELDS = ("next_action", "next_action_date", "next_action_owner")
STATUS_FIELDS = ("l1", "l2", "l3", "target_date", "unblock_date")

_COMMON = frozenset({"body", "workloads", "pace", *NEXT_ACTION_FIELDS, "tags", "risks"})

# The fields each type asks beside its template's sections, which `playbook` declares.
ASKED: dict[NoteType, frozenset[str]] = {
    NoteType.OVERALL_STATUS: _COMMON | {"is_exec_summary"},
    NoteType.ENTITLEMENT_STATUS: frozenset({"body", "entitlement", *STATUS_FIELDS, "tags"}),
    NoteType.ENGAGEMENT_MANAGEMENT: _COMMON,
    NoteType.SERVICE_INTENT: _COMMON,
    NoteType.TECHNICAL_ENABLEMENT: _COMMON,
    NoteType.ENTERPRISE_STATUS: _COMMON,
}
# Types whose free text is the note itself; the others have their sections and may leave it empty.
BODY_REQUIRED = frozenset(
    {
        NoteType.OVERALL_STATUS,
        NoteType.ENTITLEMENT_STATUS,
        NoteType.ENGAGEMENT_MANAGEMENT,
        NoteType.SERVICE_INTENT,
    }
)
BODY_LIMIT, SECTION_LIMIT = 20_000, 10_000
