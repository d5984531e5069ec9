"""The page around the content."""

from django import template
from django.template import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

#: Pages of their own in the navigation, though they stand below another one's address.
LOGIN_PATHS = ("/accounts/login/", "/accounts/logout/")


@register.simple_tag(takes_context=True)
def nav_link(context: Context, address: str, words: str, *, alone: bool = False) -> SafeString:
    """A link of a navigation; the one for the page at hand, or for one below it unless `alone`, says so."""
    path = getattr(context.get("request"), "path", "")
    below = not alone and address != "/" and path not in LOGIN_PATHS and path.startswith(address)
    here = path == address or below
    return format_html('<a href="{}"{}>{}</a>', address, mark_safe(' aria-current="page"') if here else "", words)
