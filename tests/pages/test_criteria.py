"""Eligibility criteria on the trial page: each list under its heading, or the unsplit text."""

import json
import re

import pytest

from tests.pages.trial_pages import import_trials
from tests.records.builders import study

pytestmark = pytest.mark.django_db

INCLUSION, EXCLUSION, OTHER = "You may qualify if", "You may not qualify if", "Other conditions"
HALF = re.compile(r"<h3>((?:You may|Other conditions)[^<]*)</h3>(.*?)(?=<h3>|<details|</section>)", re.DOTALL)


@pytest.fixture
def criteria_page(client):
    """The page of an imported trial with these eligibility criteria, as HTML."""

    def imported(text: str) -> str:
        import_trials([json.dumps(study(1, eligibility={"eligibilityCriteria": text})).encode()])
        answer = client.get("/trials/NCT90000001/")
        assert answer.status_code == 200
        return answer.content.decode()

    return imported


def sections(html: str) -> dict[str, str]:
    """The words below each heading of the criteria."""
    return {heading: words(below) for heading, below in HALF.findall(html)}


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    ("text", "inclusion", "exclusion"),
    [
        ("Inclusion criteria: adults with asthma; exclusion criteria: smokers.", "adults with asthma;", "smokers."),
        (
            "Inclusion Criteria:(1)Adults;(2)Asthma.Exclusion Criteria:(1)Smokers.",
            "(1)Adults;(2)Asthma.",
            "(1)Smokers.",
        ),
        ("Inclusion Criteria:~1. Adults~2. Asthma~Exclusion Criteria:~1. Smokers", "Adults Asthma", "Smokers"),
        ("Exclusion Criteria:\n\n* Smokers\n\nMinors\n\nInclusion Criteria:\n\n* Adults", "Adults", "Smokers Minors"),
    ],
)
def test_imported_criteria_are_under_the_right_heading(criteria_page, text, inclusion, exclusion):
    assert sections(criteria_page(text)) == {INCLUSION: inclusion, EXCLUSION: exclusion}


@pytest.mark.parametrize(
    "text",
    [
        "Inclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n",
        "Inclusion Criteria:\n\n* Adults\n  * Exclusion criteria:\n    * Smokers\n* Asthma",
        "Inclusion: " * 1700,
    ],
)
def test_criteria_that_cannot_be_split_are_shown_as_one_text(criteria_page, text):
    html = criteria_page(text)
    assert sections(html) == {}
    assert words(html).count("Inclusion") == text.count("Inclusion")


def test_a_note_about_both_types_is_under_neither_heading(criteria_page):
    html = criteria_page(
        "Inclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n* Smokers\n\n"
        "Other inclusion/exclusion criteria apply."
    )
    assert sections(html) == {
        INCLUSION: "Adults",
        EXCLUSION: "Smokers",
        OTHER: "Other inclusion/exclusion criteria apply.",
    }
