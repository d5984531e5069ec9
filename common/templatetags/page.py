"""Template tags for the page layout: navigation links, and sections that are omitted when empty.

    {% contents %}
      {% section "Timeline" "timeline" %} … {% endsection %}
    {% endcontents %}

`{% section %}`, `{% subsection %}` and `{% definition_list %}` render nothing when their content is blank, and
`{% contents %}` omits such sections.
"""

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader import render_to_string
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


class Contents(Node):
    """Renders its body first, which collects the sections, then the table of contents."""

    def __init__(self, nodelist: NodeList):
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        with context.push(sections=[]):
            body = self.nodelist.render(context)
            return render_to_string("trials/_contents.html", {"sections": context["sections"], "body": body})


@register.tag
def contents(parser: Parser, token: Token) -> Contents:
    """A table of contents and the sections inside."""
    nodelist = parser.parse(("endcontents",))
    parser.delete_first_token()
    return Contents(nodelist)


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: SafeString, heading: str, anchor: str) -> str:
    """A section with a heading and an anchor."""
    if not content.strip():
        return ""
    context["sections"].append((anchor, heading))
    return format_html(
        '<section class="sheet" id="{0}" aria-labelledby="{0}-heading"><h2 id="{0}-heading">{1}</h2>{2}</section>',
        anchor,
        heading,
        content,
    )


@register.simple_block_tag
def subsection(content: SafeString, heading: str, tight: bool = False) -> str:
    """A part of a section under its own heading."""
    if not content.strip():
        return ""
    return format_html('<div class="flow{}"><h3>{}</h3>{}</div>', " is-tight" if tight else "", heading, content)


@register.simple_block_tag
def definition_list(content: SafeString) -> str:
    """A definition list of `{% fact %}` tags."""
    return format_html('<dl class="facts">{}</dl>', content) if content.strip() else ""
