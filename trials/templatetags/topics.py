"""Template tag that links a condition, sponsor or country to its page."""

from django import template
from django.urls import reverse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString

from common.localized import country_name
from common.slugs import name_slug
from common.templatetags.languages import record_text
from trials.templatetags.trials import plain_text

register = template.Library()


@register.simple_tag
def topic_link(kind: str, name: str) -> SafeString:
    """A link to the page of a name; the name alone where it has no letters. `kind`: condition, sponsor, country."""
    slug = name_slug(name)
    shown = country_name(name) if kind == "country" else record_text(plain_text(name))
    if not slug:
        return conditional_escape(shown)
    return format_html('<a href="{}">{}</a>', reverse(kind, args=[slug]), shown)
