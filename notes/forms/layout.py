"""What the note form says beside its fields while one writes: counts, chips, presets, what a risk or a move will do.

The page is whole as the server lays it out; the scripts only follow what is typed after that.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField, BoundWidget
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from customers.models import Assignment, Entitlement, Workload
from customers.status import L1
from notes import hashtags
from notes.forms import presets
from notes.forms.asked import NoteFields
from notes.forms.consequences import Consequence, consequences
from notes.forms.fields import IsoDate, Prose, one_line_end
from notes.risks import Severity, read_box
from notes.types import NoteType
from notes.workload_lines import workloads_in

PRESETS = {
    "next_action_date": presets.soon,
    "target_date": presets.later,
    "unblock_date": presets.later,
    "ent_next_update": presets.next_update,
}
MOST_PEOPLE = 50


class Chips(NamedTuple):
    """The workloads to tick: those of the customer's entitlements, and the others."""

    own: list[BoundWidget]
    others: list[BoundWidget]


class Server(NamedTuple):
    """Somebody who serves the customer, to be named as the owner of the next action."""

    username: str
    shown: str


class ErrorLink(NamedTuple):
    """A field with an error: the id of its input ("" where there is none to go to), and its label."""

    anchor: str
    label: str


class NoteLayout(NoteFields):
    """The note form as its page lays it out."""

    counts_prose = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        for name, offer in PRESETS.items():
            field = self.fields.get(name)
            if isinstance(field, IsoDate):
                field.presets = offer(today)
        if "next_action_owner" in self.fields:
            self.fields["next_action_owner"].widget.attrs["list"] = "id_people"
        if self.kind == NoteType.ENTITLEMENT_STATUS:
            self._tell_of_status()

    def _tell_of_status(self) -> None:
        """What a status note's why should hold, and which of its dates is needed and wherefore (domain.md §5, §6)."""
        why = self.fields["body"]
        why.help_text = _("about two sentences: intent, and what stands in its way")
        why.counts_sentences = True  # type: ignore[attr-defined]
        if "unblock_date" in self.fields:
            needed, known = _("needed: it comes from In Progress"), _("where it is known")
            self.fields["unblock_date"].help_text = needed if self.unblock_needed else known

    # --- Workloads ----------------------------------------------------------------------------------------------------

    @cached_property
    def entitled(self) -> list[Workload]:
        """The workloads that the customer is entitled to and that count as active, in the playbook's order."""
        if self.chosen_customer is None:
            return []
        rows = Entitlement.objects.visible_to(self.user).active().filter(customer=self.chosen_customer)
        return list(Workload.objects.filter(pk__in=rows.values("workload_id")))

    @property
    def workload_chips(self) -> Chips:
        """The options of `workloads`, the customer's own first."""
        own = {workload.pk for workload in self.entitled}
        options = list(self["workloads"])
        mine = [option for option in options if option.data["value"].instance.pk in own]
        return Chips(mine, [option for option in options if option not in mine])

    @property
    def named(self) -> list[str]:
        """The codes that a summary's lines name."""
        return workloads_in(one_line_end(str(self["exec_workloads"].value() or "")))

    @property
    def lines(self) -> list[tuple[Workload, bool]]:
        """The workloads a summary may have a line of, and whether it has: the customer's, and CORE for the rest."""
        named = set(self.named)
        own = [workload for workload in self.entitled if workload.code != "CORE"]
        core = [workload for workload in self._all_workloads if workload.code == "CORE"]
        return [(workload, workload.code in named) for workload in (*own, *core)]

    @cached_property
    def _all_workloads(self) -> list[Workload]:
        if "workloads" not in self.fields:
            return list(Workload.objects.all())
        return [option.data["value"].instance for option in self["workloads"]]

    # --- Risks, people and hashtags -----------------------------------------------------------------------------------

    @property
    def raises(self) -> Counter[Severity]:
        """How many risks of each severity the Risks box would raise as it stands; none while it cannot be read."""
        try:
            return Counter(risk.severity for risk in read_box(one_line_end(str(self["risks"].value() or ""))))
        except ValidationError:
            return Counter()

    @property
    def risk_pills(self) -> SafeString:
        """Each severity with its number, those of none hidden: `counters.js` counts on."""
        raised = self.raises
        return format_html_join(
            " ",
            '<span class="pill {}" data-severity="{}"{}><b>{}</b> {}</span>',
            (
                (one.value, one.value, SafeString("" if raised[one] else " hidden"), raised[one], one.label)
                for one in Severity
            ),
        )

    @cached_property
    def people(self) -> list[Server]:
        """Who serves the customer today, as far as the writer may meet them, with their roles."""
        if self.chosen_customer is None:
            return []
        rows = Assignment.objects.visible_to(self.user).current().filter(customer=self.chosen_customer)
        found = rows.filter(user__is_active=True).select_related("user").order_by("user__username", "role")
        roles: dict[Any, list[str]] = {}
        for row in found[:MOST_PEOPLE]:
            roles.setdefault(row.user, []).append(row.role)
        return [Server(user.username, f"{user} · {', '.join(held)}") for user, held in roles.items()]

    @property
    def repeated_tags(self) -> str:
        """The hashtags of the field that stand in the text too; both count once (domain.md §7)."""
        typed, _others = hashtags.split_field(str(self["tags"].value() or ""))
        texts = [str(self[name].value() or "") for name, field in self.fields.items() if isinstance(field, Prose)]
        found = {name for text in texts for name in hashtags.find(text)} if typed else set()
        return ", ".join(f"#{name}" for name in typed if name in found)

    # --- The status of an entitlement ---------------------------------------------------------------------------------

    @cached_property
    def unblock_needed(self) -> bool:
        """Whether Blocked needs a projected unblock date: it comes from In Progress, now or when it was blocked."""
        present = self.chosen_entitlement
        return present is not None and (present.l1 == L1.IN_PROGRESS or present.blocked_from == L1.IN_PROGRESS)

    @property
    def consequences(self) -> list[Consequence]:
        """What saving also does, by the L1 that is chosen."""
        return consequences(self.chosen_entitlement) if self.chosen_entitlement else []

    # --- Where to begin, and what to mend -----------------------------------------------------------------------------

    @property
    def begins_at(self) -> str:
        """The field that writing begins with."""
        first = {
            NoteType.ENTITLEMENT_STATUS: "l1",
            NoteType.TECHNICAL_ENABLEMENT: "workloads",
            NoteType.ENTERPRISE_STATUS: "ent_reason",
        }
        return first.get(self.kind, "body") if self.kind else "note_type"

    @property
    def error_links(self) -> Iterator[ErrorLink]:
        """Each field with an error, in the order of the form."""
        for name in self.fields:
            if name in self.errors:
                yield ErrorLink(anchor(self[name]), str(self[name].label))


def anchor(field: BoundField) -> str:
    """The id of the input that a field's error is mended at: of a group the one that is chosen, else its first."""
    if field.is_hidden:
        return ""
    if field.use_fieldset:
        options = list(field)
        chosen = [option for option in options if option.data["selected"]]
        return str((chosen or options)[0].id_for_label) if options else ""
    return str(field.id_for_label)
