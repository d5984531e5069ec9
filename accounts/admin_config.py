"""Makes `accounts.admin_site` the default admin site; a separate module, because settings load before models."""

from django.contrib.admin.apps import AdminConfig


class SitelightAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.SitelightAdminSite"
