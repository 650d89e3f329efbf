"""What a right is called: Django names each in English when the database is made."""

from django.apps import apps
from django.contrib.auth.models import Permission
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

ACTIONS = {"add": _("Add"), "change": _("Change"), "delete": _("Delete"), "view": _("View")}


def in_words(right: Permission) -> str:
    """A right as a role's page offers it: of which app, on what, to do what, in the page's language.

    A right beside the four of every model is marked for translation where its model declares it.
    """
    kind = right.content_type
    model = kind.model_class()
    app = next((one.verbose_name for one in apps.get_app_configs() if one.label == kind.app_label), kind.app_label)
    action, _divider, on = right.codename.partition("_")
    does = ACTIONS[action] if action in ACTIONS and on == kind.model else gettext(right.name)
    return f"{capfirst(app)} | {capfirst(model._meta.verbose_name) if model else kind.model} | {does}"
