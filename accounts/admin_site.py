"""The admin as a part of Sitelight: the same door, our rooms first, nobody else's lists."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.utils.decorators import method_decorator

ROOMS = ["trials", "sites", "contacts", "accounts", "registries"]


class SitelightAdminSite(AdminSite):
    site_header = "Sitelight administration"
    site_title = "Sitelight"
    index_title = "Administration"
    enable_nav_sidebar = False

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        """Log-in is at /accounts/login/ and nowhere else."""
        return super().login(request, extra_context)

    def get_app_list(self, request, app_label=None):
        """Our rooms in their order; tables of libraries are not edited by hand."""
        rooms = {room["app_label"]: room for room in super().get_app_list(request, app_label)}
        return [rooms[label] for label in ROOMS if label in rooms]
