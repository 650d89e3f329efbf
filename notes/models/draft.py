"""What somebody is writing: kept on the server while they type, theirs alone (never a note until it is saved)."""

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from customers.models import Customer, Entitlement
from notes.models.note import Note


class NoteDraftQuerySet(models.QuerySet["NoteDraft"]):
    """Drafts."""

    def of(self, user: User) -> Self:
        """Those of `user`, newest first: nobody else's, whatever rights one holds."""
        return self.filter(user=user).order_by("-updated_at", "-pk")


class NoteDraft(models.Model):
    """The fields of a note form as they were typed last.

    `key` came with the form when it was opened; `revision` counts what was kept, so that two windows on one draft do
    not write over each other. `data` is the form by field name, each a list of texts, as a browser sends it. `note` is
    the note being changed, `rewrites` the one that a new note would replace; both None for a plain new one.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="drafts", verbose_name=_("person"), db_index=False
    )
    key = models.UUIDField(_("key"), unique=True, default=uuid.uuid4)
    revision = models.PositiveIntegerField(_("revision"), default=1)
    customer = models.ForeignKey(Customer, models.CASCADE, null=True, related_name="+", verbose_name=_("customer"))
    note_type = models.CharField(_("note type"), max_length=24, blank=True)
    entitlement = models.ForeignKey(
        Entitlement, models.CASCADE, null=True, related_name="+", verbose_name=_("entitlement")
    )
    note = models.ForeignKey(Note, models.CASCADE, null=True, related_name="drafts", verbose_name=_("note"))
    rewrites = models.ForeignKey(Note, models.CASCADE, null=True, related_name="+", verbose_name=_("rewrites"))
    data = models.JSONField(_("what was typed"), default=dict)
    created_at = models.DateTimeField(_("created at"), default=timezone.now)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now)

    objects = NoteDraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        default_permissions = ()
        ordering = ["-updated_at", "-pk"]
        indexes = [
            models.Index(fields=["user", "-updated_at"], name="draft_user"),
            models.Index(fields=["updated_at"], name="draft_age"),
        ]

    def __str__(self) -> str:
        return f"{self.user}, {self.updated_at:%Y-%m-%d %H:%M}"
