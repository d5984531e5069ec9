"""By what two entries are taken for the same person. Pure.

Names are compared without accents, spaces, case and what stands behind a comma; addresses without case; numbers by
their digits.
"""

import re
from collections.abc import Iterator

from common.text import fold
from trials.page.people import same_name

#: A number with fewer digits is an extension or a slip.
SHORTEST_NUMBER = 6
_NOT_DIGITS = re.compile(r"\D")
_TITLES = re.compile(r"^(?:(?:dr|prof|professor|doctor|mr|mrs|ms|pd|med)\b\.?\s*)+", re.IGNORECASE)
_FUNCTION = re.compile(
    r"\b(study|trial|trials|clinical|research|site|coordinator|centre|center|call|contact|office|department|team|"
    r"recruitment|recruiting|information|info|desk|line|director|investigator|manager|nurse|physician|toll|use|unit)\b",
    re.IGNORECASE,
)


def same_person_name(name: str) -> str:
    """Without what one is called before the name: "Dr. Zoë de Boer" is "Zoe deBoer, MD"."""
    return same_name(without_titles(name))


def without_titles(name: str) -> str:
    """The name as it is spelt, without what stands before it."""
    return _TITLES.sub("", name.strip())


def same_email(email: str) -> str:
    return email.strip().casefold()


def same_phone(phone: str) -> str:
    """The digits; "" for what is no number."""
    digits = _NOT_DIGITS.sub("", phone)
    return digits if len(digits) >= SHORTEST_NUMBER else ""


def same_place(*parts: str) -> str:
    """A facility with its town and country, or a trial's number, as compared."""
    return "|".join(" ".join(fold(part).casefold().split()) for part in parts)


def is_function(name: str) -> bool:
    """Whether a "name" is a function that many people hold ("Study Coordinator")."""
    return bool(_FUNCTION.search(name))


def signs_of(name: str, phone: str, email: str, place: str) -> Iterator[str]:
    """By what a contact of a record is known: the name with an address, with a number, or at a place.

    The address stands alone as well; whether it is one person's own is for the caller to know. A function at a place
    is nobody in particular.
    """
    known = same_person_name(name)
    if email.strip():
        yield f"address {same_email(email)}"
        yield f"name {known} address {same_email(email)}"
    if digits := same_phone(phone):
        yield f"name {known} number {digits}"
    if known and place and not is_function(name):
        yield f"name {known} place {place}"


def is_shared_by_all(sign: str) -> bool:
    """Whether a sign may belong to several people: an address without a name."""
    return sign.startswith("address ")
