"""Due dates of record verification, and the notices about them."""

from datetime import date

import pytest

from trials.models import Trial
from trials.verification import verification_due_on, verification_of


@pytest.mark.parametrize(
    ("status", "verified", "due"),
    [
        ("RECRUITING", "2025-03", date(2026, 3, 31)),
        ("SUSPENDED", "2024-02", date(2025, 2, 28)),
        ("RECRUITING", "2024-02-29", date(2025, 2, 28)),
        ("RECRUITING", "2025", date(2026, 12, 31)),
        ("RECRUITING", "9999-12", date(9999, 12, 31)),
        ("COMPLETED", "2020-01", None),
        ("TERMINATED", "2020-01", None),
        ("WITHDRAWN", "2020-01", None),
        ("RECRUITING", None, None),
    ],
)
def test_a_record_is_verified_every_twelve_months_until_the_trial_has_ended(status, verified, due):
    assert verification_due_on(status, verified) == due


@pytest.mark.parametrize(
    ("on", "words", "is_pressing"),
    [
        (date(2025, 2, 28), "Record verification due by 31 March 2025", False),
        (date(2025, 3, 1), "Record verification due by 31 March 2025", True),
        (date(2025, 3, 31), "Record verification due by 31 March 2025", True),
        (date(2025, 4, 1), "Record verification overdue since 31 March 2025", True),
        (date(2026, 3, 2), "Record verification overdue: shown as unknown in 30 days", True),
        (date(2026, 3, 31), "Record verification overdue: shown as unknown in 1 day", True),
        (date(2026, 4, 1), "Record last verified in March 2024: shown as unknown since 1 April 2026", True),
    ],
)
def test_verification_notice_before_and_after_due_dates(on, words, is_pressing):
    verification = verification_of(Trial(overall_status="RECRUITING", verified_on="2024-03", completion_on="2025-06"))
    assert (verification.as_text(on), verification.is_due_soon(on)) == (words, is_pressing)
