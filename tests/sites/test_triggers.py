"""What no road can do to a site's history: the database refuses it."""

import pytest
from django.db import Error, transaction

from history.authorship import authored
from sites.models import Confirmation
from tests.factories import a_confirmation, a_facility, a_site, an_event

pytestmark = pytest.mark.django_db


def test_an_event_is_corrected_at_its_own_site_only():
    site = a_site(status="RECRUITING")
    other = a_site(site.trial, a_facility(2), status="RECRUITING")
    wrong = site.status_events.get()
    with pytest.raises(Error, match="belongs to the site"), transaction.atomic():
        an_event(other, "SUSPENDED", corrects=wrong, reason="Wrong")
    an_event(site, "SUSPENDED", corrects=wrong, reason="Wrong")
    site.refresh_from_db()
    assert site.status == "SUSPENDED"


@pytest.mark.parametrize("change", [{"confirmed_on": "2030-01-01"}, {"status": "COMPLETED"}, {"author": "user:2"}])
def test_a_confirmation_stays_as_it_was_said(change):
    a_confirmation(a_site(status="RECRUITING"), "2026-01-05")
    with pytest.raises(Error, match="Cannot update"), authored("test"):
        Confirmation.objects.update(**change)


def test_a_confirmation_is_undone_and_never_removed():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    with pytest.raises(Error, match="Cannot delete"), transaction.atomic(), authored("test"):
        Confirmation.objects.all().delete()
    with authored("test"):
        Confirmation.objects.update(undone_at="2026-01-06T00:00Z")
    site.refresh_from_db()
    assert site.last_confirmed_on is None


def last_confirmed(site) -> str:
    site.refresh_from_db()
    return str(site.last_confirmed_on or "")


def test_what_was_confirmed_of_a_former_status_says_nothing_of_the_present_one():
    """The registry's word comes in without a confirmation: the site then shows none."""
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    an_event(site, "ACTIVE_NOT_RECRUITING", as_of="2026-03-01")
    assert last_confirmed(site) == ""
    a_confirmation(site, "2026-04-02")
    assert last_confirmed(site) == "2026-04-02"


def test_a_status_that_comes_back_is_not_confirmed_by_what_was_said_before_it_went():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    an_event(site, "SUSPENDED", as_of="2026-03")
    an_event(site, "RECRUITING", as_of="2026-05")
    assert last_confirmed(site) == ""


def test_a_change_that_was_a_mistake_takes_no_confirmation_away():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    mistake = an_event(site, "SUSPENDED", as_of="2026-03-01")
    an_event(site, "RECRUITING", as_of="2026-03-02", corrects=mistake, reason="Another site")
    assert last_confirmed(site) == "2026-01-05"


def test_saying_the_same_status_again_keeps_its_confirmation():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    an_event(site, "RECRUITING", effective_on="2025-12-01", as_of="2026-03-01")
    assert last_confirmed(site) == "2026-01-05"
