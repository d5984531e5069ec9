"""Confirming a status, and undoing a confirmation."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError

from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.choices import SiteStatus as S
from sites.models import Confirmation
from sites.services import confirm, undo_confirmation
from tests.factories import a_facility, a_site, a_trial
from tests.sites.status_change_helpers import change, recruiting

pytestmark = pytest.mark.django_db


def test_a_confirmation_sets_only_the_date_of_each_site():
    trial = a_trial()
    sites = [a_site(trial, a_facility(n), status=S.RECRUITING, since="2026-01-01") for n in (1, 2)]

    confirm(sites, author="user:7", on=date(2026, 5, 1))

    for site in sites:
        before = site.status_since
        site.refresh_from_db()
        assert (site.last_confirmed_on, site.status_since) == (date(2026, 5, 1), before)


def test_a_confirmation_of_a_stale_version_is_refused():
    site = recruiting()
    versions = {site.pk: site.version}
    change(site, S.SUSPENDED)
    with pytest.raises(StaleVersion):
        confirm([site], author="user:7", versions=versions)
    assert Confirmation.objects.count() == 1


def test_a_site_without_a_status_has_nothing_to_confirm():
    with pytest.raises(ValidationError, match="Set a status first"):
        confirm([a_site()], author="user:7")


def test_a_confirmation_in_the_future_is_refused():
    with pytest.raises(ValidationError, match="cannot be in the future"):
        confirm([recruiting()], author="user:7", on=date.today() + timedelta(days=2))


def test_an_undone_confirmation_no_longer_counts():
    site = recruiting()
    confirm([site], author="user:7", on=date(2026, 4, 1))
    [late] = confirm([site], author="user:7", on=date(2026, 5, 1))

    undone = undo_confirmation(late, author="user:7", reason="Another site was meant")

    site.refresh_from_db()
    assert site.last_confirmed_on == date(2026, 4, 1)
    assert undone.undone_at
    assert trail_of(undone)[0].reason == "Another site was meant"
    with pytest.raises(ValidationError, match="already"):
        undo_confirmation(late, author="user:7")
