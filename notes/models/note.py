"""What staff write about a customer, and the rows that place a note under its hashtags and workloads."""

from typing import Any, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext_lazy as _
from simple_history.models import HistoricalRecords
from taggit.managers import TaggableManager

from accounts.models import PartnerOrganisation, Region
from accounts.roles import Role
from accounts.scope import ScopedQuerySet
from customers.choices import EnterpriseReason
from customers.models import Customer, Entitlement, StatusPeriod, StatusReason, Versioned, Workload
from customers.status import L1
from notes import playbook
from notes.types import ASKED, BODY_LIMIT, BODY_REQUIRED, NoteType, Pace, says_pause

LIVE_ROWS = Q(withdrawn_at=None)


class NoteQuerySet(ScopedQuerySet):
    """Notes."""

    def live(self) -> Self:
        """Without the withdrawn, which are in no list, count, CSV or feed."""
        return self.filter(LIVE_ROWS)


class Note(Versioned):
    """One note. What is filtered, ordered or constrained has a column; the prose of the sections is in `sections`.

    `region` and `partner` repeat the customer's, `text` the whole note as text: lists filter and order by them without
    a join. `notes.placing` keeps the first two true, `compose` the last.
    """

    customer = models.ForeignKey(
        Customer, models.PROTECT, related_name="notes", verbose_name=_("customer"), db_index=False
    )
    note_type = models.CharField(_("note type"), max_length=24, choices=NoteType)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="notes", verbose_name=_("author"), db_index=False
    )
    author_role = models.CharField(_("written as"), max_length=8, choices=Role, blank=True)
    created_at = models.DateTimeField(_("created at"), default=timezone.now, editable=False)
    updated_at = models.DateTimeField(_("updated at"), default=timezone.now, editable=False)
    body = models.TextField(_("text"), blank=True, validators=[MaxLengthValidator(BODY_LIMIT)])
    sections = models.JSONField(_("sections"), default=dict, blank=True, editable=False)
    text = models.TextField(_("whole text"), blank=True, editable=False)
    pace = models.CharField(_("pace"), max_length=16, choices=Pace, blank=True)
    next_action = models.CharField(_("next action"), max_length=500, blank=True)
    next_action_date = models.DateField(_("next action date"), null=True, blank=True)
    next_action_owner = models.CharField(_("next action owner"), max_length=200, blank=True)
    next_action_person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="next_actions",
        verbose_name=_("next action owner, where it is a person here"),
        editable=False,
        db_index=False,
    )
    next_action_done_at = models.DateTimeField(_("next action done at"), null=True, blank=True, editable=False)

    # Executive Summary
    is_exec_summary = models.BooleanField(_("Executive Summary"), default=False)
    engagement = models.CharField(_("engagement"), max_length=16, choices=playbook.Engagement, blank=True)
    deployment = models.CharField(_("deployment"), max_length=24, choices=playbook.Deployment, blank=True)
    # Technical Enablement
    tech_status = models.CharField(_("technical status"), max_length=24, choices=playbook.TechnicalStatus, blank=True)
    tech_concern_kind = models.CharField(_("concern"), max_length=16, choices=playbook.ConcernKind, blank=True)
    tech_insight_id = models.CharField(_("FTC Insight ID"), max_length=100, blank=True)
    # Enterprise Status
    ent_reason = models.CharField(_("enterprise reason"), max_length=32, choices=EnterpriseReason, blank=True)
    rag = models.CharField(_("RAG status"), max_length=8, choices=playbook.Rag, blank=True)
    next_update = models.DateField(_("next update"), null=True, blank=True)
    # Entitlement Status: what it moved the entitlement from and to
    entitlement = models.ForeignKey(
        Entitlement, models.PROTECT, null=True, blank=True, related_name="notes", verbose_name=_("entitlement")
    )
    period = models.OneToOneField(
        StatusPeriod, models.PROTECT, null=True, editable=False, related_name="note", verbose_name=_("status period")
    )
    from_l1 = models.CharField(_("from L1"), max_length=20, choices=L1, blank=True, editable=False)
    from_l2 = models.ForeignKey(
        StatusReason,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("from L2"),
        db_index=False,
    )
    from_l3 = models.ForeignKey(
        StatusReason,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("from L3"),
        db_index=False,
    )
    l1 = models.CharField("L1", max_length=20, choices=L1, blank=True)
    l2 = models.ForeignKey(
        StatusReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="L2", db_index=False
    )
    l3 = models.ForeignKey(
        StatusReason, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="L3", db_index=False
    )
    target_date = models.DateField(_("target date"), null=True, blank=True)
    unblock_date = models.DateField(_("projected unblock date"), null=True, blank=True)

    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("withdrawn by"),
        db_index=False,
    )
    withdrawn_reason = models.TextField(_("why it was withdrawn"), blank=True, editable=False)
    rewritten_as = models.ForeignKey(
        "self", models.PROTECT, null=True, editable=False, related_name="rewrites", verbose_name=_("rewritten as")
    )

    region = models.ForeignKey(Region, models.PROTECT, editable=False, related_name="+", db_index=False)
    partner = models.ForeignKey(
        PartnerOrganisation, models.PROTECT, null=True, editable=False, related_name="+", db_index=False
    )

    workloads: "models.ManyToManyField[Workload, Any]" = models.ManyToManyField(
        Workload, through="NoteWorkload", blank=True, related_name="notes", verbose_name=_("workloads")
    )
    tags = TaggableManager(through="notes.NoteTag", blank=True, verbose_name=_("hashtags"), related_name="tagged_notes")

    objects = NoteQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["text", "region", "partner"])

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-created_at", "-pk"]
        permissions = [
            ("write_overall_status", gettext_noop("Can write Overall Status notes")),
            ("write_entitlement_status", gettext_noop("Can write Entitlement Status notes")),
            ("write_engagement_management", gettext_noop("Can write Engagement Management notes")),
            ("write_service_intent", gettext_noop("Can write Service Intent notes")),
            ("write_technical_enablement", gettext_noop("Can write Technical Enablement notes")),
            ("write_enterprise_status", gettext_noop("Can write Enterprise Status notes")),
            ("withdraw_note", gettext_noop("Can withdraw any note")),
        ]
        # Each list walks one of these in its own order; the filter that narrows most comes first.
        indexes = [
            models.Index(F("created_at").desc(), F("id").desc(), condition=LIVE_ROWS, name="note_live"),
            *[
                models.Index(
                    F(column), F("created_at").desc(), F("id").desc(), condition=LIVE_ROWS, name=f"note_live_{column}"
                )
                for column in ("region", "partner", "customer", "author", "note_type")
            ],
            # A customer's page: the summary in force, what is open, what was withdrawn.
            models.Index(
                F("customer"),
                F("created_at").desc(),
                F("id").desc(),
                condition=LIVE_ROWS & Q(is_exec_summary=True),
                name="note_summary_customer",
            ),
            models.Index(
                F("customer"),
                F("next_action_date"),
                F("id"),
                condition=LIVE_ROWS & Q(next_action_done_at=None) & ~Q(next_action=""),
                name="note_open_customer",
            ),
            models.Index(
                F("customer"),
                F("created_at").desc(),
                F("id").desc(),
                condition=Q(withdrawn_at__isnull=False),
                name="note_withdrawn_customer",
            ),
            models.Index(
                F("next_action_person"),
                F("next_action_date"),
                condition=LIVE_ROWS & Q(next_action_done_at=None),
                name="note_next_actions",
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(note_type__in=NoteType.values), name="note_type"),
            models.CheckConstraint(
                condition=Q(note_type=NoteType.ENTITLEMENT_STATUS, entitlement__isnull=False, l1__in=L1.values)
                | (~Q(note_type=NoteType.ENTITLEMENT_STATUS) & Q(entitlement=None, l1="", l2=None, l3=None)),
                name="note_entitlement",
            ),
            models.CheckConstraint(
                condition=Q(is_exec_summary=False, engagement="", deployment="")
                | (Q(is_exec_summary=True, note_type=NoteType.OVERALL_STATUS) & ~Q(engagement="") & ~Q(deployment="")),
                name="note_exec_summary",
            ),
            models.CheckConstraint(
                condition=Q(note_type=NoteType.TECHNICAL_ENABLEMENT) & ~Q(tech_status="")
                | ~Q(note_type=NoteType.TECHNICAL_ENABLEMENT) & Q(tech_status="", tech_concern_kind=""),
                name="note_technical",
            ),
            models.CheckConstraint(
                condition=(
                    Q(note_type=NoteType.ENTERPRISE_STATUS, next_update__isnull=False) & ~Q(rag="") & ~Q(ent_reason="")
                )
                | ~Q(note_type=NoteType.ENTERPRISE_STATUS) & Q(rag="", ent_reason="", next_update=None),
                name="note_enterprise",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at=None, withdrawn_reason="")
                | (Q(withdrawn_at__isnull=False) & ~Q(withdrawn_reason="")),
                name="note_withdrawn_why",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type.label}, {self.customer}, {timezone.localtime(self.created_at):%Y-%m-%d}"

    @property
    def type(self) -> NoteType:
        """Its type, with what the type means."""
        return NoteType(self.note_type)

    @property
    def template(self) -> playbook.Template | None:
        """The declared template it is written on, None for free text."""
        return playbook.template_for(self.note_type, self.is_exec_summary)

    @property
    def section_values(self) -> dict[str, str]:
        """Its template's sections by form field, as text (dates ISO, choices by value); empty ones left out."""
        values = {}
        for section in self.template.sections if self.template else ():
            value = getattr(self, section.column) if section.column else self.sections.get(section.field)
            if value:
                values[section.field] = value if isinstance(value, str) else value.isoformat()
        return values

    @property
    def pauses(self) -> bool:
        """Whether it says that the customer pauses or stops: by its values, never by its words (domain.md §7)."""
        return says_pause(pace=self.pace, tech_status=self.tech_status, engagement=self.engagement)

    @property
    def words(self) -> list[str]:
        """Every text that may hold hashtags: the free text, each section, next action, the Risks box (domain.md §7)."""
        return [self.body, self.tech_insight_id, self.next_action, *(str(value) for value in self.sections.values())]

    @property
    def gist(self) -> str:
        """What a list shows of it first: the section that says what happened, or the text itself."""
        for field in ("tech_summary", "ent_summary", "exec_workloads", "exec_customer"):
            if self.sections.get(field):
                return str(self.sections[field])
        return self.body or self.whole

    def compose(self, language: playbook.Language = "en") -> str:
        """The whole note as text: its sections under their labels, then the free text. `text` holds it under the
        English ones (contract, `body`).
        """
        values = self.section_values
        sections = playbook.render(self.template, values, language, blanks=False) if self.template else ""
        return "\n\n".join(part for part in (sections, self.body) if part)

    @property
    def whole(self) -> str:
        """The whole note as its reader reads it: under the labels of the page's language."""
        return self.compose("zh-hans") if (get_language() or "").startswith("zh") else self.text

    def clean(self) -> None:
        """What the type asks of the note's own values (contract, *Form fields and values*).

        Raises ValidationError with a dictionary by form field.
        """
        if self.note_type not in NoteType.values or self.type.retired:
            return
        errors: dict[str, ValidationError] = {}

        def require(field: str, message: Any = None) -> None:
            errors[field] = ValidationError(message or _("This field is required."), code="required")

        if self.is_exec_summary and "is_exec_summary" not in ASKED[self.type]:
            errors["is_exec_summary"] = ValidationError(
                _("Only an Overall Status note can be an Executive Summary."), code="invalid"
            )
            raise ValidationError(errors)
        if not self.body.strip() and self.note_type in BODY_REQUIRED and not self.is_exec_summary:
            if self.note_type == NoteType.ENTITLEMENT_STATUS:
                require("body", _("Say why: a status without its reason tells nobody anything."))
            else:
                require("body")
        filled = self.section_values
        for section in self.template.sections if self.template else ():
            if section.required and not filled.get(section.field, "").strip():
                require(section.field)
        if self.tech_concern_kind == playbook.ConcernKind.FIRST_PARTY and not self.tech_insight_id.strip():
            require("tech_insight_id", _("A 1st-party concern cites its FTC Insight ID, or says “pending”."))
        if self.note_type == NoteType.OVERALL_STATUS and self.next_action and not self.next_action_date:
            require("next_action_date", _("A next action needs its date."))
        if self.note_type == NoteType.ENTITLEMENT_STATUS:
            if not self.entitlement_id:
                require("entitlement")
            elif self.entitlement and self.entitlement.customer_id != self.customer_id:
                errors["entitlement"] = ValidationError(_("That entitlement is another customer's."), code="invalid")
        if errors:
            raise ValidationError(errors)
