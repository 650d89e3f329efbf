"""A list's parameters: read strictly, narrowed in the database (contract.md, *Filters*).

A repeated parameter means *or*, different ones *and*; an empty one is absent. An invalid value or an unknown parameter
is an error, never the unfiltered list. django-filter declares the filters and validates them; what is ours is that each
filter takes several values, and that a filter's column depends on the rows that drive the list (`Driver`).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import django_filters
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import PartnerOrganisation, Region, User
from customers.choices import Priority
from customers.models import Assignment, Customer, Workload
from notes import hashtags
from reports.periods import Period, end_of, start_of


@dataclass(frozen=True)
class Driver:
    """The rows whose index a list walks: the records themselves, or the rows of one hashtag or workload beside them.

    `prefix` leads from them to the record, `key` is the record's id on them, and `own` are the columns they repeat.
    """

    rows: "QuerySet[Any]"
    prefix: str = ""
    key: str = "pk"
    own: tuple[str, ...] = ()

    def path(self, column: str) -> str:
        """The lookup of a record's column from these rows."""
        return column if column.split("__")[0].removesuffix("_id") in self.own else f"{self.prefix}{column}"


def any_of(path: str, values: list[Any]) -> Q:
    """One value as an equation, several as a set: an index serves filter and order together for the first alone."""
    return Q(**{path: values[0]}) if len(values) == 1 else Q(**{f"{path}__in": values})


