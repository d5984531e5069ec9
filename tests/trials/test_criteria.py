"""Eligibility criteria told apart: every real heading is known, no word is lost, and a doubtful text stays whole."""

import json
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trials.criteria import Criteria, read_criteria
from trials.criteria.kinds import Kind
from trials.markup import plain, words_of

LONGEST = 20_000  # the registry's limit
PLAIN = "Inclusion Criteria:\n\n* Adults\n  * over 18\n\nExclusion Criteria:\n\n1. Pregnant\n2. Minors"
PIECES = st.sampled_from(
    [
        *("Inclusion Criteria:", "* Exclusion criteria", "EXCLUSION CRITERIA", "the exclusion criteria", "Criteria:"),
        *("Part A:", "CONTROLS", "Patients are not eligible if they:", "Inclusion and Exclusion Criteria"),
        *("* Adults", "1. Minors", "\\[x\\]", " ", "  ", "\n", "\n\n"),
    ]
)
TEXTS = st.one_of(st.text(), st.lists(PIECES).map("".join))


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def words_told(criteria: Criteria) -> list[str]:
    return [word for part in criteria.sections for word in words(part.title) + words(" ".join(words_of(part.nodes)))]


def told(text: str) -> list[tuple[str, str, str]]:
    return [(part.kind.value, part.title, " ".join(words_of(part.nodes))) for part in read_criteria(text).sections]


def test_the_usual_text_has_two_halves_with_their_nesting():
    criteria = read_criteria(PLAIN)
    assert criteria.is_split
    assert [part.kind for part in criteria.sections] == [Kind.INCLUSION, Kind.EXCLUSION]
    adults = criteria.inclusion[0].entries[0]
    assert adults.nodes[0].lines == ["Adults"]
    assert adults.nodes[1].entries[0].nodes[0].lines == ["over 18"]
    assert [item.number for item in criteria.exclusion[0].entries] == [1, 2]


@pytest.mark.parametrize(
    ("inclusion", "exclusion"),
    [
        ("INCLUSION CRITERIA", "EXCLUSION CRITERIA"),
        ("Inclusion criteria :", "Exclusion criteria :"),
        ("Inclusion criteria：", "Exclusion Citeria:"),
        ("Key Inclusion Criteria:", "Main Exclusion Criteria:"),
        ("* INCLUSION CRITERIA:", "* Exclusion Criteria:"),
        ("1. Inclusion criteria", "2. Exclusion criteria"),
        ("-INCLUSION CRITERIA:", "**Exclusion Criteria:**"),
        ("Inclusion Criteria - For all participants :", "Criteria for non-inclusion in the control group:"),
        ("Inclusion Criteria (Patients):", "Non-Inclusion Criteria:"),
        ("Part A and Part B Abbreviated Inclusion Criteria:", "Eye-Related Exclusion Criteria: (study eye only)"),
        ("Inclusion:", "Exclusion:"),
        ("Women were eligible if they:", "Women were ineligible if they:"),
    ],
)
def test_real_headings_are_known(inclusion, exclusion):
    text = f"{inclusion}\n\n* Adults\n\n{exclusion}\n\n* Minors"
    criteria = read_criteria(text)
    assert [part.kind for part in criteria.sections] == [Kind.INCLUSION, Kind.EXCLUSION]
    assert words_told(criteria) == words(plain(re.sub(r"(?m)^[12]\. ", "", text)))


@pytest.mark.parametrize(
    "sentence",
    [
        "* Meets the inclusion criteria for trial entry",
        "* Other exclusion criteria apply according to the label",
        "Further inclusion criteria apply.",
        "3. Does not meet the inclusion criteria",
        "* Inclusion must take place before week 7",
    ],
)
def test_a_sentence_about_criteria_is_no_heading(sentence):
    kinds = [part.kind for part in read_criteria(f"{PLAIN}\n\n{sentence}").sections]
    assert kinds == [Kind.INCLUSION, Kind.EXCLUSION]


def test_text_behind_a_heading_stays_with_it():
    assert told("Inclusion criteria: atopic patients\n\nExclusion criteria: none") == [
        ("inclusion", "Inclusion criteria", "atopic patients"),
        ("exclusion", "Exclusion criteria", "none"),
    ]


