"""Template tag that links a condition, sponsor or country to its page."""

from django import template
from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from common.slugs import name_slug
from trials.templatetags.trials import plain_text

register = template.Library()


@register.simple_tag
def topic_link(kind: str, name: str) -> SafeString:
    """A link to the page of a name; the name alone where it has no letters. `kind`: condition, sponsor, country."""
    slug = name_slug(name)
    if not slug:
        return escape(plain_text(name))
    return format_html('<a href="{}">{}</a>', reverse(kind, args=[slug]), plain_text(name))
