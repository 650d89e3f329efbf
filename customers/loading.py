"""Loading many entitlements at once, through the rules that one form asks: all of them or none (domain.md §5)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from simple_history.utils import bulk_create_with_history

from accounts.models import User
from customers.models import Customer, Entitlement, StatusPeriod, StatusReason, Workload
from customers.splits import approval_errors, split_errors
from customers.status import FIRST_L1, FIRST_L2, Errors, validate

CHUNK = 500
UNKNOWN = _("Select a valid choice. That choice is not one of the available choices.")


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
    customers = Customer.objects.visible_to(by).in_bulk({row.customer_id for row in rows})
    workloads = Workload.objects.in_bulk({row.workload_id for row in rows})
    owners = User.objects.visible_to(by).in_bulk({row.owner_id for row in rows if row.owner_id})
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
        unknown = {
            name: ValidationError(UNKNOWN, code="invalid_choice")
            for name, known_rows in (("customer", customers), ("workload", workloads), ("owner", owners))
            if (key := getattr(row, f"{name}_id")) and not _found(row, name, known_rows.get(key))
        }
        siblings = standing[row.customer_id, row.workload_id]
        errors = (
            approval_errors(by, row.split_approved)
            | split_errors(row, siblings)
            | validate(row.state, tree, imported=row.imported)
            | (row.owner_errors() if not unknown else {})
            | _column_errors(row)
            | unknown
        )
        siblings.append((row.split_reason, row.split_label))
        if errors:
            faults[place] = errors
    return faults


def _found(row: Entitlement, name: str, known: object) -> bool:
    if known is not None:
        setattr(row, name, known)
    return known is not None


def _column_errors(row: Entitlement) -> Errors:
    """What each column says of its own value."""
    try:
        row.clean_fields(exclude=["customer", "workload", "owner", "l2", "l3"])
    except ValidationError as error:
        return {name: ValidationError(found) for name, found in error.error_dict.items()}
    return {}


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
