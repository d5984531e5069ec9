"""Eligibility criteria: real headings are recognized, no word is lost, and an ambiguous text is not split."""

import json
import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.markup import resolve_escapes, words_of
from trials.criteria import Criteria, read_criteria
from trials.criteria.classify import CriteriaType
from trials.criteria.parser import UnsplitReason

LONGEST_TITLE_WITH_CAPTION = 140
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


def parsed_words(criteria: Criteria) -> list[str]:
    return [word for part in criteria.sections for word in words(part.title) + words(" ".join(words_of(part.nodes)))]


def parsed_sections(text: str) -> list[tuple[str, str, str]]:
    return [(part.kind.value, part.title, " ".join(words_of(part.nodes))) for part in read_criteria(text).sections]


def test_a_usual_text_has_two_sections_with_their_nesting():
    criteria = read_criteria(PLAIN)
    assert criteria.is_split
    assert [part.kind for part in criteria.sections] == [CriteriaType.INCLUSION, CriteriaType.EXCLUSION]
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
        ("Inclusion criteria (both groups)", "Exclusion criteria (both groups)"),
        ("Key inclusion criteria", "Key exclusion criteria"),
        ("4.1 Inclusion Criteria", "III.6 EXCLUSION CRITERIA"),
        ("A) Inclusion criteria:", "B) Exclusion criteria:"),
        ("**Inclusion Criteria:**", "\\*\\*Exclusion Criteria:\\*\\*"),
        ("## Inclusion Criteria", "## Exclusion Criteria"),
        ("Major inclusion criteria include:", "Major exclusion criteria include:"),
        ("Critères d'inclusion :", "Critères de non-inclusion :"),
        ("Critères d’inclusion", "Critères d’exclusion"),
        ("Criterios de inclusión:", "Criterios de exclusión:"),
        ("Criterios de inclusio\u0301n:", "Criterios de exclusio\u0301n:"),
        ("Critérios de inclusão:", "Critérios de exclusão:"),
        ("Criteri di inclusione:", "Criteri di esclusione:"),
        ("Einschlusskriterien:", "Ausschlusskriterien:"),
        ("Inclusiecriteria:", "Exclusiecriteria:"),
        ("入选标准：", "排除标准："),
    ],
)
def test_real_headings_are_known(inclusion, exclusion):
    text = f"{inclusion}\n\n* Adults\n\n{exclusion}\n\n* Minors"
    criteria = read_criteria(text)
    assert [part.kind for part in criteria.sections] == [CriteriaType.INCLUSION, CriteriaType.EXCLUSION]
    assert parsed_words(criteria) == words(resolve_escapes(re.sub(r"(?m)^[12]\. ", "", text)))


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
    assert kinds == [CriteriaType.INCLUSION, CriteriaType.EXCLUSION]


def test_text_behind_a_heading_stays_with_it():
    assert parsed_sections("Inclusion criteria: atopic patients\n\nExclusion criteria: none") == [
        ("inclusion", "Inclusion criteria", "atopic patients"),
        ("exclusion", "Exclusion criteria", "none"),
    ]


def test_a_heading_that_lost_its_line_break_is_recognized():
    assert parsed_sections("Inclusion Criteria:\n\n* Signed consent Exclusion Criteria:\n\n* Minors") == [
        ("inclusion", "Inclusion Criteria", "Signed consent"),
        ("exclusion", "Exclusion Criteria", "Minors"),
    ]


def test_groups_keep_their_captions_and_their_order():
    text = (
        "PATIENTS\n\nInclusion Criteria:\n\n* a\n\nExclusion Criteria:\n\n* b\n\nCONTROLS\n\nInclusion Criteria:\n\n* c"
    )
    assert parsed_sections(text) == [
        ("inclusion", "PATIENTS: Inclusion Criteria", "a"),
        ("exclusion", "Exclusion Criteria", "b"),
        ("inclusion", "CONTROLS: Inclusion Criteria", "c"),
    ]


def test_a_short_criterion_is_no_caption():
    assert (
        parsed_sections("Inclusion Criteria:\n\nHealthy adults\n\nExclusion Criteria:\n\nNone")[0][2]
        == "Healthy adults"
    )
    assert parsed_sections("Exclusion Criteria:\n\nNone\n\nInclusion Criteria:\n\n* Adults")[0][2] == "None"


def test_a_note_about_both_types_belongs_to_neither():
    assert (
        parsed_sections(f"{PLAIN}\n\nOther protocol-defined inclusion/exclusion criteria may apply.")[-1][0] == "other"
    )


