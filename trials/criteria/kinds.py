"""What a line of eligibility criteria is about: who may take part, who may not, or neither; by its words alone."""

import re
from enum import StrEnum


class Kind(StrEnum):
    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    OTHER = "other"


CRITERIA = r"criteri(?:a|as|on)|citeria"
NAMED = re.compile(
    rf"\b(?P<no>non?[ -]+)?(?P<kind>in|ex)clusions? +(?:{CRITERIA})\b"
    r"|\bcriteria for (?P<no2>non?[ -]+)?(?P<kind2>in|ex)clusion\b",
    re.IGNORECASE,
)
_BOTH = re.compile(
    rf"\b(?:inclusion|eligibility)(?: (?:{CRITERIA}))? ?(?:/|and|or|&) ?exclusion"
    r"|\bexclusion ?(?:/|and|or|&) ?inclusion",
    re.IGNORECASE,
)
_EXCLUDES = re.compile(r"\bexclu|\bineligib|\bnot eligible|\bnon-inclusion", re.IGNORECASE)
_INELIGIBLE = re.compile(
    r"\b(?:not (?:be )?eligible|ineligible|(?:are|be|were) excluded|(?:may|must|should) not (?:have|meet) any)\b",
    re.IGNORECASE,
)
_ELIGIBLE = re.compile(r"\beligible\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|none|never|cannot)\b", re.IGNORECASE)


def kind_named(text: str) -> Kind | None:
    """The kind that "inclusion criteria", "non-inclusion criteria" or "criteria for exclusion" in the text names."""
    found = NAMED.search(text)
    if not found:
        return None
    includes = (found["kind"] or found["kind2"]).lower() == "in"
    return Kind.INCLUSION if includes and not (found["no"] or found["no2"]) else Kind.EXCLUSION


def kind_spoken(sentence: str) -> Kind | None:
    """The kind that a sentence means without naming it: "Women were ineligible if they:"."""
    if _INELIGIBLE.search(sentence):
        return Kind.EXCLUSION
    return Kind.INCLUSION if _ELIGIBLE.search(sentence) and not negates(sentence) else None


def negates(sentence: str) -> bool:
    """Whether the sentence says "not", which turns what it names."""
    return bool(_NEGATION.search(sentence))


def is_on_both(text: str) -> bool:
    """Whether the text speaks of both kinds at once: "inclusion/exclusion criteria"."""
    return bool(_BOTH.search(text))


def speaks_of_exclusion(text: str) -> bool:
    """Whether the text excludes somebody, in whatever words."""
    return bool(_EXCLUDES.search(text))
