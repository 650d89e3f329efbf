"""The life of a risk: raised, stepped, resolved or accepted, perhaps opened again (domain.md §8).

Every door (the step page, from the lists or from a note) comes here; the legal steps are `notes.risks.NEXT`.
"""

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from customers.models import Customer
from notes import policy
from notes.models import Risk, RiskStep
from notes.risks import CLOSED, RiskState, step_errors
from notes.writing import Conflict


@transaction.atomic
def raise_on_customer(risk: Risk, *, by: User) -> None:
    """Save a new risk that no note raised. It stands where its customer is by now; its entitlement names the workload.

    `risk` has been validated (`full_clean`).
    """
    risk.customer = Customer.objects.select_for_update(of=("self",), no_key=True).get(pk=risk.customer_id)
    risk.region_id, risk.partner_id = risk.customer.region_id, risk.customer.partner_id
    risk.raised_by, risk.raised_at = by, timezone.now()
    if risk.entitlement:
        risk.workload = risk.entitlement.workload
    risk.save()


@transaction.atomic
def step(
    risk: Risk,
    *,
    to: str,
    comment: str,
    by: User,
    escalated_to: str = "",
    reference: str = "",
    version: int | None = None,
) -> RiskStep:
    """Take a risk one step on, and keep who did, when, to whom and why.

    `version` is the one the person saw, None where they saw none. Raises PermissionDenied where `by` may not step it,
    Conflict where it moved on meanwhile, ValidationError by field where the step is not legal from where it stands.
    """
    list(Risk.objects.select_for_update().filter(pk=risk.pk).values_list("pk"))
    risk = Risk.objects.get(pk=risk.pk)
    if not policy.may_step(by, risk):
        raise PermissionDenied
    if version is not None and version != risk.version:
        raise Conflict
    comment, reference = comment.strip(), reference.strip()
    errors = step_errors(risk.state, to, comment=comment, escalated_to=escalated_to, reference=reference)
    if errors:
        raise ValidationError(errors)
    now = timezone.now()
    taken = RiskStep.objects.create(
        risk=risk,
        from_state=risk.state,
        to_state=to,
        comment=comment,
        escalated_to=escalated_to,
        reference=reference,
        by=by,
        at=now,
    )
    if to == RiskState.ESCALATED:
        risk.escalated_to, risk.reference = escalated_to, reference
    elif to == RiskState.OPEN:
        # It begins anew; its steps remember to whom it was escalated the last time.
        risk.escalated_to = risk.reference = ""
    risk.state, risk.closed_at = to, now if to in CLOSED else None
    risk.last_step, risk.last_step_at = comment, now
    risk.version += 1
    risk.save()
    return taken
