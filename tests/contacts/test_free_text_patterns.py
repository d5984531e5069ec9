"""Patterns that find a person's name, e-mail addresses and phone numbers in texts."""

import re

import pytest

from contacts.erasure.free_text.patterns import SearchedValues, all_spellings, build_pattern

ANNA = SearchedValues("Dr. Anna Smith, MD", "+33 4 99 88 77 66", "anna@example.org")


def find_mentions(values: SearchedValues, text: str) -> list[str]:
    pattern = build_pattern(all_spellings([values]))
    return re.findall(pattern, text, re.IGNORECASE) if pattern else []


@pytest.mark.parametrize(
    ("text", "matches"),
    [
        ("Ask ANNA SMITH.", ["ANNA SMITH"]),
        ("Anna\nSmith, Anna  Smith", ["Anna\nSmith", "Anna  Smith"]),
        ("-Anna Smith's desk", ["Anna Smith"]),
        ("Joanna Smith, Anna Smithers, Anna Smith-Jones, Mary-Anna Smith, A. Smith, Anna", []),
        ("<anna@example.org>, write to Anna@Example.org.", ["anna@example.org", "Anna@Example.org"]),
        ("bo.anna@example.org, anna@example.org.uk, anna@example.organic", []),
        ("tel:+33499887766 or 33 (4) 99-88-77-66", ["+33499887766", "33 (4) 99-88-77-66"]),
        ("133499887766, 334998877665", []),
    ],
)
def test_a_full_name_email_or_phone_matches(text, matches):
    assert find_mentions(ANNA, text) == matches


def test_a_name_matches_with_and_without_its_accents():
    text = "ZOË MÜLLER, Zoe Muller, Zoe\u0308 Mu\u0308ller"
    assert find_mentions(SearchedValues("Zoë Müller"), text) == text.split(", ")
    assert find_mentions(SearchedValues("Pat O’Neil"), "Pat O'Neil, Pat O’Neil, Pat ONeil") == [
        "Pat O'Neil",
        "Pat O’Neil",
        "Pat ONeil",
    ]


def test_a_name_matches_in_either_order_and_with_a_middle_initial():
    text = "Smith, Anna was here, not Smith, John; ask Anna Smith; Anna M. Smith; SMITH ANNA; Bob Smith, Anna Jones"
    for name in ("Smith, Anna", "Anna Smith", "Anna M. Smith, MD"):
        assert find_mentions(SearchedValues(name), text) == ["Smith, Anna", "Anna Smith", "Anna M. Smith", "SMITH ANNA"]


def test_a_name_that_contains_a_job_title_matches():
    assert find_mentions(SearchedValues("Line Hansen"), "Ask Line Hansen at the desk line.") == ["Line Hansen"]


@pytest.mark.parametrize(
    "values",
    [
        SearchedValues("Li"),
        SearchedValues("A. Li"),
        SearchedValues("Study Coordinator"),
        SearchedValues(phone="12345"),
        SearchedValues(),
    ],
)
def test_ambiguous_values_are_not_searched(values):
    assert all_spellings([values]) == []


def test_equal_spellings_are_searched_once_and_names_come_first():
    twice = [ANNA, SearchedValues("Anna Smith", "+33-499887766", "ANNA@example.org", private_email="anna@example.org")]
    assert [one.text for one in all_spellings([*twice, SearchedValues("Anna Jones")])] == [
        "Anna Jones", "Anna Smith", "+33 4 99 88 77 66", "anna@example.org",
    ]  # fmt: skip
