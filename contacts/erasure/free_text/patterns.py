"""How a text would spell somebody: their full name, their addresses and numbers, as one pattern. Pure.

The patterns are read alike by Python and by PostgreSQL, without case. They end where words end: neither "Anna Smithers"
nor "Anna Smith-Jones" is Anna Smith, nor is bo.anna@x.org anna@x.org.

What somebody is named by and shares with others: a hospital's number, a name.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from common.person_names import parse_name
from common.phone_numbers import digits_of
from common.text import fold, normalize
from contacts.models import Person
from contacts.person_matching import is_person_name

#: A name with fewer letters would be found in too many words.
SHORTEST_NAME = 5
_BETWEEN_WORDS = r"\s+(?:\w\.?\s+)?"
_BETWEEN_DIGITS = r"[\s()./-]*"


class PersonValues(NamedTuple):
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


def spellings_of(values: PersonValues) -> Iterator[Spelling]:
    """The full name in either order, the addresses and the numbers."""
    parsed = parse_name(values.name)
    letters = sum(map(str.isalpha, "".join(parsed.words)))
    if parsed.is_full and letters >= SHORTEST_NAME and is_person_name(values.name):
        yield Spelling(" ".join(parsed.words), _word_bounded(_name_pattern(parsed.words)), is_name=True)
    for email in (values.email.strip(), values.private_email.strip()):
        if "@" in email:
            yield Spelling(email, rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)")
    for phone in (values.phone.strip(), values.mobile.strip()):
        if digits := digits_of(phone):
            yield Spelling(phone, rf"(?<![\w+(])[+(]*{_BETWEEN_DIGITS.join(digits)}(?!\w)")


def all_spellings(entries: Iterable[PersonValues]) -> list[Spelling]:
    """Each once, however they are written: the pattern is what counts. Names first."""
    found = {one.pattern.casefold(): one for said in sorted(entries) for one in spellings_of(said)}
    return sorted(found.values(), key=lambda one: (not one.is_name, one.text))


def build_pattern(spellings: Iterable[Spelling]) -> str:
    """Any of them, the longest first; "" for none."""
    return "|".join(sorted((one.pattern for one in spellings), key=len, reverse=True))


def _name_pattern(words: tuple[str, ...]) -> str:
    """ "Anna Berger", "Berger, Anna" and "Berger Anna", with and without a middle initial.

    Behind another word a comma may end a name of a list: "John Berger, Anna Jones" names no Anna Berger.
    """
    full = [word for word in words if sum(map(str.isalpha, word)) > 1]
    spelt = [_word_pattern(word) for word in (full if len(full) > 1 else words)]
    orders = [spelt, [*spelt[-1:], *spelt[:-1]]]
    *others, family = spelt
    listed = [rf"(?<![\w.]\s){family},\s*{_BETWEEN_WORDS.join(others)}"] if others else []
    return f"(?:{'|'.join([*map(_BETWEEN_WORDS.join, orders), *listed])})"


def _word_pattern(word: str) -> str:
    """A word as it is typed: accents composed, decomposed or left out, whichever apostrophe and hyphen."""
    return "".join(_letter_pattern(letter) for letter in normalize(word))


def _letter_pattern(letter: str) -> str:
    plain = fold(letter)
    if plain == "'":
        return "['’‘ʼ]?"
    if plain == "-":
        return r"[-‐‑–\s]"
    if plain == letter:
        return re.escape(letter)
    spelt = {letter, unicodedata.normalize("NFD", letter), plain}
    return f"(?:{'|'.join(sorted(map(re.escape, spelt)))})"


def _word_bounded(words: str) -> str:
    return rf"(?<!\w)(?<!\w-){words}(?!\w|-\w)"


_CONTACT_FIELDS = ("phone", "email", "mobile", "private_email")


def other_people(people: Collection[Person]) -> QuerySet[Person]:
    return Person.objects.present().exclude(pk__in=[person.pk for person in people])


def unique_spellings(spellings: Collection[Spelling], people: Collection[Person]) -> list[Spelling]:
    """Without the addresses and numbers by which others are reached as well. One query."""
    pattern = build_pattern(one for one in spellings if not one.is_name)
    if not pattern:
        return list(spellings)
    alike = Q()
    for name in _CONTACT_FIELDS:
        alike |= Q(**{f"{name}__iregex": pattern})
    reach = {
        text for row in other_people(people).filter(alike).order_by().values_list(*_CONTACT_FIELDS) for text in row
    }
    return [one for one in spellings if one.is_name or not any(one.is_in(text) for text in reach)]


def has_namesake(spellings: Iterable[Spelling], people: Collection[Person]) -> bool:
    """Whether somebody else has the same name, whom a text may mean. One query."""
    pattern = build_pattern(one for one in spellings if one.is_name)
    return bool(pattern) and other_people(people).filter(name__iregex=pattern).exists()
