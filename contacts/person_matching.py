"""Whether two contacts are the same person as far as a record can tell, and by what evidence. Pure.

Used by erasure and by the suppression list of imports. `known_signatures` and `shown_signatures` give the certain
evidence; `possible_match_evidence` gives evidence that a person must judge. A name alone is never enough, nor is a
family name at a place: a person is identified by the full name with an e-mail address, with a phone number or at a
place, or by an e-mail address of their own.

Other comparisons are weaker: possible duplicates (`contacts.duplicates`) are pairs for review, and the trial's page
and an import pair the contacts of one place in one record by name. All of them compare names by
`common.person_names` and numbers by `common.contact_details`.

The suppression list stores a digest of a signature's text, so the text must not change, or erased contacts would be
imported again. A new comparison key is added to the existing ones (docs/decisions/0010).
"""

from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple

from common.contact_details import (
    digits_of,
    email_key,
    is_same_number,
    last_digits,
    lookup_forms,
    matching_lookup_forms,
)
from common.degrees_and_job_titles import is_job_title
from common.person_names import (
    MAX_WORDS,
    PersonName,
    accepted_keys,
    former_name,
    is_similar_name,
    lookup_keys,
    parse_name,
)
from common.text import comparison_key, fold

#: A value shared by more people than this is a switchboard or a shared mailbox and identifies nobody.
SHARED_VALUE_LIMIT = 4


class Evidence(StrEnum):
    """What two contacts have in common, as text. The first five are certain, a person judges the others."""

    NAME_AND_EMAIL = "the same name and e-mail"
    NAME_AND_PHONE = "the same name and phone"
    NAME_AND_PLACE = "the same name at the same place"
    OWN_EMAIL = "their own e-mail address"
    SAME_ENTRY = "the same values at the same place"
    NAME_IN_TRIAL = "the same name in the same trial"
    NAME = "the same name elsewhere"
    EMAIL = "the same e-mail under another name"
    PHONE = "the same phone under another name"
    SIMILAR_NAME = "a similar name in the same trial"


class ContactValues(NamedTuple):
    """Name, phone and e-mail of a contact in a record."""

    name: str = ""
    phone: str = ""
    email: str = ""


class Signature(NamedTuple):
    """An identifying key of a contact: the kind of evidence, and the text that is compared."""

    evidence: Evidence
    text: str


def normalize_place(*parts: str) -> str:
    """The comparison key of a facility with its city and country, or of a trial's number."""
    return "|".join(map(comparison_key, parts))


def is_person_name(name: str) -> bool:
    """Whether the name is not blank and not a job title."""
    return bool(name.strip()) and not is_job_title(name)


def shown_signatures(values: ContactValues, place: str) -> Iterator[Signature]:
    """The signatures of a contact of a record at a place, also in former key formats, whose digests are stored."""
    for parsed in dict.fromkeys((parse_name(values.name), former_name(values.name))):
        keys = lookup_keys(parsed)
        yield from _signatures(values, place, parsed, keys)
        numbers = {f"call {form}" for form in lookup_forms(values.phone)}
        if ending := last_digits(values.phone):
            numbers.add(f"ending {ending}")  # former digests hold the last digits
        yield from _with_numbers(keys, numbers)


def known_signatures(values: ContactValues, place: str) -> Iterator[Signature]:
    """The signatures that identify this person in a record, with and without middle initials."""
    parsed = parse_name(values.name)
    keys = accepted_keys(parsed)
    yield from _signatures(values, place, parsed, keys)
    yield from _with_numbers(keys, {f"call {form}" for form in matching_lookup_forms(values.phone)})


def _signatures(values: ContactValues, place: str, parsed: PersonName, keys: Iterable[str]) -> Iterator[Signature]:
    """A job title or a family name at a place identifies nobody; an e-mail address is also a signature alone."""
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


def entry_signature(values: ContactValues, place: str) -> Signature:
    """All values of a contact with its place: equal only for contacts that are printed alike."""
    parts = (fold(values.name).casefold(), digits_of(values.phone), email_key(values.email), place)
    return Signature(Evidence.SAME_ENTRY, f"entry {'|'.join(' '.join(part.split()) for part in parts)}")


def possible_match_evidence(one: ContactValues, other: ContactValues, *, in_same_trial: bool) -> Evidence | None:
    """The strongest evidence that two contacts without a common signature may be one person, or None."""
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
