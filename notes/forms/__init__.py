"""What people fill in."""

from notes.forms.note import NoteForm, WithdrawForm

__all__ = ["NoteForm", "WithdrawForm"]
