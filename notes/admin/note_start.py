"""What the address of a new note says, and what follows from it: nothing is asked that is known already."""

from typing import Any, NamedTuple

from django.db.models import Q
from django.http import QueryDict

from accounts.models import User
from accounts.scoped_admin import LONGEST_SEARCH, is_id
from customers.models import Customer, Entitlement, Workload
from notes import policy
from notes.types import NoteType


class Offered(NamedTuple):
    """A type to choose for a customer; `refused` says why it cannot be written there, "" where it can."""

    kind: NoteType
    refused: str


def find(user: User, words: str) -> Any:
    """The customers in scope with these words in their name or tenant ID, by name; a queryset."""
    rows = Customer.objects.visible_to(user).select_related("region", "partner")
    if len(words) > LONGEST_SEARCH:
        return rows.none()
    return rows.filter(Q(name__icontains=words) | Q(tenant_id__icontains=words)).order_by("name", "pk")


def words_of(given: QueryDict) -> str:
    """What was typed to find a customer."""
    return " ".join(given.get("find", "").replace("\x00", "").split())


def known(given: QueryDict, user: User) -> QueryDict:
    """The address with what follows from it: the customer where only one is meant, the type where the person writes
    only one, and the entitlement where a workload's code came after the customer ("Contoso exo").

    An address that names its customer keeps it, even where it is none.
    """
    told = given.copy()
    words = words_of(given)
    if words and not given.get("customer"):
        only, code = _meant(user, words), ""
        if only is None and " " in words:
            head, tail = words.rsplit(" ", 1)
            code = Workload.objects.filter(code__iexact=tail).values_list("code", flat=True).first() or ""
            only = _meant(user, head) if code else None
        if only is None:
            return told
        told["customer"] = str(only.pk)
        if code:
            _entitled(told, user, only, code)
    kinds = policy.writable_types(user)
    if is_id(told.get("customer", "")) and not told.get("note_type") and len(kinds) == 1:
        customer = Customer.objects.visible_to(user).filter(pk=told["customer"]).first()
        if customer is not None and not _refused(user, kinds[0], customer):
            told["note_type"] = kinds[0].value
    return told


def offered(user: User, customer: Customer) -> list[Offered]:
    """The types that `user` writes, each with why not here."""
    return [Offered(kind, _refused(user, kind, customer)) for kind in policy.writable_types(user)]


def entitlements(user: User, customer: Customer) -> Any:
    """The customer's entitlements, in the playbook's order, with what the page shows of each; a queryset."""
    rows = Entitlement.objects.visible_to(user).filter(customer=customer)
    return rows.select_related("workload", "l2").order_by("workload__position", "split_label")


def _meant(user: User, words: str) -> Customer | None:
    """The one customer that the words find; of several the one that is called just so."""
    found: list[Customer] = list(find(user, words)[:2])
    if len(found) > 1:
        found = list(find(user, words).filter(Q(name__iexact=words) | Q(tenant_id__iexact=words))[:2])
    return found[0] if len(found) == 1 else None


def _entitled(told: QueryDict, user: User, customer: Customer, code: str) -> None:
    """Lead to the status of the workload, for who writes it: to the entitlement, or to the choice of several."""
    if told.get("note_type", "") not in ("", NoteType.ENTITLEMENT_STATUS):
        return
    if not policy.may_write(user, NoteType.ENTITLEMENT_STATUS):
        return
    rows = entitlements(user, customer).filter(workload__code=code)[:2]
    if rows:
        told["note_type"] = NoteType.ENTITLEMENT_STATUS.value
    if len(rows) == 1:
        told["entitlement"] = str(rows[0].pk)


def _refused(user: User, kind: NoteType, customer: Customer) -> str:
    error = policy.enterprise_error(user, customer) if kind == NoteType.ENTERPRISE_STATUS else None
    return str(error.messages[0]) if error else ""
