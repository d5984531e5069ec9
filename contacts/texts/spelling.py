"""How a text would spell somebody: their full name, their addresses and numbers, as one pattern. Pure.

The patterns are read alike by Python and by PostgreSQL, without case. They end where words end: neither "Anna Smithers"
nor "Anna Smith-Jones" is Anna Smith, nor is bo.anna@x.org anna@x.org.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from contacts.identity import is_function, same_phone, without_titles

#: A name with fewer letters would be found in too many words.
SHORTEST_NAME = 5
_BETWEEN_DIGITS = r"[\s()./-]*"


class Said(NamedTuple):
    """What an entry says, or once said."""

    name: str = ""
    phone: str = ""
    email: str = ""
    mobile: str = ""
    private_email: str = ""


@dataclass(frozen=True)
class Spelling:
    """One name, address or number, as it is shown and as it is looked for."""

    text: str
    pattern: str
    is_name: bool = False

    def is_in(self, text: str) -> bool:
        return bool(re.search(self.pattern, text, re.IGNORECASE))


def spellings_of(said: Said) -> Iterator[Spelling]:
    name = _full_name(said.name)
    if sum(map(str.isalpha, name)) >= SHORTEST_NAME and not is_function(name):
        yield Spelling(name, _bordered(r"\s+".join(map(re.escape, name.split()))), is_name=True)
    for email in (said.email.strip(), said.private_email.strip()):
        if "@" in email:
            yield Spelling(email, rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)")
    for phone in (said.phone.strip(), said.mobile.strip()):
        if digits := same_phone(phone):
            yield Spelling(phone, rf"(?<![\w+(])[+(]*{_BETWEEN_DIGITS.join(digits)}(?!\w)")


def all_spellings(entries: Iterable[Said]) -> list[Spelling]:
    """Each once, however they are written: the pattern is what counts. Names first."""
    found = {one.pattern.casefold(): one for said in sorted(entries) for one in spellings_of(said)}
    return sorted(found.values(), key=lambda one: (not one.is_name, one.text))


def pattern_of(spellings: Iterable[Spelling]) -> str:
    """Any of them, the longest first; "" for none."""
    return "|".join(sorted((one.pattern for one in spellings), key=len, reverse=True))


def _full_name(name: str) -> str:
    """Without titles, and without what follows a comma unless that is the first name ("Quill, Zanzibara")."""
    bare = without_titles(name)
    before = bare.partition(",")[0].strip()
    return before if len(before.split()) > 1 else bare


def _bordered(words: str) -> str:
    return rf"(?<!\w)(?<!\w-){words}(?!\w|-\w)"
