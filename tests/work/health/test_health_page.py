"""The page of a trial's health: its inputs, who reads it, comparisons, and the numbers of queries."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import call_command

from history.authorship import authored
from sites.models import Milestone
from tests.factories import a_contact, a_facility, a_manager, a_report, a_site, a_trial, a_user, make
from tests.pages.html_reader import queries_of, read, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.health.comparison import MIN_TRIALS, compare
from work.health.inputs import trial_health
from work.models import Finding, StoredHealth

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 20)
URL = "/trials/NCT00000001/health/"


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(f"{TODAY} 12:00", tick=False):
        yield TODAY


@pytest.fixture
def trial():
    """Two recruiting sites, one confirmed lately; one planned site that is late; an error at the first site."""
    trial = a_recruiting_trial(
        1, verified_on="2026-10", start_on="2026-01-01", start_type="ACTUAL", primary_completion_on="2026-10-31",
        primary_completion_type="ESTIMATED", completion_on="2027-12", study_type="INTERVENTIONAL", phases=["PHASE3"],
    )  # fmt: skip
    fresh, stale = a_confirmed_site(trial, 1, 3), a_confirmed_site(trial, 2, 60)
    peru = a_facility(3, country="Peru", city="Lima")
    late = a_site(trial, peru, status="NOT_YET_RECRUITING", since="2026-01-01", position=3)
    a_contact(site=fresh)
    make(Milestone, trial_site=late, stage="ACTIVATED", planned_on=TODAY - timedelta(days=5))
    with authored("test"):
        fresh.enrollment_target = 10
        fresh.save()
    make(Milestone, trial_site=fresh, stage="ACTIVATED", planned_on="2026-01-01", actual_on="2026-01-03")
    make(Milestone, trial_site=fresh, stage="LAST_PARTICIPANT", planned_on="2026-10-01")
    a_report(fresh, "2026-10", screened=9, consented=8, enrolled=6)
    Finding.objects.create(trial=trial, trial_site=stale, rule="rule-1", level="ERROR", since=TODAY)
    trial.refresh_from_db()
    return trial


@pytest.fixture
def manager(client):
    user = a_manager()
    client.force_login(user)
    return user


def test_the_inputs_are_counted(trial, manager):
    figures = trial_health([trial], user=manager, today=TODAY)[trial.pk]
    assert {part.name: (part.points, part.counted) for part in figures.score.parts} == {
        "freshness": (50, "1 of 2 recruiting"),
        "findings": (75, "1 error, 0 warnings, 3 sites"),
        "enrollment": (60, "6 enrolled of 10 planned by today"),
        "timeline": (67, "2 of 3 due"),
        "activation": (50, "1 activated of 2 due"),
        "contacts": (50, "1 of 2 recruiting"),
        "reach": (50, "1 of 2 countries"),
    }
    assert figures.score.total == 59


def test_the_page_shows_every_part_with_its_rows(client, trial, manager):
    page = client.get(URL)
    assert "59 of 100" in text_of(page)
    assert "No comparison: 0 trials of the same kind" in text_of(page)
    links = set(read(page).links)
    assert {f"{trial.get_absolute_url()}enrollment/", f"/work/trials/{trial.key}/"} <= links
    assert len(client.get(f"/boards/?trial={trial.key}&status=RECRUITING").context["groups"]) == 1
    rows = rows_of(page)
    assert any(row.startswith("Hospital 2") for row in rows)


def test_the_rows_behind_freshness_are_the_recruiting_sites(client, trial, manager):
    listed = [row for row in rows_of(client.get(f"/boards/?trial={trial.key}&status=RECRUITING")) if "Hospital" in row]
    assert len(listed) == 2


def test_sites_with_the_lowest_score_come_first(client, trial, manager):
    sites = client.get(URL).context["sites"]
    totals = [score.total for _, score in sites]
    assert totals == sorted(totals)
    assert [site.facility.name for site, _ in sites][-1] == "Hospital 1"


@pytest.mark.parametrize("role", ["nobody", "user", "site coordinator", "trial coordinator"])
def test_only_those_who_see_the_figures_of_every_site_read_it(client, trial, role):
    if role == "user":
        client.force_login(a_user())
    elif role == "site coordinator":
        client.force_login(make_coordinator(trial.trial_sites.first()))
    elif role == "trial coordinator":
        client.force_login(make_coordinator(trial=trial))
    expected = {"nobody": 302, "trial coordinator": 200}.get(role, 404)
    assert client.get(URL).status_code == expected


def test_an_unknown_parameter_is_refused_by_name(client, trial, manager):
    response = client.get(f"{URL}?sort=x")
    assert response.status_code == 400
    assert "sort" in text_of(response)


@pytest.mark.parametrize(("number", "is_compared"), [(MIN_TRIALS - 1, False), (MIN_TRIALS, True)])
def test_trials_of_the_same_kind_are_compared_from_twenty_on(trial, number, is_compared):
    StoredHealth.objects.all().delete()
    for key in range(2, 2 + number):
        other = a_trial(key, study_type="INTERVENTIONAL", phases=["PHASE3"])
        StoredHealth.objects.create(
            trial=other, computed_on=TODAY, comparison_group="INTERVENTIONAL:PHASE3", total=key, points={"reach": key}
        )
    hidden = a_trial(90, study_type="INTERVENTIONAL", phases=["PHASE3"], is_public=False)
    StoredHealth.objects.create(
        trial=hidden, computed_on=TODAY, comparison_group="INTERVENTIONAL:PHASE3", total=99, points={}
    )
    comparison = compare(trial)
    assert comparison.trials == number
    assert (comparison.total is not None) == is_compared
    if is_compared:
        assert (comparison.total.lower, comparison.total.median, comparison.total.upper) == (6, 11, 16)
        assert comparison.quartiles["reach"].median == 11


def test_the_command_stores_the_score_of_every_trial_and_twice_the_same(trial, capsys):
    a_trial(2)
    for _ in range(2):
        call_command("update_health")
    assert capsys.readouterr().out == "trials=1\ntrials=1\n"
    stored = StoredHealth.objects.get()
    assert (stored.trial, stored.total, stored.comparison_group) == (trial, 59, "INTERVENTIONAL:PHASE3")
    assert stored.points["enrollment"] == 60


def test_the_number_of_queries_does_not_depend_on_the_number_of_sites(client, trial, manager):
    few = queries_of(client, URL)
    for number in range(10, 30):
        a_confirmed_site(trial, number, number)
    assert queries_of(client, URL) == few


@pytest.mark.parametrize(("days", "points"), [(30, 100), (31, 0)])
def test_a_confirmation_is_fresh_up_to_the_day_on_which_the_next_is_due(manager, days, points):
    trial = a_recruiting_trial(1)
    a_confirmed_site(trial, 1, days)
    assert trial_health([trial], user=manager, today=TODAY)[trial.pk].score.points["freshness"] == points
