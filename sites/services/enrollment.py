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
from common.rules import demand
from history.authorship import authored
from history.constraint_errors import in_words
from history.versioning import StaleVersion
from sites.enrollment.reports import Reported
from sites.models import EnrollmentReport, MonthLock, TrialSite
from sites.rules.enrollment import CUMULATIVE, ENROLLMENT_RULES
from sites.rules.inputs import Counts, EnrollmentStep
from sites.services.row_locks import locked
from trials.models import Trial

Refusals = dict[str, list[ValidationError]]


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
    current = locked(site, None)
    reported = Reported([current])
    report = _amended(SaidOfMonth(current.pk, PartialDate(month), counts, version, reason), reported)
    step = reported.step(report)
    demand(ENROLLMENT_RULES, step, on=on or dates.today(), accept_warnings=accept_warnings)
    report.full_clean()
    with authored(author, reason=reason), _refused_in_words():
        report.save()
    return report


@dataclass(frozen=True, slots=True)
class SaidOfMonth:
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
def report_many(
    said: Sequence[SaidOfMonth], *, author: str, accepted: Collection[str] = (), on: date | None = None
) -> list[EnrollmentReport]:
    """Keep all of these reports or none, by the rules of `report_enrollment`; six queries, however many there are.

    `accepted` are the keys of those whose warnings were read. ValidationError with the refusals of each key;
    StaleVersion with the first report that is not the one that was seen.
    """
    sites = TrialSite.objects.filter(pk__in={one.site_id for one in said}).order_by("pk")
    reports, refused = _judged(said, Reported(sites.select_for_update(of=("self",))), accepted, on)
    if refused:
        raise ValidationError(refused)
    reasons = dict.fromkeys(one.reason for one in said if one.reason)
    with authored(author, reason="; ".join(reasons)), _refused_in_words():
        return EnrollmentReport.objects.bulk_create(
            reports,
            update_conflicts=True,
            unique_fields=["trial_site", "month"],
            update_fields=[*CUMULATIVE, "reason"],
        )


def _amended(said: SaidOfMonth, reported: Reported) -> EnrollmentReport:
    """The month's report, or a new one, with what is said; not saved."""
    report = reported.get(said.site_id, said.month)
    if report is None:
        report = EnrollmentReport(trial_site_id=said.site_id, month=said.month)
    elif said.version not in (None, report.version):
        raise StaleVersion(report)
    for name, value in said.counts.items():
        setattr(report, name, value)
    report.reason = said.reason or report.reason
    return report


def refusals_of(said: Sequence[SaidOfMonth], reported: Reported, *, on: date) -> Refusals:
    """What the rules would refuse or ask, by key; nothing is saved. `reported` takes these reports in."""
    return _judged(said, reported, (), on)[1]


def _judged(said, reported: Reported, accepted, on: date | None) -> tuple[list[EnrollmentReport], Refusals]:
    """Each report is judged beside the others that are said with it."""
    reports = {one.key: _amended(one, reported) for one in said}
    for report in reports.values():
        reported.put(report)
    day = on or dates.today()
    found = {key: _refusal(reported.step(report), key in accepted, day) for key, report in reports.items()}
    return list(reports.values()), {key: errors for key, errors in found.items() if errors}


def _refusal(step: EnrollmentStep, accept_warnings: bool, on: date) -> list[ValidationError]:
    try:
        demand(ENROLLMENT_RULES, step, on=on, accept_warnings=accept_warnings)
    except ValidationError as error:
        return error.error_list
    return []


@contextmanager
def _refused_in_words() -> Iterator[None]:
    """A month that was locked in this very moment is refused by the database."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        words = in_words(error)
        if words is None:
            raise
        raise ValidationError(words, code="refused") from error


def people_in_study(report: EnrollmentReport | None) -> int | None:
    """How many have enrolled and neither withdrawn nor completed; None where that was not reported."""
    if report is None or report.enrolled is None or report.completed is None:
        return None
    return report.enrolled - report.completed - (report.withdrawn or 0)


def enrollment_step(report: EnrollmentReport) -> EnrollmentStep:
    """A report between those of the other months, for the rules."""
    return Reported([report.trial_site]).step(report)


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
