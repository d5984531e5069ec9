"""Changing, correcting and confirming the recruitment status of a site, by `sites.rules.CHANGE_RULES`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from common import dates
from common.partial_dates import PartialDate
from common.rule_types import enforce
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from sites.choices import ConfirmedAs, Source
from sites.models import Confirmation, EnrollmentReport, StatusEvent, TrialSite
from sites.rules import CHANGE_RULES, IntermediateStatuses, StatusChangeInput
from sites.services.enrollment import people_in_study
from sites.services.sites import lock_site
from sites.status_transitions import Authority


@transaction.atomic
def confirm(
    sites: Iterable[TrialSite],
    *,
    author: str,
    on: date | None = None,
    versions: Mapping[int, int] | None = None,
    authorities: Mapping[int, Authority] | None = None,
) -> list[Confirmation]:
    """Confirm the current status of each site `on` a date (today). All or none; returns the new confirmations.

    `versions` are the versions the author saw, by site id (StaleVersion when one has changed). `authorities` are the
    author's, by site id: they decide whether the site or the trial office confirms.
    ValidationError for a site without a status and for a future date.
    """
    day = on or dates.today()
    if day > dates.today():
        raise ValidationError("The confirmation date cannot be in the future.", code="confirmed-ahead")
    current = _lock_sites(sites, versions or {})
    without_status = [str(site) for site in current if not site.status]
    if without_status:
        raise ValidationError(f"Set a status first: {'; '.join(without_status)}.", code="nothing-to-confirm")
    authority_by_site = authorities or {}
    with authored(author):
        return Confirmation.objects.bulk_create(
            Confirmation(
                trial_site=site, status=site.status, confirmed_on=day, author=author,
                confirmed_as=confirmation_capacity(authority_by_site.get(site.pk)),
            )
            for site in current
        )  # fmt: skip


@transaction.atomic
def undo_confirmation(confirmation: Confirmation, *, author: str, reason: str = "") -> Confirmation:
    """Mark a confirmation as undone. ValidationError when it is undone already."""
    current = Confirmation.objects.select_for_update().get(pk=confirmation.pk)
    if current.undone_at:
        raise ValidationError("This confirmation has been undone already.", code="undone-once")
    with authored(author, reason=reason):
        current.undone_at = timezone.now()
        current.save(update_fields=["undone_at"])
    return current


def _lock_sites(sites: Iterable[TrialSite], versions: Mapping[int, int]) -> list[TrialSite]:
    """Lock the sites in id order, which prevents deadlocks. StaleVersion when a version differs."""
    ids = {site.pk for site in sites}
    rows = TrialSite.objects.filter(pk__in=ids).select_related("trial", "facility").order_by("pk")
    current = list(rows.select_for_update(of=("self",)))
    for site in current:
        if versions.get(site.pk, site.version) != site.version:
            raise StaleVersion(site)
    return current


def confirmation_capacity(authority: Authority | None) -> str:
    """The capacity in which a user with this authority confirms a site; blank without an authority."""
    if authority is None:
        return ""
    return ConfirmedAs.SITE if authority is Authority.SITE_COORDINATOR else ConfirmedAs.TRIAL_OFFICE


@dataclass(frozen=True, slots=True)
class StatusChangeRequest:
    """A requested change of `site` to status `to` from `effective_on`, after the `interim` statuses."""

    site: TrialSite
    to: str
    effective_on: PartialDate
    authority: Authority
    reason: str = ""
    interim: IntermediateStatuses = ()


def rule_inputs_for(requests: Sequence[StatusChangeRequest]) -> list[StatusChangeInput]:
    """The inputs of the change rules for the requests, in their order. One query."""
    reports = _latest_reports(request.site.pk for request in requests)
    return [
        status_change_input(
            request.site, request.to, request.effective_on, request.interim, authority=request.authority,
            reason=request.reason, report=reports.get(request.site.pk),
        )
        for request in requests
    ]  # fmt: skip


def status_change_input(
    site: TrialSite, to, effective_on, interim=(), *, authority, reason, report: EnrollmentReport | None, **before
) -> StatusChangeInput:
    """The input of the change rules; `before` (`start`, `since`) replaces the site's current status."""
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
    """Record that a site is in status `to` since `effective_on`, and confirm it. Returns the new event.

    `interim` are (status, since) pairs for missing earlier statuses. `as_of` is the date of knowledge (today).
    A manager's change against the transition table corrects the current event.
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
    """The unsaved events of a change: earlier statuses known from their dates, the new one from `day`.

    Inserted in one statement, they create one version of the site.
    """
    common = {"trial_site": site, "source": Source.PERSON, "author": author, "reason": change.reason}
    interim = [
        StatusEvent(status=status, effective_on=since, as_of=since, **common) for status, since in change.interim
    ]
    known_on = PartialDate(day.isoformat())
    last = StatusEvent(status=change.to, effective_on=change.effective_on, as_of=known_on, corrects=corrects, **common)
    return [*interim, last]


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
    """The rule input of the change; ValidationError when `change_status` would refuse it. Writes nothing."""
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
    """Correct the status or date of an event with a new event; the old one is kept. Returns the new event.

    A correction of the current event is known from `as_of` (today); one of an earlier event has that event's `as_of`.
    ValidationError by the rules, or when the event is corrected already; StaleVersion.
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
    """The event of the site's current status."""
    return _uncorrected_events_of(site.pk).last()


def _uncorrected_events_of(site_id: int):
    return uncorrected(StatusEvent.objects.filter(trial_site=site_id))


def uncorrected(events: QuerySet[StatusEvent]) -> QuerySet[StatusEvent]:
    """The events that no other event corrects, in the order in which they became known."""
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
        raise ValidationError("Give a reason for the correction.", code="correction-says-why")
    if StatusEvent.objects.filter(corrects=event).exists():
        raise ValidationError("This entry has been corrected already.", code="corrected-once")
    enforce(CHANGE_RULES, change, on=day, accept_warnings=accept_warnings)


def _confirm(site: TrialSite, status: str, day: date, author: str, authority: Authority) -> None:
    """Confirm a status whose event is inserted next; in this order the triggers update the site once."""
    Confirmation.objects.create(
        trial_site=site, status=status, confirmed_on=day, author=author, confirmed_as=confirmation_capacity(authority)
    )