def test_a_heading_that_lost_its_line_is_found_again():
    assert told("Inclusion Criteria:\n\n* Signed consent Exclusion Criteria:\n\n* Minors") == [
        ("inclusion", "Inclusion Criteria", "Signed consent"),
        ("exclusion", "Exclusion Criteria", "Minors"),
    ]


def test_groups_keep_their_captions_and_their_order():
    text = (
        "PATIENTS\n\nInclusion Criteria:\n\n* a\n\nExclusion Criteria:\n\n* b\n\nCONTROLS\n\nInclusion Criteria:\n\n* c"
    )
    assert told(text) == [
        ("inclusion", "PATIENTS: Inclusion Criteria", "a"),
        ("exclusion", "Exclusion Criteria", "b"),
        ("inclusion", "CONTROLS: Inclusion Criteria", "c"),
    ]


def test_a_short_criterion_is_not_taken_for_a_caption():
    assert told("Inclusion Criteria:\n\nHealthy adults\n\nExclusion Criteria:\n\nNone")[0][2] == "Healthy adults"
    assert told("Exclusion Criteria:\n\nNone\n\nInclusion Criteria:\n\n* Adults")[0][2] == "None"


def test_a_note_on_both_kinds_belongs_to_neither():
    assert told(f"{PLAIN}\n\nOther protocol-defined inclusion/exclusion criteria may apply.")[-1][0] == "other"


@pytest.mark.parametrize(
    "text",
    [
        "Adults with asthma.",
        "DISEASE CHARACTERISTICS: x\n\nPATIENT CHARACTERISTICS: y",
        "Inclusion and Exclusion Criteria:\n\n* Adults\n* Minors",
        "Inclusion Criteria:\n\n* Adults\n* Pregnant women are excluded",
        "Exclusion Criteria:\n\n* Minors",
        "Inclusion Criteria:\n\n* Consent Inclusion Criteria Partner\n\nExclusion Criteria:\n\n* x",
        "Inclusion Criteria:\n\n* a\n\nExclusion Criteria:\n\n* b\n\nFathers who agree are eligible if they:\n\n* c",
    ],
)
def test_a_doubtful_text_stays_whole(text):
    criteria = read_criteria(text)
    assert not criteria.is_split
    assert [part.kind for part in criteria.sections] == [Kind.OTHER]
    assert words_told(criteria) == words(plain(text))


def test_an_exception_within_exclusions_never_becomes_an_inclusion():
    text = f"{PLAIN}\n\nTo be eligible, patients should not meet any of the following criteria:\n\n* x"
    assert [part.kind for part in read_criteria(text).sections] == [Kind.INCLUSION, Kind.EXCLUSION]


def test_no_text_has_no_section():
    assert read_criteria("").sections == read_criteria(" \n\n ").sections == ()


@given(TEXTS)
def test_no_word_is_lost_or_moved(text):
    assert words_told(read_criteria(text)) == words(plain(_numbers_as_read(text)))


@pytest.mark.parametrize(
    "piece", ["a", " ", "no ", "in", "inclusion ", "Inclusion Criteria", "Inclusion Criteria:\n", "a:\n"]
)
def test_hostile_criteria_take_linear_time(piece):
    started = time.perf_counter()
    read_criteria(piece * (LONGEST // len(piece)))
    assert time.perf_counter() - started < 1.5


@pytest.mark.registry
def test_nearly_every_real_record_splits_and_none_loses_a_word(registry_records):
    texts = [_criteria_of(json.loads(record)) for record in registry_records]
    texts = [text for text in texts if text]
    split = 0
    for text in texts:
        criteria = read_criteria(text)
        split += criteria.is_split
        assert words_told(criteria) == words(plain(_numbers_as_read(text)))
    assert split >= 0.98 * len(texts)


def _criteria_of(record: dict) -> str:
    return record["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria", "")


def _numbers_as_read(text: str) -> str:
    """List numbers without leading zeros."""
    return re.sub(r"(?m)^([ \t\xa0]*)0+(?=\d{1,5}[.)][ \t]+\S)", r"\1", text)
