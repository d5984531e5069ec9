"""Whether two entries are the same person as far as a record can tell, and by what evidence. Pure.

Erasure and the suppression list, which every import asks, decide it here: `known_signatures` and `shown_signatures` are
the evidence that is certain, `likeness_of` is what people judge. A name alone is never enough, nor is a family name at
a place: what identifies a person is their full name with an address, with a number or at a place, or an address that
is their own.

Others ask less and decide nothing here: likely duplicates (`contacts.duplicates`) are pairs to be looked at, and the
trial's page and an import pair the entries of one place in one record by their names. All of them compare names by
`common.person_names` and numbers by `common.phone_numbers`.

The text of a signature is what the suppression list keeps a digest of, so it must not change: entries erased before
would come back. A new comparison key joins those that there are (docs/decisions/0010).
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from common.credentials import is_job_title
from common.email_addresses import email_key
from common.person_names import (
    MAX_WORDS,
    PersonName,
    accepted_keys,
    former_name,
    is_similar_name,
    lookup_keys,
    parse_name,
)
from common.phone_numbers import digits_of, is_same_number, known_forms, last_digits, shown_forms
from common.text import comparison_key, fold

#: What more people than this have in common is a switchboard or a mailbox, and says nothing of who they are.
SHARED_VALUE_LIMIT = 4
_SHORTEST_PART = 3


class Evidence(StrEnum):
    """What two entries have in common, in words. The first five are certain, the others are for a person to judge."""

    NAME_AND_EMAIL = "the same name and e-mail"
    NAME_AND_PHONE = "the same name and phone"
    NAME_AND_PLACE = "the same name at the same place"
    OWN_EMAIL = "their own e-mail address"
    SAME_ENTRY = "the same entry at the same place"
    NAME_IN_TRIAL = "the same name in the same trial"
    NAME = "the same name elsewhere"
    EMAIL = "the same e-mail under another name"
    PHONE = "the same phone under another name"
    SIMILAR_NAME = "a similar name in the same trial"


class Values(NamedTuple):
    """What a contact of a record says of a person."""

    name: str = ""
    phone: str = ""
    email: str = ""


class Signature(NamedTuple):
    """Something by which a record names somebody: the evidence that it is, and the text that is compared."""

    evidence: Evidence
    text: str


def normalize_place(*parts: str) -> str:
    """The comparison key of a facility with its town and country, or of a trial's number."""
    return "|".join(map(comparison_key, parts))


def is_person_name(name: str) -> bool:
    """Whether there is a name, and it is no function."""
    return bool(name.strip()) and not is_job_title(name)


def shown_signatures(values: Values, place: str) -> Iterator[Signature]:
    """What a contact of a record shows at a place, in the keys of before as well: digests of those are kept."""
    for parsed in dict.fromkeys((parse_name(values.name), former_name(values.name))):
        keys = lookup_keys(parsed)
        yield from _signatures(values, place, parsed, keys)
        numbers = {f"call {form}" for form in shown_forms(values.phone)}
        if ending := last_digits(values.phone):
            numbers.add(f"ending {ending}")  # digests of before hold the last digits
        yield from _with_numbers(keys, numbers)


def known_signatures(values: Values, place: str) -> Iterator[Signature]:
    """Which of the signatures that contacts show mean this person: the same, with and without middle initials."""
    parsed = parse_name(values.name)
    keys = accepted_keys(parsed)
    yield from _signatures(values, place, parsed, keys)
    yield from _with_numbers(keys, {f"call {form}" for form in known_forms(values.phone)})


def _signatures(values: Values, place: str, parsed: PersonName, keys: Iterable[str]) -> Iterator[Signature]:
    """A function at a place is nobody in particular, and neither is a family name; an address stands alone as well."""
    email, digits = email_key(values.email), digits_of(values.phone)
    is_person = is_person_name(values.name)
    if email:
        yield Signature(Evidence.OWN_EMAIL, f"address {email}")
        for token in parsed.tokens[:MAX_WORDS] if is_person else ():
            yield Signature(Evidence.OWN_EMAIL, f"address {email} word {token}")
    for key in sorted(keys) or [""]:
        if email:
            yield Signature(Evidence.NAME_AND_EMAIL, f"name {key} address {email}")
        if digits:
            yield Signature(Evidence.NAME_AND_PHONE, f"name {key} number {digits}")
        if place and is_person and parsed.is_full:
            yield Signature(Evidence.NAME_AND_PLACE, f"name {key} place {place}")
    if place and (is_person or email or digits):
        yield entry_signature(values, place)


def _with_numbers(keys: Iterable[str], numbers: Iterable[str]) -> Iterator[Signature]:
    for key in sorted(keys) or [""]:
        for number in sorted(numbers):
            yield Signature(Evidence.NAME_AND_PHONE, f"name {key} {number}")


def entry_signature(values: Values, place: str) -> Signature:
    """All that a contact says, at its place: what tells it from everything that is not printed alike."""
    said = (fold(values.name).casefold(), digits_of(values.phone), email_key(values.email), place)
    return Signature(Evidence.SAME_ENTRY, f"entry {'|'.join(' '.join(part.split()) for part in said)}")


def email_contains_name(email: str, name: str) -> bool:
    """Whether an address has a word of its holder's name in it, so that it is theirs whatever stands beside it."""
    local = fold(email.partition("@")[0]).casefold()
    return any(len(token) >= _SHORTEST_PART and token in local for token in parse_name(name).tokens)


def possible_match_evidence(one: Values, other: Values, *, in_same_trial: bool) -> Evidence | None:
    """The strongest reason to ask whether two entries that no signature joins are one person; None for no reason."""
    is_person = not is_job_title(one.name) and parse_name(one.name).is_full
    if is_person and not accepted_keys(parse_name(one.name)).isdisjoint(lookup_keys(parse_name(other.name))):
        return Evidence.NAME_IN_TRIAL if in_same_trial else Evidence.NAME
    if email_key(one.email) and email_key(one.email) == email_key(other.email):
        return Evidence.EMAIL
    if is_same_number(one.phone, other.phone):
        return Evidence.PHONE
    if in_same_trial and is_similar_name(one.name, other.name):
        return Evidence.SIMILAR_NAME
    return None
