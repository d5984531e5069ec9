"""No trial page has one of the known defects: checked with our own and with real records."""

from pathlib import Path

import pytest

from tests.pages import page_defects as defects
from tests.pages.page_defects import DEFECTS
from tests.pages.trial_pages import TrialPage

#: Without a test that is marked so, a run of this file alone would not set the test database up, and ask the real one.
pytestmark = pytest.mark.django_db
OWN = Path(__file__).resolve().parents[1] / "records" / "studies.ndjson"
PARTS = 4
"""The real records are checked in this number of tests, so that workers share them."""


@pytest.fixture(scope="module")
def own_pages(pages_of):
    return list(pages_of(OWN.read_bytes().splitlines()))


@pytest.fixture(scope="module")
def seed_pages(pages_of, registry_folder):
    seeds = [path.read_bytes().replace(b"\n", b" ") for path in sorted((registry_folder / "seeds").glob("*.json"))]
    return list(pages_of(seeds))


def defects_of(pages, defect) -> list[str]:
    return [f"{page.key}: {text}" for page in pages for text in defect(page)]


@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.__name__)
def test_generated_records_have_no_defect(defect, own_pages):
    assert defects_of(own_pages, defect) == []


DOCTORED = [
    (defects.labels_without_a_value, "</h1>", "</h1><dt>Phase</dt> <dd> </dd>"),
    (defects.raw_codes, "</h1>", "</h1><p>NOT_YET_RECRUITING</p>"),
    (defects.raw_escapes, "</h1>", "</h1><p>\\[IV\\]</p>"),
    (defects.invented_dates, "</h1>", '</h1><time datetime="2031-01-01">1 January 2031</time>'),
    (
        defects.people_printed_twice,
        '<ul class="people">',
        '<ul class="people"><li><span class="name">Investigator 1</span></li>',
    ),
    (
        defects.interventions_printed_twice,
        '<ul class="tags"><li><span class="soft">Drug:</span>',
        '<ul class="tags"><li><span class="soft">Drug:</span> Examplinib</li><li><span class="soft">Drug:</span>',
    ),
    (defects.texts_cut_off, "Examplinib", "Exam…"),
    (defects.uncertain_dates_as_facts, "estimated", ""),
    (defects.sites_missing_or_merged, '<li class="site"', "<li"),
    (defects.contacts_away_from_their_site, '<li class="site"', "<li"),
    (defects.contacts_published_against_the_rule, "</h1>", '</h1><a href="tel:1">1</a>'),
    (defects.central_contacts_missing, "@", ""),
    (defects.placeholder_texts, "</h1>", "</h1>+1 more"),
    (defects.repeated_ids, "</h1>", '</h1><p id="sites"></p>'),
]


@pytest.mark.parametrize(("defect", "part", "instead"), DOCTORED, ids=lambda given: getattr(given, "__name__", None))
def test_a_page_with_the_defect_is_detected(defect, part, instead, own_pages):
    doctored = [TrialPage(page.record, page.html.replace(part, instead)) for page in own_pages]
    assert defects_of(doctored, defect) != []


def test_every_defect_has_an_example():
    assert [defect for defect, _, _ in DOCTORED] == list(DEFECTS)


@pytest.mark.registry
@pytest.mark.parametrize("defect", DEFECTS, ids=lambda defect: defect.__name__)
def test_demo_records_have_no_defect(defect, seed_pages):
    assert defects_of(seed_pages, defect) == []


@pytest.mark.registry
@pytest.mark.slow
@pytest.mark.parametrize("part", range(PARTS))
def test_all_real_records_have_no_defect(pages_of, registry_records, part):
    defects = [
        f"{page.key} {defect.__name__}: {what}"
        for page in pages_of(registry_records[part::PARTS])
        for defect in DEFECTS
        for what in defect(page)
    ]
    assert defects == []
