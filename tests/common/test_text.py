"""Normal forms of text for comparison and storage."""

import unicodedata

import pytest

from common.text import comparison_key, fold, is_blank, normalize


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Łódź", "Lodz"),
        ("København", "Kobenhavn"),
        ("Diyarbakır", "Diyarbakir"),
        ("Đà Nẵng", "Da Nang"),
        ("Großstraße", "Grossstrasse"),
        ("Þingvellir", "Thingvellir"),
        ("Næstved", "Naestved"),
        ("Málaga", "Malaga"),
        ("O’Neil", "O'Neil"),
        ("IL‑6", "IL-6"),
        ("co\u00adoperation", "cooperation"),
        ("fi\u200bne", "fine"),
    ],
)
def test_letters_that_do_not_decompose_fold_as_well(written, typed):
    assert fold(written) == typed
    assert comparison_key(written.upper()) == comparison_key(typed)


def test_composed_and_decomposed_letters_are_the_same():
    composed = "Hôpital Saint-André"
    decomposed = unicodedata.normalize("NFD", composed)
    assert decomposed != composed
    assert comparison_key(decomposed) == comparison_key(composed)
    assert normalize(decomposed) == composed


def test_plain_text_is_unchanged():
    assert fold("Site 3, ward-B") == normalize("Site 3, ward-B") == "Site 3, ward-B"


def test_spaces_and_case_do_not_matter_for_a_comparison():
    assert comparison_key("  St.\u00a0Mary's\n Hospital ") == comparison_key("st. mary's hospital")


BLANK = [
    "",
    " \n",
    "\u00a0",
    "\u200b",
    "\ufeff \u00ad",
    "\u2060\u200d",
    "\u3164",
    "\u2800",
    "\u034f",
    "\ufe00",
    "\ufe0f",
]


@pytest.mark.parametrize("text", BLANK)
def test_a_text_of_which_nothing_is_visible_is_blank(text):
    assert is_blank(text)


@pytest.mark.parametrize("text", ["0", "-", "\u200bA", "می\u200cروم", "❤\ufe0f"])
def test_a_text_with_anything_visible_is_not_blank(text):
    assert not is_blank(text)


def test_each_letter_is_blank_by_its_unicode_category_or_its_lack_of_a_shape():
    letters = (chr(number) for number in range(1, 0x10000) if not 0xD800 <= number <= 0xDFFF)
    shapeless = {"\u115f", "\u1160", "\u3164", "\uffa0", "\u2800", "\u034f", *map(chr, range(0xFE00, 0xFE10))}
    blank = {one for one in letters if one.isspace() or one in shapeless or unicodedata.category(one) == "Cf"}
    letters = (chr(number) for number in range(1, 0x10000) if not 0xD800 <= number <= 0xDFFF)
    assert {letter for letter in letters if is_blank(letter)} == blank


def test_a_pattern_of_the_api_takes_for_blank_what_the_function_does():
    """A schema's pattern names no letters beyond the basic plane, so that the function may not either."""
    assert not is_blank("\U000e0001")
