"""Helpers for tests of My work: trials, sites with confirmations, coordinators."""

from datetime import timedelta

from django.utils import timezone

from tests.factories import a_confirmation, a_facility, a_site, a_trial, a_user, assign


def days_ago(number: int):
    return timezone.localdate() - timedelta(days=number)


def a_confirmed_site(trial, number: int, days: int, **values):
    """Site `number` of the trial, recruiting, last confirmed a number of days ago."""
    defaults = {"status": "RECRUITING", "since": "2026-01-01"} | values
    site = a_site(trial, a_facility(number, country="Japan", city="Kobe"), position=number, **defaults)
    a_confirmation(site, days_ago(days))
    site.refresh_from_db()
    return site


def make_coordinator(*sites, trial=None, name: str = "coordinator"):
    user = a_user(name)
    for site in sites:
        assign(user, site=site)
    if trial:
        assign(user, trial=trial)
    return user


def a_recruiting_trial(number: int = 1, **values):
    return a_trial(number, overall_status="RECRUITING", **values)


def make_sites(number: int, *, days: int = 40):
    trial = a_recruiting_trial(1)
    return trial, [a_confirmed_site(trial, place, days) for place in range(1, number + 1)]
