"""What saving an Entitlement Status note also does, said before it is saved (domain.md §5, §9)."""

from typing import NamedTuple

from django.utils.translation import gettext

from accounts.templatetags.due import short
from customers.models import Entitlement
from customers.status import L1


class Consequence(NamedTuple):
    """A sentence that holds where this L1 is chosen."""

    l1: str
    text: str


def consequences(entitlement: Entitlement) -> list[Consequence]:
    """Every sentence, in the order of the L1; the page shows those of the chosen one."""
    return [Consequence(level.value, text) for level in L1 for text in _of(entitlement, level)]


def _of(entitlement: Entitlement, level: L1) -> list[str]:
    now = L1(entitlement.l1)
    told = []
    if level == now:
        told.append(gettext("The status stays as it is; saving renews its why."))
    elif now == L1.IN_PROGRESS and entitlement.engagement_start_date:
        day = short(entitlement.engagement_start_date)
        told.append(
            gettext("Saving ends In Progress: the engagement start date, %(day)s, is cleared and stays in history.")
            % {"day": day}
        )
    if now == L1.DUPLICATE_INVALID and level != now:
        told.append(gettext("It counts again: it comes back to every list, count and export of active work."))
    if level == now:
        return told
    if level == L1.DUPLICATE_INVALID:
        words = gettext("It leaves every count, list and export of active work; its own filter still shows it.")
        told.append(words)
    elif level == L1.IN_PROGRESS:
        told.append(gettext("Upkeep lists it once its target date is past."))
    elif level == L1.BLOCKED:
        told.append(gettext("Upkeep lists it once its unblock date is past."))
    elif level == L1.STATUS_UNKNOWN:
        told.append(gettext("Upkeep lists it until its intent is known."))
    return told
