"""UI components: labels for codes, labels only with values, nothing forbidden by the security policy."""

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sites.choices import SiteStatus
from tests.pages.gallery import gallery
from trials.choices import OverallStatus
from trials.status_display import STATUS_DISPLAYS

ROOT = Path(__file__).resolve().parents[2]
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
RAW_CODE = re.compile(r"\b[A-Z]{2,}(?:_[A-Z0-9]+)+\b|\bPHASE\d|\bRECRUITING\b|\bINTERVENTIONAL\b")


class VisibleText(HTMLParser):
    """Collects what a reader sees, and the elements on the way."""

    def __init__(self):
        super().__init__()
        self.text, self.elements = [], []

    def handle_data(self, data):
        self.text.append(data)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))


@pytest.fixture(scope="module")
def html():
    return gallery()


@pytest.fixture(scope="module")
def seen(html):
    parser = VisibleText()
    parser.feed(html)
    return parser


def test_no_raw_code_is_visible(seen):
    assert RAW_CODE.findall(" ".join(seen.text)) == []


def test_every_status_shows_its_label(seen):
    text = " ".join(seen.text)
    assert [label for label in OverallStatus.labels if label not in text] == []
    assert "Not published" in text


def test_every_status_has_an_icon_and_no_two_share_it():
    icons = [STATUS_DISPLAYS[code].icon for code in OverallStatus.values]
    assert len(set(icons)) == len(OverallStatus)
    assert set(SiteStatus.values) <= set(STATUS_DISPLAYS)


def test_a_label_needs_a_value(html):
    assert re.findall(r"<dt>[^<]*</dt>\s*<dd[^>]*>\s*</dd>", html) == []
    for absent in ("Acronym", "Collaborators", "Oversight", "Why stopped"):
        assert absent not in html
    assert re.search(r"<dt>Enrolled</dt><dd>0</dd>", html)
    assert re.search(r"<dt>Healthy volunteers</dt><dd>No</dd>", html)


def test_the_gallery_has_no_inline_styles_or_scripts(seen):
    assert [
        name for name, attrs in seen.elements if "style" in attrs or any(key.startswith("on") for key in attrs)
    ] == []
    assert [name for name, attrs in seen.elements if name == "style" or (name == "script" and "src" not in attrs)] == []


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_inline_styles_or_scripts(template):
    """A block of JSON is data: no browser runs it."""
    script = r'<script(?![^>]*\b(?:src=|type="application/(?:ld\+)?json"))'
    assert not re.search(r"\sstyle=|<style|\son[a-z]+=|javascript:|" + script, template.read_text())


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_block_end_has_its_name(template):
    assert "{% endblock %}" not in template.read_text()


def test_every_field_has_a_label_and_an_error_is_shown_twice(seen, html):
    fields = [
        attrs
        for name, attrs in seen.elements
        if name in ("input", "select", "textarea") and attrs.get("type") != "hidden"
    ]
    labelled = {attrs.get("for") for name, attrs in seen.elements if name == "label"}
    assert [field["id"] for field in fields if field["id"] not in labelled] == []
    assert html.count("This field is required.") == 2
    assert 'aria-invalid="true"' in html


def test_no_id_is_used_twice(seen):
    ids = [attrs["id"] for _, attrs in seen.elements if "id" in attrs]
    assert sorted({name for name in ids if ids.count(name) > 1}) == []


def test_the_page_has_a_skip_link_and_named_landmarks(seen):
    names = [name for name, _ in seen.elements]
    assert ("a", "#content") in [(name, attrs.get("href")) for name, attrs in seen.elements]
    assert [names.count(landmark) for landmark in ("header", "main", "footer", "h1")] == [1, 1, 1, 1]


def test_nothing_is_loaded_from_another_host(seen):
    fetched = [
        attrs.get("src") or attrs.get("href") for name, attrs in seen.elements if name in ("link", "script", "img")
    ]
    assert fetched
    assert [address for address in fetched if not address.startswith("/static/")] == []
