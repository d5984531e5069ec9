"""Makes `accounts.admin_site` the site's admin. Apart from it, because settings are read before any model."""

from django.contrib.admin.apps import AdminConfig


class SitelightAdminConfig(AdminConfig):
    default_site = "accounts.admin_site.SitelightAdminSite"
