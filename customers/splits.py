"""When a customer may have two rows of one workload (domain.md §5)."""

from collections.abc import Iterable
from typing import Protocol

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.choices import SplitReason


class Row(Protocol):
    """What the rules ask of an entitlement."""

    split_reason: str
    split_label: str
    split_approved: bool


def split_errors(row: Row, siblings: Iterable[tuple[str, str]]) -> dict[str, ValidationError]:
    """What is wrong with a row beside its customer's other rows of the workload, by field; empty when nothing is.

    `siblings` are those rows as (split reason, split label).
    """
    errors = {}
    standing = list(siblings)
    if row.split_reason and not row.split_label:
        errors["split_label"] = ValidationError(_("A split row needs a label."), code="required")
    if row.split_label and not row.split_reason:
        errors["split_reason"] = ValidationError(_("A split row needs its reason."), code="required")
    if row.split_reason == SplitReason.DUPLICATED_LICENCES and not row.split_approved:
        errors["split_reason"] = ValidationError(
            _("Duplicated licences need the approval of a programme administrator."), code="unapproved"
        )
    if not row.split_reason and "split_reason" not in errors and any(not reason for reason, _label in standing):
        errors["split_reason"] = ValidationError(
            _("The customer has this workload already; a second row needs a reason to be split."), code="required"
        )
    if row.split_label and "split_label" not in errors and any(row.split_label == label for _reason, label in standing):
        errors["split_label"] = ValidationError(_("Another row of this workload has that label."), code="unique")
    return errors


def approval_errors(by: User, approved: bool, before: bool = False) -> dict[str, ValidationError]:
    """Why `by` may not set the approval of a split from `before` to `approved`, by field; empty where they may: it is a
    programme administrator's (domain.md §5).
    """
    if approved == before or by.has_perm("customers.approve_split"):
        return {}
    message = _("Only a programme administrator approves a split.")
    return {"split_approved": ValidationError(message, code="forbidden")}
