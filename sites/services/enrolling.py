"""Reporting how many people a site has enrolled."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from history.versioning import StaleVersion
from sites.enrollment_rules import CUMULATIVE, ENROLLMENT_RULES
from sites.models import EnrollmentReport, TrialSite
from sites.services.locking import locked
from sites.subjects import EnrollmentStep
from trials.partial_dates import PartialDate
from trials.rule import demand


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
    `sites.enrollment_rules` or a constraint refuses, or the report is locked; StaleVersion.
    """
    current = locked(site, None)
    report = _report_of(current, PartialDate(month), version)
    for name, value in counts.items():
        setattr(report, name, value)
    report.reason = reason or report.reason
    demand(ENROLLMENT_RULES, enrollment_step(report), on=on or timezone.localdate(), accept_warnings=accept_warnings)
    report.full_clean()
    with authored(author, reason=reason):
        report.save()
    return report


def _report_of(site: TrialSite, month: PartialDate, version: int | None) -> EnrollmentReport:
    report = EnrollmentReport.objects.filter(trial_site=site, month=month).first()
    if report is None:
        return EnrollmentReport(trial_site=site, month=month)
    if report.is_locked:
        raise ValidationError("The report of this month is locked.", code="report-is-locked")
    if version not in (None, report.version):
        raise StaleVersion(report)
    return report


def people_in_study(report: EnrollmentReport | None) -> int | None:
    """How many have enrolled and neither withdrawn nor completed; None where that was not reported."""
    if report is None or report.enrolled is None or report.completed is None:
        return None
    return report.enrolled - report.completed - (report.withdrawn or 0)


def enrollment_step(report: EnrollmentReport) -> EnrollmentStep:
    """A report after those of the months before it, for the rules."""
    earlier = report.trial_site.enrollment_reports.filter(month__lt=str(report.month)).order_by("month")
    return EnrollmentStep(
        counts={name: getattr(report, name) for name in CUMULATIVE},
        earlier=list(earlier.values(*CUMULATIVE)),
        reason=report.reason,
    )
