"""People's names as far as the reader may know them."""

from typing import Any

from django import template
from django.utils.translation import gettext as _

from accounts.models import User

register = template.Library()


@register.filter
def named_to(person: User | None, reader: Any) -> str:
    """The person's name; of another partner's staff, who served the customer before, only that (domain.md §1)."""
    if person is None:
        return ""
    return str(person) if person.known_to(reader) else _("somebody outside your organisation")
