"""What a name of a place is worth: masks, and countries that changed their name.

Source: counted on 28,954 locations of real registry records, where a third of the facility names are masks.
"""

import re

_MASKS = [
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
_MASK = re.compile("|".join(f"(?:{mask})" for mask in _MASKS), re.IGNORECASE | re.DOTALL)

#: The registry's older names of countries, and the name it uses now.
RENAMED_COUNTRIES = {
    "Korea, Republic of": "South Korea",
    "Korea, Democratic People's Republic of": "North Korea",
    "Turkey": "Turkey (Türkiye)",
    "Russian Federation": "Russia",
    "Iran, Islamic Republic of": "Iran",
    "Czech Republic": "Czechia",
    "Viet Nam": "Vietnam",
    "Syrian Arab Republic": "Syria",
    "Moldova, Republic of": "Moldova",
    "Tanzania, United Republic of": "Tanzania",
    "Macedonia, The Former Yugoslav Republic of": "North Macedonia",
    "Lao People's Democratic Republic": "Laos",
    "Libyan Arab Jamahiriya": "Libya",
    "Palestinian Territories, Occupied": "Palestinian Territory, occupied",
    "Congo, The Democratic Republic of the": "Democratic Republic of the Congo",
    "Swaziland": "Eswatini",
}


def is_mask(name: str) -> bool:
    """Whether a facility name hides the facility or is missing, so that it identifies nothing."""
    spaced = " ".join(name.split())  # runs of spaces would be tried in every division between the parts of a mask
    return not spaced or _MASK.fullmatch(spaced) is not None


def country_today(name: str) -> str:
    """The registry's present name of a country."""
    return RENAMED_COUNTRIES.get(name, name)
