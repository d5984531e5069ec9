"""Template tags for the registry's markup. Block results belong inside `<div class="prose">`."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString

from common.markup import Node, render, render_nodes, resolve_escapes, with_links
from trials.criteria import Criteria, read_criteria

register = template.Library()


@register.filter
def markup(text: str) -> SafeString:
    """A markup field as paragraphs and lists."""
    return render(text or "")


@register.filter
def markup_nodes(nodes: Iterable[Node]) -> SafeString:
    """Parsed markup, such as a section of criteria."""
    return render_nodes(nodes)


@register.filter
def plain_text(text: str) -> str:
    """A markup field on one line of a page: escapes resolved, nothing else."""
    return resolve_escapes(text or "")


@register.filter
def linked(text: str) -> SafeString:
    """A plain field whose web addresses are links."""
    return with_links(text or "")


@register.simple_tag
def criteria(text: str) -> Criteria:
    """Parsed eligibility criteria: `{% criteria text as criteria %}`, then include `_criteria.html`."""
    return read_criteria(text or "")
