"""Triggers that protect a site's status history and confirmations."""

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
def test_a_confirmation_cannot_be_changed(change):
    a_confirmation(a_site(status="RECRUITING"), "2026-01-05")
    with pytest.raises(Error, match="Cannot update"), authored("test"):
        Confirmation.objects.update(**change)


def test_a_confirmation_can_be_undone_but_not_deleted():
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


def test_a_confirmation_does_not_apply_to_a_later_status():
    """An imported status has no confirmation."""
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    an_event(site, "ACTIVE_NOT_RECRUITING", as_of="2026-03-01")
    assert last_confirmed(site) == ""
    a_confirmation(site, "2026-04-02")
    assert last_confirmed(site) == "2026-04-02"


def test_a_confirmation_does_not_apply_after_an_interruption():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    an_event(site, "SUSPENDED", as_of="2026-03")
    an_event(site, "RECRUITING", as_of="2026-05")
    assert last_confirmed(site) == ""


def test_a_corrected_change_keeps_the_confirmation():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    mistake = an_event(site, "SUSPENDED", as_of="2026-03-01")
    an_event(site, "RECRUITING", as_of="2026-03-02", corrects=mistake, reason="Another site")
    assert last_confirmed(site) == "2026-01-05"


def test_a_repeated_status_keeps_its_confirmation():
    site = a_site(status="RECRUITING")
    a_confirmation(site, "2026-01-05")
    an_event(site, "RECRUITING", effective_on="2025-12-01", as_of="2026-03-01")
    assert last_confirmed(site) == "2026-01-05"
