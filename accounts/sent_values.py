"""Values as a browser would send them from a form's fields: compared, put in their place, named for reading."""

import hashlib
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from accounts.models import User


def as_sent(field: forms.Field, value: Any) -> Any:
    """A saved value as the page's field would send it back: text, a list of texts, or whether it is ticked."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return [str(getattr(key, "pk", key)) for key in value or ()]
    if isinstance(field, forms.BooleanField):
        return bool(value)
    value = field.prepare_value(value)
    if value is None:
        return ""
    widget = field.widget
    written = value if isinstance(widget, forms.widgets.ChoiceWidget) else widget.format_value(value)
    return "" if written is None else str(written)


def comparable(field: forms.Field, sent: Any) -> Any:
    """What is sent, so that two ways of writing the same are the same; what cannot be read stays as it is."""
    if isinstance(field, forms.ModelMultipleChoiceField):
        return frozenset(map(str, sent or ()))
    if isinstance(field, forms.ModelChoiceField):
        return str(sent or "")
    try:
        value = field.to_python(sent)
    except ValidationError:
        return ("unreadable", str(sent))
    return "" if value is None else value


def put(data: Any, key: str, field: forms.Field, sent: Any) -> None:
    """Have `data` say `sent` for a field, as `as_sent` gives it."""
    if isinstance(field, forms.BooleanField):
        data.pop(key, None)
        if sent:
            data[key] = "on"
    elif isinstance(sent, list) and hasattr(data, "setlist"):
        data.setlist(key, sent)
    else:
        data[key] = sent


def shown(field: forms.Field, sent: Any) -> str:
    """What is sent as the page names it: a choice or a row by its label, as far as the field's rows know it."""
    if isinstance(field, forms.BooleanField):
        return gettext("Yes") if sent else gettext("No")
    if isinstance(field, forms.ModelMultipleChoiceField):
        known = {str(row.pk): field.label_from_instance(row) for row in field.queryset}  # type: ignore[union-attr]
        return ", ".join(str(known[key]) for key in map(str, sent or ()) if key in known)
    if isinstance(field, forms.ModelChoiceField):
        return _row(field, str(sent or ""))
    if isinstance(field, forms.ChoiceField):
        return str({str(key): label for key, label in field.choices}.get(str(sent), sent)) if sent else ""  # type: ignore[union-attr,misc]
    return str(sent or "").replace("\r\n", "\n")


def _row(field: forms.ModelChoiceField, key: str) -> str:
    if not key:
        return ""
    rows: Any = field.queryset
    row = rows.filter(pk=key).first() if key.isascii() and key.isdecimal() and len(key) < 19 else None
    if row is not None:
        return str(field.label_from_instance(row))
    return gettext("somebody outside your organisation") if rows.model is User else gettext("one you may not see")


def mark(value: Any) -> str:
    """A short sign of a value, to tell whether it is still the same."""
    whole = sorted(value) if isinstance(value, frozenset) else value
    return hashlib.sha256(repr(whole).encode()).hexdigest()[:16]
