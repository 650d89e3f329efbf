"""Reports own no business rows; one unmanaged model carries the right to take lists away."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop


class Report(models.Model):
    """What `reports.export` hangs on."""

    class Meta:
        managed = False
        default_permissions = ()
        permissions = [("export", gettext_noop("Can take lists away as files"))]
        verbose_name = _("report")
        verbose_name_plural = _("reports")

    def __str__(self) -> str:
        return "report"
