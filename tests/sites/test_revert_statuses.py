"""Taking back what was recorded of sites: what goes back, to what, and what stays."""

from datetime import date

import pytest

from history.trail import trail_of
from sites.choices import SiteStatus as S
from sites.choices import Source
from sites.models import Confirmation, StatusEvent
from sites.services import change_status, confirm, revert_statuses, undo_confirmations
from sites.services.bulk_status import CHANGED_SINCE, DECIDED_BY_OTHERS
from sites.status_transitions import Authority
from tests.factories import a_facility, a_site, a_trial, an_event

pytestmark = pytest.mark.django_db
SITES, TRIALS = Authority.SITE_COORDINATOR, Authority.TRIAL_COORDINATOR


@pytest.fixture
def site():
    """Recruiting since March."""
    return a_site(a_trial(), status=S.RECRUITING, since="2026-03-01")


def revert(*events, authority=SITES, **said):
    authorities = {event.trial_site_id: authority for event in events} if authority else {}
    return revert_statuses(events, author="user:7", reason="Undone", **{"authorities": authorities} | said)


def change(site, to=S.SUSPENDED, **said):
    known = {"effective_on": date(2026, 6, 10), "as_of": date(2026, 6, 15), "reason": "x", "accept_warnings": True}
    return change_status(site, to=to, author="user:7", **{"authority": TRIALS} | known | said)


def current_state(site) -> tuple:
    site.refresh_from_db()
    return site.status, site.status_since


def test_what_stood_before_stands_again_and_tells_who_and_why(site):
    event = change(site)
    assert revert(event) == {}
    assert current_state(site) == (S.RECRUITING, "2026-03-01")
    again = StatusEvent.objects.get(corrects=event)
    assert (again.author, again.reason, again.source) == ("user:7", "Undone", Source.PERSON)
    assert trail_of(again)[0].reason == "Undone"


def test_what_the_registry_said_is_said_again_as_the_registrys(site):
    an_event(site, S.ACTIVE_NOT_RECRUITING, "2026-05-01", source=Source.REGISTRY)
    event = change(site, S.COMPLETED)
    revert(event, authority=TRIALS)
    assert StatusEvent.objects.get(corrects=event).source == Source.REGISTRY


def test_a_site_that_had_no_status_has_none_again():
    site = a_site()
    event = change(site, S.NOT_YET_RECRUITING)
    assert revert(event) == {}
    assert current_state(site) == ("", None)


def test_a_correction_goes_back_to_what_it_corrected(site):
    wrong = an_event(site, S.COMPLETED, "2026-05-01")
    site.refresh_from_db()
    event = change(site, S.RECRUITING, authority=Authority.MANAGER)
    assert event.corrects == wrong
    assert revert(event) == {}
    assert current_state(site) == (S.COMPLETED, "2026-05-01")
    assert StatusEvent.objects.get(corrects=event).as_of == wrong.as_of, "it is known since then"


def test_what_was_changed_again_since_stays(site):
    event = change(site)
    site.refresh_from_db()
    change(site, S.RECRUITING, effective_on=date(2026, 6, 12))
    assert revert(event) == {event.pk: CHANGED_SINCE}
    assert current_state(site) == (S.RECRUITING, "2026-06-12")


def test_what_was_taken_back_already_stays(site):
    event = change(site)
    revert(event)
    assert revert(event) == {event.pk: CHANGED_SINCE}


@pytest.mark.parametrize("authority", [SITES, None])
def test_an_early_end_is_taken_back_by_whoever_may_set_it(site, authority):
    event = change(site, S.TERMINATED)
    assert revert(event, authority=authority) == {event.pk: DECIDED_BY_OTHERS}
    assert current_state(site)[0] == S.TERMINATED
    assert revert(event, authority=TRIALS) == {}


def test_nor_does_anybody_else_bring_an_early_end_back(site):
    an_event(site, S.TERMINATED, "2026-05-01")
    site.refresh_from_db()
    event = change(site, S.RECRUITING, authority=Authority.MANAGER)
    assert revert(event) == {event.pk: DECIDED_BY_OTHERS}


def test_each_site_goes_back_to_its_own(site):
    other = a_site(site.trial, a_facility(2), status=S.NOT_YET_RECRUITING, since="2026-01-01")
    untouched = a_site(site.trial, a_facility(3), status=S.SUSPENDED, since="2026-02-01")
    assert revert(change(site), change(other, S.RECRUITING)) == {}
    assert [current_state(one)[0] for one in (site, other, untouched)] == [
        S.RECRUITING,
        S.NOT_YET_RECRUITING,
        S.SUSPENDED,
    ]


def test_confirmations_are_taken_back_once_and_the_trail_tells_why(site):
    first, second = (confirm([site], author="user:7")[0] for _ in range(2))
    undo_confirmations([first.pk], author="user:7", reason="Undone")
    first.refresh_from_db()
    undo_confirmations([first.pk], author="user:8", reason="Again")
    again = Confirmation.objects.get(pk=first.pk)
    assert again.undone_at == first.undone_at is not None
    assert Confirmation.objects.get(pk=second.pk).undone_at is None
    assert trail_of(again)[0].reason == "Undone"
