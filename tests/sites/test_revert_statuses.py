"""Reverting recorded statuses, and the events that are skipped."""

from datetime import date

import pytest

from history.trail import trail_of
from sites.choices import SiteStatus as S
from sites.choices import Source
from sites.models import Confirmation, StatusEvent
from sites.services import change_status, confirm, revert_statuses, undo_confirmations
from sites.services.bulk_status import CHANGED_LATER_TEXT, TRIAL_COORDINATOR_ONLY_TEXT
from sites.status_transitions import Authority
from tests.factories import a_facility, a_site, a_trial, an_event

pytestmark = pytest.mark.django_db
SITES, TRIALS = Authority.SITE_COORDINATOR, Authority.TRIAL_COORDINATOR


@pytest.fixture
def site():
    """Recruiting since March."""
    return a_site(a_trial(), status=S.RECRUITING, since="2026-03-01")


def revert(*events, authority=SITES, **options):
    authorities = {event.trial_site_id: authority for event in events} if authority else {}
    return revert_statuses(events, author="user:7", reason="Undone", **{"authorities": authorities} | options)


def change(site, to=S.SUSPENDED, **options):
    defaults = {"effective_on": date(2026, 6, 10), "as_of": date(2026, 6, 15), "reason": "x", "accept_warnings": True}
    return change_status(site, to=to, author="user:7", **{"authority": TRIALS} | defaults | options)


def current_state(site) -> tuple:
    site.refresh_from_db()
    return site.status, site.status_since


def test_the_status_before_is_restored_with_author_and_reason(site):
    event = change(site)
    assert revert(event) == {}
    assert current_state(site) == (S.RECRUITING, "2026-03-01")
    correction = StatusEvent.objects.get(corrects=event)
    assert (correction.author, correction.reason, correction.source) == ("user:7", "Undone", Source.PERSON)
    assert trail_of(correction)[0].reason == "Undone"


def test_an_imported_status_is_restored_with_its_source(site):
    an_event(site, S.ACTIVE_NOT_RECRUITING, "2026-05-01", source=Source.REGISTRY)
    event = change(site, S.COMPLETED)
    revert(event, authority=TRIALS)
    assert StatusEvent.objects.get(corrects=event).source == Source.REGISTRY


def test_a_site_without_a_status_before_has_none_again():
    site = a_site()
    event = change(site, S.NOT_YET_RECRUITING)
    assert revert(event) == {}
    assert current_state(site) == ("", None)


def test_reverting_a_correction_restores_the_corrected_status(site):
    wrong = an_event(site, S.COMPLETED, "2026-05-01")
    site.refresh_from_db()
    event = change(site, S.RECRUITING, authority=Authority.MANAGER)
    assert event.corrects == wrong
    assert revert(event) == {}
    assert current_state(site) == (S.COMPLETED, "2026-05-01")
    assert StatusEvent.objects.get(corrects=event).as_of == wrong.as_of, "it is known since then"


def test_a_status_changed_again_is_skipped(site):
    event = change(site)
    site.refresh_from_db()
    change(site, S.RECRUITING, effective_on=date(2026, 6, 12))
    assert revert(event) == {event.pk: CHANGED_LATER_TEXT}
    assert current_state(site) == (S.RECRUITING, "2026-06-12")


def test_a_reverted_event_is_skipped(site):
    event = change(site)
    revert(event)
    assert revert(event) == {event.pk: CHANGED_LATER_TEXT}


@pytest.mark.parametrize("authority", [SITES, None])
def test_an_early_end_is_reverted_only_with_authority_over_it(site, authority):
    event = change(site, S.TERMINATED)
    assert revert(event, authority=authority) == {event.pk: TRIAL_COORDINATOR_ONLY_TEXT}
    assert current_state(site)[0] == S.TERMINATED
    assert revert(event, authority=TRIALS) == {}


def test_an_early_end_is_restored_only_with_authority_over_it(site):
    an_event(site, S.TERMINATED, "2026-05-01")
    site.refresh_from_db()
    event = change(site, S.RECRUITING, authority=Authority.MANAGER)
    assert revert(event) == {event.pk: TRIAL_COORDINATOR_ONLY_TEXT}


def test_each_site_gets_its_own_status_back(site):
    other = a_site(site.trial, a_facility(2), status=S.NOT_YET_RECRUITING, since="2026-01-01")
    untouched = a_site(site.trial, a_facility(3), status=S.SUSPENDED, since="2026-02-01")
    assert revert(change(site), change(other, S.RECRUITING)) == {}
    assert [current_state(one)[0] for one in (site, other, untouched)] == [
        S.RECRUITING,
        S.NOT_YET_RECRUITING,
        S.SUSPENDED,
    ]


def test_confirmations_are_undone_once_with_the_reason_in_the_trail(site):
    first, second = (confirm([site], author="user:7")[0] for _ in range(2))
    undo_confirmations([first.pk], author="user:7", reason="Undone")
    first.refresh_from_db()
    undo_confirmations([first.pk], author="user:8", reason="Again")
    confirmation = Confirmation.objects.get(pk=first.pk)
    assert confirmation.undone_at == first.undone_at is not None
    assert Confirmation.objects.get(pk=second.pk).undone_at is None
    assert trail_of(confirmation)[0].reason == "Undone"
