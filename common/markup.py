"""The registry's markup, a small part of CommonMark in descriptions, outcomes, arms and criteria: parser and HTML.

Supports what occurs in 2,000 real records: paragraphs between blank lines, bullets `* `, numbers `1. `, lists nested
by indentation, and backslash escapes of punctuation (`\\[IV\\]` is [IV]). No emphasis, headings,
links, tables or HTML occur, so none is supported: they stay text. Parsing never fails and takes linear time.

HTML is safe: escaped text, lists, and links for `http` and `https` URLs. E-mail addresses stay text: contacts are
published only by the rules of contacts.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

MAX_DEPTH = 10  # real records nest four lists; deeper lines stay on the last level

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")
_ENTITY = re.compile(r"&(?:lt|gt|amp|quot|nbsp|#34|#39);")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n|[\r\n\x85\u2028\u2029]")
_MARKER = re.compile(r"(?:[*•·+-]|(?P<number>\d{1,6})[.)])[ \t]+(?=\S)")


@dataclass(slots=True)
class Paragraph:
    """Lines of plain text, escapes already resolved; a line break in the record stays one."""

    lines: list[str]


@dataclass(slots=True)
class Item:
    """One entry of a list; `number` is as written, None for a bullet."""

    number: int | None
    nodes: list["Node"] = field(default_factory=list)


@dataclass(slots=True)
class Items:
    """A list: all bullets or all numbers."""

    entries: list[Item]

    @property
    def ordered(self) -> bool:
        return self.entries[0].number is not None


Node = Paragraph | Items


def resolve_escapes(text: str) -> str:
    """The text with backslash escapes and double-encoded entities resolved."""
    return _ENTITY.sub(lambda entity: unescape(entity[0]), _ESCAPE.sub(r"\1", _UNPRINTABLE.sub("", text)))


def parse(text: str) -> list[Node]:
    """The paragraphs and lists of a text, nested as written. Never raises; every word stays, in its order."""
    reader = _Reader()
    for line in lines_of(text):
        reader.read(line)
    return reader.nodes


def lines_of(text: str) -> list[str]:
    """The lines of a text, split at any kind of line break."""
    return _LINE_BREAK.split(text)


def marker(line: str) -> re.Match[str] | None:
    """The bullet or number that a line begins with, after its indentation."""
    return _MARKER.match(line.lstrip(" \t\xa0"))


def words_of(nodes: list[Node]) -> Iterator[str]:
    """Every word of the nodes in order, including list numbers; for tests."""
    for node in nodes:
        if isinstance(node, Paragraph):
            yield from " ".join(node.lines).split()
            continue
        for item in node.entries:
            if item.number is not None:
                yield str(item.number)
            yield from words_of(item.nodes)


class _Reader:
    """Parses line by line; `_open` are the lists that the next line may belong to, outermost first."""

    def __init__(self) -> None:
        self.nodes: list[Node] = []
        self._open: list[tuple[int, Items]] = []
        self._after_blank = True

    def read(self, line: str) -> None:
        body = line.lstrip(" \t\xa0")
        if not body.strip():
            self._after_blank = True
            return
        indent = len(line[: len(line) - len(body)].expandtabs(4))
        match = marker(body)
        if match:
            self._add_item(indent, match["number"], resolve_escapes(body[match.end() :].rstrip()))
        else:
            self._add_text(indent, resolve_escapes(body.rstrip()))
        self._after_blank = False

    def _add_item(self, indent: int, number: str | None, text: str) -> None:
        item = Item(None if number is None else int(number), [Paragraph([text])])
        while self._open and self._open[-1][0] > indent + 1:
            self._open.pop()
        is_sibling = self._open and (indent <= self._open[-1][0] + 1 or len(self._open) == MAX_DEPTH)
        if is_sibling and self._open[-1][1].ordered == (number is not None):
            self._open[-1][1].entries.append(item)
            return
        if is_sibling:
            self._open.pop()
        items = Items([item])
        self._current_nodes().append(items)
        self._open.append((indent, items))

    def _add_text(self, indent: int, text: str) -> None:
        while self._open and self._open[-1][0] >= indent:
            self._open.pop()
        inside = self._current_nodes()
        if inside and isinstance(inside[-1], Paragraph) and not self._after_blank:
            inside[-1].lines.append(text)
        else:
            inside.append(Paragraph([text]))

    def _current_nodes(self) -> list[Node]:
        """The list to which the next node is added: the last item of the innermost open list, or the top level."""
        return self._open[-1][1].entries[-1].nodes if self._open else self.nodes


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
