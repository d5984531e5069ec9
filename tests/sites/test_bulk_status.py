"""Many sites' statuses at once: by the rules of one site's change, all or none."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from common.partial_dates import PartialDate
from history.authorship import authored
from history.trail import trail_of
from history.versioning import StaleVersion
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


def change_request(site, to=S.SUSPENDED, since: str = "2026-06-10", **said) -> StatusChangeRequest:
    return StatusChangeRequest(site, to, PartialDate(since), **{"authority": Authority.TRIAL_COORDINATOR} | said)


def change(*wishes, **said):
    """The events, and the confirmations."""
    recorded = change_statuses(wishes, **{"author": "user:7", "as_of": TODAY} | said)
    return [one.event for one in recorded], [one.confirmation for one in recorded]


def statuses() -> list[str]:
    return list(TrialSite.objects.order_by("pk").values_list("status", flat=True))


def test_each_site_gets_an_event_and_a_confirmation_in_the_order_asked(two_sites):
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
    assert [(one.trial_site_id, one.status, one.confirmed_on) for one in confirmations] == [
        (two_sites[1].pk, S.SUSPENDED, TODAY),
        (two_sites[0].pk, S.SUSPENDED, TODAY),
    ]
    assert trail_of(events[0])[0].reason == "After the call"
    assert statuses() == [S.SUSPENDED] * 2


def test_it_is_said_today_unless_another_day_is_given(two_sites):
    (event,), (confirmation,) = change(change_request(two_sites[0], reason="Told late"), as_of=None)
    assert event.as_of == timezone.localdate().isoformat()
    assert confirmation.confirmed_on == timezone.localdate()


def test_one_that_a_rule_refuses_is_named_and_none_is_changed(two_sites):
    with pytest.raises(ValidationError) as refused:
        change(change_request(two_sites[0]), change_request(two_sites[1], S.COMPLETED))
    (told,) = refused.value.error_list
    assert told.code == "no-status-in-between-is-missing"
    assert told.message.startswith(f"{two_sites[1]}: Enter the missing earlier status")
    assert statuses() == [S.RECRUITING] * 2
    assert not Confirmation.objects.exists()


def test_what_asks_goes_through_once_it_was_read(two_sites):
    asks = change_request(two_sites[0], S.TERMINATED)
    with pytest.raises(ValidationError, match="unusual"):
        change(asks)
    change(asks, accept_warnings=True)
    assert statuses() == [S.TERMINATED, S.RECRUITING]


def test_one_that_was_changed_since_it_was_seen_refuses_all(two_sites):
    seen = [change_request(site) for site in two_sites]
    with authored("test"):
        TrialSite.objects.filter(pk=two_sites[1].pk).update(internal_note="Called")
    with pytest.raises(StaleVersion) as stale:
        change(*seen)
    assert stale.value.current == two_sites[1]
    assert statuses() == [S.RECRUITING] * 2


def test_going_back_corrects_the_sites_own_event_only(two_sites):
    wrong = StatusEvent.objects.get(trial_site=two_sites[0])
    back, ahead = (
        change_request(two_sites[0], S.NOT_YET_RECRUITING, authority=Authority.MANAGER, reason="Typed"),
        change_request(two_sites[1]),
    )
    events, _ = change(back, ahead, accept_warnings=True)
    assert [event.corrects for event in events] == [wrong, None]
    assert statuses() == [S.NOT_YET_RECRUITING, S.SUSPENDED]
