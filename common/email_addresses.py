"""Whether a text is an e-mail address one can write to. Pure.

Only the form counts, never a word in it: "info@dot.example.gov" is an address. What web pages print in place of one
("[email protected]", "name at example dot org", "name(at)example.org") has no such form.
"""

import re

from common.text import normalize

_LOCAL = r"(?!\.)(?:[^@\s\[\]<>(),;:\"\\.]|\.(?![.@]))+"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_ADDRESS = re.compile(rf"{_LOCAL}@(?:{_LABEL}\.)+(?!\d+\Z){_LABEL}")
#: RFC 5321: a path has at most 256 characters with its brackets.
_LONGEST = 254


def is_email_address(text: str) -> bool:
    """Whether the whole text, spaces around it aside, is one address."""
    address = normalize(text.strip())
    return len(address) <= _LONGEST and _ADDRESS.fullmatch(address) is not None


def email_key(text: str) -> str:
    """An address as it is compared: composed letters, no case, no spaces around it."""
    return normalize(text.strip()).casefold()
