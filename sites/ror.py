"""Identifiers of the Research Organization Registry. Pure.

A leading 0, six characters of Crockford's base 32, and two check digits by ISO/IEC 7064 MOD 97-10.
Source: https://ror.readme.io/docs/identifier
"""

import re

from django.core.exceptions import ValidationError

#: For both Python and PostgreSQL.
ROR_ID = r"^0[0-9a-hjkmnp-tv-z]{6}[0-9]{2}$"
_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
_ADDRESS = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/", re.IGNORECASE)


def normalize_ror_id(text: str) -> str:
    """The identifier in a text that may be its URL, in lower case."""
    return _ADDRESS.sub("", text.strip()).strip("/").lower()


def is_ror_id(text: str) -> bool:
    """Whether the text has the format and the check digits of an identifier."""
    return re.fullmatch(ROR_ID, text) is not None and check_digits(text[:7]) == text[7:]


def check_digits(body: str) -> str:
    """The two check digits of the first seven characters."""
    number = 0
    for letter in body:
        number = number * 32 + _ALPHABET.index(letter)
    return f"{98 - number * 100 % 97:02}"


def validate_ror_id(text: str) -> None:
    """ValidationError for a text that is no identifier."""
    if not is_ror_id(text):
        raise ValidationError("This is not a ROR identifier. It has nine characters, such as 02mhbdp94.", code="ror-id")
