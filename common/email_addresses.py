"""Validates and normalizes e-mail addresses. Pure.

Only the syntax is checked: "info@dot.example.gov" is valid. Placeholders of web pages ("[email protected]", "name at
example dot org", "name(at)example.org") are not.
"""

import re

from common.text import normalize

_LOCAL = r"(?!\.)(?:[^@\s\[\]<>(),;:\"\\.]|\.(?![.@]))+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
#: RFC 5321: a path has at most 256 characters with its brackets.
_LONGEST = 254


def is_email_address(text: str) -> bool:
    """Whether the stripped text is one address."""
    address = normalize(text.strip())
    return len(address) <= _LONGEST and _ADDRESS.fullmatch(address) is not None


def email_key(text: str) -> str:
    """The comparison key of an address: NFC, case-folded, stripped."""
    return normalize(text.strip()).casefold()
