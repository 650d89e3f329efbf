"""The roles of the programme (domain.md §1). A role is a Django group of the same name; a person may hold several.

What a role may do is the permissions on its group, which a programme administrator edits; the grants laid down at first
are in `reports/migrations`, the last app, because they name permissions of all of them.
"""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Role(TextChoices):
    """A role by its code, which is also its group's name."""

    FM = "FM", _("FastTrack Manager")
    FE = "FE", _("FastTrack Engineer")
    SME = "SME", _("FE Subject-Matter Expert")
    ASME = "ASME", _("Adoption SME")
    GMFTA = "GMFTA", _("Get Modern FastTrack Architect")
    MVM = "MVM", _("Migration Velocity Manager")
    FTA = "FTA", _("FastTrack Architect")
    GM = "GM", _("Gateway Manager")
    RM = "RM", _("Regional Manager")
    LT = "LT", _("Leadership Team")
    FRP = "FRP", _("FastTrack Ready Partner staff")
    PA = "PA", _("Programme administrator")
