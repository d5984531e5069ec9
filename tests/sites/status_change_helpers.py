"""Helpers for tests of status changes, with a fixed date."""

from datetime import date

from sites.choices import SiteStatus as S
from sites.services import change_status
from sites.status_transitions import Authority
from tests.factories import a_facility, a_site, a_trial

TODAY = date(2026, 6, 15)
MANAGER = {"authority": Authority.MANAGER}
DIRECTOR = {"authority": Authority.TRIAL_COORDINATOR}


def change(site, to, effective_on="2026-06-10", **options):
    return change_status(site, to=to, effective_on=effective_on, **{"author": "user:7", "as_of": TODAY} | options)


def codes(error) -> set[str]:
    return {message.code for message in error.value.error_list}


def recruiting_other_facility():
    return a_site(a_trial(2), a_facility(2), status=S.RECRUITING, since="2026-03-01")


def recruiting(since="2026-03-01", **values):
    return a_site(status=S.RECRUITING, since=since, **values)
