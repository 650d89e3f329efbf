"""Twice is once: a form that is handed in again (double click, retry, back button) makes no second record.

A page puts `token(request)` into its form under `FIELD`; whoever saves calls `claim` in the same transaction. The claim
is unique, so of two at once the second waits for the first and fails (IntegrityError); it then finds what was made.
"""

import datetime as dt
import hashlib
import json
import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import models
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Submission, User

FIELD = "submission"
KEPT_DAYS = 30
SPENT = _(
    "This form has saved its record already, and differs from it now. Nothing more is saved yet; save again to make "
    "another record of it."
)


def uuid_of(text: str | None) -> uuid.UUID | None:
    """A token as it came with a form; None where there is none, or garbage."""
    try:
        return uuid.UUID(text) if text and len(text) <= 36 else None
    except ValueError:
        return None


@dataclass(frozen=True)
class HandedIn:
    """A form with its token as `user` handed it in at `place` (the address it was sent to)."""

    user: User
    token: uuid.UUID
    place: str
    digest: str = ""

    @property
    def once(self) -> uuid.UUID:
        """What stands for this form, whatever it says."""
        return uuid.uuid5(self.token, self.place)

    @property
    def adds(self) -> bool:
        """Whether it adds something; a form of what stands may be handed in again with other words."""
        return self.place.endswith("/add/")

    @property
    def exact(self) -> uuid.UUID:
        """What stands for this form with just these words."""
        return uuid.uuid5(self.token, f"{self.place} {self.digest}")

    def before(self) -> tuple[Submission | None, Submission | None]:
        """What the very same form made when it was handed in before, and what this form made with whatever words."""
        rows = Submission.objects.filter(user=self.user, token__in=[self.exact, self.once])
        found = {row.token: row for row in rows}
        return found.get(self.exact), found.get(self.once)

    def claim(self, record: models.Model) -> None:
        """Say that this form made (or changed) `record`. Raises IntegrityError where the same has said so before."""
        about = {"user": self.user, "model": record._meta.label, "object_id": record.pk}
        Submission.objects.create(token=self.exact, **about)
        if self.adds:
            Submission.objects.create(token=self.once, **about)
        else:
            Submission.objects.get_or_create(user=self.user, token=self.once, defaults=about)


def handed_in(request: HttpRequest) -> HandedIn | None:
    """The form that a POST hands in; None for anything else, and where it brings no token."""
    token = uuid_of(request.POST.get(FIELD)) if request.method == "POST" else None
    if token is None or not isinstance(request.user, User):
        return None
    # Not the buttons, nor what the page keeps for itself: pressing Save by another key is the same form.
    said = {
        name: values
        for name, values in request.POST.lists()
        if name not in (FIELD, "csrfmiddlewaretoken") and not name.startswith(("_", "draft"))
    }
    digest = hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()
    return HandedIn(request.user, token, request.path, digest)


def claim(request: HttpRequest, record: models.Model) -> None:
    """As `HandedIn.claim`, once a request; nothing for a form without a token."""
    handed = handed_in(request)
    if handed is not None and not getattr(request, "submission_claimed", False):
        handed.claim(record)
        request.submission_claimed = True  # type: ignore[attr-defined]


def is_again(request: HttpRequest) -> bool:
    """Whether the very same form has been handed in before and did its work; then nothing of this request is done."""
    handed = handed_in(request)
    request.submission_claimed = False  # type: ignore[attr-defined]
    return handed is not None and handed.before()[0] is not None


def token(request: HttpRequest) -> str:
    """The token for the form of the answer: the one it came with while it has made nothing, else a new one."""
    came = uuid_of(request.POST.get(FIELD))
    return str(uuid.uuid4() if came is None or getattr(request, "submission_spent", False) else came)


def say_again(request: HttpRequest, address: str) -> None:
    """Tell whoever handed the same in twice that it is saved; `address` of the record, "" when it is out of sight."""
    said = gettext("Saved already: once is enough.")
    link = format_html('<a href="{}">{}</a>', address, gettext("Open it")) if address else ""
    messages.info(request, format_html("{} {}", said, link))


def once_only(request: HttpRequest, form: type[Any]) -> Any:
    """The form class; where the form has made its record already and says something else now, one that refuses it: its
    words are shown again.
    """
    if not getattr(request, "submission_spent", False):
        return form

    def full_clean(self: Any) -> None:
        form.full_clean(self)
        if self.is_bound:
            self.add_error(None, ValidationError(SPENT, code="spent"))

    return type(form.__name__, (form,), {"full_clean": full_clean})


def purge(now: dt.datetime | None = None) -> int:
    """Forget what was handed in more than 30 days ago; how many rows that were."""
    before = (now or timezone.now()) - dt.timedelta(days=KEPT_DAYS)
    return Submission.objects.filter(at__lt=before).delete()[0]