@pytest.mark.parametrize(
    "text",
    [
        "Adults with asthma.",
        "DISEASE CHARACTERISTICS: x\n\nPATIENT CHARACTERISTICS: y",
        "Inclusion and Exclusion Criteria:\n\n* Adults\n* Minors",
        "Inclusion Criteria:\n\n* Adults\n* Pregnant women are excluded",
        "Inclusion Criteria:\n\n* a\n\nPatients are not excluded for any of the following reasons:\n\n* b",
        "Exclusion Criteria:\n\n* Minors",
        "Inclusion Criteria:\n\n* Consent Inclusion Criteria Partner\n\nExclusion Criteria:\n\n* x",
        "Inclusion Criteria:\n\n* a\n\nExclusion Criteria:\n\n* b\n\nFathers who agree are eligible if they:\n\n* c",
        "Participants must:\n\n* a\n\nParticipants must not:\n\n* b",
        "There are no exclusion criteria:\n\n* a",
        "Not inclusion criteria:\n\n* a\n\nInclusion criteria:\n\n* b",
        "* Group A\n  * Inclusion criteria:\n    * a\n  * Exclusion criteria:\n    * b",
        "Inclusion Criteria:\n\n* a\n  * Exclusion criteria:\n    * b\n* c",
        "Inclusion Criteria:\n\n* a\n* Exclusion criteria: b\n* c\n\nExclusion Criteria:\n\n* d",
        "INCLUSION CRITERIA\n\nParticipants are ineligible if they:\n\n* a\n\nEXCLUSION CRITERIA\n\n* b",
        "Inclusion Criteria:\n\n* a\n\nThose with any of these are excluded:\n\n* b\n\nExclusion Criteria:\n\n* c",
        "* Adults\n* Healthy\n\nOther inclusion criteria\n\n* a\n\nExclusion Criteria:\n\n* b",
        "Inclusion Criteria:\n\n* a\n\nExclusion Criteria:\n\n* b\n\nOther inclusion/exclusion criteria apply.\n\n* c",
    ],
)
def test_an_ambiguous_text_is_not_split(text):
    criteria = read_criteria(text)
    assert not criteria.is_split
    assert [part.kind for part in criteria.sections] == [CriteriaType.OTHER]
    assert parsed_words(criteria) == words(resolve_escapes(text))


@pytest.mark.parametrize(
    "heading",
    [
        "Key criteria for exclusion from inclusion",
        "Exclusion from inclusion",
        "Criteria excluding from inclusion",
        "Inclusion criteria for exclusion",
        "Exclusion of inclusion criteria",
        "Criteria for inclusion (exclusion)",
        "Criteria for exclusion and inclusion",
        "Inclusion/exclusion criteria",
        "Not included",
        "No inclusion",
        "Non-inclusion",
        "Not eligible for inclusion",
        "Criteria against inclusion",
        "Contraindications to inclusion",
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "{}: smokers\n\nInclusion: adults",
        "{}:\n\n* smokers\n\nInclusion:\n\n* adults",
        "Inclusion: adults\n\n{}: smokers",
        "Inclusion Criteria:\n\n* adults\n\n{}: smokers\n\nExclusion Criteria:\n\n* minors",
    ],
)
def test_a_heading_that_names_one_type_but_means_the_other_prevents_a_split(heading, text):
    criteria = read_criteria(text.format(heading))
    assert [part.kind for part in criteria.sections] == [CriteriaType.OTHER]
    assert parsed_words(criteria) == words(text.format(heading))


@pytest.mark.parametrize("heading", ["Exclusion Criteria include:", "Exclusion criteria included:"])
def test_a_heading_that_introduces_its_list_keeps_its_type(heading):
    assert read_criteria(f"Inclusion Criteria:\n\n* adults\n\n{heading}\n\n* smokers").is_split


def test_an_exception_within_exclusions_never_becomes_an_inclusion():
    text = f"{PLAIN}\n\nTo be eligible, patients should not meet any of the following criteria:\n\n* x"
    assert [part.kind for part in read_criteria(text).sections] == [CriteriaType.INCLUSION, CriteriaType.EXCLUSION]


