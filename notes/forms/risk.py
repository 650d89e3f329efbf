"""What people fill in about a risk: the risk itself, raised on its own, and a step in its life."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoped_admin import is_id
from accounts.versioned_form import VersionedForm
from customers.models import Entitlement
from notes.forms.fields import IsoDate, OneOf, Prose
from notes.models import Risk
from notes.risks import REFERENCE_LIMIT, EscalatedTo, RiskState, Severity, step_errors


class EntitlementOfCustomer(forms.ModelChoiceField):
    """One of the customer's entitlements, where the customer is in sight already."""

    def label_from_instance(self, obj: Any) -> str:
        """Its workload and split."""
        return str(obj.short)


class RiskForm(VersionedForm):
    """A risk as `user`, which the admin sets for each request, raises it or puts its words right."""

    user: User

    entitlement = EntitlementOfCustomer(
        Entitlement.objects.none(),
        label=_("Entitlement"),
        required=False,
        help_text=_("One of this customer's; it names the workload."),
    )
    description = Prose(label=_("What is being done"), max_length=10_000, rows=4)
    severity = OneOf(Severity.choices, label=_("Severity"), required=True)
    due_date = IsoDate(label=_("Due date"))

    class Meta:
        model = Risk
        fields = ["customer", "entitlement", "title", "description", "severity", "owner", "due_date"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("entitlement")
        if isinstance(field, forms.ModelChoiceField):
            rows = Entitlement.objects.visible_to(self.user).filter(customer=self._customer or 0)
            field.queryset = rows.select_related("workload").order_by("workload__position", "split_label")

    @property
    def _customer(self) -> int | None:
        """The customer whose entitlements are offered: the risk's, or the one that the form or the address names."""
        if self.instance.pk is not None:
            return int(self.instance.customer_id)
        given = self.data.get(self.add_prefix("customer")) if self.is_bound else self.initial.get("customer")
        key = getattr(given, "pk", given)
        return int(key) if key is not None and is_id(key) else None


class AnyState(OneOf):
    """Offers the legal steps; of any other state `step_errors` says in words why it is none."""

    def valid_value(self, value: Any) -> bool:
        """Taken as handed in."""
        return True


class StepForm(forms.Form):
    """One step of `risk`: where to, why and, when it is escalated, to whom (contract, *Actions*)."""

    to = AnyState([], label=_("Step to"), required=True)
    comment = Prose(
        label=_("Why"), rows=3, help_text=_("what was done or decided; it stands in the list as the last word")
    )
    escalated_to = OneOf(EscalatedTo.choices, label=_("Escalated to"))
    reference = forms.CharField(
        label=_("Reference"), required=False, help_text=_("a ticket or case number at those it is escalated to")
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, risk: Risk, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.risk = risk
        self.every_state = RiskState.choices
        self.fields["to"].choices = [(state.value, state.label) for state in risk.next_states]  # type: ignore[attr-defined]
        self.fields["reference"].widget.attrs["maxlength"] = REFERENCE_LIMIT
        self.initial = {"version": risk.version, **self.initial}

    def clean(self) -> dict[str, Any]:
        """Ask the playbook, each error at its field."""
        given = {name: str(self.cleaned_data.get(name) or "") for name in ("comment", "escalated_to", "reference")}
        for name, error in step_errors(self.risk.state, self.cleaned_data.get("to", ""), **given).items():
            if name not in self.errors:  # a field that failed by itself keeps its own message
                self.add_error(name, error)
        return self.cleaned_data
