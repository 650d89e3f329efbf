"""Rows edited on the page of what they belong to (Django's inlines)."""

from typing import Any

from django.forms.models import BaseInlineFormSet, ModelChoiceField


class TolerantFormSet(BaseInlineFormSet):
    """Rows that are left as they are where a POST says nothing of them, as one without a browser does.

    Django would call such a POST tampered with. `sent` is whether the POST speaks of the rows at all: whether it holds
    `<prefix>-TOTAL_FORMS`. Rows that are not sent are shown as they stand.
    """

    def __init__(self, data: Any = None, files: Any = None, *args: Any, **kwargs: Any) -> None:
        prefix = kwargs.get("prefix") or self.get_default_prefix()
        self.sent = data is not None and f"{prefix}-TOTAL_FORMS" in data
        super().__init__(data if self.sent else None, files if self.sent else None, *args, **kwargs)

    def add_fields(self, form: Any, index: int | None) -> None:
        """As Django's, each field under its name: a table's head is no label to who cannot see it.

        A row that is none of these is as one that does not exist.
        """
        super().add_fields(form, index)
        for field in form.fields.values():
            if field.label and not field.widget.is_hidden:
                field.widget.attrs.setdefault("aria-label", field.label)
        key = form.fields.get("id")
        if isinstance(key, ModelChoiceField):
            key.queryset = self.get_queryset()

    def is_valid(self) -> bool:
        """As Django's; rows that were not sent are in order."""
        return super().is_valid() if self.sent else True

    def save(self, commit: bool = True) -> list[Any]:
        """As Django's; nothing to save where no rows were sent."""
        if self.sent:
            return super().save(commit)
        self.new_objects: list[Any] = []
        self.changed_objects: list[Any] = []
        self.deleted_objects: list[Any] = []
        return []
