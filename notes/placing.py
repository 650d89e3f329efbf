"""Keeps the columns that rows beside a customer repeat from it: region, partner, and of a note its date and life.

Lists filter and order by these columns alone, so they must be true; this module is the only writer of them. Nor may
anybody own what has moved out of their sight.
"""

from typing import Any

from django.db import models

from customers.models import Customer, Entitlement
from notes import campaigns, summaries
from notes.models import Note, NoteTag, NoteWorkload, Risk


def of(note: Note) -> dict[str, Any]:
    """What a row beside `note` repeats from it, for creating one."""
    return {
        "created_at": note.created_at,
        "live": note.withdrawn_at is None,
        "region_id": note.region_id,
        "partner_id": note.partner_id,
    }


def follow_note(note: Note) -> None:
    """Bring the rows beside a note up to it, after it was withdrawn or its date changed."""
    for model, link in ((NoteTag, "content_object"), (NoteWorkload, "note")):
        model._default_manager.filter(**{link: note}).update(**of(note))


def follow_customer(customer: Customer) -> None:
    """Bring every row of a customer up to its region and partner."""
    campaigns.stand_by()
    place = {"region_id": customer.region_id, "partner_id": customer.partner_id}
    rows: list[models.QuerySet[Any]] = [
        Note.objects.filter(customer=customer),
        NoteTag.objects.filter(content_object__customer=customer),
        NoteWorkload.objects.filter(note__customer=customer),
        Risk.objects.filter(customer=customer),
    ]
    for queryset in rows:
        queryset.exclude(region_id=place["region_id"], partner_id=place["partner_id"]).update(**place)


def release_owners(customer: Customer) -> None:
    """Take entitlements and risks from owners whose organisation serves the customer no more (domain.md §1)."""
    for model in (Entitlement, Risk):
        foreign = model._default_manager.filter(customer=customer, owner__partner__isnull=False)
        for row in foreign.exclude(owner__partner=customer.partner_id):
            row.owner = None
            row.version += 1
            row.save()


def customer_saved(sender: type[Customer], instance: Customer, created: bool, raw: bool, **kwargs: Any) -> None:
    """Receiver of `post_save`: a saved customer takes its rows along, whichever door saved it."""
    if not created and not raw:
        follow_customer(instance)
        release_owners(instance)
        summaries.release_people(instance)
