"""Workloads, and the tree of reasons for a status with their guidance (domain.md §3, §5)."""

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords

from accounts.models import in_language
from customers.guidance import Guidance, read_guidance
from customers.models.customer import Versioned
from customers.status import FIRST_L2, L1, Reason, Reasons


class Workload(models.Model):
    """One of the programme's workloads (domain.md §3); data that a programme administrator edits."""

    code = models.CharField(_("code"), max_length=16, unique=True)
    name = models.CharField(_("name"), max_length=100)
    name_zh = models.CharField(_("Chinese name"), max_length=100, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("workload")
        verbose_name_plural = _("workloads")
        ordering = ["position", "code"]

    def __str__(self) -> str:
        return self.code

    @property
    def label(self) -> str:
        """Its name in the page's language."""
        return in_language(self.name, self.name_zh)


class StatusReason(Versioned):
    """An L2 reason under an L1 status, or an L3 detail under an L2 reason (`parent`) (domain.md §5)."""

    l1 = models.CharField("L1", max_length=20, choices=L1)
    parent = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="details",
        limit_choices_to={"parent": None},
        verbose_name=_("reason (L2) it belongs to"),
        help_text=_("Blank for an L2 reason; for an L3 detail the reason above it."),
    )
    slug = models.SlugField(_("slug"), max_length=64, unique=True)
    name = models.CharField(_("name"), max_length=200)
    name_zh = models.CharField(_("Chinese name"), max_length=200, blank=True)
    definition = models.TextField(_("definition"), blank=True)
    definition_zh = models.TextField(_("Chinese definition"), blank=True)
    examples = models.TextField(_("examples"), blank=True)
    examples_zh = models.TextField(_("Chinese examples"), blank=True)
    lookalikes = models.TextField(_("look-alikes"), blank=True)
    lookalikes_zh = models.TextField(_("Chinese look-alikes"), blank=True)
    questions = models.TextField(_("questions to ask"), blank=True)
    questions_zh = models.TextField(_("Chinese questions to ask"), blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    active = models.BooleanField(_("active"), default=True, help_text=_("An inactive reason stays where it stands."))

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("status reason")
        verbose_name_plural = _("status reasons")
        ordering = ["position", "pk"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the page's language."""
        return in_language(self.name, self.name_zh)

    @property
    def guidance(self) -> Guidance:
        """What is written beside it, each part in the page's language where it is there."""
        return read_guidance(
            definition=in_language(self.definition, self.definition_zh),
            examples=in_language(self.examples, self.examples_zh),
            lookalikes=in_language(self.lookalikes, self.lookalikes_zh),
            questions=in_language(self.questions, self.questions_zh),
        )

    def clean(self) -> None:
        """A detail stands under a reason of the same L1, never under another detail or itself; one in use stays put."""
        if self.parent_id and self.parent_id == self.pk:
            raise ValidationError({"parent": ValidationError(_("That is itself a detail (L3)."), code="invalid")})
        self._check_in_use()
        if self.parent and self.parent.parent_id:
            raise ValidationError({"parent": ValidationError(_("That is itself a detail (L3)."), code="invalid")})
        if self.parent and self.parent.l1 != self.l1:
            message = _("The reason above it belongs to another L1.")
            raise ValidationError({"l1": ValidationError(message, code="invalid")})

    def _check_in_use(self) -> None:
        before = StatusReason.objects.filter(pk=self.pk).first()
        if before is None:
            return
        if before.slug == FIRST_L2 and self.slug != FIRST_L2:
            raise ValidationError(
                {"slug": ValidationError(_("New entitlements start with this reason."), code="in_use")}
            )
        if (before.l1, before.parent_id) == (self.l1, self.parent_id):
            return
        # Every status, past ones too, has its period; that model stands on this one.
        periods = apps.get_model("customers", "StatusPeriod")
        used = periods.objects.filter(Q(l2=self.pk) | Q(l3=self.pk)).exists()
        if before.slug == FIRST_L2 or used or self.details.exists():
            message = _("It is in use where it stands. Retire it, and add another.")
            raise ValidationError({"l1": ValidationError(message, code="in_use")})

    @classmethod
    def tree(cls) -> Reasons:
        """The whole tree as `customers.status` takes it: slug to `Reason`, in order. One query."""
        rows = cls.objects.values_list("slug", "l1", "parent__slug", "active")
        return {slug: Reason(slug, l1, parent or "", active) for slug, l1, parent, active in rows}
