"""What every admin page of ours has in common: scope, version, bounded counts, no lookups but the declared ones."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.contrib.admin.widgets import AutocompleteSelect
from django.core.exceptions import BadRequest
from django.db import models
from django.db.models.constants import LOOKUP_SEP
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from accounts.counting import CappedPaginator
from accounts.history_admin import HistoryAdmin
from accounts.merge_admin import MergeAdmin
from accounts.models import User
from accounts.submissions_admin import OnceAdmin
from accounts.versioned_form import VersionedForm
from accounts.yes_no import YesNoAdmin

# More characters than any search has; SQLite refuses to compare with many more.
LONGEST_SEARCH = 10_000


def scoped(queryset: Any, user: Any) -> Any:
    """`queryset` as far as `user` may know of it; a model without a scope is open to all who reach the page."""
    return queryset.visible_to(user) if hasattr(queryset, "visible_to") else queryset


class ScopedRelatedFilter(admin.RelatedFieldListFilter):
    """A list's filter by a related row that offers the rows the person may know of, under the name of their kind."""

    def __init__(self, field: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(field, *args, **kwargs)
        self.title = field.remote_field.model._meta.verbose_name

    def field_choices(self, field: Any, request: HttpRequest, model_admin: Any) -> Any:
        """Django's choices, within scope."""
        rows = scoped(field.remote_field.model._default_manager.all(), request.user)
        return field.get_choices(
            include_blank=False,
            ordering=self.field_admin_ordering(field, request, model_admin),
            limit_choices_to={"pk__in": rows.values("pk")},
        )


def person(request: HttpRequest) -> User:
    """Who is at work; the admin lets nobody in who is not logged in."""
    assert isinstance(request.user, User)
    return request.user


def is_id(text: Any) -> bool:
    """Whether a text can be a row's id at all, on any database."""
    return str(text).isascii() and str(text).isdecimal() and len(str(text)) < 19


class KnownAutocomplete(AutocompleteSelect):
    """Django's, which would look for a row by whatever the address or the form holds."""

    def optgroups(self, name: str, value: Any, attr: Any = None) -> Any:
        """The chosen rows among possible ids."""
        return super().optgroups(name, [key for key in value if is_id(key)], attr)


class ScopedChoices(admin.ModelAdmin):
    """A form offers, and accepts, only the related rows that the person may know of."""

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Offer, and accept, only what the person may know of."""
        if db_field.name in self.get_autocomplete_fields(request) and "widget" not in kwargs:
            kwargs["widget"] = KnownAutocomplete(db_field, self.admin_site)
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None:
            field.queryset = scoped(field.queryset, request.user)
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """As for a foreign key."""
        field = super().formfield_for_manytomany(db_field, request, **kwargs)
        if field is not None:
            field.queryset = scoped(field.queryset, request.user)
        return field


class StrictList(ChangeList):
    """Django's list, but a filter or a search it cannot read shows no row, where Django would show every row."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet[Any]:
        """The rows, or none with a word about why."""
        try:
            rows = super().get_queryset(request, exclude_parameters)
        except IncorrectLookupParameters:
            messages.warning(request, _("A filter in the address cannot be read, so no rows are shown."))
            return self.root_queryset.none()
        # No row holds a NUL character, which Django would drop from a search, and PostgreSQL refuse in a filter; nor a
        # number that is no database's, which SQLite would refuse.
        unreadable = any(
            "\x00" in value or (name != SEARCH_VAR and value.isdecimal() and not is_id(value))
            for name, values in request.GET.lists()
            for value in values
        )
        return rows.none() if unreadable else rows


class ScopedAdmin(OnceAdmin, MergeAdmin, YesNoAdmin, HistoryAdmin, ScopedChoices):
    """The base of our ModelAdmins: rows, choices and lookups within the person's scope, 409 for a lost update."""

    paginator = CappedPaginator
    show_full_result_count = False
    list_per_page = 50
    form: type[forms.ModelForm] = VersionedForm
    show_facets = admin.ShowFacets.NEVER
    # Lookups in the address beside those of `list_filter`.
    lookups: tuple[str, ...] = ()

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Only what the person may know of: everything else does not exist."""
        return scoped(super().get_queryset(request), request.user)  # type: ignore[no-any-return]

    def found(self, request: HttpRequest, object_id: str) -> Any:
        """The record of that id, as far as the person may know of it; None for none."""
        return self.get_queryset(request).filter(pk=object_id).first() if is_id(object_id) else None

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The strict list."""
        return StrictList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list under its own name; "Select … to change" says nothing to a reader."""
        if not all(is_id(key) for key in request.POST.getlist(ACTION_CHECKBOX_NAME)):
            raise BadRequest("A chosen row is none.")
        title = capfirst(self.opts.verbose_name_plural)
        return super().changelist_view(request, {"title": title, **(extra_context or {})})

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """The declared fields, and the version that a changed record must bring back."""
        fields = [*super().get_fields(request, obj)]
        versioned = issubclass(self.form, VersionedForm) and obj is not None
        fields = [name for name in fields if name != "version"]
        return [*fields, "version"] if versioned and self.has_change_permission(request, obj) else fields

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """For a save, read the row under a lock, so that its version cannot move while the form is checked."""
        if request.method != "POST":
            return super().get_object(request, object_id, from_field)
        try:
            key = self.opts.pk.to_python(object_id)
            # Not against rows that only point to it: who writes those may wait for what this save moves along.
            # Locked bare, then read: over a join PostgreSQL would pair the locked row with what stood beside it before.
            # Not in the model's order either, which may join, and lock a customer after the rows of its own.
            row = self.model._base_manager.select_for_update(no_key=True).filter(pk=key)
            list(row.order_by().values_list("pk"))
            return self.get_queryset(request).get(pk=key)
        except (self.model.DoesNotExist, forms.ValidationError, ValueError):
            return None

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Django allows any local lookup (`?body__regex=(` would be a 500 and a way round scope); we name ours."""
        if request is None:
            return False
        filters = [item[0] if isinstance(item, tuple) else item for item in self.get_list_filter(request)]
        named = {getattr(item, "parameter_name", item) for item in filters}
        plain = lookup.removesuffix("__exact").removesuffix(f"{LOOKUP_SEP}id").removesuffix("__isnull")
        return lookup in self.lookups or plain in named

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """No row matches a NUL character, which PostgreSQL would refuse, nor quotes alone, which match everything, nor
        what is longer than SQLite compares.
        """
        hopeless = "\x00" in search_term or len(search_term) > LONGEST_SEARCH
        if hopeless or (search_term and not search_term.strip("'\" ")):
            return queryset.none(), False
        return super().get_search_results(request, queryset, search_term)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Count the version up with every save."""
        if change and hasattr(obj, "version"):
            obj.version += 1
        super().save_model(request, obj, form, change)


class PlainAdmin(ScopedAdmin):
    """For small tables of words (regions, workloads) that nobody edits side by side."""

    form = forms.ModelForm
