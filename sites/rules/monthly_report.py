"""The rule of monthly enrollment reports: which sites owe one, and when it is due."""

from common.rules import Level, Rule
from sites.rules.inputs import MONTHLY, MonthlyReportInput

REPORTING_RULES = (
    Rule(
        id="month-is-reported",
        level=Level.WARNING,
        text="A site that recruited in a month, or had people in the study, must report its enrollment after the "
        "month’s end.",
        source=MONTHLY,
        check=lambda month, on: month.is_reported or not month.is_owed or on <= month.due_on,
        fields=("month",),
    ),
)


def owes_report(month: MonthlyReportInput) -> bool:
    """Whether the report of the month is owed and missing, overdue or not."""
    return month.is_owed and not month.is_reported
