"""Loading many entitlements at once, through the rules that one form asks: all of them or none (domain.md §5)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from customers.models import Customer, Entitlement, StatusPeriod, StatusReason
from customers.splits import approval_errors, split_errors
from customers.status import FIRST_L1, FIRST_L2, validate

CHUNK = 500
Errors = dict[str, ValidationError]


class Refused(Exception):
    """Nothing was loaded: `rows` are the faults, by the row's place (from 0) and field."""

    def __init__(self, rows: dict[int, Errors]) -> None:
        super().__init__(f"{len(rows)} rows refused")
        self.rows = rows


def check(rows: Sequence[Entitlement], *, by: User) -> dict[int, Errors]:
    """What is wrong with rows to be added, by place and field; empty when nothing is.

    They may begin in any status. A row marked `imported` is history, which may be In Progress without a target date
    (domain.md §5). Rows are held against those that stand and against each other, in a fixed number of queries.
    """
    tree = StatusReason.tree()
    customers = {row.customer_id for row in rows}
    seen = set(Customer.objects.visible_to(by).filter(pk__in=customers).values_list("pk", flat=True))
    standing: dict[tuple[int, int], list[tuple[str, str]]] = defaultdict(list)
    known = Entitlement.objects.filter(customer__in=customers)
    for customer, workload, reason, label in known.values_list(
        "customer_id", "workload_id", "split_reason", "split_label"
    ):
        standing[customer, workload].append((reason, label))
    first = StatusReason.objects.filter(slug=FIRST_L2).first()
    faults: dict[int, Errors] = {}
    for place, row in enumerate(rows):
        if row.l1 == FIRST_L1 and row.l2 is None:
            row.l2 = first
        errors = _row_errors(row)
        if row.customer_id not in seen:
            errors["customer"] = ValidationError(_("not a valid choice."), code="invalid_choice")
        siblings = standing[row.customer_id, row.workload_id]
        for more in (
            validate(row.state, tree, imported=row.imported),
            split_errors(row, siblings),
            approval_errors(by, row.split_approved),
        ):
            errors = {**more, **errors}
        siblings.append((row.split_reason, row.split_label))
        if errors:
            faults[place] = errors
    return faults


def _row_errors(row: Entitlement) -> Errors:
    """What each column says of its own value, and whom the row may belong to."""
    errors: Errors = {}
    try:
        row.clean_fields(exclude=["customer", "owner", "l2", "l3"])
    except ValidationError as error:
        errors = {name: ValidationError(found) for name, found in error.error_dict.items()}
    errors |= row.owner_errors()
    return errors


@transaction.atomic
def load(rows: Sequence[Entitlement], *, by: User, at: dt.datetime) -> list[Entitlement]:
    """Add unsaved rows, each with the period of its status and its history, from `at` on; the saved rows.

    Raises PermissionDenied where `by` may not add entitlements, Refused where any row is wrong.
    """
    if not by.has_perm("customers.add_entitlement"):
        raise PermissionDenied
    # In the order in which a form takes them, so that two loads wait for each other and none for ever.
    customers = Customer.objects.filter(pk__in={row.customer_id for row in rows}).order_by("pk")
    list(customers.select_for_update(no_key=True).values_list("pk"))
    faults = check(rows, by=by)
    if faults:
        raise Refused(faults)
    for row in rows:
        row.status_changed_at = at
    made: list[Entitlement] = bulk_create_with_history(list(rows), Entitlement, CHUNK, default_user=by, default_date=at)
    StatusPeriod.objects.bulk_create([row.period_from(by=by, at=at) for row in made], batch_size=CHUNK)
    return made
