"""All notes, and the notes of a campaign (contract.md, *Filters* and *CSV*)."""

from collections import defaultdict
from typing import Any

from django import forms
from django.db.models import Count, Exists, OuterRef, Prefetch, Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Role
from customers.models import Workload
from notes import playbook
from notes.campaigns import Campaigns
from notes.models import Campaign, Note, NoteTag, NoteWorkload, Risk, Tag
from notes.types import NoteType
from reports.lists.base import Column, ReportList, in_order
from reports.parameters import (
    Day,
    Driver,
    Hashtag,
    Known,
    ListFilters,
    Many,
    OneOf,
    any_of,
    since,
    until,
    within_period,
)
from reports.periods import Period

BESIDE = ("created_at", "region", "partner")


def _words(filters: ListFilters, words: list[str]) -> Q:
    """Notes whose text, or whose customer's name or tenant, holds the words; several `q` are alternatives."""
    found = Q()
    for word in words:
        for column in ("text", "customer__name", "customer__tenant_id"):
            found |= Q(**{f"{filters.driver.path(column)}__icontains": word})
    return found


def _tagged(filters: ListFilters, names: list[str]) -> Q:
    assert isinstance(filters, NoteFilters)
    wanted = filters.campaigns.resolve(names)
    if wanted == [filters.driving_tag] or (filters.campaign and filters.campaign.hashtag in wanted):
        return Q()  # the driving rows are this tag's already
    rows = NoteTag.objects.filter(content_object=OuterRef(filters.driver.key), tag__name__in=wanted)
    return Q(Exists(rows))


def _on_workload(filters: ListFilters, workloads: list[int]) -> Q:
    if filters.driver.rows.model is NoteWorkload:
        return Q()
    return Q(Exists(NoteWorkload.objects.filter(note=OuterRef(filters.driver.key), workload__in=workloads)))


def _by(filters: ListFilters, authors: list[int]) -> Q:
    """Notes of these authors. From the rows of a tag or workload it is said that the note is live, as their own column
    says already: one author's notes are few, and a database uses their index, of live notes, only where it hears so.
    """
    wanted = any_of(filters.driver.path("author_id"), authors)
    return wanted & Q(**{filters.driver.path("withdrawn_at"): None}) if filters.driver.prefix else wanted


class NoteFilters(ListFilters):
    """What notes are narrowed by. One hashtag, or else one workload, drives the list by its own index."""

    q = Many(forms.CharField(max_length=200), narrow=_words, label=_("Words"))
    type = Many(OneOf(NoteType.choices), "note_type", label=_("Type"))
    role = Many(OneOf(Role.choices), "author_role", label=_("Role"))
    author = Many(Known(User, "username"), narrow=_by, label=_("Author"))
    tag = Many(Hashtag(), narrow=_tagged, label=_("Hashtag"))
    workload = Many(Known(Workload, "code"), narrow=_on_workload, label=_("Workload"))
    created_after = Many(Day(), narrow=since("created_at"), label=_("Created from"))
    created_before = Many(Day(), narrow=until("created_at"), label=_("Created to"))
    period = Many(OneOf(Period.choices), narrow=within_period("created_at"), label=_("Created"))
    engagement = Many(OneOf(playbook.Engagement.choices), "engagement", label=_("Engagement"))
    deployment = Many(OneOf(playbook.Deployment.choices), "deployment", label=_("Deployment"))
    rag = Many(OneOf(playbook.Rag.choices), "rag", label=_("RAG"))
    summary = Many(
        OneOf([("1", _("Executive summaries"))]),
        narrow=lambda filters, _values: Q(**{filters.driver.path("is_exec_summary"): True}),
        label=_("Only"),
    )

    def __init__(self, data: QueryDict, user: User, campaign: Campaign | None = None) -> None:
        self.campaign, self.campaigns = campaign, Campaigns.load()
        self.driving_tag = ""
        super().__init__(data, user)

    def drive(self, values: dict[str, list[Any]] | None) -> Driver:
        """The campaign's or the one hashtag's rows, else the one workload's, else the notes themselves."""
        values = values or {}
        tags = self.campaigns.resolve(values.get("tag", []))
        self.driving_tag = self.campaign.hashtag if self.campaign else tags[0] if len(tags) == 1 else ""
        if self.driving_tag:
            # The tag's id as a constant: over a join to the tag's name PostgreSQL reads all its rows and sorts them.
            tag = Tag.objects.filter(name=self.driving_tag).values_list("pk", flat=True).first()
            tagged = NoteTag.objects.filter(tag_id=tag or 0, live=True).within(self.user)
            return Driver(tagged, "content_object__", "content_object_id", BESIDE)
        workloads = values.get("workload", [])
        if len(workloads) == 1:
            named = NoteWorkload.objects.filter(workload_id=workloads[0], live=True).within(self.user)
            return Driver(named, "note__", "note_id", BESIDE)
        return Driver(Note.objects.live().within(self.user), key="id")


def _section(field: str) -> Column:
    return Column(field, lambda row: row["sections"].get(field))


