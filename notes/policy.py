"""Who may write, change and withdraw which note: the one answer that form, import and every other door ask for.

It stands on Django's permissions on the role groups, which a programme administrator edits (domain.md §1).
"""

from django.contrib.auth.models import Group
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from customers.models import Assignment, Customer
from notes.models import Note, Risk, SummaryRequest
from notes.models.note import NoteQuerySet
from notes.models.risk import RiskQuerySet
from notes.types import LIVE, NoteType

ENTERPRISE_LEVELS = (3, 4)


def may_write(user: User, kind: NoteType) -> bool:
    """Whether `user` holds the type; nobody holds a retired one."""
    return not kind.retired and user.has_perm(kind.permission)


def writable_types(user: User) -> list[NoteType]:
    """The types `user` may write, in the form's order."""
    return [kind for kind in LIVE if may_write(user, kind)]


def writing_roles(user: User, kind: NoteType) -> list[Role]:
    """The roles of `user` whose group may write the type: what `written_as` can be. A superuser writes as none."""
    if user.is_superuser:
        return []
    codename = kind.permission.removeprefix("notes.")
    granting = set(
        user.groups.filter(permissions__content_type__app_label="notes", permissions__codename=codename).values_list(
            "name", flat=True
        )
    )
    return [role for role in user.roles if role.value in granting]


def roles_that_write(kind: NoteType) -> list[Role]:
    """The roles whose group may write the type now, for telling somebody who may not whom to ask."""
    codename = kind.permission.removeprefix("notes.")
    granting = set(
        Group.objects.filter(permissions__content_type__app_label="notes", permissions__codename=codename).values_list(
            "name", flat=True
        )
    )
    return [role for role in Role if role.value in granting]


def enterprise_error(user: User, customer: Customer) -> ValidationError | None:
    """Why `user` may not write an Enterprise Status note on `customer`, or None: its level must be 3 or 4, and the
    writer an FTA assigned to it today; a superuser needs no assignment (domain.md §2, contract *Rights*).
    """
    if customer.enterprise_level not in ENTERPRISE_LEVELS:
        return ValidationError(
            _("Enterprise Status notes are for customers of enterprise level 3 or 4."), code="enterprise_level"
        )
    assigned = customer.assignments.current().filter(user=user, role=Role.FTA)
    if not user.is_superuser and not assigned.exists():
        return ValidationError(
            _("Only a FastTrack Architect assigned to this customer writes its Enterprise Status."), code="unassigned"
        )
    return None


def may_change(user: User, note: Note) -> bool:
    """Its author while they hold its type and see its customer, or a superuser; never a retired or withdrawn note."""
    return note.withdrawn_at is None and would_change(user, note)


def would_change(user: User, note: Note) -> bool:
    """As `may_change`, were it not withdrawn."""
    if note.type.retired or not may_write(user, note.type):
        return False
    if user.is_superuser:
        return True
    return note.author_id == user.pk and Customer.objects.visible_to(user).filter(pk=note.customer_id).exists()


def withdraws(user: User, note: Note) -> bool:
    """Whether withdrawing this note is theirs: its author, a programme administrator or a superuser, while they see its
    customer.
    """
    if note.author_id != user.pk and not user.has_perm("notes.withdraw_note"):
        return False
    return Customer.objects.visible_to(user).filter(pk=note.customer_id).exists()


def may_withdraw(user: User, note: Note) -> bool:
    """Whether they may withdraw it now: once is enough."""
    return note.withdrawn_at is None and withdraws(user, note)


def withdraw_error(note: Note) -> ValidationError | None:
    """An Entitlement Status note in force is withdrawn only once a correcting one exists (domain.md §8)."""
    if note.note_type != NoteType.ENTITLEMENT_STATUS or note.period_id is None:
        return None
    corrected = Note.objects.live().filter(entitlement=note.entitlement_id, period_id__gt=note.period_id)
    if corrected.exists():
        return None
    return ValidationError(
        _("This note gives the entitlement its status. Write the correcting Entitlement Status note first."),
        code="in_force",
    )


# --- Next actions -----------------------------------------------------------------------------------------------------


def finishable(user: User) -> NoteQuerySet:
    """The live notes whose next action `user` may mark done, or open again: it is with them, they wrote the note, or
    they write notes and serve the customer today; a superuser any.
    """
    rows: NoteQuerySet = Note.objects.visible_to(user).live().exclude(next_action="")
    if user.is_superuser:
        return rows
    own = Q(next_action_person=user) | Q(author=user)
    if writable_types(user):
        own |= Q(customer__in=Assignment.objects.current().filter(user=user).values("customer_id"))
    return rows.filter(own)


def may_finish_action(user: User, note: Note) -> bool:
    """Whether `user` may mark this note's next action done, or open it again."""
    return finishable(user).filter(pk=note.pk).exists()


# --- Risks ------------------------------------------------------------------------------------------------------------


def steppable(user: User) -> RiskQuerySet:
    """The risks that `user` may step: any in scope with the right to (a regional manager); for a writer of any type the
    own ones and those of customers they serve today (contract, *Rights*).
    """
    rows: RiskQuerySet = Risk.objects.visible_to(user)
    if user.has_perm("notes.step_risk"):
        return rows
    if not writable_types(user):
        return rows.none()
    served = Assignment.objects.current().filter(user=user).values("customer_id")
    return rows.filter(Q(owner=user) | Q(customer__in=served))


def may_step(user: User, risk: Risk) -> bool:
    """Whether `user` may step this risk."""
    return steppable(user).filter(pk=risk.pk).exists()


def may_change_risk(user: User, risk: Risk) -> bool:
    """Who may step it may put its words right while it is open; a closed one is opened again first."""
    return risk.closed_at is None and may_step(user, risk)


# --- Executive summaries on request -----------------------------------------------------------------------------------


def may_ask(user: User) -> bool:
    """Who may ask for an executive summary (contract, *Rights*); at which customers is scope's to say."""
    return user.has_perm("notes.add_summaryrequest")


def owns_request(user: User, asked: SummaryRequest) -> bool:
    """Whose request it is to change and to take back: of whoever asked, while they may ask, or a superuser."""
    if user.is_superuser:
        return True
    mine = asked.asked_by_id == user.pk and may_ask(user)
    return mine and Customer.objects.visible_to(user).filter(pk=asked.customer_id).exists()


def may_change_request(user: User, asked: SummaryRequest) -> bool:
    """Whether they may change or take it back now: while nobody has answered it."""
    return asked.is_open and owns_request(user, asked)


# --- Handing over -----------------------------------------------------------------------------------------------------


def may_hand_over(user: User) -> bool:
    """Who may hand people's customers over: who adds and changes assignments; whose is scope's to say."""
    return user.has_perms(["customers.add_assignment", "customers.change_assignment"])
