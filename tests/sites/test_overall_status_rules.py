"""Rules of an overall status and the statuses of its sites."""

from datetime import date

import pytest

from common.rule_types import Level, violations
from sites.rules import OVERALL_RULES, TrialSitesInput, implied_overall_status

TODAY = date(2026, 6, 15)


def violated_rules(overall, *statuses, last_known="", levels=(Level.ERROR, Level.WARNING)) -> set[str]:
    rule_input = TrialSitesInput(overall, statuses, last_known)
    return {rule.id for rule in violations(OVERALL_RULES, rule_input, on=TODAY) if rule.level in levels}


@pytest.mark.parametrize(
    ("overall", "statuses", "expected"),
    [
        ("RECRUITING", ["RECRUITING", "COMPLETED", ""], set()),
        ("RECRUITING", [], set()),
        ("RECRUITING", ["COMPLETED"], {"recruiting-trial-has-a-recruiting-site"}),
        ("RECRUITING", [""], {"recruiting-trial-has-a-recruiting-site"}),
        ("COMPLETED", [""], set()),
        ("COMPLETED", ["COMPLETED", "TERMINATED", "WITHDRAWN"], set()),
        ("COMPLETED", ["SUSPENDED"], {"sites-of-completed-trial"}),
        (
            "COMPLETED",
            ["RECRUITING"],
            {"recruiting-site-means-recruiting-trial", "sites-of-completed-trial"},
        ),
        ("NOT_YET_RECRUITING", ["NOT_YET_RECRUITING", "WITHDRAWN"], set()),
        ("NOT_YET_RECRUITING", ["COMPLETED"], {"sites-of-not-yet-recruiting-trial"}),
        ("ENROLLING_BY_INVITATION", ["ENROLLING_BY_INVITATION", "COMPLETED"], set()),
        ("ENROLLING_BY_INVITATION", ["COMPLETED"], {"sites-of-enrolling-by-invitation-trial"}),
        ("ACTIVE_NOT_RECRUITING", ["ACTIVE_NOT_RECRUITING", "SUSPENDED", "COMPLETED"], set()),
        ("ACTIVE_NOT_RECRUITING", ["NOT_YET_RECRUITING"], {"sites-of-active-not-recruiting-trial"}),
        ("SUSPENDED", ["SUSPENDED", "ACTIVE_NOT_RECRUITING"], set()),
        ("SUSPENDED", ["ACTIVE_NOT_RECRUITING"], {"sites-of-suspended-trial"}),
        ("TERMINATED", ["ACTIVE_NOT_RECRUITING"], {"sites-of-terminated-trial"}),
        ("WITHDRAWN", ["WITHDRAWN"], set()),
        ("WITHDRAWN", ["COMPLETED"], {"sites-of-withdrawn-trial"}),
    ],
)
def test_an_overall_status_matches_some_site_statuses(overall, statuses, expected):
    assert violated_rules(overall, *statuses) == expected


def test_an_unknown_trial_last_known_to_recruit_has_recruiting_sites():
    assert violated_rules("UNKNOWN", "RECRUITING", last_known="RECRUITING") == set()
    assert violated_rules("UNKNOWN", "RECRUITING") == {"recruiting-site-means-recruiting-trial"}


def test_notes_suggest_the_next_step():
    assert violated_rules("COMPLETED", "SUSPENDED", levels=[Level.NOTE]) == {
        "closed-trial-has-sites-to-close",
        "site-status-is-published-while-recruiting",
        "sites-imply-another-overall-status",
    }


@pytest.mark.parametrize(
    ("statuses", "implied"),
    [
        ([], None),
        (["COMPLETED", "RECRUITING"], "RECRUITING"),
        (["ENROLLING_BY_INVITATION", "SUSPENDED"], "ENROLLING_BY_INVITATION"),
        (["WITHDRAWN"], "WITHDRAWN"),
        (["WITHDRAWN", "NOT_YET_RECRUITING"], "NOT_YET_RECRUITING"),
        (["ACTIVE_NOT_RECRUITING", "COMPLETED"], "ACTIVE_NOT_RECRUITING"),
        (["SUSPENDED", "COMPLETED"], "SUSPENDED"),
        (["TERMINATED", "WITHDRAWN"], "TERMINATED"),
        (["COMPLETED", "WITHDRAWN"], "COMPLETED"),
        (["COMPLETED", "NOT_YET_RECRUITING"], None),
    ],
)
def test_site_statuses_imply_an_overall_status(statuses, implied):
    assert implied_overall_status(frozenset(statuses)) == implied
