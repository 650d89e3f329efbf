"""The rows that place a note under its hashtags and workloads, with what lists filter and order by (domain.md §7)."""

from typing import Self

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.models import ItemBase

from accounts.models import PartnerOrganisation, Region
from accounts.scope import ScopedQuerySet
from customers.models import Workload
from notes.models.campaign import Tag
from notes.models.note import Note


class Placed(models.Model):
    """Columns that a row beside a note repeats from it, so that one index serves a list's filter and its order.

    `notes.placing` is the one place that keeps them.
    """

    created_at = models.DateTimeField()
    live = models.BooleanField()
    region = models.ForeignKey(Region, models.PROTECT, related_name="+", db_index=False)
    partner = models.ForeignKey(PartnerOrganisation, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        abstract = True


PLACED = ("created_at", "live", "region", "partner")


def _placed_indexes(name: str, first: str, note: str) -> list[models.Index]:
    tail = (F("created_at").desc(), F(note).desc())
    live = Q(live=True)
    return [
        models.Index(F(first), *tail, condition=live, name=f"{name}_live"),
        models.Index(F(first), F("region"), *tail, condition=live, name=f"{name}_live_region"),
        models.Index(F(first), F("partner"), *tail, condition=live, name=f"{name}_live_partner"),
    ]


class NoteTagQuerySet(ScopedQuerySet):
    """Notes under a hashtag."""

    def in_order(self) -> Self:
        """With their hashtags, as first written."""
        return self.select_related("tag").order_by("pk")


class NoteTag(Placed, ItemBase):
    """A note's hashtag. `in_field` tells one written in the tag field from one that stands in the text."""

    tag = models.ForeignKey(Tag, models.PROTECT, related_name="note_tags", db_index=False)
    content_object = models.ForeignKey(Note, models.CASCADE, related_name="note_tags")
    in_field = models.BooleanField(default=False)

    objects = NoteTagQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=PLACED)

    class Meta:
        verbose_name = _("hashtag of a note")
        verbose_name_plural = _("hashtags of notes")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["tag", "content_object"], name="notetag_once")]
        indexes = _placed_indexes("notetag", "tag", "content_object")

    def __str__(self) -> str:
        return f"#{self.tag} · {self.content_object_id}"


class NoteWorkloadQuerySet(ScopedQuerySet):
    """Notes under a workload."""

    def in_order(self) -> Self:
        """With their workloads, in the programme's order."""
        return self.select_related("workload").order_by("workload__position", "workload__code")


class NoteWorkload(Placed):
    """A workload a note speaks of."""

    note = models.ForeignKey(Note, models.CASCADE, related_name="note_workloads")
    workload = models.ForeignKey(Workload, models.PROTECT, related_name="note_workloads", db_index=False)

    objects = NoteWorkloadQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=PLACED)

    class Meta:
        verbose_name = _("workload of a note")
        verbose_name_plural = _("workloads of notes")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["workload", "note"], name="noteworkload_once")]
        indexes = _placed_indexes("noteworkload", "workload", "note")

    def __str__(self) -> str:
        return f"{self.workload} · {self.note_id}"
