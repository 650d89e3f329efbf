from django.contrib.admin import apps


class AdminConfig(apps.AdminConfig):
    """Django's admin with our site as the default, so that the apps register as they would on the stock one."""

    default_site = "ftstatus.admin_site.StatusAdminSite"
