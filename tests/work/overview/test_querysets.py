"""Conditions that the database decides agree with the functions that decide one object."""

from datetime import date, timedelta

import pytest

from sites.confirmation_age import is_overdue
from sites.models import TrialSite
from tests.factories import a_confirmation, a_facility, a_site, a_trial
from trials.models import Trial
from trials.verification import verification_due_on

pytestmark = pytest.mark.django_db
DAYS = [date(2026, 11, 30), date(2026, 12, 1), date(2028, 2, 29), date(2028, 3, 1), date(2027, 2, 28)]
#: Around the limits of one and of two years before these days, in each precision.
PARTIAL_DATES = [
    "2024", "2025", "2026", "2027", "2024-11", "2025-10", "2025-11", "2025-12", "2026-02", "2026-03", "2027-02",
    "2024-11-29", "2024-11-30", "2024-12-01", "2025-02-28", "2025-11-30", "2026-02-28", "2026-03-01", "2024-02-29",
]  # fmt: skip


@pytest.mark.parametrize("day", DAYS)
def test_unknown_and_unverified_trials_are_those_that_the_rules_name(day):
    statuses = ("RECRUITING", "COMPLETED", "ACTIVE_NOT_RECRUITING", "")
    for number, verified in enumerate((*PARTIAL_DATES, None)):
        completion = (None, "2025-06", "2026-11-30", "2028-02")[number % 4]
        for offset, status in enumerate(statuses):
            a_trial(1 + 10 * number + offset, verified_on=verified, completion_on=completion, overall_status=status)
    trials = Trial.objects.with_status_on(day)
    assert [trial.shown_status for trial in trials] == [trial.status_on(day) for trial in trials]
    assert set(Trial.objects.verification_overdue(day)) == {
        trial
        for trial in trials
        if (due_on := verification_due_on(trial.overall_status, trial.verified_on)) and due_on < day
    }


def test_overdue_sites_are_those_that_is_overdue_names():
    trial, day = a_trial(1, overall_status="RECRUITING"), date(2026, 3, 31)
    known_on = ["2025", "2026-02", "2026-03", "2026-02-28", "2026-03-01", "2026-03-02", "2026-03-31"]
    for number, known in enumerate(known_on):
        for offset, status in enumerate(("RECRUITING", "COMPLETED", "SUSPENDED")):
            site = a_site(trial, a_facility(10 * number + offset), status=status, since=known)
            if offset != 1 and number % 2:
                a_confirmation(site, day - timedelta(days=29 + number))
    a_site(trial, a_facility(999))
    named = {site for site in TrialSite.objects.filter(trial=trial) if is_overdue(site, on=day)}
    assert set(TrialSite.objects.overdue(day)) == named
    assert 3 < len(named) < 18
