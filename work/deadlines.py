"""Regulatory deadlines in days, from settings, with their sources."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

#: Member states as the registry spells them. Source: Regulation (EU) 536/2014 applies in the member states.
EUROPEAN_UNION = frozenset(
    {
        "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czech Republic", "Czechia", "Denmark", "Estonia",
        "Finland", "France", "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg",
        "Malta", "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Deadline:
    """A number of days and the regulation that sets it."""

    days: int
    source: str

    def last_day(self, since: date) -> date:
        return since + timedelta(days=self.days)


def overall_status_deadline(country: str) -> Deadline:
    """The deadline for updating the overall status after a site of this country changed."""
    if country in EUROPEAN_UNION:
        return Deadline(settings.STATUS_DUE_DAYS_EU, "Regulation (EU) 536/2014, article 36")
    return Deadline(settings.STATUS_DUE_DAYS, "42 CFR 11.64")


def error_deadline() -> Deadline:
    """The deadline for fixing an error after it was found."""
    return Deadline(settings.STATUS_DUE_DAYS, "42 CFR 11.64")