def _template_columns() -> tuple[Column, ...]:
    """A column for each declared section that has none in the contract's first ones, under its form field's name."""
    first = {"engagement", "deployment", "rag", "next_update"}
    made = []
    for template in playbook.TEMPLATES.values():
        for section in template.sections:
            if section.column and section.column not in first:
                made.append(Column(section.field, lambda row, column=section.column: row[column]))  # type: ignore[misc]
            elif not section.column:
                made.append(_section(section.field))
    return tuple(made)


def _plain(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, lambda row, name=name: row[name]) for name in names)  # type: ignore[misc]


class NoteList(ReportList):
    """`/reports/notes/`."""

    name = "notes"
    permission = "notes.view_note"
    filters_class = NoteFilters
    orders = {
        "created_at": ("created_at",),
        "customer": ("customer__name",),
        "region": ("customer__region__code",),
        "note_type": ("note_type",),
        "author": ("author__username",),
        "next_action_date": ("next_action_date",),
    }
    default_order = "-created_at"
    nullable = frozenset({"next_action_date"})
    order_labels = {
        "created_at": _("Date"),
        "customer": _("Customer"),
        "region": _("Region"),
        "note_type": _("Type"),
        "author": _("Author"),
        "next_action_date": _("Next action"),
    }
    columns = (
        Column("id", lambda row: row["id"]),
        Column("created_at", lambda row: timezone.localtime(row["created_at"])),
        *_plain("customer_id"),
        Column("customer", lambda row: row["customer__name"]),
        Column("tenant_id", lambda row: row["customer__tenant_id"]),
        Column("region", lambda row: row["customer__region__code"]),
        *_plain("note_type"),
        Column("author", lambda row: row["author__username"]),
        *_plain("author_role", "workloads", "tags"),
        Column("body", lambda row: row["text"]),
        *_plain(
            "is_exec_summary",
            "engagement",
            "deployment",
            "rag",
            "next_action",
            "next_action_date",
            "next_action_owner",
            "next_update",
            "risks_open",
        ),
    )
    more_columns = (
        *_plain("pace"),
        Column("entitlement", lambda row: row["entitlement_id"]),
        *_plain("l1"),
        Column("l2", lambda row: row["l2__slug"]),
        Column("l3", lambda row: row["l3__slug"]),
        *_plain("target_date", "unblock_date"),
        *_template_columns(),
        Column("risks", lambda row: row["sections"].get("risks")),
    )
    fields = (
        "id",
        "created_at",
        "customer_id",
        "customer__name",
        "customer__tenant_id",
        "customer__region__code",
        "note_type",
        "author__username",
        "author__partner_id",
        "author_role",
        "text",
        "is_exec_summary",
        "engagement",
        "deployment",
        "rag",
        "next_action",
        "next_action_date",
        "next_action_owner",
        "next_action_person__partner_id",
        "next_update",
    )
    more_fields = (
        "pace",
        "entitlement_id",
        "l1",
        "l2__slug",
        "l3__slug",
        "target_date",
        "unblock_date",
        "tech_status",
        "tech_concern_kind",
        "tech_insight_id",
        "ent_reason",
        "sections",
    )

    def __init__(self, params: QueryDict, user: User, campaign: Campaign | None = None) -> None:
        self.campaign = campaign
        super().__init__(params, user)

    @property
    def file_name(self) -> str:
        """A campaign's file bears its name."""
        return self.campaign.slug if self.campaign else self.name

    def make_filters(self) -> NoteFilters:
        """Its filters, behind the campaign if it is a campaign's list."""
        return NoteFilters(self.params, self.user, self.campaign)

    def fetch(self, ids: list[int]) -> list[dict[str, Any]]:
        """The notes as dictionaries. Four queries: notes, workloads, hashtags, open risks."""
        more = self.more_fields if len(self.chosen) > len(self.columns) else ()
        found = {row["id"]: row for row in Note.objects.filter(pk__in=ids).values(*self.fields, *more)}
        workloads, tags = defaultdict[int, list[str]](list), defaultdict[int, list[str]](list)
        beside = NoteWorkload.objects.filter(note__in=ids).order_by("workload__position", "workload__code")
        for key, code in beside.values_list("note_id", "workload__code"):
            workloads[key].append(code)
        for key, name in (
            NoteTag.objects.filter(content_object__in=ids).order_by("pk").values_list("content_object_id", "tag__name")
        ):
            tags[key].append(name)
        risks = dict(
            Risk.objects.open().filter(note__in=ids).order_by().values_list("note_id").annotate(count=Count("pk"))
        )
        for key, row in found.items():
            row["author__username"] = self.name_of(row["author__username"], row["author__partner_id"])
            # Whom it is with: a text, or somebody's username, which went with their customer.
            row["next_action_owner"] = self.name_of(row["next_action_owner"], row["next_action_person__partner_id"])
            row |= {"workloads": workloads[key], "tags": tags[key], "risks_open": risks.get(key, 0)}
        return in_order(ids, found)

    def records(self, ids: list[int]) -> list[Note]:
        """The notes with what a row of the page shows."""
        rows = (
            Note.objects.filter(pk__in=ids)
            .select_related("customer__region", "customer__partner", "author", "next_action_person", "l2")
            .prefetch_related(
                Prefetch("note_workloads", NoteWorkload.objects.in_order()),
                Prefetch("note_tags", NoteTag.objects.in_order()),
            )
        )
        return in_order(ids, {note.pk: note for note in rows})
