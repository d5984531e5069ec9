"""What is due next at a site: its confirmation, a data check error, or the enrollment report of last month."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Min

from common.rule_types import Level
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.enrollment.due_reports import month_reports
from sites.models import TrialSite
from work.models import Finding


@dataclass(frozen=True, slots=True)
class DueDate:
    """A task with its due day."""

    due_on: date
    task: str

    def days_overdue(self, today: date) -> int:
        return max(0, (today - self.due_on).days)


def next_due_dates(sites: Collection[TrialSite], *, user, today: date) -> dict[int, DueDate]:
    """The earliest due date by site id; only sites with one. At most five queries."""
    due_dates: dict[int, list[DueDate]] = {site.pk: [] for site in sites}
    for site in filter(needs_confirmation, sites):
        due_dates[site.pk].append(DueDate(confirmation_due_on(site), "Confirmation"))
    reports = month_reports(list(sites), today=today)
    for site in reports.missing_sites:
        due_dates[site.pk].append(DueDate(reports.due_on, f"Enrollment of {reports.month.as_text()}"))
    for site_id, due_on in _error_due_dates(due_dates, user):
        due_dates[site_id].append(DueDate(due_on, "Data check error"))
    return {pk: min(dates, key=lambda due: due.due_on) for pk, dates in due_dates.items() if dates}


def _error_due_dates(site_ids: Collection[int], user):
    errors = (
        Finding.objects.visible_to(user)
        .open()
        .filter(trial_site__in=list(site_ids), level=Level.ERROR, due_on__isnull=False)
    )
    return errors.order_by().values_list("trial_site").annotate(Min("due_on"))
