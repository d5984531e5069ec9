"""The enrollment forecast: the model, what it refuses, its test on simulated trials, and what the page shows."""

import json
from datetime import date
from io import StringIO

import numpy as np
import pytest
from django.core.management import call_command

from benchmarks.forecast import BACKTEST_FILE, coverage
from common.charts.svg import ACTUAL, FORECAST
from history.authorship import authored
from sites.choices import ActivationStage
from sites.enrollment.backtest import band_results
from sites.enrollment.forecast import (
    BANDS,
    ForecastInput,
    SiteHistory,
    TooLittleDataError,
    fit_prior,
    forecast,
    remedy,
)  # fmt: skip
from sites.enrollment.forecast_input import trial_history
from sites.enrollment.forecast_view import forecast_view
from sites.enrollment.overview import Overview
from sites.models import Milestone, TrialSite
from tests.common.charts.pictures import heights, is_proportional
from tests.factories import a_facility, a_report, a_site, a_user, an_event, assign, make
from tests.sites.enrollment_grid_helpers import grid_at, make_director, make_trial_with_sites

SITES = tuple(SiteHistory(enrolled, 6.0) for enrolled in (0, 2, 3, 5, 9, 4, 6, 1))


def test_the_fit_finds_the_distribution_of_the_rates():
    random = np.random.default_rng(3)
    counts = random.poisson(random.gamma(2.0, 0.4, 4_000) * 12)
    prior = fit_prior([SiteHistory(int(count), 12.0) for count in counts])
    assert prior.shape == pytest.approx(2.0, rel=0.1)
    assert prior.mean == pytest.approx(0.8, rel=0.05)
    assert 0 < prior.median < prior.mean
    assert prior.chance_of_none(12) == pytest.approx((counts == 0).mean(), abs=0.02)


def test_bands_lie_in_one_another_and_the_median_grows_by_the_rates_so_far():
    projection = forecast(ForecastInput(SITES), horizon=12)
    for month in projection.months:
        (low50, high50), (low80, high80), (low95, high95) = (month.bands[band] for band in BANDS)
        assert low95 <= low80 <= low50 <= month.median <= high50 <= high80 <= high95
    assert projection.months[-1].median == pytest.approx(30 + 30 / 6 * 12, rel=0.15)


def test_the_same_input_gives_the_same_forecast():
    inputs = ForecastInput(SITES, openings=(2.0, -1.0), delays=(0.0, 0.5, 1.0, 2.0, 3.0), target=80)
    forecast.cache_clear()
    first = forecast(inputs, horizon=12)
    forecast.cache_clear()
    assert forecast(inputs, horizon=12) == first


def test_closed_sites_enroll_nobody_more():
    closed = tuple(SiteHistory(site.enrolled, site.months_open, is_open=False) for site in SITES)
    assert forecast(ForecastInput(closed), horizon=6).months[-1].bands[95] == (30, 30)


def test_a_planned_site_enrolls_from_its_opening_and_later_with_delays():
    soon = forecast(ForecastInput(SITES, openings=(1.0,) * 8), horizon=12).months
    alone = forecast(ForecastInput(SITES), horizon=12).months
    late = forecast(ForecastInput(SITES, openings=(1.0,) * 8, delays=(5.0,) * 6), horizon=12).months
    assert soon[0].median == pytest.approx(alone[0].median, abs=1)
    assert alone[-1].median < late[-1].median < soon[-1].median


def test_the_target_day_is_a_distribution():
    projection = forecast(ForecastInput(SITES, target=60), horizon=24)
    early, median, late = (projection.target_quantile(share) for share in (0.1, 0.5, 0.9))
    assert 0 < early < median < late
    assert projection.chance_by(median) == pytest.approx(0.5, abs=0.03)
    assert forecast(ForecastInput(SITES, target=20), horizon=24).target_quantile(0.9) == 0


def test_so_many_more_sites_at_the_median_rate_make_the_date():
    inputs = ForecastInput(SITES, target=90)
    projection = forecast(inputs, horizon=24)
    needed = remedy(inputs, projection, by_month=6.0)
    shortfall = 90 - projection.months[5].median
    assert (needed.sites - 1) * projection.prior.median * 6 < shortfall <= needed.sites * projection.prior.median * 6
    assert needed.rate_factor == pytest.approx(60 / (projection.months[5].median - 30))
    assert remedy(inputs, projection, by_month=24.0) is None


@pytest.mark.parametrize(
    ("sites", "reason"),
    [
        (SITES[:4], "5 sites"),
        ((SiteHistory(0, 9.0),) * 6, "10 participants"),
        ((SiteHistory(4, 1.0),) * 6, "20 months"),
    ],
)
def test_nothing_is_forecast_with_too_little_data(sites, reason):
    with pytest.raises(TooLittleDataError, match=reason):
        forecast(ForecastInput(sites))


def test_the_80_percent_band_held_in_75_to_85_percent_of_the_simulated_trials():
    stored = json.loads(BACKTEST_FILE.read_text())
    assert stored["trials"] == 200
    for horizon, bands in stored["held"]["steady"].items():
        assert 0.75 <= bands["80"] / 200 <= 0.85, horizon
    assert [result.band for result in band_results()] == list(BANDS)


def test_a_smaller_sample_of_the_simulated_trials_agrees_with_the_stored_table():
    held = coverage("steady", 25)
    stored = json.loads(BACKTEST_FILE.read_text())["held"]["steady"]
    for horizon, bands in held.items():
        for band, count in bands.items():
            assert count / 25 == pytest.approx(stored[horizon][band] / 200, abs=0.2), (horizon, band)


