"""Saving the counts of a site's month."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError

from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.services import report_enrollment
from tests.sites.status_change_helpers import codes, recruiting

pytestmark = pytest.mark.django_db


def test_counts_of_a_month_are_saved_and_updated():
    site = recruiting()
    report_enrollment(site, month="2026-04", screened=9, enrolled=4, author="user:7")
    report = report_enrollment(site, month="2026-04", consented=5, author="user:7")
    report.refresh_from_db()
    assert (report.screened, report.consented, report.enrolled) == (9, 5, 4)


@pytest.mark.parametrize(
    ("counts", "rule_id"),
    [
        ({"screened": 3, "consented": 4}, "consented-of-screened"),
        ({"consented": 5, "enrolled": 6}, "enrolled-of-consented"),
        ({"enrolled": 6, "completed": 7}, "completed-of-enrolled"),
        ({"enrolled": 1}, "falling-count-says-why"),
        ({"enrolled": 20}, "unusual-enrollment-is-meant"),
    ],
)
def test_impossible_counts_are_refused(counts, rule_id):
    site = recruiting()
    for month, enrolled in [("2026-01", 0), ("2026-02", 2), ("2026-03", 3), ("2026-04", 5)]:
        report_enrollment(site, month=month, enrolled=enrolled, author="user:7")
    with pytest.raises(ValidationError) as error:
        report_enrollment(site, month="2026-05", author="user:7", **counts)
    assert codes(error) == {rule_id}


def test_a_decrease_with_a_reason_is_saved_with_it():
    site = recruiting()
    report_enrollment(site, month="2026-01", enrolled=5, author="user:7")
    report = report_enrollment(site, month="2026-02", enrolled=4, reason="One was counted twice", author="user:7")
    assert (report.reason, trail_of(report)[0].reason) == ("One was counted twice",) * 2
    report = report_enrollment(site, month="2026-02", screened=9, author="user:7")
    assert report.reason == "One was counted twice"


def test_a_count_with_a_warning_is_saved_once_accepted():
    site = recruiting()
    for month, enrolled in [("2026-01", 0), ("2026-02", 1), ("2026-03", 2), ("2026-04", 3)]:
        report_enrollment(site, month=month, enrolled=enrolled, author="user:7")
    assert report_enrollment(site, month="2026-05", enrolled=20, author="user:7", accept_warnings=True).enrolled == 20


def test_a_month_is_reported_once_it_has_begun():
    site, values = recruiting(), {"month": "2026-07", "enrolled": 1, "author": "user:7"}
    with pytest.raises(ValidationError) as error:
        report_enrollment(site, **values, on=date(2026, 6, 30))
    assert codes(error) == {"month-is-not-ahead"}
    with pytest.raises(ValidationError, match="has not begun"):
        report_enrollment(site, **values | {"month": "2999-01"})
    assert report_enrollment(site, **values, on=date(2026, 7, 1))


def test_a_negative_count_is_an_error_of_its_field():
    with pytest.raises(ValidationError) as error:
        report_enrollment(recruiting(), month="2026-01", enrolled=-1, author="user:7")
    assert list(error.value.message_dict) == ["enrolled"]


def test_counts_with_a_stale_version_are_refused():
    site = recruiting()
    report = report_enrollment(site, month="2026-01", enrolled=5, author="user:7")
    report_enrollment(site, month="2026-01", enrolled=6, author="user:8")
    with pytest.raises(StaleVersion):
        report_enrollment(site, month="2026-01", enrolled=7, author="user:7", version=report.version)
