"""The admin as a part of Sitelight: the same door, our rooms first, nobody else's lists."""

from allauth.account.decorators import secure_admin_login
from django.contrib.admin import AdminSite
from django.db.models.base import ModelBase
from django.utils.decorators import method_decorator

APP_LABELS = ["trials", "sites", "contacts", "accounts", "registries"]


class SitelightAdminSite(AdminSite):
    site_header = "Sitelight administration"
    site_title = "Sitelight"
    index_title = "Administration"
    enable_nav_sidebar = False
    empty_value_display = "Not given"

    def has_permission(self, request):
        """Those who have something to look after or to read today; an assignment that ended closes the door."""
        return getattr(request.user, "can_open_admin", False)

    def get_urls(self):
        """Without Django's `r/…`, which leads to the address of any object, seen or not."""
        return [route for route in super().get_urls() if getattr(route, "name", "") != "view_on_site"]

    def register(self, model_or_iterable, admin_class=None, **options):
        """Libraries register their tables too; here only ours are edited."""
        asked = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        ours = [model for model in asked if model._meta.app_label in APP_LABELS]
        super().register(ours, admin_class, **options)

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        """Sign-in is at /accounts/login/ and nowhere else."""
        return super().login(request, extra_context)

    def get_app_list(self, request, app_label=None):
        """In the order of the rooms."""
        rooms = {room["app_label"]: room for room in super().get_app_list(request, app_label)}
        return [rooms[label] for label in APP_LABELS if label in rooms]
