"""A note's next action: done in one click, opened again as quickly (contract, `…/done/`).

Every door (the page of an action, the lists, the message's *Undo*) comes here.
"""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from notes import policy
from notes.models import Note
from notes.writing import Conflict


def finish(note: Note, *, by: User, action: str | None = None) -> bool:
    """Mark the note's next action done; whether that changed anything, as twice is once.

    `action` is the text the person saw, None where they saw none. Raises PermissionDenied where `by` may not
    (`policy.may_finish_action`), Conflict where the note names another action by now.
    """
    return _mark(note, by=by, action=action, done=True)


def reopen(note: Note, *, by: User, action: str | None = None) -> bool:
    """Take the mark away again; as `finish` in all else."""
    return _mark(note, by=by, action=action, done=False)


@transaction.atomic
def _mark(note: Note, *, by: User, action: str | None, done: bool) -> bool:
    # The form that changes the note reads it under the same lock, so neither writes over the other. The version stays:
    # it guards words, of which the mark changes none, and whoever has the form open would be told of a conflict that
    # is none. For the same reason the note counts as last changed when its words were.
    list(Note.objects.select_for_update(no_key=True).filter(pk=note.pk).values_list("pk"))
    stands = Note.objects.get(pk=note.pk)
    if not policy.may_finish_action(by, stands):
        raise PermissionDenied
    if action is not None and not same_words(action, stands.next_action):
        raise Conflict
    if done == (stands.next_action_done_at is not None):
        return False
    stands.next_action_done_at = timezone.now() if done else None
    stands.save(update_fields=["next_action_done_at"])  # which its history keeps
    return True


def same_words(one: str, other: str) -> bool:
    """Whether two texts are one but for what a browser may do to spaces and line ends."""
    return one.split() == other.split()
