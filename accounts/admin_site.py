"""The admin site: Sitelight's own apps in their order, with the product's sign-in page."""

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
        """Staff with an assignment in force today."""
        return getattr(request.user, "can_open_admin", False)

    def get_urls(self):
        """Without Django's `r/…` redirect, which reveals the URL of any object."""
        return [route for route in super().get_urls() if getattr(route, "name", "") != "view_on_site"]

    def register(self, model_or_iterable, admin_class=None, **options):
        """Ignores models of libraries: only models of Sitelight's apps are registered."""
        models = [model_or_iterable] if isinstance(model_or_iterable, ModelBase) else list(model_or_iterable)
        own_models = [model for model in models if model._meta.app_label in APP_LABELS]
        super().register(own_models, admin_class, **options)

    @method_decorator(secure_admin_login)
    def login(self, request, extra_context=None):
        """Redirects to the sign-in page at /accounts/login/."""
        return super().login(request, extra_context)

    def get_app_list(self, request, app_label=None):
        """The apps in the order of APP_LABELS."""
        apps = {app["app_label"]: app for app in super().get_app_list(request, app_label)}
        return [apps[label] for label in APP_LABELS if label in apps]
