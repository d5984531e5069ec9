"""The activation funnel: counts, Kaplan-Meier quartiles of each step, sites that wait long, and the page."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sites.choices import ActivationStage as Stage
from sites.milestones.funnel import (
    Quartiles,
    SiteProgress,
    by_country,
    funnel_steps,
    funnel_view,
    quartiles,
    waiting_sites,
)
from sites.models import Milestone, TrialSite
from tests.factories import a_facility, a_site, make
from tests.sites.enrollment_grid_helpers import make_director, make_trial_with_sites

TODAY = date(2026, 6, 10)
SELECTED = date(2026, 1, 1)


def a_progress(key: int, *days: int, country: str = "France", **values) -> SiteProgress:
    """A site selected on 1 January 2026 that reached the following stages so many days later."""
    stages = list(Stage)[: len(days) + 1]
    reached = dict(zip(stages, [SELECTED, *(SELECTED + timedelta(days=number) for number in days)], strict=True))
    return SiteProgress(key, country, reached, **values)


def test_quartiles_without_censoring_are_those_of_the_durations():
    assert quartiles([10, 20, 30, 40], []) == Quartiles(10, 20, 30)


def test_sites_still_waiting_make_the_median_longer():
    """Kaplan-Meier by hand: 4 of 6 at risk at 10, survival 5/6; at 20, 4/5 of it, 2/3; at 40 with 2 at risk, 1/3."""
    assert quartiles([10, 20, 40], [30, 30, 50]) == Quartiles(20, 40, None)


def test_nothing_is_estimated_from_two_sites():
    assert quartiles([10, 20], [5, 5, 5]) == Quartiles()


def test_a_site_counts_for_every_stage_up_to_its_latest():
    skipped = SiteProgress(9, "France", {Stage.SELECTED: SELECTED, Stage.ACTIVATED: SELECTED})
    steps = funnel_steps([a_progress(1), a_progress(2, 10), a_progress(3, 10, 20), skipped], today=TODAY)
    assert [step.reached for step in steps] == [4, 3, 2, 1, 1, 0]
    assert [step.waiting for step in steps] == [0, 1, 1, 1, 0, 1]


def test_dates_in_a_wrong_order_and_ended_sites_are_left_out():
    wrong, ended = a_progress(1, -5), a_progress(2, has_ended=True)
    [_, ethics, *_] = funnel_steps([wrong, ended, *(a_progress(key, 10) for key in range(3, 6))], today=TODAY)
    assert (ethics.waiting, ethics.days) == (0, Quartiles(10, 10, 10))


def test_sites_that_wait_longer_than_the_median_are_listed_by_days_over_it():
    sites = [a_progress(key, 10 * key) for key in range(1, 6)]
    late = SiteProgress(7, "Italy", {Stage.SELECTED: TODAY - timedelta(days=60)})
    later = SiteProgress(8, "Italy", {Stage.SELECTED: TODAY - timedelta(days=90)})
    recent = SiteProgress(9, "Italy", {Stage.SELECTED: TODAY - timedelta(days=5)})
    sites += [late, later, recent]
    found = [site for site in waiting_sites(sites, funnel_steps(sites, today=TODAY), today=TODAY) if site.key > 6]
    assert [(site.key, site.stage, site.days) for site in found] == [(8, Stage.ETHICS, 90), (7, Stage.ETHICS, 60)]
    assert found[0].days_over == 90 - found[0].median


def test_countries_have_their_own_counts_and_medians():
    sites = [a_progress(key, 10, 20, 30, 40 + key) for key in range(1, 4)] + [a_progress(9, country="Italy")]
    france, italy = by_country(sites, today=TODAY)
    assert (france.country, list(france.reached), france.days.median) == ("France", [3, 3, 3, 3, 3, 0], 42)
    assert (list(italy.reached), italy.days) == ([1, 0, 0, 0, 0, 0], Quartiles())


def add_milestones(site, *days: int):
    for stage, number in zip(Stage, (0, *days), strict=False):
        make(Milestone, trial_site=site, stage=stage, actual_on=SELECTED + timedelta(days=number))


@pytest.mark.django_db
def test_picture_and_table_have_the_same_numbers():
    trial, sites = make_trial_with_sites(6)
    for site in sites[:4]:
        add_milestones(site, 10, 20, 30)
    add_milestones(sites[4], 15)
    chart = funnel_view(TrialSite.objects.filter(trial=trial), today=TODAY).chart
    counts = [int(row[1]) for row in chart.table]
    assert counts == [5, 5, 4, 4, 0, 0]
    for svg in (chart.wide_svg, chart.narrow_svg):
        widths = [float(width) for width in re.findall(r'd="M0,[\d.]+h([\d.]+)v[^"]*" fill="var\(--open\)"', svg)]
        assert [round(width / max(widths), 3) for width in widths] == [count / 5 for count in counts]


@pytest.mark.django_db
def test_the_page_shows_the_funnel_and_who_waits_in_as_many_queries_for_any_number_of_sites(client, time_machine):
    time_machine.move_to("2026-06-10")
    trial, sites = make_trial_with_sites(5)
    for site in sites[:4]:
        add_milestones(site, 10, 20)
    add_milestones(sites[4])
    client.force_login(make_director(trial))
    address, counts = f"/trials/{trial.key}/activation/", []
    for number in (5, 15):
        while trial.trial_sites.count() < number:
            add_milestones(a_site(trial, a_facility(trial.trial_sites.count() + 1)), 10, 20)
        client.get(address)
        with CaptureQueriesContext(connection) as queries:
            page = client.get(address).content.decode()
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert "Activation funnel" in page
    assert '<td class="num late" data-label="Over it">150</td>' in page
    assert "Activation funnel" not in client.get(address + "?words=Site").content.decode()


@pytest.mark.django_db
def test_without_milestones_there_is_no_funnel(client):
    trial, _ = make_trial_with_sites(1)
    client.force_login(make_director(trial))
    assert "Activation funnel" not in client.get(f"/trials/{trial.key}/activation/").content.decode()
