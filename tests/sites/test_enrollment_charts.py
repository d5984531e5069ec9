"""The charts of the enrollment page: actual against plan, by country and by site, with the numbers of their tables."""

import re
from datetime import date

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.charts.svg import ACTUAL, MAX_PANELS, PLAN
from common.partial_dates import PartialDate
from history.authorship import authored
from sites.choices import ActivationStage
from sites.enrollment.charts import panels_chart, progress_chart
from sites.enrollment.overview import Overview
from sites.enrollment.plan import SitePlan, site_plans
from sites.models import Milestone, TrialSite
from tests.common.charts.pictures import heights, is_proportional
from tests.factories import a_facility, a_report, a_site, make
from tests.sites.enrollment_grid_helpers import grid_at, make_director, make_trial_with_sites

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 10)


def plan(site, begins_on: date, ends_on: date | None = None):
    make(Milestone, trial_site=site, stage=ActivationStage.ACTIVATED, planned_on=begins_on)
    if ends_on:
        make(Milestone, trial_site=site, stage=ActivationStage.LAST_PARTICIPANT, planned_on=ends_on)


def set_targets(trial, target: int):
    with authored("test"):
        trial.trial_sites.update(enrollment_target=target)


def reported_trial(number: int = 3):
    """Sites that have enrolled 1, 3 and 4, each with a target of 12 planned over the year 2026."""
    trial, sites = make_trial_with_sites(number)
    set_targets(trial, 12)
    for site in sites:
        plan(site, date(2026, 1, 1), date(2026, 12, 31))
        for month, enrolled in (("2026-03", 1), ("2026-04", 3), ("2026-05", 4)):
            a_report(site, month, enrolled=enrolled)
    return trial, sites


def overview_of(trial, count: str = "enrolled") -> tuple[Overview, dict[int, SitePlan]]:
    sites = TrialSite.objects.filter(trial=trial)
    return Overview(trial, sites, count=count, until="", today=TODAY), site_plans(sites)


def test_actual_and_planned_lines_show_the_numbers_of_the_table():
    overview, plans = overview_of(reported_trial()[0])
    chart = progress_chart(overview, plans, is_filtered=False)
    actual = [row["actual"] for row in chart.rows if row.get("actual") is not None]
    planned = [row["planned"] for row in chart.rows]
    assert actual == [3, 9, 12] == [total.value for total in overview.monthly_totals]
    assert planned == [9, 12, 15, 18, 21, 24, 27, 30, 33, 36]
    for svg in (chart.wide_svg, chart.narrow_svg):
        assert is_proportional(heights(svg, ACTUAL)[-1], actual)
        assert is_proportional(heights(svg, PLAN)[-1], planned)
    assert [row[1] for row in chart.table] == ["3", "9", "12", *["–"] * 7]


def test_a_site_without_a_planned_end_is_planned_until_the_primary_completion():
    trial, [site, other] = make_trial_with_sites(2, primary_completion_on=PartialDate("2026-07"))
    set_targets(trial, 10)
    plan(site, date(2026, 1, 1))
    assert site_plans(trial.trial_sites.all()) == {site.pk: SitePlan(10, date(2026, 1, 1), date(2026, 7, 31))}
    assert other.pk not in site_plans(trial.trial_sites.all())


def test_other_counts_have_neither_plan_nor_target():
    trial, sites = reported_trial()
    a_report(sites[0], "2026-02", screened=4)
    a_report(sites[1], "2026-02", screened=6)
    a_report(sites[2], "2026-06", screened=7)
    chart = progress_chart(*overview_of(trial, "screened"), is_filtered=True)
    assert [column.field for column in chart.columns] == ["month", "actual", "sites"]
    assert PLAN not in chart.wide_svg


def test_panels_are_capped_and_the_rest_is_counted():
    trial, sites = make_trial_with_sites(MAX_PANELS + 3)
    for number, site in enumerate(sites):
        for month, factor in (("2026-03", 1), ("2026-04", 2)):
            a_report(site, month, enrolled=factor * (number + 1))
    overview, plans = overview_of(trial)
    panels = panels_chart(overview, plans, by="site")
    drawn = list(dict.fromkeys(row["group"] for row in panels.chart.rows))
    assert (len(drawn), panels.not_shown) == (MAX_PANELS, 3)
    assert overview.group_of(sites[-1].pk, "site") == drawn[0]
    assert overview.group_of(sites[0].pk, "site") not in drawn
    lines = heights(panels.chart.wide_svg, ACTUAL)
    assert len(lines) == MAX_PANELS
    for panel, name in zip(lines, drawn, strict=True):
        assert is_proportional(panel, [row["actual"] for row in panels.chart.rows if row["group"] == name])


def test_panels_by_country_add_up_to_the_total():
    trial, _ = reported_trial()
    peruvian = a_site(trial, a_facility(9, country="Peru", city="Lima"))
    a_report(peruvian, "2026-05", enrolled=5)
    overview, plans = overview_of(trial)
    rows = panels_chart(overview, plans, by="country").chart.rows
    last = [row for row in rows if row["month"] == date(2026, 5, 31)]
    assert {row["group"]: row["actual"] for row in last}["Peru"] == 5
    assert sum(row["actual"] for row in last) == overview.latest == 17


@pytest.mark.parametrize("query", ["", "?by=country", "?by=site", "?by=site&count=screened"])
def test_the_page_shows_picture_and_table(client, query):
    trial, sites = reported_trial()
    for month, screened in (("2026-01", 3), ("2026-02", 5)):
        a_report(sites[0], month, screened=screened)
    client.force_login(make_director(trial))
    page = client.get(grid_at(trial) + query).content.decode()
    assert page.count("<figure") == page.count('class="chart-wide"') == page.count('class="chart-narrow"') >= 1
    assert "Show data table" in page


def test_an_unknown_grouping_is_refused(client):
    trial, _ = reported_trial(1)
    client.force_login(make_director(trial))
    response = client.get(grid_at(trial) + "?by=continent")
    assert response.status_code == 400
    assert "Choose country or site" in response.content.decode()


@pytest.mark.parametrize("query", ["", "?by=country", "?by=site"])
def test_the_number_of_queries_does_not_grow_with_the_sites(client, query):
    trial, _ = reported_trial(2)
    client.force_login(make_director(trial))
    counts = []
    for number in (2, 12):
        while trial.trial_sites.count() < number:
            site = a_site(trial, a_facility(trial.trial_sites.count() + 1), enrollment_target=12)
            plan(site, date(2026, 1, 1), date(2026, 12, 31))
            a_report(site, "2026-04", enrolled=2)
        client.get(grid_at(trial) + query)
        with CaptureQueriesContext(connection) as queries:
            client.get(grid_at(trial) + query)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_page_without_reports_has_no_chart(client):
    trial, _ = make_trial_with_sites(1)
    client.force_login(make_director(trial))
    page = client.get(grid_at(trial)).content.decode()
    assert "<figure" not in page
    assert not re.search(r"chart-wide", page)
