"""The admin's list of notes: what staff live in."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.db import models
from django.db.models import Prefetch
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.scoped_admin import ScopedAdmin, StrictList, person
from accounts.templatetags import due
from accounts.templatetags.people import named_to
from notes.admin import filters
from notes.models import Note, NoteTag, NoteWorkload
from notes.templatetags.hints import mark


class LiveNotes(StrictList):
    """The list without the withdrawn; their own pages still answer those who may see them."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> models.QuerySet[Note]:
        """The root without withdrawn notes."""
        self.root_queryset = self.root_queryset.filter(withdrawn_at=None)
        return super().get_queryset(request, exclude_parameters)

    def get_results(self, request: HttpRequest) -> None:
        """The page's rows, each with its author as the reader may know them."""
        super().get_results(request)
        self.result_list = list(self.result_list)
        for note in self.result_list:
            note.author_shown = named_to(note.author, request.user)
            note.hints_shown = mark(note, person(request))


class NoteListAdmin(ScopedAdmin):
    """Columns, filters and search of the list."""

    list_display = ("day", "customer_shown", "kind", "workload_chips", "words", "tag_chips", "pace_shown")
    list_display_links = ("day",)
    list_filter = (
        filters.MineFilter,
        filters.TypeFilter,
        filters.RoleFilter,
        filters.CampaignFilter,
        filters.WorkloadFilter,
        filters.RegionFilter,
    )
    lookups = ("customer__id__exact", "author__id__exact")
    search_fields = ("text", "customer__name", "customer__tenant_id")
    search_help_text = _("words in notes, or a customer's name or tenant ID")
    ordering = ("-created_at", "-pk")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Without withdrawn notes."""
        return LiveNotes

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Note]:
        """In scope, with what list and page show, in a fixed number of queries."""
        return (
            super()
            .get_queryset(request)
            .select_related("customer__region", "author", "l2")
            .prefetch_related(
                Prefetch("note_workloads", NoteWorkload.objects.in_order()),
                Prefetch("note_tags", NoteTag.objects.in_order()),
            )
        )

    @admin.display(description=_("date"), ordering="created_at")
    def day(self, note: Note) -> SafeString | str:
        """The day it was written; the time on hover."""
        return due.day(note.created_at)

    @admin.display(description=_("customer"), ordering="customer__name")
    def customer_shown(self, note: Note) -> SafeString:
        """Its name over its region."""
        return format_html(
            '<span class="strong">{}</span><span class="sub">{}</span>', note.customer, note.customer.region
        )

    @admin.display(description=_("type"), ordering="note_type")
    def kind(self, note: Note) -> SafeString:
        """The type over its author."""
        name = gettext("Executive Summary") if note.is_exec_summary else note.type.label
        who = " · ".join(part for part in (note.author_shown, note.author_role) if part)  # type: ignore[attr-defined]
        return format_html('{}<span class="sub">{}</span>', name, who)

    @admin.display(description=_("workloads"))
    def workload_chips(self, note: Note) -> SafeString:
        """Codes that filter."""
        rows = (("?workload=" + row.workload.code, row.workload.code) for row in note.note_workloads.all())
        return format_html(
            '<span class="chips">{}</span>', format_html_join("", '<a class="chip" href="{}">{}</a>', rows)
        )

    @admin.display(description=_("text"))
    def words(self, note: Note) -> SafeString:
        """Two lines of it, opened in place, and what they could say better."""
        text = mark_safe(render_to_string("parts/words.html", {"note": note}))  # noqa: S308 - a template escapes
        return format_html("{}{}", text, note.hints_shown)  # type: ignore[attr-defined]

    @admin.display(description=_("hashtags"))
    def tag_chips(self, note: Note) -> SafeString:
        """Its hashtags."""
        rows = ((f"#{row.tag.name}",) for row in note.note_tags.all())
        return format_html(
            '<span class="chips">{}</span>', format_html_join("", '<span class="chip tag">{}</span>', rows)
        )

    @admin.display(description=_("pace"), ordering="pace")
    def pace_shown(self, note: Note) -> SafeString | str:
        """Shape and word."""
        return format_html('<span class="pill {}">{}</span>', note.pace, note.get_pace_display()) if note.pace else ""
