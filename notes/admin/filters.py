"""The filters of the admin's list of notes. Each narrows in the database and offers nothing out of scope."""

from typing import Any

from django.contrib import admin
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.models import Region
from accounts.roles import Role
from customers.models import Workload
from notes.models import Campaign, Note, NoteTag, NoteWorkload
from notes.types import NoteType

Choices = list[tuple[str, Any]]


class OneOfFilter(admin.SimpleListFilter):
    """A filter with fixed choices; a value that is none of them shows no row rather than every row."""

    def value_or_none(self) -> str | None:
        """The chosen value; "" where the address holds none of the choices."""
        value = self.value()
        if value is None:
            return None
        return value if value in {str(key) for key, _label in self.lookup_choices} else ""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Note]) -> QuerySet[Note]:
        """Narrow by the chosen value."""
        value = self.value_or_none()
        if value is None:
            return queryset
        return self.narrow(request, queryset, value) if value else queryset.none()

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """The rows of one of the choices."""
        raise NotImplementedError


class MineFilter(OneOfFilter):
    """My own notes."""

    title = _("author")
    parameter_name = "mine"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Mine, or all."""
        return [("1", _("My notes"))]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """Those I wrote."""
        return queryset.filter(author=request.user)  # type: ignore[misc]


class TypeFilter(OneOfFilter):
    """By note type."""

    title = _("type")
    parameter_name = "type"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """All nine types."""
        return list(NoteType.choices)

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """Those of a type."""
        return queryset.filter(note_type=value)


class RoleFilter(OneOfFilter):
    """By the role a note was written as."""

    title = _("role")
    parameter_name = "role"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every role."""
        return [(role.value, role.value) for role in Role]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """Those written as a role."""
        return queryset.filter(author_role=value)


class CampaignFilter(OneOfFilter):
    """By campaign."""

    title = _("campaign")
    parameter_name = "campaign"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every campaign."""
        return [(campaign.slug, str(campaign)) for campaign in Campaign.objects.all()]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """Those under the campaign's hashtag."""
        rows = NoteTag.objects.filter(
            content_object=OuterRef("pk"), tag__name__in=Campaign.objects.filter(slug=value).values("hashtag")
        )
        return queryset.filter(Exists(rows))


class WorkloadFilter(OneOfFilter):
    """By workload."""

    title = _("workload")
    parameter_name = "workload"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every workload, by code."""
        return [(workload.code, workload.code) for workload in Workload.objects.all()]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """Those that speak of a workload."""
        return queryset.filter(Exists(NoteWorkload.objects.filter(note=OuterRef("pk"), workload__code=value)))


class RegionFilter(OneOfFilter):
    """By the customer's region."""

    title = _("region")
    parameter_name = "region"

    def lookups(self, request: HttpRequest, model_admin: Any) -> Choices:
        """Every region."""
        return [(region.code, region.code) for region in Region.objects.all()]

    def narrow(self, request: HttpRequest, queryset: QuerySet[Note], value: str) -> QuerySet[Note]:
        """Those of a region's customers."""
        return queryset.filter(region__code=value)
