"""The overview as CSV and as an Excel workbook: every row of the filter, in the order shown."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpResponse

from common.csv_response import csv_response
from common.enum_labels import choice_label
from common.spreadsheets.xlsx_response import Cell, xlsx_response
from trials.status_display import NOT_PUBLISHED
from work.overview.queries import Overview, OverviewRow

COLUMNS = (
    "Trial", "Acronym", "Title", "Sponsor", "Phase", "Status", "Sites", "Open sites", "Recruiting sites",
    f"Recruiting sites confirmed in {settings.CONFIRMATION_DUE_DAYS} days", "Confirmed (%)", "Enrolled", "Target",
    "Enrolled of target (%)", "Errors", "Warnings", "Confirmations overdue", "Sites without last month’s report",
    "Record verification", "Late", "Health (0 to 100)",
)  # fmt: skip


def overview_csv(overview: Overview) -> HttpResponse:
    rows = ([str(cell) for cell in row] for row in _cells(overview))
    return csv_response("trials.csv", _headings(overview), rows)


def overview_xlsx(overview: Overview) -> HttpResponse:
    return xlsx_response("trials.xlsx", "Trials", _headings(overview), _cells(overview))


def _headings(overview: Overview) -> list[str]:
    return [*(["Group"] if overview.grouping else []), *COLUMNS]


def _cells(overview: Overview) -> Iterator[list[Cell]]:
    for row in overview.rows(overview.in_order(overview.filterset.qs)):
        yield [*([row.group] if overview.grouping else []), *_trial_cells(row)]


def _trial_cells(row: OverviewRow) -> list[Cell]:
    trial, figures, sites = row.trial, row.figures, row.figures.sites
    phases = ", ".join(choice_label(code, "Phase") for code in trial.phases)
    status = choice_label(figures.shown_status, "OverallStatus") or NOT_PUBLISHED
    values = [
        trial.number, trial.acronym, trial.title, trial.lead_sponsor, phases, status, sites.total, sites.open,
        sites.recruiting, sites.confirmed, sites.confirmed_percent, figures.enrolled, figures.target,
        figures.enrolled_percent, figures.errors, figures.warnings, sites.overdue, figures.reports_missing,
        figures.verification_text, figures.late, row.health.total,
    ]  # fmt: skip
    return ["" if value is None else value for value in values]
