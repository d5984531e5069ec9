"""Report of the simulated year as text."""

from datetime import timedelta
from math import inf
from statistics import mean

from benchmarks.year.assumptions import LITERATURE_DAYS
from benchmarks.year.simulation import Year

SETTLED = 60
"""Days at the start that are not evaluated."""
TOO_NEW = 30
"""Changes of the last days of the year are not evaluated, as they cannot be late yet."""


def delays(year: Year) -> list[float]:
    """Days from each actual change to its publication, ascending; infinite if never published."""
    last = year.first + timedelta(days=year.plan.days - TOO_NEW)
    published_after = [float((published - happened).days) for happened, published in year.published if happened < last]
    return sorted([*published_after, *(inf for happened in year.unpublished if happened < last)])


def quantile(ascending: list[float], share: float) -> float:
    """The value below which that share lies."""
    return ascending[min(len(ascending) - 1, int(share * len(ascending)))]


def report(year: Year) -> str:
    """The report, one result per line."""
    late, plan, shares = delays(year), year.plan, year.shares[SETTLED:] or year.shares
    published = sum(delay < inf for delay in late)
    in_time = sum(delay <= 30 for delay in late)
    lines = [
        f"{plan.sites} sites, {plan.days} days, {plan.never_answer:.0%} of coordinators never answer",
        f"confirmed within 30 days: {mean(shares):.1%} of the sites on an average day, {min(shares):.1%} on the worst",
        f"true changes: {len(late)}; published {published}, within 30 days {in_time}",
    ]
    if late:
        lines.append(
            f"from change to publication: median {_days(quantile(late, 0.5))}, nine in ten within "
            f"{_days(quantile(late, 0.9))} (literature: median {LITERATURE_DAYS} days)"
        )
    return "\n".join([*lines, f"mails: {year.mails}; sites answered for by the trial's coordinator: {year.escalated}"])


def _days(number: float) -> str:
    return "never" if number == inf else f"{number:g} days"
