"""Saving enrollment reports of sites, and locking months; `sites/triggers.py` refuses reports of locked months."""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from common import dates
from common.partial_dates import PartialDate
from common.rule_types import enforce
from history.authorship import authored
from history.constraint_errors import constraint_message
from history.optimistic_locking import StaleVersion
from sites.enrollment.reports import ReportedCounts
from sites.models import EnrollmentReport, MonthLock, TrialSite
from sites.rules import CUMULATIVE, ENROLLMENT_RULES, Counts, EnrollmentInput
from sites.services.sites import lock_site
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
    """Save a site's cumulative counts (`screened`, `consented`, `enrolled`, `withdrawn`, `completed`) of a month.

    An existing report is updated if it is at `version`; counts not given stay. ValidationError when a rule of
    `sites.rules.enrollment` or a constraint refuses; StaleVersion.
    """
    current = lock_site(site, None)
    reports = ReportedCounts([current])
    report = _updated_report(MonthlyCounts(current.pk, PartialDate(month), counts, version, reason), reports)
    rule_input = reports.rule_input(report)
    enforce(ENROLLMENT_RULES, rule_input, on=on or dates.today(), accept_warnings=accept_warnings)
    report.full_clean()
    with authored(author, reason=reason), _constraints_as_validation_errors():
        report.save()
    return report


@dataclass(frozen=True, slots=True)
class MonthlyCounts:
    """The counts of a site's month to save; counts not given stay unchanged.

    `version` is that of the report the author saw: 0 for none, None to skip the check.
    """

    site_id: int
    month: PartialDate
    counts: Counts
    version: int | None = None
    reason: str = ""

    @property
    def key(self) -> str:
        """The key of the errors of a grid, for example 17-2026-01."""
        return f"{self.site_id}-{self.month}"


@transaction.atomic
def save_enrollment_reports(
    monthly_counts: Sequence[MonthlyCounts],
    *,
    author: str,
    accepted_keys: Collection[str] = (),
    on: date | None = None,
) -> list[EnrollmentReport]:
    """Save all of these reports or none, by the rules of `report_enrollment`; six queries for any number.

    `accepted_keys` are the keys of reports whose warnings are accepted. ValidationError with the errors by key;
    StaleVersion with the first report at another version.
    """
    sites = TrialSite.objects.filter(pk__in={counts.site_id for counts in monthly_counts}).order_by("pk")
    reports, errors = _checked_reports(
        monthly_counts, ReportedCounts(sites.select_for_update(of=("self",))), accepted_keys, on
    )
    if errors:
        raise ValidationError(errors)
    reasons = dict.fromkeys(counts.reason for counts in monthly_counts if counts.reason)
    with authored(author, reason="; ".join(reasons)), _constraints_as_validation_errors():
        return EnrollmentReport.objects.bulk_create(
            reports,
            update_conflicts=True,
            unique_fields=["trial_site", "month"],
            update_fields=[*CUMULATIVE, "reason"],
        )


def _updated_report(monthly_counts: MonthlyCounts, reports: ReportedCounts) -> EnrollmentReport:
    """The month's report, or a new one, with the new counts; not saved."""
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
    """The rule errors and warnings by key, without saving; the reports are added to `reports`."""
    return _checked_reports(monthly_counts, reports, (), on)[1]


def _checked_reports(
    monthly_counts, existing_reports: ReportedCounts, accepted_keys, on: date | None
) -> tuple[list[EnrollmentReport], ErrorsByKey]:
    """The reports, and the rule errors by key; each report is checked together with the others."""
    reports = {counts.key: _updated_report(counts, existing_reports) for counts in monthly_counts}
    for report in reports.values():
        existing_reports.put(report)
    day = on or dates.today()
    errors_by_key = {
        key: _rule_errors(existing_reports.rule_input(report), key in accepted_keys, day)
        for key, report in reports.items()
    }
    return list(reports.values()), {key: errors for key, errors in errors_by_key.items() if errors}


def _rule_errors(rule_input: EnrollmentInput, accept_warnings: bool, on: date) -> list[ValidationError]:
    try:
        enforce(ENROLLMENT_RULES, rule_input, on=on, accept_warnings=accept_warnings)
    except ValidationError as error:
        return error.error_list
    return []


@contextmanager
def _constraints_as_validation_errors() -> Iterator[None]:
    """Turn constraint errors into ValidationErrors, for example of a month locked concurrently."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        message = constraint_message(error)
        if message is None:
            raise
        raise ValidationError(message, code="refused") from error


def people_in_study(report: EnrollmentReport | None) -> int | None:
    """The number of people enrolled and neither withdrawn nor completed; None where not reported."""
    if report is None or report.enrolled is None or report.completed is None:
        return None
    return report.enrolled - report.completed - (report.withdrawn or 0)


@transaction.atomic
def lock_month(trial: Trial, *, month: PartialDate, author: str) -> MonthLock:
    """Lock the month's reports of all sites of the trial; waits for reports being saved.

    ValidationError when the month is locked already, or has not ended yet.
    """
    if month.last_day >= dates.today():
        raise ValidationError("A month can be locked after its last day.", code="month-is-over")
    lock = MonthLock(trial=trial, month=month, locked_by=author)
    Trial.objects.select_for_update(no_key=True).get(pk=trial.pk)
    lock.full_clean()
    with authored(author):
        lock.save()
    return lock


@transaction.atomic
def unlock_month(trial: Trial, *, month: PartialDate, author: str, reason: str) -> MonthLock:
    """Unlock the month's reports. ValidationError without a reason, or when the month is not locked."""
    active_locks = MonthLock.objects.filter(trial=trial, month=month, unlocked_at__isnull=True)
    lock = active_locks.select_for_update(no_key=True).first()
    if lock is None:
        raise ValidationError("This month is not locked.", code="month-is-locked")
    if not reason.strip():
        raise ValidationError("Enter a reason for unlocking the month.", code="unlocking-says-why")
    lock.unlocked_by, lock.unlocked_at, lock.unlock_reason = author, timezone.now(), reason.strip()
    with authored(author, reason=reason):
        lock.save()
    return lock
