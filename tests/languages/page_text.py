"""What a page says in which language: text nodes and attributes with the `lang` that holds for them."""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

SPOKEN_ATTRIBUTES = ("aria-label", "alt", "placeholder", "title")
_VOID = frozenset(
    ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"]
)
_UNREAD = frozenset({"script", "style", "textarea", "datalist"})
#: Names and codes that are the same in every language.
_NAMES = re.compile(
    r"Sitelight|ClinicalTrials\.gov|API|NCT\d*|CSV|HTML|Atom|MeSH|GeoNames|CC BY 4\.0|PubMed|FDA(?:AA)?|DNA|URL|"
    r"A–Z|Z–A|as_of|in_force|recorded|CFR|SIV|NIH|CTIS|EudraCT|https?://\S+|\S+@\S+|\b[IVX]+\b|\bkm\b|\bmi\b"
)
_LATIN_WORD = re.compile(r"[A-Za-z]{2,}")


class _Reader(HTMLParser):
    def __init__(self):
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.texts: list[tuple[str, str]] = []
        self.links: list[str] = []
        self.html_lang = ""

    @property
    def _lang(self) -> str:
        return self.open[-1][1] if self.open else ""

    def handle_starttag(self, tag, attrs):
        known = dict(attrs)
        lang = known.get("lang") or self._lang
        if tag == "html":
            self.html_lang = lang
        if tag == "a" and "href" in known and "hreflang" not in known:
            self.links.append(known["href"])
        self.texts += [(lang, known[name]) for name in SPOKEN_ATTRIBUTES if known.get(name)]
        if tag not in _VOID:
            self.open.append((tag, lang))

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_endtag(self, tag):
        while self.open and self.open.pop()[0] != tag:
            pass

    def handle_data(self, data):
        if data.strip() and not any(tag in _UNREAD for tag, _ in self.open):
            self.texts.append((self._lang, data.strip()))


def read_page(html: str) -> _Reader:
    reader = _Reader()
    reader.feed(html)
    return reader


def english_texts(html: str) -> Iterator[str]:
    """Texts with Latin words in a part of the page that is marked as Chinese."""
    for lang, text in read_page(html).texts:
        if lang.startswith("zh") and _LATIN_WORD.search(_NAMES.sub("", text)):
            yield text
