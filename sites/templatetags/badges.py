"""Template tags with the HTML that other pages copy: badges and frames, with absolute addresses."""

from django import template
from django.http import HttpRequest
from django.utils.html import format_html

register = template.Library()


@register.simple_tag(takes_context=True)
def badge_code(context: template.Context, page: str, image: str, text: str) -> str:
    """A badge that links to a page, as HTML to show as text, with escaped names. The template escapes it again."""
    request: HttpRequest = context["request"]
    urls = [request.build_absolute_uri(path) for path in (page, image)]
    return _as_text(format_html('<a href="{}"><img src="{}" alt="{}" height="22"></a>', *urls, text))


@register.simple_tag(takes_context=True)
def frame_code(context: template.Context, page: str, title: str) -> str:
    """A frame of a page, as HTML to show as text."""
    url = context["request"].build_absolute_uri(page)
    return _as_text(format_html('<iframe src="{}" title="{}" width="100%" height="400"></iframe>', url, title))


def _as_text(html: str) -> str:
    """A plain string, which templates escape."""
    return "".join([html])
