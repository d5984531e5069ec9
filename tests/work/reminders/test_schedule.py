"""The due dates of digests."""

from datetime import date

import pytest

from work.models import ReminderFrequency, ReminderPlan
from work.reminders.digests import is_due

MONDAY, TUESDAY, SUNDAY = date(2026, 11, 16), date(2026, 11, 17), date(2026, 11, 22)


@pytest.mark.parametrize(
    ("pace", "considered_on", "on", "expected"),
    [
        (ReminderFrequency.DAILY, None, TUESDAY, True),
        (ReminderFrequency.DAILY, MONDAY, TUESDAY, True),
        (ReminderFrequency.DAILY, TUESDAY, TUESDAY, False),
        (ReminderFrequency.WEEKLY, None, MONDAY, True),
        (ReminderFrequency.WEEKLY, date(2026, 11, 9), MONDAY, True),
        (ReminderFrequency.WEEKLY, MONDAY, TUESDAY, False),
        (ReminderFrequency.WEEKLY, MONDAY, SUNDAY, False),
        (ReminderFrequency.WEEKLY, date(2026, 11, 15), TUESDAY, True),  # the sender did not run on Monday
        (ReminderFrequency.NEVER, None, MONDAY, False),
    ],
)
def test_a_digest_is_due_by_the_settings(pace, considered_on, on, expected):
    assert is_due(ReminderPlan(pace=pace, weekday=0, considered_on=considered_on), on=on) is expected
