"""Template tags for accounts: device of a session, name of the sign-on provider, link to the history of a record."""

from django import template
from django.conf import settings
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

from accounts.sessions import format_device

register = template.Library()
register.filter("device", format_device)


@register.simple_tag
def sso_provider_name() -> str:
    """The name of the single sign-on provider; blank without one."""
    return settings.OIDC_NAME if settings.OIDC_SERVER_URL else ""


@register.simple_tag(takes_context=True)
def history_address(context, row: Model) -> str:
    """The URL of the object's history, or "" for users who may not read it; one query for coordinators, else none."""
    request = context["request"]
    user = getattr(request, "user", None)
    if not getattr(user, "can_open_admin", False):
        return ""
    page = admin.site._registry[type(row)]
    if not (hasattr(page, "may_read_history") and page.has_view_permission(request)):
        return ""
    if not page.may_read_history(request, row):
        return ""
    if not user.reads_everything and not page.get_queryset(request).filter(pk=row.pk).exists():
        return ""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[row.pk])
