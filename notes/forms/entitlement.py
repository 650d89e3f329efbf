"""An entitlement's form: everything but the status, which only a note moves; a changed start date writes its note."""

from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.versioned_form import VersionedForm
from customers.models import Entitlement, foreign_error
from customers.splits import approval_errors
from notes import policy, writing
from notes.forms.fields import Prose
from notes.models import Note
from notes.types import NoteType

# What the status over time keeps beside L1, L2 and L3.
DATES = {"target_date", "unblock_date", "engagement_start_date"}


class EntitlementForm(VersionedForm):
    """An entitlement without its status. Changing a start date that stands needs its reason, and the right to write it
    as an Overall Status note (domain.md §5).
    """

    user: User
    start_date_reason = Prose(label=_("why the start date changes"), rows=2, max_length=2_000)
    unkept = frozenset({"start_date_reason"})

    class Meta:
        model = Entitlement
        fields = "__all__"

    @property
    def start_date_moves(self) -> bool:
        """Whether a start date that stood is changed; setting the first needs no reason."""
        before = self.initial.get("engagement_start_date")
        return bool(before) and self.cleaned_data.get("engagement_start_date") != before

    def clean(self) -> dict[str, Any] | None:
        """Ask for the reason, and for the rights that the change needs."""
        cleaned = super().clean()
        if self.start_date_moves:
            if not policy.may_write(self.user, NoteType.OVERALL_STATUS):
                message = _("Changing it needs the right to write Overall Status notes.")
                self.add_error("engagement_start_date", ValidationError(message, code="forbidden"))
            elif not self.cleaned_data.get("start_date_reason"):
                message = _("Say why the start date changes; it becomes an Overall Status note.")
                self.add_error("start_date_reason", ValidationError(message, code="required"))
        if "split_approved" in self.fields:
            before = bool(self.initial.get("split_approved"))
            approved = bool(self.cleaned_data.get("split_approved"))
            for name, error in approval_errors(self.user, approved, before).items():
                self.add_error(name, error)
        return cleaned

    def start_date_note(self) -> writing.Draft:
        """The Overall Status note that records the change."""
        entitlement = self.instance
        words = gettext("Engagement start date of %(what)s: %(old)s → %(new)s. %(why)s") % {
            "what": entitlement.short,
            "old": self.initial["engagement_start_date"],
            "new": entitlement.engagement_start_date or "–",
            "why": self.cleaned_data["start_date_reason"],
        }
        note = Note(customer=entitlement.customer, note_type=NoteType.OVERALL_STATUS, body=words)
        roles = policy.writing_roles(self.user, NoteType.OVERALL_STATUS)
        return writing.Draft(
            note=note,
            by=self.user,
            workloads=[entitlement.workload],
            written_as=roles[0].value if roles else "",
        )

    @transaction.atomic
    def write(self) -> Entitlement:
        """Save the row, keep its status over time in step, and write the note that a changed start date needs."""
        row: Entitlement = self.instance
        adding = row._state.adding
        if not adding:
            row.version += 1
        row.save()
        if adding:
            row.open_period(by=self.user, at=timezone.now())
            return row
        if DATES & set(self.changed_data):
            row.redate(by=self.user, at=timezone.now())
        if self.start_date_moves:
            writing.save(self.start_date_note())
        return row


class EntitlementRowForm(EntitlementForm):
    """One of a customer's entitlements among the others, on the customer's page. What was not touched is neither
    checked nor saved, so that a row somebody else moved on meanwhile is in nobody's way.
    """

    asks_when_untouched = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["version"] = self.base_fields["version"]  # every row has the same columns
        else:
            self.fields["workload"].disabled = True
            self.empty_permitted, self.use_required_attribute = True, False

    def has_changed(self) -> bool:
        """The version alone is no change."""
        return bool(set(self.changed_data) - {"version"})

    def _post_clean(self) -> None:
        """The row asks no owner: one whom the customer's move in the same save releases is in nobody's way."""
        row, customer = self.instance, self.cleaned_data.get("customer")  # as this save makes it
        if row.owner and customer and foreign_error(row.owner, customer.partner_id):
            row.owner = None
        super()._post_clean()  # type: ignore[misc]

    @transaction.atomic
    def write(self) -> Entitlement:
        """As on its own. The customer, saved just before, may have moved to a partner and released the owner."""
        if self.instance.pk is not None:
            self.instance.refresh_from_db(fields=["owner", "version"])
        return super().write()
