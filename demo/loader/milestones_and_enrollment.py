"""Loads milestones and monthly enrollment reports of each site."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from common.partial_dates import PartialDate
from demo.loader.trials import DemoSite
from demo.notations import HistoryEvent, first_day
from sites.choices import ActivationStage as Stage
from sites.choices import SiteStatus as Status
from sites.models import EnrollmentReport, Milestone, MonthLock

OPEN_STATUSES = (Status.RECRUITING, Status.ENROLLING_BY_INVITATION, Status.AVAILABLE)
ENDED_STATUSES = (Status.COMPLETED, Status.TERMINATED, Status.WITHDRAWN)
#: Stage → share of the time from selection to activation after which it is reached.
ACTIVATION_SHARES = {
    Stage.SELECTED: 0.0,
    Stage.ETHICS: 0.35,
    Stage.CONTRACT: 0.6,
    Stage.INITIATION_VISIT: 0.85,
    Stage.ACTIVATED: 1.0,
}
#: Stage that a site has reached → days until it opens.
DAYS_TO_OPENING = {Stage.SELECTED: 150, Stage.ETHICS: 100, Stage.CONTRACT: 60, Stage.INITIATION_VISIT: 21}
FIRST_PARTICIPANT_DELAY = timedelta(days=26)
INACTIVE_AFTER = timedelta(days=365)
LOCK_AFTER = timedelta(days=75)


def load_progress(sites: list[DemoSite], today: date) -> None:
    started = [site for site in sites if site.history]
    Milestone.objects.bulk_create(
        row for number, site in enumerate(started) for row in _milestones(site, number, today)
    )
    reports = EnrollmentReport.objects.bulk_create(report for site in started for report in _reports(site, today))
    MonthLock.objects.bulk_create(_locks(reports, today))


def _milestones(site: DemoSite, number: int, today: date) -> Iterator[Milestone]:
    """Milestones with a planned date that slips by some days for each site; past ones have an actual date."""
    is_withdrawn = site.history[-1].status == Status.WITHDRAWN
    for step, (stage, day) in enumerate(_steps(site, today).items()):
        slip = timedelta(days=(number * 7 + step * 5) % 36 - 6)
        happened = day <= today and not (is_withdrawn and stage not in (Stage.SELECTED, Stage.CLOSED))
        yield Milestone(
            trial_site=site.row,
            stage=stage,
            planned_on=day - slip,
            forecast_on=None if happened or is_withdrawn else day,
            actual_on=day if happened else None,
        )


def _steps(site: DemoSite, today: date) -> dict[Stage, date]:
    selected_on = site.begins_on
    opened_on = first_day(site.history, *OPEN_STATUSES)
    opens_on = opened_on or today + timedelta(days=DAYS_TO_OPENING.get(site.row.stage, 90))
    steps = {stage: selected_on + (opens_on - selected_on) * share for stage, share in ACTIVATION_SHARES.items()}
    if site.enrolled:
        steps[Stage.FIRST_PARTICIPANT] = opens_on + FIRST_PARTICIPANT_DELAY
    return steps | _closing_steps(site)


def _closing_steps(site: DemoSite) -> dict[Stage, date]:
    """By the stage, not by the history, in which a closing may have been corrected."""
    if site.row.stage not in (Stage.LAST_PARTICIPANT, Stage.CLOSED):
        return {}
    days = {
        Stage.LAST_PARTICIPANT: first_day(site.history, Status.ACTIVE_NOT_RECRUITING),
        Stage.CLOSED: first_day(site.history, *ENDED_STATUSES),
    }
    return {stage: day for stage, day in days.items() if day}


def _reports(site: DemoSite, today: date) -> Iterator[EnrollmentReport]:
    opened_on = first_day(site.history, *OPEN_STATUSES)
    if opened_on is None:
        return
    last_reported_on = _last_reported_date(site, today)
    closed_on = (
        first_day(_current_history(site), Status.ACTIVE_NOT_RECRUITING, Status.SUSPENDED, *ENDED_STATUSES)
        or last_reported_on
    )
    ended_on = first_day(site.history, *ENDED_STATUSES)
    counts = monthly_counts(
        site.enrolled,
        opened_on=opened_on,
        closed_on=closed_on,
        last_month=ended_on or last_reported_on,
        is_over=ended_on is not None,
    )
    for count in counts:
        yield EnrollmentReport(trial_site=site.row, **asdict(count))


def _locks(reports: list[EnrollmentReport], today: date) -> Iterator[MonthLock]:
    """Locks of each trial's months that ended before `LOCK_AFTER`."""
    old = (report for report in reports if report.month.last_day < today - LOCK_AFTER)
    for trial_id, month in sorted({(report.trial_site.trial_id, report.month) for report in old}):
        yield MonthLock(trial_id=trial_id, month=month, locked_by="demo")


def _current_history(site: DemoSite) -> list[HistoryEvent]:
    """The history since the site last opened, without earlier suspensions."""
    last = max((step for step, event in enumerate(site.history) if event.status in OPEN_STATUSES), default=0)
    return site.history[last:]


def _last_reported_date(site: DemoSite, today: date) -> date:
    """The end of last month; for an inactive site, its last confirmation."""
    end_of_last_month = today.replace(day=1) - timedelta(days=1)
    is_inactive = site.confirmed_on is not None and site.confirmed_on < today - INACTIVE_AFTER
    return site.confirmed_on if is_inactive else end_of_last_month


MONTHS_PER_YEAR = 12


@dataclass(frozen=True, slots=True)
class MonthlyCount:
    """Cumulative counts up to the end of a month."""

    month: PartialDate
    screened: int
    consented: int
    enrolled: int
    withdrawn: int
    completed: int


def monthly_counts(
    enrolled: int, *, opened_on: date, closed_on: date, last_month: date, is_over: bool = False
) -> Iterator[MonthlyCount]:
    """One count for each month from the opening to `last_month` inclusive; no enrollment after `closed_on`.

    Enrollment starts slowly; more people are screened than consent, and more consent than enroll; some withdraw;
    participants complete after a year, or at the end of a site that is over. Counts never decrease.
    """
    first, last = _month_number(opened_on), _month_number(last_month)
    recruiting = max(1, _month_number(closed_on) - first + 1)
    cumulative = [_cumulative_enrolled(enrolled, min(1.0, (step + 1) / recruiting)) for step in range(last - first + 1)]
    for step, total in enumerate(cumulative):
        year_before = cumulative[step - MONTHS_PER_YEAR] if step >= MONTHS_PER_YEAR else 0
        is_last = is_over and step == len(cumulative) - 1
        excluded = -(-total * 2 // 5) + min(step, recruiting) // 3
        yield MonthlyCount(
            month=_month(first + step),
            screened=total + excluded,
            consented=total + excluded // 2,
            enrolled=total,
            withdrawn=total // 14,
            completed=total - total // 14 if is_last else year_before * 13 // 14,
        )


def _cumulative_enrolled(enrolled: int, part_of_time: float) -> int:
    return round(enrolled * part_of_time * (0.7 + 0.3 * part_of_time))


def _month_number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _month(number: int) -> PartialDate:
    return PartialDate(f"{number // 12:04d}-{number % 12 + 1:02d}")
