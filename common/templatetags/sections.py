"""A long page in sections: what is empty is not there, and the list of contents knows what is.

    {% contents %}
      {% sheet "Timeline" "timeline" %} … {% endsheet %}
    {% endcontents %}

`{% sheet %}`, `{% part %}` and `{% facts %}` print their heading and frame only around something.
"""

from django import template
from django.template import Context, Node, NodeList
from django.template.base import Parser, Token
from django.template.loader import render_to_string
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


class Contents(Node):
    """Renders what it holds first: only then is it known which sheets there are."""

    def __init__(self, nodelist: NodeList):
        self.nodelist = nodelist

    def render(self, context: Context) -> str:
        with context.push(sheets=[]):
            body = self.nodelist.render(context)
            return render_to_string("trials/_contents.html", {"sheets": context["sheets"], "body": body})


@register.tag
def contents(parser: Parser, token: Token) -> Contents:
    """A list of the sheets inside, and the sheets."""
    nodelist = parser.parse(("endcontents",))
    parser.delete_first_token()
    return Contents(nodelist)


@register.simple_block_tag(takes_context=True)
def section(context: Context, content: SafeString, heading: str, anchor: str) -> str:
    """A sheet of paper under a heading that can be linked to."""
    if not content.strip():
        return ""
    context["sheets"].append((anchor, heading))
    return format_html(
        '<section class="sheet" id="{0}" aria-labelledby="{0}-heading"><h2 id="{0}-heading">{1}</h2>{2}</section>',
        anchor,
        heading,
        content,
    )


@register.simple_block_tag
def subsection(content: SafeString, heading: str, tight: bool = False) -> str:
    """A part of a sheet under its own small heading."""
    if not content.strip():
        return ""
    return format_html('<div class="flow{}"><h3>{}</h3>{}</div>', " is-tight" if tight else "", heading, content)


@register.simple_block_tag
def definition_list(content: SafeString) -> str:
    """The frame of `{% fact %}`s."""
    return format_html('<dl class="facts">{}</dl>', content) if content.strip() else ""