def recruiting_trial(number: int = 8):
    """Sites recruiting since January that enroll 1 to 4 a month until May; 40 each are planned by the year's end."""
    trial, sites = make_trial_with_sites(number)
    for place, site in enumerate(sites):
        an_event(site, "RECRUITING", "2026-01-01", "2026-01-01")
        for month in range(1, 6):
            a_report(site, f"2026-{month:02}", enrolled=month * (place % 4 + 1))
        make(
            Milestone,
            trial_site=site,
            stage=ActivationStage.ACTIVATED,
            planned_on=date(2026, 1, 1),
            actual_on=date(2026, 1, 1),
        )
        make(Milestone, trial_site=site, stage=ActivationStage.LAST_PARTICIPANT, planned_on=date(2026, 12, 31))
    with authored("test"):
        trial.trial_sites.update(enrollment_target=40)
    return trial, sites


@pytest.mark.django_db
def test_the_input_counts_only_the_months_open():
    trial, [first, *_] = recruiting_trial(2)
    an_event(first, "SUSPENDED", "2026-03-01", "2026-03-01")
    inputs = trial_history(TrialSite.objects.filter(trial=trial).order_by("pk"), target=None).inputs
    assert inputs.sites[0].months_open == pytest.approx(59 / 30.4375)
    assert not inputs.sites[0].is_open
    assert inputs.sites[1].months_open == pytest.approx(151 / 30.4375)
    assert [site.enrolled for site in inputs.sites] == [5, 10]


@pytest.mark.django_db
def test_a_status_known_later_replaces_those_after_its_date():
    trial, [first, *_] = recruiting_trial(2)
    an_event(first, "SUSPENDED", "2026-03-01", "2026-03-01")
    an_event(first, "RECRUITING", "2026-02-01", "2026-03-05")
    inputs = trial_history(TrialSite.objects.filter(trial=trial).order_by("pk"), target=None).inputs
    assert inputs.sites[0].months_open == inputs.sites[1].months_open == pytest.approx(151 / 30.4375)


@pytest.mark.django_db
def test_the_input_as_of_an_earlier_month_knows_no_later_report():
    trial, _ = recruiting_trial(2)
    history = trial_history(TrialSite.objects.filter(trial=trial), target=None, until="2026-02")
    assert (history.origin, history.inputs.enrolled) == (date(2026, 2, 28), 6)


def view_of(trial, *, on: date):
    sites = TrialSite.objects.filter(trial=trial)
    return forecast_view(sites, Overview(trial, sites, count="enrolled", until="", today=on), {}, today=on)


@pytest.mark.django_db
def test_nothing_is_forecast_from_old_reports_or_without_an_open_site():
    trial, sites = recruiting_trial()
    assert "The last report is of May 2026" in view_of(trial, on=date(2026, 11, 1)).reason
    for site in sites:
        an_event(site, "COMPLETED", "2026-05-20", "2026-05-20")
    assert view_of(trial, on=date(2026, 6, 10)).reason == "No site is open or planned to open."


@pytest.mark.django_db
def test_picture_and_table_of_the_forecast_have_the_same_numbers():
    trial, _ = recruiting_trial()
    view = view_of(trial, on=date(2026, 6, 10))
    chart = view.totals_chart
    medians = [row["median"] for row in chart.rows if "median" in row]
    assert medians[0] == view.projection.enrolled == 100
    assert medians[1:] == [month.median for month in view.projection.months[: len(medians) - 1]]
    assert is_proportional(heights(chart.wide_svg, FORECAST)[-1], medians)
    assert is_proportional(heights(chart.narrow_svg, ACTUAL)[-1], [20, 40, 60, 80, 100])
    chances = [row["chance"] for row in view.target_chart.rows]
    assert chances == sorted(chances)
    assert is_proportional(heights(view.target_chart.wide_svg, FORECAST)[-1], chances)


@pytest.mark.django_db
def test_the_page_shows_the_forecast_with_its_test_and_what_would_make_the_date(client, time_machine):
    time_machine.move_to("2026-06-10")
    trial, _ = recruiting_trial()
    late = a_site(trial, a_facility(99), enrollment_target=40)
    an_event(late, "RECRUITING", "2026-01-01", "2026-01-01")
    a_report(late, "2026-05", enrolled=0)
    client.force_login(make_director(trial))
    page = client.get(grid_at(trial)).content.decode()
    for text in (
        "In a test on 200 simulated trials",
        f"the 80 % band held in {band_results()[1].percent} %",
        "at the median rate",
        "Open sites without a participant",
        "31 December 2026",
    ):
        assert text in page, text


@pytest.mark.django_db
def test_a_site_coordinator_sees_no_forecast_of_other_sites(client, time_machine):
    time_machine.move_to("2026-06-10")
    trial, sites = recruiting_trial()
    user = a_user("nurse", is_staff=False)
    assign(user, site=sites[0])
    client.force_login(user)
    page = client.get(grid_at(trial)).content.decode()
    assert "It needs 5 sites that have been open and reported; there are 1." in page


@pytest.mark.django_db
def test_the_command_compares_past_forecasts_with_the_reports_since():
    trial, _ = recruiting_trial()
    printed = StringIO()
    call_command("backtest_enrollment", "--months", "2", stdout=printed)
    assert printed.getvalue().startswith(f"{trial.number} 2026-05: 100 enrolled; forecast ")
    assert "95 % " in printed.getvalue()
    call_command("backtest_enrollment", "--months", "40", stdout=printed)
    assert "no forecast. Nothing was reported 40 months" in printed.getvalue()
