"""By when something is due. The numbers are settings; the day comes in from outside."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

#: Member states as the registry spells them. Source: Regulation (EU) 536/2014 holds in the states of the Union.
EUROPEAN_UNION = frozenset(
    {
        "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czech Republic", "Czechia", "Denmark", "Estonia",
        "Finland", "France", "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg",
        "Malta", "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deadline:
    """So many days, and the law that says so."""

    days: int
    source: str

    def last_day(self, since: date) -> date:
        return since + timedelta(days=self.days)


def overall_status_deadline(country: str) -> Deadline:
    """From a site's change to the day by which the overall status must say so."""
    if country in EUROPEAN_UNION:
        return Deadline(settings.STATUS_DUE_DAYS_EU, "Regulation (EU) 536/2014, article 36")
    return Deadline(settings.STATUS_DUE_DAYS, "42 CFR 11.64")


def error_deadline() -> Deadline:
    """From the day on which an error was found to the day by which it is mended."""
    return Deadline(settings.STATUS_DUE_DAYS, "42 CFR 11.64")
