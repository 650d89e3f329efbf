"""What a manager fills in to ask for an executive summary: at one customer, or at several chosen in a list."""

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoped_admin import is_id
from accounts.versioned_form import VersionedForm
from customers.models import Customer
from notes import summaries
from notes.forms import presets
from notes.forms.fields import IsoDate
from notes.models import SummaryRequest

WORD_HELP = _("what you want to know, or what it is for")


class DueDate(IsoDate):
    """The day by which it is wanted."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Due date"), required=True, **kwargs)

    @property
    def presets(self) -> list[presets.Preset]:  # type: ignore[override]
        """Days to come, seen from today."""
        return presets.answer(timezone.localdate())


class SummaryRequestForm(VersionedForm):
    """A request as `user`, whom the admin sets for each request, asks it or puts it right.

    `customer_known` is the customer that the address names: it is told, not asked.
    """

    user: User
    customer_known: Customer | None = None

    due_date = DueDate()

    class Meta:
        model = SummaryRequest
        fields = ["customer", "asked_of", "word", "due_date"]
        help_texts = {"word": WORD_HELP}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("asked_of")
        if not isinstance(field, forms.ModelChoiceField):
            return  # the page is only read
        customer = self._customer
        people = summaries.people_to_ask(customer) if customer else []
        keys = [person.pk for person in people]
        stands = self.instance.asked_of_id
        field.queryset = User.objects.visible_to(self.user).filter(pk__in=[*keys, stands] if stands else keys)
        lead = summaries.leads([customer]).get(customer.pk) if customer else None
        if lead is not None:
            field.empty_label = None if self.instance.pk is None else field.empty_label
            self.initial.setdefault("asked_of", lead.pk)
        elif customer is None:
            field.help_text = _("Blank: whoever leads the engagement, its FastTrack Manager or its partner's staff.")
        else:
            field.help_text = _("Nobody leads this engagement; whoever writes its next summary answers.")
        if self.customer_known is not None and "customer" in self.fields:
            self.fields["customer"].widget = forms.HiddenInput()

    @property
    def _customer(self) -> Customer | None:
        """The customer it is asked of, as far as it is known yet and `user` sees it."""
        if self.instance.pk is not None:
            standing: Customer = self.instance.customer
            return standing
        if self.customer_known is not None:
            return self.customer_known
        given = self.data.get(self.add_prefix("customer")) if self.is_bound else self.initial.get("customer")
        if not is_id(given):
            return None
        found: Customer | None = Customer.objects.visible_to(self.user).filter(pk=given).first()
        return found

    def _post_clean(self) -> None:
        """Hold the request against the rules, each error at its field."""
        super()._post_clean()  # type: ignore[misc]
        asked = self.instance
        if self.conflict or asked.customer_id is None:
            return
        stood = SummaryRequest.objects.get(pk=asked.pk) if asked.pk else None
        for name, error in summaries.errors(asked, self.user, stood=stood).items():
            if name not in self.errors:  # a field that failed by itself keeps its own message
                self.add_error(name if name in self.fields else None, error)


class AskSeveralForm(forms.Form):
    """One word and one date for a request at each of the customers chosen in a list."""

    word = forms.CharField(label=_("A word with it"), max_length=500, required=False, help_text=WORD_HELP)
    due_date = DueDate()

    def clean_due_date(self) -> dt.date:
        """No day that has passed."""
        day: dt.date = self.cleaned_data["due_date"]
        if day < timezone.localdate():
            raise ValidationError(_("This day has passed."), code="past")
        return day
