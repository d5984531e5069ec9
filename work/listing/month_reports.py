"""Sites that owe the numbers of the last month."""

from collections.abc import Iterator, Sequence
from datetime import date

from django.conf import settings
from django.urls import reverse

from sites.enrollment.reporting import month_reports
from sites.models import TrialSite
from sites.subjects import MonthOfSite
from work.items import Item, Kind


def month_reports_due(sites: Sequence[TrialSite], *, today: date) -> Iterator[Item]:
    """One item for each site, from the first day after the month."""
    reports = month_reports(sites, today=today)
    days = settings.ENROLLMENT_REPORT_DUE_DAYS
    rule = f"A site that recruits or has people in the study reports within {days} days of the month’s end."
    for site in reports.missing_sites:
        url = reverse("enrollment_site", args=[site.trial.key, site.pk])
        act = f"Enter {reports.month.in_words()}"
        what = _what(reports.by_site[site.pk])
        yield Item(Kind.MONTH_REPORT, site.trial, what, rule, reports.due_on, site, url=url, act=act)


def _what(month: MonthOfSite) -> str:
    last = f"last report {month.last_reported.in_words()}" if month.last_reported else "no report yet"
    return f"Enrollment of {month.month.in_words()} not reported ({last})"
