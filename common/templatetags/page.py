"""Template tags for the page layout."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: Separate navigation entries although they are below the path of another one.
LOGIN_PATHS = ("/accounts/login/", "/accounts/logout/")


@register.simple_tag(takes_context=True)
def nav_link(context: Context, address: str, label: str, *, alone: bool = False) -> SafeString:
    """A navigation link, with aria-current for the current page, or for one below its path unless `alone`."""
    path = getattr(context.get("request"), "path", "")
    is_below = not alone and address != "/" and path not in LOGIN_PATHS and path.startswith(address)
    is_current = path == address or is_below
    return format_html('<a href="{}"{}>{}</a>', address, mark_safe(' aria-current="page"') if is_current else "", label)
