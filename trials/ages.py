"""Formats and parses age limits. The registry writes "18 Years", "6 Months"; an absent age is no limit."""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext

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


def ngettext_noop(one: str, many: str) -> tuple[str, str]:
    """Marks both forms of a text for the catalogues, to be passed to `ngettext`."""
    return one, many


_COUNTED = {
    "year": ngettext_noop("{n} year", "{n} years"),
    "month": ngettext_noop("{n} month", "{n} months"),
    "week": ngettext_noop("{n} week", "{n} weeks"),
    "day": ngettext_noop("{n} day", "{n} days"),
    "hour": ngettext_noop("{n} hour", "{n} hours"),
    "minute": ngettext_noop("{n} minute", "{n} minutes"),
}

# Source: ClinicalTrials.gov, search by age group
AGE_GROUP_RANGES = {
    AgeGroup.CHILD: gettext_noop("birth–17 years"),
    AgeGroup.ADULT: gettext_noop("18–64 years"),
    AgeGroup.OLDER_ADULT: gettext_noop("65 years and over"),
}


def format_age(age: str) -> str:
    """ "18 Years" as "18 years", "1 Year" as "1 year"; any other text unchanged."""
    match = _AGE.fullmatch(age.strip())
    if not match:
        return age.strip()
    count, unit = int(match[1]), match[2].lower()
    return ngettext(*_COUNTED[unit], count).format(n=f"{count:,}")


def age_in_years(age: str) -> float | None:
    """ "6 Months" as 0.5. None for no limit and for text that is no age."""
    match = _AGE.fullmatch(age.strip())
    return int(match[1]) / _UNITS_PER_YEAR[match[2].lower()] if match else None


def format_age_range(minimum: str, maximum: str) -> str:
    """Both limits in one phrase; a shared unit is written once."""
    lowest, highest = format_age(minimum or ""), format_age(maximum or "")
    if lowest and highest:
        return _("{lowest} to {highest}").format(lowest=_without_shared_unit(lowest, highest), highest=highest)
    if lowest:
        return _("{age} and over").format(age=lowest)
    return _("Up to {age}").format(age=highest) if highest else _("Any age")


def format_age_group(code: str) -> str:
    """The group with what it means: "Child (birth–17 years)"."""
    group = AgeGroup(code)
    return f"{_(group.label).capitalize()} ({_(AGE_GROUP_RANGES[group])})"


def _without_shared_unit(lowest: str, highest: str) -> str:
    amount, _, unit = lowest.partition(" ")
    return amount if unit and unit == highest.partition(" ")[2] else lowest
