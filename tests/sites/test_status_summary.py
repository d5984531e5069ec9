"""The status summary of a trial's sites: counts, share confirmed recently, oldest confirmation."""

from datetime import date, timedelta

import pytest

from sites.status_summary import count_sites, summarize_statuses

TODAY = date(2026, 3, 15)


def summarize(overall, *sites, shown=""):
    """The summary of `sites`, pairs of a status and the days since its confirmation or None."""
    pairs = [(status, None if days is None else TODAY - timedelta(days=days)) for status, days in sites]
    return summarize_statuses(count_sites(overall, "", pairs), shown_status=shown or overall, today=TODAY)


def recruiting(*days):
    return [("RECRUITING", age) for age in days]


def test_the_summary_has_the_share_confirmed_and_the_oldest_confirmation():
    sites = [*recruiting(*range(1, 17), 45, 260), ("COMPLETED", 500), ("SUSPENDED", 2)]
    summary = summarize("RECRUITING", *sites)
    assert summary.sites == "18 of 20 sites recruiting"
    assert summary.confirmed == "16 of 18 recruiting sites confirmed in the last 30 days; oldest 260 days ago"
    assert summary.confirmed_short == "16 of 18 confirmed in 30 days; oldest 260 days ago"
    assert summary.age_level == "stale"


@pytest.mark.parametrize(
    ("ages", "text", "short", "level"),
    [
        ([3], "The recruiting site was confirmed 3 days ago", "recruiting site confirmed 3 days ago", "fresh"),
        ([None], "No recruiting site confirmed yet", "no recruiting site confirmed yet", "never"),
        ([30, 31], "1 of 2 recruiting sites confirmed in the last 30 days; oldest 31 days ago",
         "1 of 2 confirmed in 30 days; oldest 31 days ago", "due"),
        ([3, None], "1 of 2 recruiting sites confirmed in the last 30 days; oldest 3 days ago; 1 never confirmed",
         "1 of 2 confirmed in 30 days; oldest 3 days ago; 1 never confirmed", "never"),
        ([260, None], "0 of 2 recruiting sites confirmed in the last 30 days; oldest 260 days ago; 1 never confirmed",
         "0 of 2 confirmed in 30 days; oldest 260 days ago; 1 never confirmed", "stale"),
        ([0, 1], "2 of 2 recruiting sites confirmed in the last 30 days; oldest yesterday",
         "2 of 2 confirmed in 30 days; oldest yesterday", "fresh"),
    ],
)  # fmt: skip
def test_texts_of_confirmations(ages, text, short, level):
    summary = summarize("RECRUITING", *recruiting(*ages))
    assert (summary.confirmed, summary.confirmed_short, summary.age_level) == (text, short, level)


@pytest.mark.parametrize(
    ("overall", "sites", "text"),
    [
        ("ACTIVE_NOT_RECRUITING", [*recruiting(1, 2), ("COMPLETED", 1)],
         "Trial closed to recruitment; 2 site statuses still to be updated"),
        ("COMPLETED", [("ACTIVE_NOT_RECRUITING", 1)], "Trial closed to recruitment; 1 site status still to be updated"),
        ("SUSPENDED", recruiting(1), "Recruitment suspended; 1 site status still to be updated"),
        ("ENROLLING_BY_INVITATION", recruiting(1), "By invitation only; 1 site status still to be updated"),
        ("NOT_YET_RECRUITING", [*recruiting(1), ("NOT_YET_RECRUITING", 1)],
         "1 of 2 sites already recruiting; the trial’s own status is being updated"),
        ("NOT_YET_RECRUITING", [("NOT_YET_RECRUITING", 1)], "1 site"),
        ("COMPLETED", [("COMPLETED", 262)], "1 site"),
        ("RECRUITING", [], ""),
    ],
)  # fmt: skip
def test_no_count_contradicts_the_trials_status(overall, sites, text):
    assert summarize(overall, *sites).sites == text


def test_held_back_and_ended_sites_have_no_age():
    for overall, status in (("ACTIVE_NOT_RECRUITING", "RECRUITING"), ("COMPLETED", "COMPLETED")):
        summary = summarize(overall, (status, 262))
        assert (summary.confirmed, summary.confirmed_short, summary.age_level) == ("", "", None)
