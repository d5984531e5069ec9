"""Which sites owe the numbers of a month, and by when."""

from common.rules import Level, Rule
from sites.rules.inputs import MONTHLY, MonthlyReportInput

REPORTING_RULES = (
    Rule(
        id="month-is-reported",
        level=Level.WARNING,
        text="A site that recruited in a month, or had people in the study, reports its numbers after the month’s end, "
        "once its trial keeps numbers here.",
        source=MONTHLY,
        check=lambda month, on: month.is_reported or not month.is_owed or on <= month.due_on,
        fields=("month",),
    ),
)


def owes_report(month: MonthlyReportInput) -> bool:
    """Whether the numbers of this month are still to come, in time or late."""
    return month.is_owed and not month.is_reported
