"""What is asked to hand a person's customers over: whose, to whom, when; then which, each to whom."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.scoped_admin import is_id
from customers.models import HandOver
from notes import handing_over
from notes.forms.fields import IsoDate
from notes.handing_over import Row, Terms

NOBODY = _("Nobody here by that name may take part.")


class KnownPerson(forms.ModelChoiceField):
    """A person by id; an id that no database could hold is simply nobody."""

    def to_python(self, value: Any) -> Any:
        """The person; raises ValidationError for anybody who is no choice."""
        if value not in self.empty_values and not is_id(getattr(value, "pk", value)):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class KnownPeople(forms.ModelMultipleChoiceField):
    """Several people by id."""

    def clean(self, value: Any) -> Any:
        """The people; raises ValidationError for anybody who is no choice."""
        if not all(is_id(key) for key in value or []):
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().clean(value)


class HandOverForm(forms.Form):
    """A handover as `by` arranges it: checked as far as the preview needs, or with `chosen` wholly.

    After `is_valid`, `terms`, `rows`, `chosen` (ids) and `others` (recipients by customer's id) say what was asked.
    `rows` is there too where only the choice of customers is wrong.
    """

    from_user = KnownPerson(User.objects.none(), label=_("From"), error_messages={"invalid_choice": NOBODY})
    to_user = KnownPerson(User.objects.none(), label=_("To"), error_messages={"invalid_choice": NOBODY})
    also = KnownPeople(
        User.objects.none(),
        label=_("Others who take a part"),
        required=False,
        help_text=_("You choose next who gets which customer."),
        error_messages={"invalid_choice": NOBODY},
    )
    starts = IsoDate(label=_("Starts"), required=True)
    ends = IsoDate(label=_("Ends"), help_text=_("For leave, the last day of the cover. Blank: for good."))
    word = forms.CharField(
        label=_("A word with it"),
        required=False,
        max_length=HandOver._meta.get_field("word").max_length,
        help_text=_("Both read it at home."),
    )
    # What the preview's ticks send. Which customers there are, the terms say.
    customers = forms.MultipleChoiceField(label=_("Customers"), required=False)

    terms: Terms | None = None
    rows: list[Row]
    chosen: set[int]
    others: dict[int, User]

    def __init__(self, *args: Any, by: User, choosing: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by, self.choosing = by, choosing
        self.rows, self.chosen, self.others = [], set(), {}
        known = User.objects.visible_to(by)
        for name, rows in (("from_user", known), ("to_user", known), ("also", known)):
            field: Any = self.fields[name]
            field.queryset = rows if name == "from_user" else rows.filter(is_active=True)
        self.fields["customers"].valid_value = lambda value: is_id(value)  # type: ignore[attr-defined]
        self.initial = {"starts": timezone.localdate(), **self.initial}
        self.fields["also"].widget.attrs["size"] = 5

    def clean(self) -> dict[str, Any]:
        """The dates, then who gets what; each error at its field."""
        given = self.cleaned_data
        from_user, to_user = given.get("from_user"), given.get("to_user")
        if from_user is not None and from_user == to_user:
            self.add_error("to_user", ValidationError(_("That is who hands it over."), code="same"))
        if given.get("starts") and "ends" not in self.errors:
            for name, error in handing_over.date_errors(given["starts"], given["ends"]).items():
                self.add_error(name, error)
        self.chosen = {int(key) for key in given.get("customers", ())}
        if self.errors:
            if self.choosing and self.chosen and "from_user" in self.errors:
                # Whose they are is not known, so none of them is theirs to hand over.
                self.add_error("customers", handing_over.stranger())
            return given
        assert from_user is not None
        assert to_user is not None
        self.terms = Terms(from_user, to_user, given["starts"], given["ends"], given["word"])
        self._read_others()
        self.rows = handing_over.plan(self.terms, self.by, self.others)
        if not self.rows:
            message = _("Serves no customer of yours in that time, and nothing is open with them.")
            self.add_error("from_user", ValidationError(message, code="nothing"))
            if self.choosing and self.chosen:
                self.add_error("customers", handing_over.stranger())
        elif self.choosing and "customers" not in self.errors:
            try:
                handing_over.check_chosen(self.rows, self.chosen)
            except ValidationError as error:
                self.add_error("customers", error)
        return given

    @cached_property
    def recipients(self) -> list[User]:
        """Everybody who gets something, the main one first."""
        if self.terms is None:
            return []
        also = [user for user in self.cleaned_data["also"] if user not in (self.terms.to_user, self.terms.from_user)]
        return [self.terms.to_user, *also]

    def _read_others(self) -> None:
        """Who gets which customer, by the selects of the preview; what names nobody of those is as if not sent."""
        by_key = {str(user.pk): user for user in self.recipients}
        data: Mapping[str, Any] = self.data
        for name in data:
            customer = name.removeprefix("to_")
            if name.startswith("to_") and is_id(customer) and data[name] in by_key:
                self.others[int(customer)] = by_key[data[name]]
