"""Bulk status changes: by the rules of a single change, all or none."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.partial_dates import PartialDate
from history.authorship import authored
from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.choices import SiteStatus as S
from sites.choices import Source
from sites.models import Confirmation, StatusEvent, TrialSite
from sites.services import StatusChangeRequest, change_statuses
from sites.status_transitions import Authority
from tests.factories import a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db
TODAY = date(2026, 6, 15)


@pytest.fixture
def two_sites():
    trial = a_trial()
    return [a_site(trial, a_facility(number), status=S.RECRUITING, since="2026-03-01") for number in (1, 2)]


def change_request(site, to=S.SUSPENDED, since: str = "2026-06-10", **options) -> StatusChangeRequest:
    return StatusChangeRequest(site, to, PartialDate(since), **{"authority": Authority.TRIAL_COORDINATOR} | options)


def change(*requests, **options):
    """The recorded events and confirmations."""
    recorded = change_statuses(requests, **{"author": "user:7", "as_of": TODAY} | options)
    return [record.event for record in recorded], [record.confirmation for record in recorded]


def statuses() -> list[str]:
    return list(TrialSite.objects.order_by("pk").values_list("status", flat=True))


def test_each_site_gets_an_event_and_a_confirmation_in_the_order_of_requests(two_sites):
    events, confirmations = change(
        change_request(two_sites[1], since="2026-06-02", reason="Strike"),
        change_request(two_sites[0]),
        reason="After the call",
    )
    assert [(event.trial_site_id, event.effective_on, event.reason) for event in events] == [
        (two_sites[1].pk, "2026-06-02", "Strike"),
        (two_sites[0].pk, "2026-06-10", ""),
    ]
    assert {(event.as_of, event.source, event.author) for event in events} == {("2026-06-15", Source.PERSON, "user:7")}
    assert [(record.trial_site_id, record.status, record.confirmed_on) for record in confirmations] == [
        (two_sites[1].pk, S.SUSPENDED, TODAY),
        (two_sites[0].pk, S.SUSPENDED, TODAY),
    ]
    assert trail_of(events[0])[0].reason == "After the call"
    assert statuses() == [S.SUSPENDED] * 2


def test_as_of_is_today_by_default(two_sites):
    (event,), (confirmation,) = change(change_request(two_sites[0], reason="Told late"), as_of=None)
    assert event.as_of == timezone.localdate().isoformat()
    assert confirmation.confirmed_on == timezone.localdate()


def test_a_refused_change_names_its_site_and_changes_none(two_sites):
    with pytest.raises(ValidationError) as refused:
        change(change_request(two_sites[0]), change_request(two_sites[1], S.COMPLETED))
    (message,) = refused.value.error_list
    assert message.code == "no-status-in-between-is-missing"
    assert message.message.startswith(f"{two_sites[1]}: Enter the missing earlier status")
    assert statuses() == [S.RECRUITING] * 2
    assert not Confirmation.objects.exists()


def test_a_warning_passes_once_it_is_accepted(two_sites):
    request = change_request(two_sites[0], S.TERMINATED)
    with pytest.raises(ValidationError, match="unusual"):
        change(request)
    change(request, accept_warnings=True)
    assert statuses() == [S.TERMINATED, S.RECRUITING]


def test_one_stale_version_refuses_all_changes(two_sites):
    requests = [change_request(site) for site in two_sites]
    with authored("test"):
        TrialSite.objects.filter(pk=two_sites[1].pk).update(internal_note="Called")
    with pytest.raises(StaleVersion) as stale:
        change(*requests)
    assert stale.value.current == two_sites[1]
    assert statuses() == [S.RECRUITING] * 2


def test_a_correction_replaces_the_sites_own_event_only(two_sites):
    wrong = StatusEvent.objects.get(trial_site=two_sites[0])
    back, ahead = (
        change_request(two_sites[0], S.NOT_YET_RECRUITING, authority=Authority.MANAGER, reason="Typed"),
        change_request(two_sites[1]),
    )
    events, _ = change(back, ahead, accept_warnings=True)
    assert [event.corrects for event in events] == [wrong, None]
    assert statuses() == [S.NOT_YET_RECRUITING, S.SUSPENDED]
