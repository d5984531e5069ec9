"""What somebody wants to record of sites, with the facts that `sites.rules.CHANGE_RULES` look at.

Changing and correcting a site's recruitment status.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from common import dates
from common.partial_dates import PartialDate
from common.rules import enforce
from history.authorship import authored
from sites.choices import Source
from sites.confirmation_source import confirmation_capacity
from sites.models import Confirmation, EnrollmentReport, StatusEvent, TrialSite
from sites.rules import CHANGE_RULES
from sites.rules.inputs import IntermediateStatuses, StatusChangeInput
from sites.services.enrollment import people_in_study
from sites.services.row_locks import lock_site
from sites.status_transitions import Authority


@dataclass(frozen=True, slots=True)
class StatusChangeRequest:
    """`site`, as somebody saw it, is in status `to` since `effective_on`, after what lay in between."""

    site: TrialSite
    to: str
    effective_on: PartialDate
    authority: Authority
    reason: str = ""
    interim: IntermediateStatuses = ()


def rule_inputs_for(requests: Sequence[StatusChangeRequest]) -> list[StatusChangeInput]:
    """The subjects of the rules, in the same order. One query."""
    reports = _latest_reports(one.site.pk for one in requests)
    return [
        status_change_input(
            one.site, one.to, one.effective_on, one.interim, authority=one.authority, reason=one.reason,
            report=reports.get(one.site.pk),
        )
        for one in requests
    ]  # fmt: skip


def status_change_input(
    site: TrialSite, to, effective_on, interim=(), *, authority, reason, report: EnrollmentReport | None, **before
) -> StatusChangeInput:
    """The subject of the rules; `before` replaces what the site's columns say of its present status."""
    return StatusChangeInput(
        **{"start": site.status, "since": site.status_since} | before,
        to=to,
        effective_on=_to_partial_date(effective_on),
        authority=authority,
        reason=reason,
        interim=[(status, _to_partial_date(since)) for status, since in interim],
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


def _to_partial_date(day: PartialDate | date | str) -> PartialDate:
    return PartialDate(day.isoformat() if isinstance(day, date) else day)


@transaction.atomic
def change_status(
    site: TrialSite,
    *,
    to: str,
    effective_on: PartialDate | date | str,
    author: str,
    authority: Authority = Authority.SITE_COORDINATOR,
    reason: str = "",
    interim: IntermediateStatuses = (),
    accept_warnings: bool = False,
    as_of: date | None = None,
    version: int | None = None,
) -> StatusEvent:
    """Record that a site is in status `to` since `effective_on`, and confirm it.

    `interim` are (status, since) pairs for what happened in between and was never entered. `as_of` is the day on which
    this is said (today). A manager's move against the table corrects the event in force. Gives the new event.
    ValidationError when a rule of `sites.rules.CHANGE_RULES` refuses; StaleVersion.
    """
    day = as_of or dates.today()
    current = lock_site(site, version)
    change = check_change(
        current, to=to, effective_on=effective_on, interim=interim, authority=authority, reason=reason,
        accept_warnings=accept_warnings, on=day,
    )  # fmt: skip
    with authored(author, reason=reason):
        _confirm(current, to, day, author, authority)
        corrects = current_event(current) if change.is_correction else None
        *_, event = StatusEvent.objects.bulk_create(build_status_events(current, change, day, author, corrects))
    return event


def build_status_events(
    site: TrialSite, change: StatusChangeInput, day: date, author: str, corrects: StatusEvent | None
) -> list[StatusEvent]:
    """What a change records, unsaved: what lay in between was so from its day on, the new status is known on `day`.

    Created in one statement they are one version of the site.
    """
    said = {"trial_site": site, "source": Source.PERSON, "author": author, "reason": change.reason}
    between = [StatusEvent(status=status, effective_on=since, as_of=since, **said) for status, since in change.interim]
    known_on = PartialDate(day.isoformat())
    last = StatusEvent(status=change.to, effective_on=change.effective_on, as_of=known_on, corrects=corrects, **said)
    return [*between, last]


def check_change(
    site: TrialSite,
    *,
    to: str,
    effective_on: PartialDate | date | str,
    interim: IntermediateStatuses = (),
    authority: Authority,
    reason: str = "",
    accept_warnings: bool = False,
    on: date | None = None,
) -> StatusChangeInput:
    """The change, which `change_status` would record now; ValidationError when it would refuse. Writes nothing."""
    change = status_change_input(
        site, to, effective_on, interim, authority=authority, reason=reason, report=latest_report(site)
    )
    enforce(CHANGE_RULES, change, on=on or dates.today(), accept_warnings=accept_warnings)
    return change


@transaction.atomic
def correct_status(
    event: StatusEvent,
    *,
    to: str,
    effective_on: PartialDate | date | str,
    author: str,
    reason: str,
    authority: Authority = Authority.SITE_COORDINATOR,
    accept_warnings: bool = False,
    as_of: date | None = None,
    version: int | None = None,
) -> StatusEvent:
    """Replace an event that was wrong: another date, or another status that could have followed the one before it.

    The wrong event stays, corrected. A correction of the event in force is known from `as_of` (today) on; one of an
    earlier event takes its place in the past. ValidationError, also when the event is corrected already; StaleVersion.
    """
    day = as_of or dates.today()
    site = lock_site(event.trial_site, version)
    before, is_current = _event_before(event), event == current_event(site)
    change = status_change_input(
        site, to, effective_on, authority=authority, reason=reason, report=latest_report(site),
        start=before.status if before else "", since=before.effective_on if before else None,
    )  # fmt: skip
    _check_correction(event, change, day, accept_warnings)
    with authored(author, reason=reason):
        if is_current:
            _confirm(site, to, day, author, authority)
        known_on = PartialDate(day.isoformat()) if is_current else event.as_of
        return StatusEvent.objects.create(
            trial_site=site, status=to, effective_on=change.effective_on, as_of=known_on, source=Source.PERSON,
            author=author, reason=reason, corrects=event,
        )  # fmt: skip


def current_event(site: TrialSite) -> StatusEvent | None:
    """The event that the site's status follows."""
    return _uncorrected_events_of(site.pk).last()


def _uncorrected_events_of(site_id: int):
    return uncorrected(StatusEvent.objects.filter(trial_site=site_id))


def uncorrected(events: QuerySet[StatusEvent]) -> QuerySet[StatusEvent]:
    """Those that no later event corrects, in the order in which they became known."""
    return events.filter(corrected_by__isnull=True).order_by("as_of", "id")


def _event_before(event: StatusEvent) -> StatusEvent | None:
    earlier = [
        other
        for other in _uncorrected_events_of(event.trial_site_id)
        if (other.as_of, other.pk) < (event.as_of, event.pk)
    ]
    return earlier[-1] if earlier else None


def _check_correction(event: StatusEvent, change: StatusChangeInput, day: date, accept_warnings: bool) -> None:
    if not change.reason.strip():
        raise ValidationError("Say why this is corrected.", code="correction-says-why")
    if StatusEvent.objects.filter(corrects=event).exists():
        raise ValidationError("This entry has been corrected already.", code="corrected-once")
    enforce(CHANGE_RULES, change, on=day, accept_warnings=accept_warnings)


def _confirm(site: TrialSite, status: str, day: date, author: str, authority: Authority) -> None:
    """Of a status that is recorded right after: in this order the site takes both over at once, as one version."""
    Confirmation.objects.create(
        trial_site=site, status=status, confirmed_on=day, author=author, confirmed_as=confirmation_capacity(authority)
    )
