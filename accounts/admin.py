"""People, roles, regions and partner organisations, as a programme administrator keeps them."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.admin import GroupAdmin, UserAdmin
from django.contrib.auth.forms import AdminPasswordChangeForm
from django.contrib.auth.models import Group, Permission
from django.db import models
from django.db.models import QuerySet
from django.forms import CheckboxSelectMultiple
from django.http import HttpRequest
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.history_admin import HistoryAdmin
from accounts.models import PartnerOrganisation, Region, User
from accounts.rights import in_words
from accounts.scoped_admin import PlainAdmin, ScopedAdmin, ScopedChoices, ScopedRelatedFilter, StrictList, person
from accounts.yes_no import YesNoAdmin

# What a role may be given: the product's own rights. The rest (superusers, sessions) stays with the superuser.
GRANTABLE_APPS = ("accounts", "customers", "notes", "reports")

admin.site.unregister(Group)


class PasswordForm(AdminPasswordChangeForm):
    """Django's, whose help on logging in without a password is not in every language."""

    usable_password_help_text = _(  # type: ignore[assignment]
        "Without one, somebody logs in another way, if there is one. It is then lost."
    )


@admin.register(User)
class PersonAdmin(YesNoAdmin, HistoryAdmin, ScopedChoices, UserAdmin):
    """People. A programme administrator keeps everyone but superusers, and makes none (contract, *Rights*)."""

    list_display = ("username", "full_name", "role_codes", "partner", "is_active")
    list_filter = ("is_active", "groups", ("partner", ScopedRelatedFilter))
    search_fields = ("username", "first_name", "last_name", "email")
    filter_horizontal = ()
    show_full_result_count = False
    change_password_form = PasswordForm
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Person"), {"fields": ("first_name", "last_name", "email", "language", "time_zone")}),
        (_("Place"), {"fields": ("groups", "partner", "regions")}),
        (_("Access"), {"fields": ("is_active", "is_staff", "is_superuser")}),
    )

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[User]:
        """People in scope, with their roles."""
        return User.objects.visible_to(request.user).select_related("partner").prefetch_related("groups")

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles and regions are few, so all of them are in sight."""
        return super().formfield_for_manytomany(db_field, request, **{"widget": CheckboxSelectMultiple, **kwargs})

    @admin.display(description=_("full name"), ordering="last_name")
    def full_name(self, person: User) -> str:
        """First and last name."""
        return person.get_full_name()

    @admin.display(description=_("roles"))
    def role_codes(self, person: User) -> str:
        """The groups held."""
        return ", ".join(sorted(group.name for group in person.groups.all()))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[Any, ...]:
        """Only a superuser makes superusers; a partner's staff move nobody between organisations."""
        if request.user.is_superuser:
            return ()
        fixed = ("is_superuser", "partner") if person(request).partner_id else ("is_superuser",)
        return tuple(self.in_words(name) for name in fixed)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whom a partner's staff add works for that partner."""
        if not change and person(request).partner_id:
            obj.partner_id = person(request).partner_id
        super().save_model(request, obj, form, change)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """A wrong filter shows nobody."""
        return StrictList

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """The list under its own name."""
        return super().changelist_view(request, {"title": capfirst(_("people")), **(extra_context or {})})

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """Nobody but a superuser changes a superuser, their password included."""
        if obj is not None and obj.is_superuser and not request.user.is_superuser:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        """People are deactivated, so that what they wrote keeps its author."""
        return False

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """Only the list's own filters."""
        return lookup in (
            "is_active__exact",
            "groups__id__exact",
            "groups__isnull",
            "partner__id__exact",
            "partner__isnull",
        )


@admin.register(Group)
class RoleAdmin(HistoryAdmin, GroupAdmin):
    """Roles and their rights. A group named by a role's code is that role."""

    filter_horizontal = ()

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        """The list has no filters, so no lookup is one of them."""
        return False

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest | None = None, **kwargs: Any) -> Any:
        """Rights in words, as far as this person gives them."""
        field = super().formfield_for_manytomany(db_field, request, **{"widget": CheckboxSelectMultiple, **kwargs})
        if db_field.name == "permissions" and field is not None and request is not None:
            field.label_from_instance = in_words  # type: ignore[method-assign, assignment]
            field.queryset = self._on_offer(request)
        return field

    def _on_offer(self, request: HttpRequest) -> QuerySet[Permission]:
        """The product's own rights, to a superuser every app's; none on records of history, which nobody changes."""
        rights = Permission.objects.exclude(content_type__model__startswith="historical").select_related("content_type")
        return rights if request.user.is_superuser else rights.filter(content_type__app_label__in=GRANTABLE_APPS)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Rights that were not on offer stay: saving a role unchanged must not take any away."""
        kept = list(form.instance.permissions.exclude(pk__in=self._on_offer(request).values("pk"))) if change else []
        super().save_related(request, form, formsets, change)
        form.instance.permissions.add(*kept)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What goes with a role, in words: Django would list each row that joins it to a person or a right."""
        roles = list(objs)
        _rows, _counts, missing, protected = super().get_deleted_objects(roles, request)
        held = User.objects.filter(groups__in=roles).distinct().count()
        told = [str(role) for role in roles]
        told.append(ngettext("%(count)d person loses it", "%(count)d people lose it", held) % {"count": held})
        return told, {self.opts.verbose_name_plural: len(roles)}, missing, protected


@admin.register(Region)
class RegionAdmin(PlainAdmin):
    """Regions."""

    list_display = ("code", "name", "name_zh")
    search_fields = ("code", "name", "name_zh")


@admin.register(PartnerOrganisation)
class PartnerOrganisationAdmin(ScopedAdmin):
    """Partner organisations."""

    form = PlainAdmin.form
    list_display = ("name",)
    search_fields = ("name",)
