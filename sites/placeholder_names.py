"""Placeholder names of facilities, and current names of countries.

Source: counted on 28,954 locations of real registry records, where a third of the facility names are placeholders.
"""

import re

from common.countries import canonical_country_name
from common.text import is_blank

_PLACEHOLDER_PATTERNS = [
    # "Pfizer Investigational Site", "Teva Investigational Site 13816", "Investigational center"
    r"(?:[\w.&'+-]+\s+){0,3}(?:investigational|investigative|investigator|study)\s+(?:sites?|centers?|centres?)\b[\s\w#:.,-]{0,24}",
    # "Research Site", "Research Site US-30001-369", "Clinical Trial Site 4", "Research Facility"
    r"(?:clinical\s+)?(?:research|trial|study|reference)\s+(?:site|facility)\b[\s\w#:./-]{0,24}",
    # "Clinical Site"
    r"clinical\s+site",
    # "Local Institution - 007-872-K"
    r"local institution\b.{0,24}",
    # "Site 12", "Site US0004", "Site #: 3"
    r"(?:clinical\s+)?site\s*(?:no\.?|number)?\s*[#:]*\s*[a-z]{0,4}[\s-]*\d[\w\s-]*",
    # "For additional information regarding investigative sites for this trial, contact …"
    r"for additional information regarding\b.*",
]
_PLACEHOLDER = re.compile("|".join(f"(?:{pattern})" for pattern in _PLACEHOLDER_PATTERNS), re.IGNORECASE | re.DOTALL)


def is_placeholder_name(name: str) -> bool:
    """Whether a facility name is a placeholder or blank, so that it identifies no facility."""
    spaced = " ".join(name.split())  # runs of spaces would cause excessive backtracking
    return is_blank(spaced) or _PLACEHOLDER.fullmatch(spaced) is not None


def current_country_name(name: str) -> str:
    """The registry's current name of a country; an unknown name is returned unchanged."""
    return canonical_country_name(name) or name
