"""Every address (contract, *Addresses*)."""

from django.contrib import admin
from django.urls import include, path

from ftstatus import health

urlpatterns = [
    path("healthz", health.alive, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("i18n/", include("django.conf.urls.i18n")),
    path("admin/", admin.site.urls),
    path("", include("reports.urls")),
]
