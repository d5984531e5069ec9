"""The due dates of digests."""

from datetime import date

import pytest

from work.models import Pace, ReminderPlan
from work.reminders.digests import is_due

MONDAY, TUESDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("pace", "considered_on", "on", "expected"),
    [
        (Pace.DAILY, None, TUESDAY, True),
        (Pace.DAILY, MONDAY, TUESDAY, True),
        (Pace.DAILY, TUESDAY, TUESDAY, False),
        (Pace.WEEKLY, None, MONDAY, True),
        (Pace.WEEKLY, date(2026, 11, 9), MONDAY, True),
        (Pace.WEEKLY, MONDAY, TUESDAY, False),
        (Pace.WEEKLY, MONDAY, SUNDAY, False),
        (Pace.WEEKLY, date(2026, 11, 15), TUESDAY, True),  # the sender did not run on Monday
        (Pace.NEVER, None, MONDAY, False),
    ],
)
def test_a_digest_is_due_by_the_settings(pace, considered_on, on, expected):
    assert is_due(ReminderPlan(pace=pace, weekday=0, considered_on=considered_on), on=on) is expected
