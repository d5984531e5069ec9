"""Reporting how many people sites have enrolled: one report, or a whole grid of them.

Locking a month of a trial's enrollment, and unlocking it.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import dates
from common.partial_dates import PartialDate
from common.rules import enforce
from history.authorship import authored
from history.constraint_errors import constraint_message
from history.versioning import StaleVersion
from sites.enrollment.reports import ReportedCounts
from sites.models import EnrollmentReport, MonthLock, TrialSite
from sites.rules.enrollment import CUMULATIVE, ENROLLMENT_RULES
from sites.rules.inputs import Counts, EnrollmentInput
from sites.services.row_locks import lock_site
from trials.models import Trial

ErrorsByKey = dict[str, list[ValidationError]]


@transaction.atomic
def report_enrollment(
    site: TrialSite,
    *,
    month: PartialDate | str,
    author: str,
    reason: str = "",
    accept_warnings: bool = False,
    version: int | None = None,
    on: date | None = None,
    **counts: int | None,
) -> EnrollmentReport:
    """Keep a site's cumulative counts (`screened`, `consented`, `enrolled`, `withdrawn`, `completed`) of a month.

    A report of the month is changed where it is at `version`; what is not given stays. ValidationError when a rule of
    `sites.rules.enrollment` or a constraint refuses; StaleVersion.
    """
    current = lock_site(site, None)
    reported = ReportedCounts([current])
    report = _updated_report(MonthlyCounts(current.pk, PartialDate(month), counts, version, reason), reported)
    step = reported.rule_input(report)
    enforce(ENROLLMENT_RULES, step, on=on or dates.today(), accept_warnings=accept_warnings)
    report.full_clean()
    with authored(author, reason=reason), _constraints_as_validation_errors():
        report.save()
    return report


@dataclass(frozen=True, slots=True)
class MonthlyCounts:
    """What somebody says of a site's month. `version` is that of the report they saw: 0 none, None does not matter.

    Counts that are not named stay as they are.
    """

    site_id: int
    month: PartialDate
    counts: Counts
    version: int | None = None
    reason: str = ""

    @property
    def key(self) -> str:
        """By which the refusals of a grid are told apart, for example 17-2026-01."""
        return f"{self.site_id}-{self.month}"


@transaction.atomic
def save_enrollment_reports(
    monthly_counts: Sequence[MonthlyCounts], *, author: str, accepted_keys: Collection[str] = (), on: date | None = None
) -> list[EnrollmentReport]:
    """Keep all of these reports or none, by the rules of `report_enrollment`; six queries, however many there are.

    `accepted` are the keys of those whose warnings were read. ValidationError with the refusals of each key;
    StaleVersion with the first report that is not the one that was seen.
    """
    sites = TrialSite.objects.filter(pk__in={one.site_id for one in monthly_counts}).order_by("pk")
    reports, refused = _checked_reports(
        monthly_counts, ReportedCounts(sites.select_for_update(of=("self",))), accepted_keys, on
    )
    if refused:
        raise ValidationError(refused)
    reasons = dict.fromkeys(one.reason for one in monthly_counts if one.reason)
    with authored(author, reason="; ".join(reasons)), _constraints_as_validation_errors():
        return EnrollmentReport.objects.bulk_create(
            reports,
            update_conflicts=True,
            unique_fields=["trial_site", "month"],
            update_fields=[*CUMULATIVE, "reason"],
        )


def _updated_report(monthly_counts: MonthlyCounts, reports: ReportedCounts) -> EnrollmentReport:
    """The month's report, or a new one, with what is said; not saved."""
    report = reports.get(monthly_counts.site_id, monthly_counts.month)
    if report is None:
        report = EnrollmentReport(trial_site_id=monthly_counts.site_id, month=monthly_counts.month)
    elif monthly_counts.version not in (None, report.version):
        raise StaleVersion(report)
    for name, value in monthly_counts.counts.items():
        setattr(report, name, value)
    report.reason = monthly_counts.reason or report.reason
    return report


def validate_reports(monthly_counts: Sequence[MonthlyCounts], reports: ReportedCounts, *, on: date) -> ErrorsByKey:
    """What the rules would refuse or ask, by key; nothing is saved. `reported` takes these reports in."""
    return _checked_reports(monthly_counts, reports, (), on)[1]


def _checked_reports(
    monthly_counts, existing_reports: ReportedCounts, accepted_keys, on: date | None
) -> tuple[list[EnrollmentReport], ErrorsByKey]:
    """Each report is judged beside the others that are said with it."""
    reports = {one.key: _updated_report(one, existing_reports) for one in monthly_counts}
    for report in reports.values():
        existing_reports.put(report)
    day = on or dates.today()
    found = {
        key: _rule_errors(existing_reports.rule_input(report), key in accepted_keys, day)
        for key, report in reports.items()
    }
    return list(reports.values()), {key: errors for key, errors in found.items() if errors}


def _rule_errors(step: EnrollmentInput, accept_warnings: bool, on: date) -> list[ValidationError]:
    try:
        enforce(ENROLLMENT_RULES, step, on=on, accept_warnings=accept_warnings)
    except ValidationError as error:
        return error.error_list
    return []


@contextmanager
def _constraints_as_validation_errors() -> Iterator[None]:
    """A month that was locked in this very moment is refused by the database."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        words = constraint_message(error)
        if words is None:
            raise
        raise ValidationError(words, code="refused") from error


def people_in_study(report: EnrollmentReport | None) -> int | None:
    """How many have enrolled and neither withdrawn nor completed; None where that was not reported."""
    if report is None or report.enrolled is None or report.completed is None:
        return None
    return report.enrolled - report.completed - (report.withdrawn or 0)


def enrollment_input(report: EnrollmentReport) -> EnrollmentInput:
    """A report between those of the other months, for the rules."""
    return ReportedCounts([report.trial_site]).rule_input(report)


@transaction.atomic
def lock_month(trial: Trial, *, month: PartialDate, author: str) -> MonthLock:
    """Nobody changes the month's reports any more, for all sites of the trial. Waits for reports under way.

    ValidationError when it is locked already, or has not ended yet.
    """
    if month.last_day >= dates.today():
        raise ValidationError("A month can be locked once it is over.", code="month-is-over")
    lock = MonthLock(trial=trial, month=month, locked_by=author)
    Trial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    lock.full_clean()
    with authored(author):
        lock.save()
    return lock


@transaction.atomic
def unlock_month(trial: Trial, *, month: PartialDate, author: str, reason: str) -> MonthLock:
    """The month's reports can be changed again. ValidationError without a reason, or when it is not locked."""
    in_force = MonthLock.objects.filter(trial=trial, month=month, unlocked_at__isnull=True)
    lock = in_force.select_for_update(no_key=True).first()
    if lock is None:
        raise ValidationError("This month is not locked.", code="month-is-locked")
    if not reason.strip():
        raise ValidationError("Say why the month is unlocked.", code="unlocking-says-why")
    lock.unlocked_by, lock.unlocked_at, lock.unlock_reason = author, timezone.now(), reason.strip()
    with authored(author, reason=reason):
        lock.save()
    return lock
