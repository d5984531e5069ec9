"""The simulated year reports what the product recorded, not the actual changes."""

from datetime import date, timedelta
from math import inf

import pytest

from benchmarks.year.assumptions import Assumptions
from benchmarks.year.report import delays, report
from benchmarks.year.simulation import simulate
from sites.models import StatusEvent

pytestmark = pytest.mark.django_db(transaction=True)


def a_year(seed: int = 1, **values):
    plan = Assumptions(sites=8, days=70, sites_a_trial=4, status_lasts=60.0, **values)
    return simulate(plan, seed=seed, first=date.today() - timedelta(days=100))


def test_where_everybody_answers_changes_become_known_and_sites_stay_confirmed():
    year = a_year(never_answer=0.0)
    assert min(year.shares[60:]) > 0.8
    assert 0 <= min(delays(year)) <= max(delays(year)) < 60
    assert StatusEvent.objects.filter(reason="Told when asked").count() == len(year.published)


def test_where_nobody_answers_nothing_becomes_known():
    year = a_year(never_answer=1.0)
    assert year.published == []
    assert set(delays(year)) == {inf}
    assert year.shares[-1] == 0
    assert "median never" in report(year)


def test_the_trials_coordinator_answers_for_silent_sites():
    year = a_year(seed=2, never_answer=0.5, sites_a_coordinator=1, trials_a_coordinator=1)
    assert year.escalated > 0
