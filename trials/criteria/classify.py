"""Classifies lines of eligibility criteria as inclusion, exclusion or neither, by their wording."""

import re
from enum import StrEnum


class CriteriaType(StrEnum):
    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    OTHER = "other"


CRITERIA = r"(?:criteri(?:a|as|on|ons)|citeria)"
# An accented letter may be written decomposed, so it counts as one or two signs.
_EXCLUSION_NAMES = (
    rf"(?:non[ -]*inclusions?|exclusions?)[ -]+{CRITERIA}",
    rf"non?[ -]+inclusions? ?(?:/|and|or|&) ?exclusions?[ -]+{CRITERIA}",
    rf"{CRITERIA} for (?:non[ -]*inclusion|exclusion)",
    r"crit\S{1,2}res? (?:d ?['’] ?exclusion|de non[ -]?inclusion)",
    r"criterios? de (?:exclusi\S{1,2}n|no inclusi\S{1,2}n)",
    r"crit\S{1,2}rios? de (?:exclus\S{1,2}o|n\S{1,2}o inclus\S{1,2}o)",
    r"criteri[oa]? di (?:esclusione|non inclusione)",
    r"(?:ausschlu(?:ss|ß)|nicht-?einschlu(?:ss|ß))-?kriteri(?:en|um)",
    r"exclusie-?criteri(?:a|um)",
    r"排除标准",
)
_INCLUSION_NAMES = (
    rf"inclusions?[ -]+{CRITERIA}",
    rf"{CRITERIA} for inclusion",
    r"crit\S{1,2}res? d ?['’] ?inclusion",
    r"criterios? de inclusi\S{1,2}n",
    r"crit\S{1,2}rios? de inclus\S{1,2}o",
    r"criteri[oa]? di inclusione",
    r"einschlu(?:ss|ß)-?kriteri(?:en|um)",
    r"inclusie-?criteri(?:a|um)",
    r"(?:入选|纳入|入组)标准",
)
HEADING_NAMES = rf"(?P<exclusion>{'|'.join(_EXCLUSION_NAMES)})|(?P<inclusion>{'|'.join(_INCLUSION_NAMES)})"
HEADING_NAME = re.compile(rf"(?<![^\W_])(?:{HEADING_NAMES})(?![^\W_])", re.IGNORECASE)
_BOTH = re.compile(
    rf"(?<!\bno )(?<!\bnon[ -])\b(?:(?:inclusi\w*|eligibility)(?: {CRITERIA})? ?(?:/|and|or|&|et|y|e|und|en) ?"
    r"(?:the |de |d ?['’] ?)?(?:exclusi|esclusi|(?:non[ -]|no |n\S{1,2}o )inclus)"
    r"|exclusion ?(?:/|and|or|&) ?inclusion|ein-? ?(?:und|/) ?ausschlu)",
    re.IGNORECASE,
)
_EXCLUDES = re.compile(r"\bexclu|\besclu|\bausschl|\bineligib|\bnot eligible|\bnon-inclusion|排除", re.IGNORECASE)
_INELIGIBLE = re.compile(
    r"\b(?:not (?:be )?(?:considered )?eligible|ineligible|(?:are|is|be|were|was) (?:\w+ )?excluded)\b", re.IGNORECASE
)
_ELIGIBLE = re.compile(r"\beligible\b", re.IGNORECASE)
_NEGATION = re.compile(
    r"\b(?:not|no|none|nor|never|neither|cannot|without|unless|except\w*|exclud\w*|ineligible)\b", re.IGNORECASE
)
_EXCEPTION = re.compile(r"\b(?:not (?:\w+ )?(?:excluded|ineligible)|unless|except\w*)\b", re.IGNORECASE)


_INCLUDES = re.compile(r"\binclusi|\beinschl", re.IGNORECASE)
_AGAINST_INCLUSION = re.compile(
    r"\b(?:not?|non|never|cannot|against|prevent\w*|preclud\w*|contra-?indicat\w*|barriers?|without|despite)\b.*inclu(?:si|ded)",
    re.IGNORECASE,
)


def heading_type(match: re.Match[str]) -> CriteriaType:
    """The type named by a match of HEADING_NAME."""
    return CriteriaType.EXCLUSION if match["exclusion"] else CriteriaType.INCLUSION


def sentence_type(sentence: str) -> CriteriaType | None:
    """The type that a sentence implies without naming it: "Women were ineligible if they:". None with an exception."""
    if _INELIGIBLE.search(sentence):
        return None if _EXCEPTION.search(sentence) else CriteriaType.EXCLUSION
    return CriteriaType.INCLUSION if _ELIGIBLE.search(sentence) and not has_negation(sentence) else None


def has_negation(text: str) -> bool:
    """Whether the text says "not", "no", "except" or the like."""
    return bool(_NEGATION.search(text))


def mentions_both_types(text: str) -> bool:
    """Whether the text mentions both types at once: "inclusion/exclusion criteria"."""
    return bool(_BOTH.search(text))


def is_turned_round(text: str) -> bool:
    """Whether a heading names one type but means the other: "Exclusion from inclusion", "Not included"."""
    rest = HEADING_NAME.sub(" ", text)
    named = {heading_type(match) for match in HEADING_NAME.finditer(text)}
    both = {
        CriteriaType.INCLUSION in named or bool(_INCLUDES.search(rest)),
        CriteriaType.EXCLUSION in named or mentions_exclusion(rest),
    }
    return both == {True} or _AGAINST_INCLUSION.search(rest) is not None


def mentions_exclusion(text: str) -> bool:
    """Whether the text mentions exclusion in any wording."""
    return bool(_EXCLUDES.search(text))
