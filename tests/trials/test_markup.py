"""The registry's markup: real records are parsed correctly, and no text gets through as HTML."""

import json
import re
import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.markup import MAX_DEPTH, Items, Paragraph, parse, render, resolve_escapes, with_links, words_of

LONGEST = 32_000  # a detailed description
ALLOWED = {"p", "ul", "ol", "li", "br", "a"}
PIECES = st.sampled_from(
    [
        *("* ", "1. ", "23. ", "- ", "\n", "\n\n", "  ", "    ", "\t", "\\", "\\[", "\\<"),
        *("<b>", "&gt;", "\\&lt;", "http://a.b/(", ")", '"', "word"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))
HOSTILE = {
    "bullets": "* " * (LONGEST // 2),
    "deep": "\n".join(" " * (2 * depth) + "* a" for depth in range(175)),
    "numbers": "1. " * (LONGEST // 3),
    "backslashes": "\\" * LONGEST,
    "addresses": "http://" * (LONGEST // 7),
    "brackets": "http://(" + ")" * LONGEST,
    "ampersands": "&" * LONGEST,
    "blank lines": " \n" * (LONGEST // 2),
    "spaces": " " * LONGEST + "x",
    "lines": "a\n" * (LONGEST // 2),
    "one long line": "a" * LONGEST,
}


class Elements(HTMLParser):
    """Collects the elements and holds that they are closed in order."""

    def __init__(self):
        super().__init__()
        self.elements, self.open, self.text = [], [], ""

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag != "br":
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text += data


def elements(text: str) -> Elements:
    parser = Elements()
    parser.feed(render(text))
    parser.close()
    assert parser.open == []
    return parser


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (r"stage \[IV\]", "stage [IV]"),
        (r"age \> 18 and \</= 65", "age > 18 and </= 65"),
        (r"10\^9/L \* \~5 \_ \- 1\. \\ \& \+ \)", "10^9/L * ~5 _ - 1. \\ & + )"),
        (r"HbA1c \&gt; 6.5 and &amp;", "HbA1c > 6.5 and &"),
        (r"C:\Program", r"C:\Program"),
        ("nul\x00 and \ud800 gone", "nul and  gone"),
    ],
)
def test_a_backslash_before_punctuation_means_the_punctuation(written, read):
    assert resolve_escapes(written) == read


def test_paragraphs_are_separated_by_blank_lines():
    assert render("One\n\nTwo") == "<p>One</p><p>Two</p>"


def test_a_line_break_inside_a_paragraph_stays():
    assert render("One\nTwo") == "<p>One<br>Two</p>"


def test_bullets_nest_by_indentation():
    assert render("* a\n  * b\n    * c\n* d") == "<ul><li>a<ul><li>b<ul><li>c</li></ul></li></ul></li><li>d</li></ul>"


def test_bullets_below_a_number_belong_to_it():
    assert render("1. a\n   * b\n2. c") == "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"


def test_a_list_goes_on_after_a_blank_line():
    assert render("* a\n\n* b") == "<ul><li>a</li><li>b</li></ul>"


def test_an_indented_paragraph_belongs_to_its_entry():
    assert render("1. a\n\n   OR\n2. b") == "<ol><li><p>a</p><p>OR</p></li><li>b</li></ol>"


def test_a_paragraph_at_the_margin_ends_the_list():
    assert render("* a\n\nThen\n\n* b") == "<ul><li>a</li></ul><p>Then</p><ul><li>b</li></ul>"


def test_numbers_stay_as_written():
    assert render("3. c\n4. d\n7. g") == '<ol start="3"><li>c</li><li>d</li><li value="7">g</li></ol>'


def test_a_number_and_a_bullet_are_two_lists():
    assert render("1. a\n* b\n2. c") == '<ol><li>a</li></ol><ul><li>b</li></ul><ol start="2"><li>c</li></ol>'


def test_an_escaped_marker_is_text():
    assert render(r"\* with a LABA" + "\n\n" + r"1\. not a list") == "<p>* with a LABA</p><p>1. not a list</p>"


def test_html_in_a_record_is_text():
    assert render('<script>alert(1)</script><a href="javascript:x">') == (
        "<p>&lt;script&gt;alert(1)&lt;/script&gt;&lt;a href=&quot;javascript:x&quot;&gt;</p>"
    )


def test_web_addresses_become_links_without_the_sentences_punctuation():
    shown = with_links("See https://example.org/a_(b)?c=1&d=2. Or (http://example.org).")
    assert 'href="https://example.org/a_(b)?c=1&amp;d=2"' in shown
    assert 'href="http://example.org"' in shown
    assert shown.count("<a ") == 2


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "ftp://example.org", "data:text/html,x", "someone@example.org", "example.org"]
)
def test_nothing_else_becomes_a_link(text):
    html = render(text)
    assert text.replace('"', "&quot;") in html
    assert "<a" not in html


@given(TEXTS)
def test_any_text_renders_as_a_few_closed_elements(text):
    parsed = elements(text)
    assert {tag for tag, _ in parsed.elements} <= ALLOWED
    for tag, attributes in parsed.elements:
        assert set(attributes) <= {"a": {"href", "rel"}, "ol": {"start"}, "li": {"value"}}.get(tag, set())
        assert attributes.get("href", "http://").startswith(("http://", "https://"))
    render(text).encode()


@given(TEXTS)
def test_every_word_stays_in_its_order(text):
    assert list(words_of(parse(text))) == resolve_escapes(_numbers_as_read(text)).split()


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_hostile_text_takes_linear_time(text):
    started = time.perf_counter()
    render(text)
    assert time.perf_counter() - started < 1.5


def test_lists_nest_so_deep_and_no_deeper():
    def depth(nodes):
        lists = [node for node in nodes if isinstance(node, Items)]
        return max((1 + max(depth(item.nodes) for item in node.entries) for node in lists), default=0)

    nodes = parse(HOSTILE["deep"])
    assert depth(nodes) == MAX_DEPTH
    assert all(isinstance(node, Paragraph | Items) for node in nodes)


@pytest.mark.registry
def test_every_real_description_keeps_its_words_and_shows_no_escape(registry_records):
    for record in registry_records:
        for text in _markup_fields(json.loads(record)["protocolSection"]):
            assert list(words_of(parse(text))) == resolve_escapes(_numbers_as_read(text)).split()
            assert not re.search(r"\\[\[\]<>*~^_-]", "".join(elements(text).text))


def _numbers_as_read(text: str) -> str:
    """The text without bullets, and with list numbers as plain numbers."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    marker = re.compile(r"^([ \t\xa0]*)(?:[*•·+-]|(\d{1,6})[.)])[ \t]+(?=\S)")
    return "\n".join(marker.sub(lambda match: f"{int(match[2])} " if match[2] else "", line) for line in lines)


def _markup_fields(protocol: dict) -> list[str]:
    description, outcomes = protocol.get("descriptionModule", {}), protocol.get("outcomesModule", {})
    arms = protocol.get("armsInterventionsModule", {})
    lists = [*outcomes.values(), *arms.values()]
    texts = [*description.values(), protocol.get("eligibilityModule", {}).get("eligibilityCriteria", "")]
    return texts + [entry["description"] for entries in lists for entry in entries if "description" in entry]