class ManyField(forms.Field):
    """Every value of a repeated parameter, each cleaned by `inner`; empty ones are absent."""

    widget = forms.MultipleHiddenInput

    def __init__(self, inner: forms.Field, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner

    def clean(self, value: Any) -> list[Any]:
        """The cleaned values, each once; raises ValidationError for the first bad one."""
        cleaned: list[Any] = []
        for text in value or []:
            if not str(text).strip():
                continue
            try:
                item = self.inner.clean(text)
            except ValidationError as error:
                raise ValidationError(
                    _("“%(value)s”: %(why)s"), params={"value": text, "why": " ".join(error.messages)}
                ) from error
            if item not in cleaned:
                cleaned.append(item)
        return cleaned


Narrow = Callable[["ListFilters", list[Any]], Q]


class Many(django_filters.Filter):
    """One parameter. `path` is the record's column it compares, or `narrow` builds the condition from its values."""

    field_class = ManyField

    def __init__(self, inner: forms.Field, path: str = "", narrow: Narrow | None = None, **kwargs: Any) -> None:
        super().__init__(field_name=path, **kwargs)
        self.inner, self.path, self.narrow = inner, path, narrow

    @property
    def field(self) -> ManyField:
        """Made for each request, because what a person may choose depends on who asks."""
        if isinstance(self.inner, Known):
            self.inner.user = self.parent.user
        return ManyField(self.inner, required=False, label=self.label)

    def filter(self, qs: "QuerySet[Any]", value: list[Any]) -> "QuerySet[Any]":
        """Narrow the driving rows."""
        if not value:
            return qs
        if self.narrow is not None:
            return qs.filter(self.narrow(self.parent, value))
        return qs.filter(any_of(self.parent.driver.path(self.path), value))


class Known(forms.Field):
    """A row named by code, id or username, as far as the asker may know of it; cleans to its id."""

    user: User

    def __init__(self, model: type[Model], by: str) -> None:
        super().__init__()
        self.model, self.by = model, by

    def clean(self, value: Any) -> int:
        """The row's id; one out of scope is exactly as one that does not exist."""
        text = str(value).strip()
        rows: Any = self.model._default_manager.all()
        rows = rows.visible_to(self.user) if hasattr(rows, "visible_to") else rows
        known = None
        if "\x00" not in text and (self.by != "pk" or (text.isascii() and text.isdecimal() and len(text) < 19)):
            known = rows.filter(**{self.by: text}).values_list("pk", flat=True).first()
        if known is None:
            raise ValidationError(_("not a valid choice."), code="invalid_choice")
        return int(known)


class OneOf(forms.ChoiceField):
    """One of a fixed set of values."""

    def __init__(self, choices: Any) -> None:
        super().__init__(choices=choices, error_messages={"invalid_choice": _("not a valid choice.")})


class Day(forms.DateField):
    """A day, YYYY-MM-DD."""

    def __init__(self) -> None:
        super().__init__(input_formats=["%Y-%m-%d"], error_messages={"invalid": _("not a date, such as 2026-11-23.")})

    def to_python(self, value: Any) -> dt.date | None:
        """The day; only the full form, and only years that a time zone can shift."""
        if not (isinstance(value, str) and len(value.strip()) == 10):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        day = super().to_python(value.strip())
        if day is not None and not 1 < day.year < 9999:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return day


class Hashtag(forms.CharField):
    """A hashtag with or without its `#`, by the name it is stored under."""

    def clean(self, value: Any) -> str:
        """The normalised name."""
        name = hashtags.normalise(str(value).strip())
        if name is None:
            raise ValidationError(_("not a hashtag."), code="invalid")
        return name


def since(column: str) -> Narrow:
    """From the earliest of the days given."""
    return lambda filters, days: Q(**{f"{filters.driver.path(column)}__gte": start_of(min(days))})


def until(column: str) -> Narrow:
    """To the latest of the days given, that day included."""
    return lambda filters, days: Q(**{f"{filters.driver.path(column)}__lt": end_of(max(days))})


def within_period(column: str) -> Narrow:
    """From the earliest first day of the periods given; all of them reach to today."""
    return lambda filters, periods: Q(
        **{
            f"{filters.driver.path(column)}__gte": start_of(
                min(Period(period).first_day(timezone.localdate()) for period in periods)
            )
        }
    )


def _customers_owner(filters: "ListFilters", people: list[int]) -> Q:
    """The customer's FM, of the programme or of a partner (FRP), where the rows have no owner of their own."""
    served = Assignment.objects.current().filter(user__in=people, role__in=["FM", "FRP"]).values("customer_id")
    return Q(**{f"{filters.driver.path('customer_id')}__in": served})


class ListFilters(django_filters.FilterSet):
    """What every list narrows by. A list's own filters are declared on its subclass."""

    region = Many(Known(Region, "code"), "region_id", label=_("Region"))
    customer = Many(Known(Customer, "pk"), "customer_id", label=_("Customer"))
    partner = Many(Known(PartnerOrganisation, "pk"), "partner_id", label=_("Partner"))
    priority = Many(OneOf(Priority.choices), "customer__priority", label=_("Priority"))
    owner = Many(Known(User, "username"), narrow=_customers_owner, label=_("Owner"))
    workload = Many(Known(Workload, "code"), "workload_id", label=_("Workload"))

    def __init__(self, data: QueryDict, user: User) -> None:
        self.user = user
        self.driver: Driver = self.drive(None)
        super().__init__(data, queryset=self.driver.rows)
        if self.is_valid():
            self.driver = self.drive(self.form.cleaned_data)
            self.queryset = self.driver.rows

    def drive(self, values: dict[str, list[Any]] | None) -> Driver:
        """The rows whose index serves these (valid) values best, in scope; without values, any."""
        raise NotImplementedError

    @property
    def narrowed(self) -> "QuerySet[Any]":
        """The driving rows behind every filter; only for valid ones."""
        rows: QuerySet[Any] = self.filter_queryset(self.driver.rows)
        return rows

    def problems(self, known: set[str]) -> list[str]:
        """What is wrong with the parameters, each as a sentence; `known` are those beside the filters."""
        problems = [
            str(_("“%(name)s” is not a filter of this list, so no rows are shown.") % {"name": name})
            for name in self.data
            if name not in self.base_filters and name not in known
        ]
        for name, errors in self.form.errors.get_json_data().items():
            problems += [
                str(_("%(name)s=%(why)s So no rows are shown.") % {"name": name, "why": error["message"]})
                for error in errors
            ]
        return problems