@pytest.mark.parametrize(
    ("text", "inclusion", "exclusion"),
    [
        ("Inclusion criteria: adults with asthma; exclusion criteria: smokers.", "adults with asthma;", "smokers."),
        (
            "Inclusion Criteria:(1)Adults;(2)Asthma.Exclusion Criteria:(1)Smokers.",
            "(1)Adults;(2)Asthma.",
            "(1)Smokers.",
        ),
        ("Inclusion Criteria:~1. Adults~2. Asthma~Exclusion Criteria:~1. Smokers", "1 Adults 2 Asthma", "1 Smokers"),
        ("Exclusion criteria: smokers; inclusion criteria: adults.", "adults.", "smokers;"),
        ("Inclusion: adults. Exclusion: smokers", "adults.", "smokers"),
        ("INCLUSION CRITERIA: Adults EXCLUSION CRITERIA: Smokers", "Adults", "Smokers"),
        ("* Inclusion criteria: adults\n* Exclusion criteria: smokers", "adults", "smokers"),
    ],
)
def test_criteria_on_one_line_are_split(text, inclusion, exclusion):
    sections = {kind: (title, words) for kind, title, words in parsed_sections(text)}
    assert sections["inclusion"][1] == inclusion
    assert sections["exclusion"][1] == exclusion
    assert all(len(title.split()) <= 2 for title, _ in sections.values())


@pytest.mark.parametrize(
    ("inclusion", "exclusion"),
    [
        ("The main inclusion criteria include but are not limited to the following:",) * 2,
        ("Patients must meet all inclusion criteria (no exceptions):", "None of these exclusion criteria may be met:"),
        ("Patients not previously treated who meet the following inclusion criteria:", "Smokers:"),
        ("Those who have not been treated before are eligible if they:", "They must not meet any inclusion criteria:"),
        ("The following inclusion criteria (not all) apply:", "No exceptions:"),
        ("Participants must not:", "Participants must not be eligible for surgery:"),
        ("Patients are not excluded for any of the following reasons:", "Not all of these:"),
    ],
)
def test_a_negation_in_an_introduction_does_not_change_the_type(inclusion, exclusion):
    exclusion = exclusion.replace("main inclusion", "main exclusion")
    text = f"Inclusion Criteria:\n\n{inclusion}\n\n* a\n\nExclusion Criteria:\n\n{exclusion}\n\n* b"
    assert parsed_sections(text) in (
        [("inclusion", "Inclusion Criteria", f"{inclusion} a"), ("exclusion", "Exclusion Criteria", f"{exclusion} b")],
        [("other", "", f"Inclusion Criteria: {inclusion} a Exclusion Criteria: {exclusion} b")],
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", UnsplitReason.NO_TEXT),
        ("Adults with asthma.", UnsplitReason.NO_HEADING),
        ("Exclusion Criteria:\n\n* Minors", UnsplitReason.ONE_HEADING),
        ("Inclusion Criteria:\n\n* Adults\n* Pregnant women are excluded", UnsplitReason.ONE_HEADING),
        ("Inclusion Criteria:\n\nExclusion Criteria:\n\n* Minors", UnsplitReason.EMPTY_HALF),
        ("Inclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n\\-", UnsplitReason.EMPTY_HALF),
        ("* Adults\n\nInclusion criteria\n\n* a\n\nExclusion criteria\n\n* b", UnsplitReason.UNHEADED_LIST),
        (
            f"Exclusion criteria\n\n* b\n\nInclusion criteria for {'adults, and ' * 12} more:\n\n* a",
            UnsplitReason.LONG_TITLE,
        ),
        (
            "Inclusion Criteria:\n\n* a\n  * Exclusion criteria:\n\nExclusion Criteria:\n\n* b",
            UnsplitReason.HIDDEN_HEADING,
        ),
        ("Inclusion: " * 1700, UnsplitReason.TOO_MANY_HEADINGS),
        ("Inclusion Criteria:\na\n" * 70, UnsplitReason.TOO_MANY_HEADINGS),
    ],
)
def test_an_unsplit_text_has_a_reason(text, why):
    assert read_criteria(text).unsplit_reason is why


@pytest.mark.parametrize("nothing", ["none", "see above", "N/A", "Not applicable"])
def test_exclusion_criteria_without_entries_are_a_section(nothing):
    text = f"Inclusion Criteria:\n\n* Adults\n\nExclusion criteria: {nothing}"
    assert parsed_sections(text)[1] == ("exclusion", "Exclusion criteria", nothing)


