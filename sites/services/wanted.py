"""What somebody wants to record of sites, with the facts that `sites.rules.CHANGE_RULES` look at."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sites.models import EnrollmentReport, TrialSite
from sites.services.enrolling import people_in_study
from sites.subjects import Interim, StatusChange
from sites.transitions import Authority
from trials.partial_dates import PartialDate


@dataclass(frozen=True, slots=True)
class WantedStatus:
    """`site`, as somebody saw it, is in status `to` since `effective_on`, after what lay in between."""

    site: TrialSite
    to: str
    effective_on: PartialDate
    authority: Authority
    reason: str = ""
    interim: Interim = ()


def changes_of(wanted: Sequence[WantedStatus]) -> list[StatusChange]:
    """The subjects of the rules, in the same order. One query."""
    reports = _latest_reports(one.site.pk for one in wanted)
    return [
        status_change(
            one.site, one.to, one.effective_on, one.interim, authority=one.authority, reason=one.reason,
            report=reports.get(one.site.pk),
        )
        for one in wanted
    ]  # fmt: skip


def status_change(
    site: TrialSite, to, effective_on, interim=(), *, authority, reason, report: EnrollmentReport | None, **before
) -> StatusChange:
    """The subject of the rules; `before` replaces what the site's columns say of its present status."""
    return StatusChange(
        **{"start": site.status, "since": site.status_since} | before,
        to=to,
        effective_on=_partial(effective_on),
        authority=authority,
        reason=reason,
        interim=[(status, _partial(since)) for status, since in interim],
        facility_is_active=site.facility.is_active,
        enrolled=report.enrolled if report else None,
        people_in_study=people_in_study(report),
    )


def latest_report(site: TrialSite) -> EnrollmentReport | None:
    return site.enrollment_reports.order_by("-month").first()


def _latest_reports(site_ids: Iterable[int]) -> dict[int, EnrollmentReport]:
    reports = EnrollmentReport.objects.filter(trial_site__in=list(site_ids))
    latest = reports.order_by("trial_site_id", "-month").distinct("trial_site_id")
    return {report.trial_site_id: report for report in latest}


def _partial(day: PartialDate | date | str) -> PartialDate:
    return PartialDate(day.isoformat() if isinstance(day, date) else day)
