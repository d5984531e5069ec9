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
