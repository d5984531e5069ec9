"""Regular expressions that find a person's full name, e-mail addresses and phone numbers in texts.

Python and PostgreSQL read the patterns alike, case-insensitively. They match whole words: "Anna Smithers" and
"Anna Smith-Jones" are not Anna Smith, and bo.anna@x.org is not anna@x.org.
"""

import re
import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Q, QuerySet

from common import contact_details, person_names
from common.text import fold, normalize
from contacts.models import Person
from contacts.person_matching import is_person_name

#: Names with fewer letters are not searched: they match too many words.
SHORTEST_NAME = 5
_BETWEEN_WORDS = r"\s+(?:\w\.?\s+)?"
_BETWEEN_DIGITS = r"[\s()./-]*"


class SearchedValues(NamedTuple):
    """Present or former values of a contact."""

    name: str = ""
    phone: str = ""
    email: str = ""
    mobile: str = ""
    private_email: str = ""


@dataclass(frozen=True)
class Spelling:
    """One name, e-mail address or phone number: its display text and its pattern."""

    text: str
    pattern: str
    is_name: bool = False

    def is_in(self, text: str) -> bool:
        return bool(re.search(self.pattern, text, re.IGNORECASE))


def spellings_of(values: SearchedValues) -> Iterator[Spelling]:
    """The full name in either order, the e-mail addresses and the phone numbers."""
    parsed = person_names.parse_name(values.name)
    letters = sum(map(str.isalpha, "".join(parsed.words)))
    if parsed.is_full and letters >= SHORTEST_NAME and is_person_name(values.name):
        yield Spelling(" ".join(parsed.words), _word_bounded(_name_pattern(parsed.words)), is_name=True)
    for email in (values.email.strip(), values.private_email.strip()):
        if "@" in email:
            yield Spelling(email, rf"(?<![\w.+-]){re.escape(email)}(?![\w-]|\.\w)")
    for phone in (values.phone.strip(), values.mobile.strip()):
        if digits := contact_details.digits_of(phone):
            yield Spelling(phone, rf"(?<![\w+(])[+(]*{_BETWEEN_DIGITS.join(digits)}(?!\w)")


def all_spellings(entries: Iterable[SearchedValues]) -> list[Spelling]:
    """The spellings without those of an equal pattern; names first."""
    by_pattern = {one.pattern.casefold(): one for values in sorted(entries) for one in spellings_of(values)}
    return sorted(by_pattern.values(), key=lambda one: (not one.is_name, one.text))


def build_pattern(spellings: Iterable[Spelling]) -> str:
    """A pattern of all spellings, the longest first; "" for none."""
    return "|".join(sorted((one.pattern for one in spellings), key=len, reverse=True))


def _name_pattern(words: tuple[str, ...]) -> str:
    """ "Anna Berger", "Berger, Anna" and "Berger Anna", with and without a middle initial.

    After another word a comma may end a name of a list: "John Berger, Anna Jones" does not mention Anna Berger.
    """
    full = [word for word in words if sum(map(str.isalpha, word)) > 1]
    patterns = [_word_pattern(word) for word in (full if len(full) > 1 else words)]
    orders = [patterns, [*patterns[-1:], *patterns[:-1]]]
    *others, family = patterns
    listed = [rf"(?<![\w.]\s){family},\s*{_BETWEEN_WORDS.join(others)}"] if others else []
    return f"(?:{'|'.join([*map(_BETWEEN_WORDS.join, orders), *listed])})"


def _word_pattern(word: str) -> str:
    """A pattern of a word with composed, decomposed or missing accents, and any apostrophe or hyphen."""
    return "".join(_letter_pattern(letter) for letter in normalize(word))


def _letter_pattern(letter: str) -> str:
    plain = fold(letter)
    if plain == "'":
        return "['’‘ʼ]?"
    if plain == "-":
        return r"[-‐‑–\s]"
    if plain == letter:
        return re.escape(letter)
    variants = {letter, unicodedata.normalize("NFD", letter), plain}
    return f"(?:{'|'.join(sorted(map(re.escape, variants)))})"


def _word_bounded(words: str) -> str:
    return rf"(?<!\w)(?<!\w-){words}(?!\w|-\w)"


_CONTACT_FIELDS = ("phone", "email", "mobile", "private_email")


def other_people(people: Collection[Person]) -> QuerySet[Person]:
    return Person.objects.present().exclude(pk__in=[person.pk for person in people])


def _unique_spellings(spellings: Collection[Spelling], people: Collection[Person]) -> list[Spelling]:
    """Without the e-mail addresses and phone numbers that other contacts have as well. One query."""
    pattern = build_pattern(one for one in spellings if not one.is_name)
    if not pattern:
        return list(spellings)
    condition = Q()
    for name in _CONTACT_FIELDS:
        condition |= Q(**{f"{name}__iregex": pattern})
    rows = other_people(people).filter(condition).order_by().values_list(*_CONTACT_FIELDS)
    shared = {text for row in rows for text in row}
    return [one for one in spellings if one.is_name or not any(one.is_in(text) for text in shared)]


def known_spellings(people: Collection[Person]) -> list[Spelling]:
    """The spellings of these contacts' present and former values, without values of other people."""
    ids = [person.pk for person in people]
    former = Person.values_trail.rel.related_model.objects.filter(pgh_obj_id__in=ids)
    querysets = [Person.objects.filter(pk__in=ids), former]
    values = {
        SearchedValues(*row) for rows in querysets for row in rows.order_by().values_list(*SearchedValues._fields)
    }
    return _unique_spellings(all_spellings(values), people)


def has_namesake(spellings: Iterable[Spelling], people: Collection[Person]) -> bool:
    """Whether another contact has the same name, so that a text may mention that contact. One query."""
    pattern = build_pattern(one for one in spellings if one.is_name)
    return bool(pattern) and other_people(people).filter(name__iregex=pattern).exists()
