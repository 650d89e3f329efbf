"""People, and the two things they are grouped by: regions and partner organisations."""

import uuid
import zoneinfo
from typing import ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractUser, AnonymousUser, UserManager
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role


def in_language(english: str, chinese: str) -> str:
    """The Chinese name where the page is Chinese and there is one, else the English (names that are data, not code)."""
    return chinese if chinese and (get_language() or "").startswith("zh") else english


class Region(models.Model):
    """A sales region; every customer is in one, a person may work in several."""

    code = models.SlugField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("region")
        verbose_name_plural = _("regions")
        ordering = ["code"]

    def __str__(self) -> str:
        return self.code


class PartnerQuerySet(models.QuerySet["PartnerOrganisation"]):
    """Partner organisations."""

    def visible_to(self, user: "User | AnonymousUser") -> "PartnerQuerySet":
        """The organisations `user` may know of: partner staff their own alone; everybody else all."""
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.partner_id is not None and not user.is_superuser:
            return self.filter(pk=user.partner_id)
        return self if user.is_superuser or Role.FRP not in user.roles else self.none()


class PartnerOrganisation(models.Model):
    """A FastTrack Ready Partner: its staff see and serve only the customers assigned to it."""

    name = models.CharField(_("name"), max_length=200, unique=True)

    objects = models.Manager.from_queryset(PartnerQuerySet)()

    class Meta:
        verbose_name = _("partner organisation")
        verbose_name_plural = _("partner organisations")
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    """People."""

    def visible_to(self, user: "User | AnonymousUser") -> "UserQuerySet":
        """The people whose names `user` may meet: partner staff those of their own organisation and the programme's
        own; partner staff without an organisation only themselves; everybody else all.
        """
        if not isinstance(user, User) or not user.is_active:
            return self.none()
        if user.is_superuser:
            return self
        if user.partner_id is not None:
            return self.filter(models.Q(partner=user.partner_id) | models.Q(partner=None))
        return self.filter(pk=user.pk) if Role.FRP in user.roles else self


class PeopleManager(UserManager["User"]):
    """Django's user manager over our queryset."""

    def get_queryset(self) -> UserQuerySet:
        return UserQuerySet(self.model, using=self._db)

    def visible_to(self, user: "User | AnonymousUser") -> UserQuerySet:
        """See `UserQuerySet.visible_to`."""
        return self.get_queryset().visible_to(user)


def check_time_zone(value: str) -> None:
    """Raise ValidationError unless `value` names a time zone this machine knows."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(value)s” is not a time zone, such as Europe/Berlin."), params={"value": value})


class User(AbstractUser):
    """A person at work in the programme: staff of it, or of a partner organisation."""

    partner = models.ForeignKey(
        PartnerOrganisation,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="staff",
        verbose_name=_("partner organisation"),
        help_text=_("Sees only this organisation's customers. Blank for the programme's own staff."),
    )
    regions = models.ManyToManyField(Region, blank=True, related_name="people", verbose_name=_("regions"))
    language = models.CharField(
        _("language"), max_length=10, blank=True, choices=settings.LANGUAGES, help_text=_("Blank: the browser's.")
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, blank=True, validators=[check_time_zone], help_text=_("Blank: the server's.")
    )

    objects: ClassVar[PeopleManager] = PeopleManager()

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["username"]

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    def known_to(self, reader: "User") -> bool:
        """Whether `reader` may meet this person's name: what `UserQuerySet.visible_to` says, asked of one at hand."""
        if reader.is_superuser or reader.pk == self.pk:
            return True
        if reader.partner_id is not None:
            return self.partner_id in (None, reader.partner_id)
        return Role.FRP not in reader.roles

    @cached_property
    def roles(self) -> list[Role]:
        """The roles held, in the playbook's order; read once a request."""
        held = set(self.groups.values_list("name", flat=True))
        return [role for role in Role if role.value in held]

    @cached_property
    def region_codes(self) -> list[str]:
        """Codes of the person's own regions, sorted."""
        return sorted(region.code for region in self.regions.all())


class Submission(models.Model):
    """A form that was handed in and made a record: the same form sent twice finds it and makes no second one.

    `token` came with the form when it was opened; `model` (label) and `object_id` are the record it made.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("person"))
    token = models.UUIDField(_("token"), default=uuid.uuid4)
    model = models.CharField(_("kind of record"), max_length=100)
    object_id = models.BigIntegerField(_("record"), null=True)
    at = models.DateTimeField(_("at"), default=timezone.now)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["user", "token"], name="submission_once")]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
