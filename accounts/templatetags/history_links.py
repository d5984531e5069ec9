"""One way from each object to its history in the admin, for those who may read it there."""

from django import template
from django.contrib import admin
from django.db.models import Model
from django.urls import reverse

register = template.Library()


@register.simple_tag(takes_context=True)
def history_address(context, row: Model) -> str:
    """Blank for everybody else. The admin's own page decides; one query for coordinators, none for others."""
    request = context["request"]
    user = getattr(request, "user", None)
    if not getattr(user, "can_open_admin", False):
        return ""
    page = admin.site._registry[type(row)]
    if not (page.has_view_permission(request) and page.may_read_history(request, row)):
        return ""
    if not user.reads_everything and not page.get_queryset(request).filter(pk=row.pk).exists():
        return ""
    meta = row._meta
    return reverse(f"admin:{meta.app_label}_{meta.model_name}_history", args=[row.pk])
