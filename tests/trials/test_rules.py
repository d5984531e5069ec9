"""Rules of one trial, on plain values."""

from datetime import date
from types import SimpleNamespace

import pytest
from django.core.exceptions import ValidationError

from common.rule_types import Level, enforce, violations
from trials.rules import LENGTHS, TRIAL_RULES

TODAY = date(2026, 6, 15)
BLANK = {
    **dict.fromkeys(LENGTHS, ""),
    "overall_status": "",
    "why_stopped": "",
    "start_on": None,
    "start_type": "",
    "primary_completion_on": None,
    "primary_completion_type": "",
    "completion_on": None,
    "completion_type": "",
    "enrollment_count": None,
    "enrollment_type": "",
}


def a_trial(**values):
    return SimpleNamespace(**BLANK | values)


def ids(**values) -> set[str]:
    return {rule.id for rule in violations(TRIAL_RULES, a_trial(**values), on=TODAY)}


def test_a_blank_trial_violates_no_rule():
    assert ids() == set()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"overall_status": "TERMINATED"}, {"why-stopped-is-said"}),
        ({"overall_status": "SUSPENDED", "why_stopped": " "}, {"why-stopped-is-said"}),
        ({"overall_status": "TERMINATED", "why_stopped": "Slow"}, set()),
        ({"overall_status": "RECRUITING", "why_stopped": "Slow"}, {"why-stopped-only-when-stopped"}),
        ({"overall_status": "WITHDRAWN", "why_stopped": "x" * 251}, {"why-stopped-length"}),
        ({"brief_title": "x" * 300}, set()),
        ({"brief_title": "x" * 301}, {"brief-title-length"}),
        ({"acronym": "x" * 15}, {"acronym-length"}),
        ({"eligibility_criteria": "x" * 20_001}, {"eligibility-criteria-length"}),
        ({"overall_status": "WITHDRAWN", "why_stopped": "Slow", "enrollment_count": 3}, {"withdrawn-enrolled-nobody"}),
        ({"overall_status": "COMPLETED", "enrollment_type": "ESTIMATED"}, {"ended-enrollment-is-actual"}),
        ({"overall_status": "RECRUITING", "enrollment_type": "ACTUAL"}, {"open-enrollment-is-estimated"}),
    ],
)
def test_stopping_lengths_and_enrollment(values, expected):
    assert ids(**values) == expected


@pytest.mark.parametrize(
    ("day", "kind", "expected"),
    [
        ("2026-06-14", "ESTIMATED", {"past-start-is-actual"}),
        ("2026-05", "ESTIMATED", {"past-start-is-actual"}),
        ("2026-06", "ESTIMATED", set()),
        ("2026-06", "ACTUAL", set()),
        ("2026-06-15", "ESTIMATED", set()),
        ("2026-06-15", "ACTUAL", set()),
        ("2026-06-16", "ACTUAL", {"future-start-is-estimated"}),
        ("2027", "ACTUAL", {"future-start-is-estimated"}),
        ("2012-01", "", set()),
    ],
)
def test_a_past_date_is_actual_and_a_future_one_an_estimate(day, kind, expected):
    assert ids(start_on=day, start_type=kind) == expected


@pytest.mark.parametrize(
    ("start", "primary", "completion", "expected"),
    [
        ("2026-01", "2026-01-15", "2026", set()),
        ("2026-02", "2026-01-15", "2026", {"start-before-primary-completion"}),
        ("2026-01", "2026-03", "2026-02", {"primary-completion-before-completion"}),
        ("2026-03", None, "2026-02", {"start-before-completion"}),
    ],
)
def test_dates_must_be_in_order_at_their_known_precision(start, primary, completion, expected):
    assert ids(start_on=start, primary_completion_on=primary, completion_on=completion) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {"overall_status": "NOT_YET_RECRUITING", "start_on": "2026-05", "start_type": "ACTUAL"},
            {"not-yet-recruiting-has-not-started", "not-yet-recruiting-dates-are-estimated"},
        ),
        ({"overall_status": "NOT_YET_RECRUITING", "start_on": "2026-07", "start_type": "ESTIMATED"}, set()),
        (
            {"overall_status": "RECRUITING", "completion_on": "2026-05", "completion_type": "ACTUAL"},
            {"recruiting-completion-is-estimated"},
        ),
        (
            {"overall_status": "ACTIVE_NOT_RECRUITING", "start_on": "2026-07", "start_type": "ESTIMATED"},
            {"started-trial-start-is-actual"},
        ),
        (
            {"overall_status": "COMPLETED", "completion_on": "2026-07", "completion_type": "ESTIMATED"},
            {"ended-trial-completions-are-actual"},
        ),
    ],
)
def test_dates_go_with_the_overall_status(values, expected):
    assert ids(**values) == expected


def test_errors_reject_and_warnings_must_be_accepted():
    warned_trial = a_trial(overall_status="RECRUITING", enrollment_type="ACTUAL")
    enforce(TRIAL_RULES, warned_trial, on=TODAY, accept_warnings=True)
    with pytest.raises(ValidationError, match="estimate"):
        enforce(TRIAL_RULES, warned_trial, on=TODAY)


def test_imported_records_may_violate_rules_for_users():
    levels = {rule.id: (rule.level, rule.imported_level) for rule in TRIAL_RULES}
    assert levels["why-stopped-is-said"] == (Level.ERROR, Level.WARNING)
    assert levels["start-before-completion"] == (Level.ERROR, Level.ERROR)
