"""Validation of e-mail addresses."""

import pytest

from common.email_addresses import is_email_address


@pytest.mark.parametrize(
    "text",
    [
        "[email protected]", "[email\u00a0protected]", "nurse", "a@b", "nurse at example.org",
         "nurse at example dot org",
        "(protected)@example.org", "nurse(at)example.org", "nurse@example[dot]org", "a@x.org b@x.org", "a..b@x.org",
        "a@x..org", "a@1.2.3.4", "mailto:a@x.org", "",
    ],
)  # fmt: skip
def test_what_only_looks_like_an_address_is_none(text):
    assert not is_email_address(text)


@pytest.mark.parametrize(
    "text",
    [
        "nurse@example.org", "n.o'hara+trial@mail.example.org", "josé@example.org", "dot.miller@example.org",
        "info@dot.example.gov", "polka-dot@example.org", "at@at.example.org", "protected@example.org", " a@x.co.uk ",
    ],
)  # fmt: skip
def test_an_address_is_one_whatever_words_are_in_it(text):
    assert is_email_address(text)