@pytest.mark.parametrize("last", ["Pregnant women", "Pregnant patients", "Healthy participants", "CONTROLS"])
def test_the_last_exclusion_is_no_caption_of_the_first_inclusion(last):
    text = f"Exclusion Criteria:\n\n* Smokers\n\n{last}\n\nInclusion Criteria:\n\n* Adults"
    assert parsed_sections(text) == [
        ("exclusion", "Exclusion Criteria", f"Smokers {last}"),
        ("inclusion", "Inclusion Criteria", "Adults"),
    ]


def test_captions_of_several_groups_may_be_entries_of_a_list():
    group = "Inclusion Criteria:\n\n* a\n\nExclusion Criteria:\n\n* b"
    titles = [
        title for _, title, _ in parsed_sections(f"\\- Healthy controls\n\n{group}\n* Chronic headache\n\n{group}")
    ]
    assert titles == [
        *("Healthy controls: Inclusion Criteria", "Exclusion Criteria"),
        *("Chronic headache: Inclusion Criteria", "Exclusion Criteria"),
    ]


def test_a_group_named_before_the_kind_stays_in_its_title():
    text = (
        "Part A and Part B Inclusion Criteria:\n\n* a\n\nPart C Inclusion Criteria:\n\n* b\n\n"
        "Part A and Part B Exclusion Criteria:\n\n* c"
    )
    assert parsed_sections(text) == [
        ("inclusion", "Part A and Part B Inclusion Criteria", "a"),
        ("inclusion", "Part C Inclusion Criteria", "b"),
        ("exclusion", "Part A and Part B Exclusion Criteria", "c"),
    ]


def test_a_heading_over_headings_of_its_kind_is_part_of_the_first():
    criteria = read_criteria("Inclusion Criteria:\n\nInclusion criteria for cases\n\n* a\n\nExclusion Criteria:\n\n* b")
    assert [part.title for part in criteria.sections] == [
        "Inclusion Criteria: Inclusion criteria for cases",
        "Exclusion Criteria",
    ]
    assert [part.caption for part in criteria.sections] == ["Inclusion criteria for cases", ""]


def test_criteria_of_withdrawal_belong_to_neither_section():
    assert parsed_sections(f"{PLAIN}\n\nWithdrawal criteria:\n\n* Consent withdrawn")[-1] == (
        "other",
        "Withdrawal criteria",
        "Consent withdrawn",
    )


def test_no_text_has_no_section():
    assert read_criteria("").sections == read_criteria(" \n\n ").sections == ()


@given(TEXTS)
def test_no_word_is_lost_or_moved(text):
    assert parsed_words(read_criteria(text)) == words(resolve_escapes(_numbers_as_read(text)))


@pytest.mark.registry
def test_real_records_are_split_by_known_headings_and_none_loses_a_word(registry_records):
    texts = [_criteria_of(json.loads(record)) for record in registry_records]
    reasons = Counter()
    for text in texts:
        criteria = read_criteria(text)
        reasons[criteria.unsplit_reason] += 1
        assert parsed_words(criteria) == words(resolve_escapes(_numbers_as_read(text)))
        assert all(len(part.title) <= LONGEST_TITLE_WITH_CAPTION for part in criteria.sections)
        if criteria.is_split:
            assert all(any(words_of(part.nodes)) for part in criteria.sections)
    assert reasons == {
        None: 1944,
        UnsplitReason.NO_HEADING: 21,
        UnsplitReason.EMPTY_HALF: 19,
        UnsplitReason.UNHEADED_LIST: 6,
        UnsplitReason.HIDDEN_HEADING: 5,
        UnsplitReason.ONE_HEADING: 4,
        UnsplitReason.CONTRADICTION: 1,
    }


@pytest.mark.registry
def test_criteria_that_are_not_limited_to_a_list_stay_under_their_heading(registry_records):
    text = next(_criteria_of(json.loads(record)) for record in registry_records if b'"NCT07227597"' in record)
    criteria = read_criteria(text)
    assert [part.kind for part in criteria.sections] == [CriteriaType.INCLUSION, CriteriaType.EXCLUSION]
    assert "not limited to" in " ".join(words_of(criteria.inclusion[:1]))
    assert "confirmed diagnosis" in " ".join(words_of(criteria.inclusion[1:2]))


def _criteria_of(record: dict) -> str:
    return record["protocolSection"].get("eligibilityModule", {}).get("eligibilityCriteria", "")


def _numbers_as_read(text: str) -> str:
    """List numbers without leading zeros."""
    return re.sub(r"(?m)^([ \t\xa0]*)0+(?=\d{1,5}[.)][ \t]+\S)", r"\1", text)
