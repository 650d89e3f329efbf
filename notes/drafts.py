"""Drafts: what somebody was typing into a note form, found again on the form and at home."""

from urllib.parse import urlencode

from django.db.models import Q
from django.urls import reverse

from accounts.models import User
from customers.models import Customer
from notes.models import NoteDraft
from notes.models.draft import NoteDraftQuerySet


def waiting(user: User) -> NoteDraftQuerySet:
    """The drafts that `user` can go on with, newest first: their own alone, on customers they still see."""
    seen = Customer.objects.visible_to(user)
    return NoteDraft.objects.of(user).filter(Q(customer__in=seen)).select_related("customer", "entitlement__workload")


def address(draft: NoteDraft) -> str:
    """Where the form stands that shows this draft."""
    if draft.note_id is not None:
        return f"{reverse('admin:notes_note_change', args=[draft.note_id])}?{urlencode({'draft': draft.key})}"
    return f"{reverse('admin:notes_note_add')}?{urlencode({'draft': draft.key})}"
