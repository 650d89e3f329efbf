"""Yes and no in words: the admin's icons for them are called "True" and "False" in every language."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext


@cache
def told(field: "models.BooleanField[Any, Any]") -> Callable[[Any], str]:
    """A column, or a line of a form that is only read, that says the field's value in the page's language."""

    @admin.display(description=capfirst(field.verbose_name), ordering=field.name)
    def word(row: Any) -> str:
        return gettext("Yes") if getattr(row, field.attname) else gettext("No")

    word.__name__ = field.name
    return word


class YesNoAdmin(admin.ModelAdmin):
    """A ModelAdmin whose yes-or-no columns, and such fields where they are only read, stand in words."""

    def in_words(self, name: Any) -> Any:
        """A column's name, or what tells it in words where it is a yes or no of the model."""
        if not isinstance(name, str) or name not in {field.name for field in self.opts.fields}:
            return name
        field = self.opts.get_field(name)
        return told(field) if isinstance(field, models.BooleanField) else name

    def get_list_display(self, request: HttpRequest) -> Any:
        """The columns, yes and no in words."""
        return [self.in_words(name) for name in super().get_list_display(request)]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """What is only read, yes and no in words."""
        return [self.in_words(name) for name in super().get_readonly_fields(request, obj)]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """The form's lines; those only read are named as `get_readonly_fields` names them."""
        sets = super().get_fieldsets(request, obj)
        read = {one.__name__ for one in self.get_readonly_fields(request, obj) if callable(one)}
        every = obj is not None and not self.has_change_permission(request, obj)

        def line(name: Any) -> Any:
            if isinstance(name, list | tuple):
                return [line(one) for one in name]
            return self.in_words(name) if every or name in read else name

        return [(title, {**options, "fields": [line(name) for name in options["fields"]]}) for title, options in sets]
