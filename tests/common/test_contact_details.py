"""Validation of e-mail addresses; validation, comparison and formatting of telephone numbers."""

import pytest

from common.contact_details import (
    is_email_address,
    is_extension,
    is_phone_number,
    is_same_number,
    last_digits,
    lookup_forms,
    matching_lookup_forms,
    normal_form,
    split_extension,
    tel_url,
)


@pytest.mark.parametrize(
    "text",
    [
        "[email protected]", "[email\u00a0protected]", "nurse", "a@b", "nurse at example.org",
         "nurse at example dot org",
        "(protected)@example.org", "nurse(at)example.org", "nurse@example[dot]org", "a@x.org b@x.org", "a..b@x.org",
        "a@x..org", "a@1.2.3.4", "mailto:a@x.org", "",
    ],
)  # fmt: skip
def test_an_invalid_email_address_is_rejected(text):
    assert not is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "nurse@example.org", "n.o'hara+trial@mail.example.org", "josé@example.org", "dot.miller@example.org",
        "info@dot.example.gov", "polka-dot@example.org", "at@at.example.org", "protected@example.org", " a@x.co.uk ",
    ],
)  # fmt: skip
def test_a_valid_email_address_is_accepted(text):
    assert is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "+49 431 555 0101", "0431/555 01-01", "(555) 123 4567", "+86-0760-89873999", "+33 (0)4 00 00 00 00",
        "0049 431 5550101", "1-800-FLOWERS", "（+86）0311-85988973", "+39 06 1234567", "123456",
    ],
)  # fmt: skip
def test_a_number_is_one_in_any_countrys_writing(text):
    assert is_phone_number(text)


@pytest.mark.parametrize(
    "text",
    [
        "call me maybe", "only use Email", "06-xxxxxxxx", "06-XXXXXXXX", "12", "+1", "000-000-0000", "a@example.org",
        "+999 123456789", "+49 431 555 0101 or 0102 33445566", "(555) 123 4567 (mornings)", "1" * 30, "",
    ],
)  # fmt: skip
def test_an_invalid_number_is_no_number(text):
    assert not is_phone_number(text)
    assert tel_url(text) == ""


def test_an_extension_behind_a_number_is_split_off():
    assert split_extension("555 123 4567 ext. 12") == ("555 123 4567", "12")
    assert split_extension("555 123 4567 x12", "7") == ("555 123 4567 x12", "7")
    assert split_extension("call me x12") == ("call me x12", "")


@pytest.mark.parametrize(
    ("text", "is_one"), [("12", True), ("ext. 1234", True), ("4840-4622", True), ("option 6", False)]
)
def test_an_extension_is_digits(text, is_one):
    assert is_extension(text) == is_one


def test_a_number_is_the_same_with_and_without_its_country():
    assert last_digits("+49 431 555 0101") == last_digits("0431 5550101") == last_digits("0049-431-5550101")
    assert last_digits("12345") == ""


@pytest.mark.parametrize(
    ("one", "other", "is_one"),
    [
        ("+44 141 496 0011", "+44 161 496 0011", False), ("+49 341 000 0011", "+81 11 000 0011", False),
        ("+48 58 000 00 11", "+81 78 000 0011", False), ("0141 496 0011", "0161 496 0011", False),
        ("0141 496 0011", "+44 161 496 0011", False), ("0141 496 0011", "+44 (0)141 4960011", True),
        ("0049-431-5550101", "+49 431 555 0101", True), ("49 431 5550101", "+49 431 555 0101", True),
        ("0431/555 01-01", "431 5550101", True), ("(555) 123-4567", "+1 555 123 4567", True),
        ("1-555-123-4567", "+1 555 123 4567", True), ("06 1234567", "+39 06 1234567", True),
        ("8 926 767 78 73", "+7 926 767-78-73", True), ("0382 380425", "00382380425", False),
        ("6 1234567", "+39 06 1234567", False), ("496 0011", "+44 141 496 0011", False), ("", "", False),
        ("12", "12", False), ("n/a", "", False), ("0" * 40 + "1", "+44 141 496 0011", False),
    ],
)  # fmt: skip
def test_numbers_are_the_same_only_as_a_whole(one, other, is_one):
    assert is_same_number(one, other) == is_same_number(other, one) == is_one
    assert matching_lookup_forms(one).isdisjoint(lookup_forms(other)) == matching_lookup_forms(other).isdisjoint(
        lookup_forms(one)
    )
    assert matching_lookup_forms(one).isdisjoint(lookup_forms(other)) is not is_one


@pytest.mark.parametrize("phone", ["+44 (0)141 496 0011", "0141 496 0011", "+999 123456789", "0044 141 4960011", "12"])
def test_the_normal_form_of_a_normal_form_is_itself(phone):
    assert normal_form(normal_form(phone)) == normal_form(phone)
