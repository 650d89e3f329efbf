"""A person's page in the admin, with the way to hand their work over: put together here, as that stands on notes."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext

from accounts.admin import PersonAdmin
from accounts.models import User
from accounts.scoped_admin import person
from notes import handing_over, policy

admin.site.unregister(User)


@admin.register(User)
class PersonWithWorkAdmin(PersonAdmin):
    """People; each with the way to hand their customers over."""

    change_form_template = "admin/accounts/user/change_form.html"

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        """With that way, for who may go it."""
        original = context.get("original")
        if original is not None and original.pk and policy.may_hand_over(person(request)):
            context["hand_over_url"] = way_to_hand_over(original)
        return super().render_change_form(request, context, *args, **kwargs)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Whoever is deactivated may leave work behind: that is told, not refused."""
        super().save_model(request, obj, form, change)
        left = change and not obj.is_active and "is_active" in form.changed_data
        if left and policy.may_hand_over(person(request)) and handing_over.has_work(obj):
            said = gettext("%(person)s still has customers, or work that is open.") % {"person": obj}
            link = format_html('<a href="{}">{}</a>', way_to_hand_over(obj), gettext("Hand over…"))
            messages.warning(request, format_html("{} {}", said, link))


def way_to_hand_over(user: User) -> str:
    """The address that hands a person's customers over."""
    return f"{reverse('admin:customers_handover_add')}?from_user={user.pk}"
