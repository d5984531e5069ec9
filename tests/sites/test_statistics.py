"""The public statistics: shares of confirmed sites, the median delay of changes, over public data only."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.charts.svg import ACTUAL
from sites.statistics import (
    DELAYS_IN_A_FIGURE,
    LITERATURE_DELAY,
    Freshness,
    freshness,
    freshness_chart,
    public_recruiting_sites,
    publication_delays,
)  # fmt: skip
from tests.common.charts.pictures import heights, is_proportional
from tests.factories import a_confirmation, a_facility, a_site, a_trial, an_event

pytestmark = pytest.mark.django_db

TODAY = date(2026, 6, 10)


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING", is_public=True)


def confirmed(trial, number: int, days: int | None, status: str = "RECRUITING"):
    site = a_site(trial, a_facility(number), status=status, since="2026-01-01")
    if days is not None:
        a_confirmation(site, TODAY - timedelta(days=days))
    return site


def test_sites_count_by_the_days_since_their_confirmation(trial):
    for number, days in enumerate((0, 15, 16, 30, 31, None), 1):
        confirmed(trial, number, days)
    confirmed(trial, 9, 0, status="COMPLETED")
    figures = freshness(public_recruiting_sites(), today=TODAY)
    assert (figures.sites, figures.never) == (6, 1)
    assert [figures.within(limit) for limit in (14, 15, 30, 180)] == [1, 2, 4, 5]
    assert figures.percent_within(30) == 67


def test_trials_that_are_not_published_do_not_count(trial):
    private = a_trial(2, overall_status="RECRUITING", is_public=False)
    site = confirmed(private, 1, 0)
    for _ in range(DELAYS_IN_A_FIGURE):
        an_event(site, "RECRUITING", "2026-01-01", "2026-03-01")
    assert freshness(public_recruiting_sites(), today=TODAY).sites == 0
    assert publication_delays().changes == 0


def test_the_median_delay_counts_changes_of_people_with_a_known_day(trial):
    site = a_site(trial)
    for days in range(DELAYS_IN_A_FIGURE - 1):
        since = date(2026, 1, 1)
        an_event(site, "RECRUITING", str(since), str(since + timedelta(days=days)))
    assert publication_delays().median is None
    wrong = an_event(site, "SUSPENDED", "2026-01-01", "2026-05-01")
    an_event(site, "RECRUITING", "2026-01-01", "2026-05-01", corrects=wrong, reason="Wrong site")
    an_event(site, "RECRUITING", "2026-01", "2026-05-01")
    an_event(site, "RECRUITING", "2026-05-09", "2026-05-01")
    an_event(site, "RECRUITING", "2026-01-01", "2026-05-01", source="REGISTRY")
    assert publication_delays().changes == DELAYS_IN_A_FIGURE - 1
    an_event(site, "SUSPENDED", "2026-01-01", "2026-01-09")
    assert (publication_delays().changes, publication_delays().median) == (10, 4)


def test_picture_and_table_have_the_same_numbers():
    chart = freshness_chart(Freshness({0: 3, 12: 4, 40: 2, 200: 1, None: 2}))
    shares = [int(row[1].removesuffix(" %")) for row in chart.table]
    assert shares[0] == 25
    assert shares[-1] == 75
    for svg in (chart.wide_svg, chart.narrow_svg):
        assert is_proportional(heights(svg, ACTUAL)[-1], shares)
    assert freshness_chart(Freshness({})) is None


def test_everybody_reads_the_page_beside_the_figure_of_the_literature(client, trial, time_machine):
    time_machine.move_to("2026-06-10")
    confirmed(trial, 1, 3)
    page = client.get("/statistics/").content.decode()
    assert "100 %" in page
    assert f"{LITERATURE_DELAY} days" in page
    assert "Fewer than 10 changes" in page
    assert page.count("<figure") == 1
    assert client.get("/statistics/?colour=red").status_code == 400


def test_the_number_of_queries_does_not_grow_with_the_sites(client, trial):
    counts = []
    for numbers in (range(1, 3), range(3, 13)):
        for number in numbers:
            confirmed(trial, number, number)
        client.get("/statistics/")
        with CaptureQueriesContext(connection) as queries:
            client.get("/statistics/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 2
