"""Whose turn it is. Pure."""

from datetime import date, timedelta

from work.models import Pace, ReminderPlan


def is_due(plan: ReminderPlan, *, on: date) -> bool:
    """Whether the person is to be considered on that day: daily once, weekly once since their weekday came.

    A night on which the sender did not run is made up for on the next one.
    """
    if plan.pace == Pace.NEVER:
        return False
    since = on if plan.pace == Pace.DAILY else on - timedelta(days=(on.weekday() - plan.weekday) % 7)
    return plan.considered_on is None or plan.considered_on < since
