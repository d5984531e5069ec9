"""The page around the content."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: Pages of their own in the navigation, though they stand below another one's address.
DOORS = ("/accounts/login/", "/accounts/logout/")


@register.simple_tag(takes_context=True)
def nav_link(context: Context, address: str, words: str) -> SafeString:
    """A link of the main navigation; the one for the page at hand says so. "/" is only itself."""
    path = getattr(context.get("request"), "path", "")
    here = path == address or (address != "/" and path not in DOORS and path.startswith(address))
    return format_html('<a href="{}"{}>{}</a>', address, mark_safe(' aria-current="page"') if here else "", words)
