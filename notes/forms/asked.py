"""What the note form asks: of each type its own fields (contract.md, *Form fields and values*)."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.forms.boundfield import BoundField
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from accounts.scoped_admin import is_id
from accounts.versioned_form import VersionedForm
from customers.models import Customer, Entitlement, StatusReason, Workload
from customers.status import L1
from notes import playbook, policy, summaries
from notes.campaigns import Campaigns
from notes.forms.fields import IsoDate, KnownRows, OneOf, Prose, section_field
from notes.forms.reasons import OfferedReason, OneReason, offered
from notes.models import Note, SummaryRequest
from notes.types import ASKED, BODY_LIMIT, LIVE, NEXT_ACTION_FIELDS, NoteType, Pace

FIXED = ("customer", "note_type", "entitlement")
PASTE_LIMIT = 40_000


class NoteFields(VersionedForm):
    """What the note form asks of `user`, which the admin sets on a subclass for each request, and how it is laid out.

    `refill` are values to show instead of the saved ones: a pasted text, or what was typed before the type changed.
    `rewrites` is the note that is withdrawn for this one, `found` the customer that the way to the form has looked up
    in the scope of `user`.
    """

    user: User
    refill: dict[str, Any] | None = None
    rewrites: Note | None = None
    found: Customer | None = None

    customer = forms.ModelChoiceField(Customer.objects.none(), label=_("Customer"), widget=forms.HiddenInput)
    note_type = forms.ChoiceField(choices=NoteType.choices, label=_("Type"), widget=forms.RadioSelect)
    written_as = OneOf([], label=_("Written as"))
    is_exec_summary = forms.BooleanField(label=_("As an Executive Summary"), required=False)
    entitlement = forms.ModelChoiceField(
        Entitlement.objects.none(), label=_("Entitlement"), required=False, widget=forms.RadioSelect, empty_label=None
    )
    l1 = OneOf([(level.value, level) for level in L1], label=_("Status"), help_text="L1")
    l2 = OneReason([], label=_("Reason"), help_text="L2")
    l3 = OneReason([], label=_("Detail"), help_text="L3")
    body = Prose(label=_("Text"), max_length=BODY_LIMIT, rows=6)
    workloads = KnownRows(
        Workload.objects.all(), label=_("Workloads"), required=False, widget=forms.CheckboxSelectMultiple
    )
    target_date = IsoDate(label=_("Target date"), help_text=_("In Progress needs one"))
    unblock_date = IsoDate(label=_("Projected unblock date"), help_text=_("Blocked coming from In Progress needs one"))
    risks = Prose(
        label=_("Risks"), rows=2, max_length=10_000, help_text=_("one a line; high: medium: low: may begin it")
    )
    next_action = forms.CharField(label=_("Action"), max_length=500, required=False)
    next_action_date = IsoDate(label=_("Date"))
    next_action_owner = forms.CharField(
        label=_("Owner"), max_length=200, required=False, help_text=_("a name; a username links to the person")
    )
    tags = forms.CharField(
        label=_("Hashtags"), max_length=1000, required=False, help_text=_("those in the text count as well")
    )
    pace = OneOf(Pace.choices, label=_("Pace"))
    rewrite_reason = Prose(label=_("Why the old note is withdrawn"), rows=2, max_length=2_000)
    paste = Prose(label=_("Pasted text"), max_length=PASTE_LIMIT, rows=8)
    # The request that an Executive Summary is written for; it rides along whatever else changes on the form.
    request = forms.CharField(label=_("summary request"), required=False, widget=forms.HiddenInput)

    class Meta:
        model = Note
        fields = [
            "customer",
            "note_type",
            "is_exec_summary",
            "entitlement",
            "l1",
            "body",
            "target_date",
            "unblock_date",
            "next_action",
            "next_action_date",
            "next_action_owner",
            "pace",
        ]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.adding = self.instance._state.adding
        if self.refill is not None:
            self.initial = {**self.initial, **self.refill}
        self.kind = self._kind()
        self._offer_types()
        self._offer_customer()
        asked = ASKED[self.kind] if self.kind else ASKED[NoteType.OVERALL_STATUS]
        if self.rewrites is None:
            del self.fields["rewrite_reason"]
        if not self.adding:
            del self.fields["request"]
        beside = {"version", "customer", "note_type", "written_as", "paste", "rewrite_reason", "request"}
        for name in set(self.fields) - asked - beside:
            del self.fields[name]
        for section in self.sections:
            self.fields[section.field] = section_field(section)
        for section in self.template.beside if self.template else ():
            if section.advised_length:
                self.fields[section.field].advised_length = section.advised_length  # type: ignore[attr-defined]
        if self.kind == NoteType.ENTITLEMENT_STATUS:
            self._offer_status()
        if not self.sections:
            del self.fields["paste"]
        if not self.adding:
            self._show_saved()

    # --- What is asked ------------------------------------------------------------------------------------------------

    def _kind(self) -> NoteType | None:
        if not self.adding:
            return NoteType(self.instance.note_type)
        given = self.data.get("note_type") if self.is_bound else self.initial.get("note_type")
        return NoteType(given) if given in LIVE else None

    @property
    def template(self) -> playbook.Template | None:
        """The template that the type may be written on; a summary's stands ready on every Overall Status form."""
        return playbook.template_for(self.kind or "", is_exec_summary=True)

    @property
    def sections(self) -> tuple[playbook.Section, ...]:
        """The declared sections of that template."""
        return self.template.sections if self.template else ()

    def _offer_types(self) -> None:
        field = self.fields["note_type"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, kind.label) for kind in policy.writable_types(self.user)]
        if not self.adding:
            field.choices = [(self.instance.note_type, self.instance.type.label)]
        if len(self.roles) > 1:
            self.fields["written_as"].choices = [(role.value, role.label) for role in self.roles]  # type: ignore[attr-defined]
        else:
            del self.fields["written_as"]

    def _offer_customer(self) -> None:
        field = self.fields["customer"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Customer.objects.visible_to(self.user).select_related("region", "partner")
        if not self.adding:
            for name in FIXED:
                self.fields[name].disabled = True
            self.fields["entitlement"].queryset = Entitlement.objects.filter(pk=self.instance.entitlement_id)  # type: ignore[attr-defined]

    def _offer_status(self) -> None:
        """The status starts from the present one; the reasons of every L1 are offered, the page shows the chosen's."""
        if not self.adding:
            for name in ("l1", "l2", "l3", "target_date", "unblock_date"):
                del self.fields[name]
            return
        customer = self.chosen_customer
        rows = Entitlement.objects.visible_to(self.user).filter(customer=customer) if customer else None
        field = self.fields["entitlement"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = (
            Entitlement.objects.none() if rows is None else rows.select_related("workload", "customer", "l2", "l3")
        )
        present = self.chosen_entitlement
        # A retired reason may stay where it stands, it may not be taken anew.
        stand = {present.l2_id, present.l3_id} if present else set()
        standing = StatusReason.objects.filter(Q(active=True) | Q(pk__in=stand - {None}))
        reasons = list(standing.select_related("parent"))
        for name, details in (("l2", False), ("l3", True)):
            self.fields[name].choices = [  # type: ignore[attr-defined]
                (reason.slug, reason) for reason in reasons if bool(reason.parent_id) is details
            ]
        if not self.fields["l3"].choices:  # type: ignore[attr-defined]
            del self.fields["l3"]
        if present is not None and not self.is_bound and "l1" not in self.initial:
            state = present.state
            self.initial = {
                **self.initial,
                "l1": state.l1,
                "l2": state.l2,
                "l3": state.l3,
                "target_date": state.target_date,
                "unblock_date": state.unblock_date,
            }

    def _show_saved(self) -> None:
        if self.refill is not None:
            return
        note: Note = self.instance
        self.initial = {**self.initial, **note.section_values}
        # Both as they were read with the note, where they were.
        self.initial["workloads"] = [row.workload_id for row in note.note_workloads.all()]
        in_field = sorted((row for row in note.note_tags.all() if row.in_field), key=lambda row: row.pk)
        self.initial["tags"] = " ".join(f"#{row.tag.name}" for row in in_field)

    @cached_property
    def roles(self) -> list[Role]:
        """The roles in which the writer may write a new note of the type."""
        return policy.writing_roles(self.user, self.kind) if self.kind and self.adding else []

    @cached_property
    def campaigns(self) -> Campaigns:
        """Every campaign with its rules, as they are when the form is shown or checked."""
        return Campaigns.with_rules()

    @cached_property
    def chosen_customer(self) -> Any:
        """The `Customer` the form is for, as far as it is known and seen by the writer, or None."""
        if not self.adding:
            return self.instance.customer
        if self.found is not None and not self.is_bound and str(self.initial.get("customer")) == str(self.found.pk):
            return self.found
        return self._chosen("customer")

    @cached_property
    def chosen_entitlement(self) -> Any:
        """The `Entitlement` whose status is written, where it is known, or None."""
        if not self.adding:
            return self.instance.entitlement
        return self._chosen("entitlement") if "entitlement" in self.fields else None

    @cached_property
    def waiting(self) -> list[SummaryRequest]:
        """The summaries that are asked for at the customer, most urgent first."""
        return list(summaries.open_at(self.chosen_customer, self.user)) if self.chosen_customer else []

    @cached_property
    def last_summary(self) -> Note | None:
        """The customer's executive summary in force."""
        return summaries.last_summary(self.chosen_customer, self.user) if self.chosen_customer else None

    @cached_property
    def named_request(self) -> SummaryRequest | None:
        """The request that the form names, whether or not it is open: one of this customer's, seen by the writer."""
        given = str(self["request"].value() or "") if "request" in self.fields else ""
        customer = self.chosen_customer
        if not is_id(given) or customer is None:
            return None
        for asked in self.waiting:
            if str(asked.pk) == given:
                return asked
        rows = SummaryRequest.objects.visible_to(self.user).select_related("asked_by", "asked_of")
        return rows.filter(pk=given, customer=customer).first()

    @property
    def asked_for(self) -> SummaryRequest | None:
        """The open request that this note is written for."""
        asked = self.named_request
        return asked if asked is not None and asked.is_open else None

    def _chosen(self, name: str) -> Any:
        value = self.data.get(name) if self.is_bound else self.initial.get(name)
        try:
            return self.fields[name].clean(value) if value else None
        except ValidationError:
            return None

    # --- How it is laid out -------------------------------------------------------------------------------------------

    @property
    def reasons(self) -> list[OfferedReason]:
        """The reasons (L2) to choose from, each with its guidance."""
        return offered(self["l2"])

    @property
    def details(self) -> list[OfferedReason]:
        """The details (L3) to choose from, each with its guidance."""
        return offered(self["l3"])

    @property
    def section_rows(self) -> Iterator[list[BoundField]]:
        """The sections' fields in order, neighbouring choices side by side."""
        row: list[BoundField] = []
        for section in self.sections:
            bound = self[section.field]
            if section.kind == "choice" and row and len(row) < 2 and isinstance(row[0].field, OneOf):
                row.append(bound)
                continue
            if row:
                yield row
            row = [bound]
        if row:
            yield row

    @property
    def next_action_row(self) -> list[BoundField]:
        """Action, date and owner."""
        return [self[name] for name in NEXT_ACTION_FIELDS if name in self.fields]
