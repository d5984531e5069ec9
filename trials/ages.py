"""Formats and parses age limits. The registry writes "18 Years", "6 Months"; an absent age is no limit."""

import re

from trials.choices import AgeGroup

_AGE = re.compile(r"(\d{1,6}) +(Year|Month|Week|Day|Hour|Minute)s?", re.IGNORECASE)

_UNITS_PER_YEAR = {
    "year": 1,
    "month": 12,
    "week": 365.25 / 7,
    "day": 365.25,
    "hour": 365.25 * 24,
    "minute": 365.25 * 1440,
}

# Source: ClinicalTrials.gov, search by age group
AGE_GROUP_RANGES = {
    AgeGroup.CHILD: "birth–17 years",
    AgeGroup.ADULT: "18–64 years",
    AgeGroup.OLDER_ADULT: "65 years and over",
}


def format_age(age: str) -> str:
    """ "18 Years" as "18 years", "1 Year" as "1 year"; any other text unchanged."""
    match = _AGE.fullmatch(age.strip())
    if not match:
        return age.strip()
    count, unit = int(match[1]), match[2].lower()
    return f"{count:,} {unit}" if count == 1 else f"{count:,} {unit}s"


def age_in_years(age: str) -> float | None:
    """ "6 Months" as 0.5. None for no limit and for text that is no age."""
    match = _AGE.fullmatch(age.strip())
    return int(match[1]) / _UNITS_PER_YEAR[match[2].lower()] if match else None


def format_age_range(minimum: str, maximum: str) -> str:
    """Both limits in one phrase; a shared unit is written once."""
    lowest, highest = format_age(minimum or ""), format_age(maximum or "")
    if lowest and highest:
        return f"{_without_shared_unit(lowest, highest)} to {highest}"
    if lowest:
        return f"{lowest} and over"
    return f"Up to {highest}" if highest else "Any age"


def format_age_group(code: str) -> str:
    """The group with what it means: "Child (birth–17 years)"."""
    group = AgeGroup(code)
    return f"{group.label.capitalize()} ({AGE_GROUP_RANGES[group]})"


def _without_shared_unit(lowest: str, highest: str) -> str:
    amount, _, unit = lowest.partition(" ")
    return amount if unit and unit == highest.partition(" ")[2] else lowest
