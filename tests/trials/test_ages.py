"""Formatting and parsing of ages."""

import json

import pytest

from trials.ages import format_age, format_age_group, format_age_range
from trials.choices import AgeGroup


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("18 Years", "18 years"),
        ("1 Year", "1 year"),
        ("1 Years", "1 year"),
        ("6 Months", "6 months"),
        ("30 Minutes", "30 minutes"),
        ("", ""),
        ("at birth", "at birth"),
    ],
)
def test_an_age_is_formatted(written, read):
    assert format_age(written) == read


@pytest.mark.parametrize(
    ("minimum", "maximum", "read"),
    [
        ("18 Years", "80 Years", "18 to 80 years"),
        ("6 Months", "17 Years", "6 months to 17 years"),
        ("1 Year", "5 Years", "1 year to 5 years"),
        ("18 Years", "", "18 years and over"),
        ("", "80 Years", "Up to 80 years"),
        ("", "", "Any age"),
        (None, None, "Any age"),
    ],
)
def test_both_limits_make_one_phrase(minimum, maximum, read):
    assert format_age_range(minimum, maximum) == read


def test_age_groups_say_what_they_mean():
    assert [format_age_group(code) for code in AgeGroup.values] == [
        "Child (birth–17 years)",
        "Adult (18–64 years)",
        "Older adult (65 years and over)",
    ]


@pytest.mark.registry
def test_every_real_age_is_understood(registry_records):
    for record in registry_records:
        eligibility = json.loads(record)["protocolSection"].get("eligibilityModule", {})
        for limit in ("minimumAge", "maximumAge"):
            assert format_age(eligibility.get(limit, "")) == eligibility.get(limit, "").lower()
