"""Renders markup as safe HTML: escaped text, lists, and links for `http` and `https` URLs.

E-mail addresses stay text: contacts are published only by the rules of contacts.
"""

import re
from collections.abc import Iterable

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common.markup import Item, Items, Node, Paragraph, parse

_ADDRESS = re.compile(r"\bhttps?://[^\s<>\"'`]+")
_NOT_PART_OF_ADDRESS = ".,;:!?*)]}"


def render(text: str) -> SafeString:
    """A text of the registry as safe HTML."""
    return render_nodes(parse(text))


def render_nodes(nodes: Iterable[Node]) -> SafeString:
    """Parsed markup, or a part of it, as safe HTML."""
    return mark_safe("".join(_paragraph(node) if isinstance(node, Paragraph) else _items(node) for node in nodes))


def with_links(text: str) -> SafeString:
    """Plain text, escaped, its web addresses as links."""
    parts, end = [], 0
    for match in _ADDRESS.finditer(text):
        address = _trimmed(match[0])
        parts += [conditional_escape(text[end : match.start()]), _link(address)]
        end = match.start() + len(address)
    return mark_safe("".join([*parts, conditional_escape(text[end:])]))


def _trimmed(address: str) -> str:
    """The URL without trailing punctuation; a closing bracket stays when the URL has an opening one."""
    closing = _NOT_PART_OF_ADDRESS.replace(")", "") if "(" in address else _NOT_PART_OF_ADDRESS
    return address.rstrip(closing)


def _link(address: str) -> SafeString:
    return format_html('<a href="{}" rel="nofollow noopener external">{}</a>', address, address)


def _lines(paragraph: Paragraph) -> SafeString:
    return mark_safe("<br>".join(with_links(line) for line in paragraph.lines))


def _paragraph(paragraph: Paragraph) -> str:
    return f"<p>{_lines(paragraph)}</p>"


def _items(items: Items) -> str:
    """A list; numbers that do not follow the previous one are kept by the value attribute."""
    if not items.ordered:
        return f"<ul>{''.join(f'<li>{_item(item)}</li>' for item in items.entries)}</ul>"
    first = items.entries[0].number
    start = "" if first == 1 else f' start="{first}"'
    numbered, expected = [], first
    for item in items.entries:
        value = "" if item.number == expected else f' value="{item.number}"'
        numbered.append(f"<li{value}>{_item(item)}</li>")
        expected = item.number + 1
    return f"<ol{start}>{''.join(numbered)}</ol>"


def _item(item: Item) -> str:
    """A list item; a single paragraph is rendered without a tag."""
    paragraphs = [node for node in item.nodes if isinstance(node, Paragraph)]
    if len(paragraphs) > 1:
        return render_nodes(item.nodes)
    return "".join(_lines(node) if isinstance(node, Paragraph) else _items(node) for node in item.nodes)
