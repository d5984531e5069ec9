"""The sites of all trials as CSV: every row of the filter, in the order shown."""

from django.http import HttpResponse

from common.csv_response import csv_response
from common.enum_labels import choice_label
from work.boards.queries import Boards, BoardsRow

COLUMNS = (
    "Trial", "Acronym", "Site", "City", "State or region", "Country", "Status", "Last confirmed",
    "Responsible", "Last reminder", "Next due", "Due on", "Days overdue",
)  # fmt: skip


def boards_csv(boards: Boards) -> HttpResponse:
    headings = [*(["Group"] if boards.group else []), *COLUMNS]
    rows = boards.rows(boards.in_order(boards.filterset.qs))
    return csv_response("sites.csv", headings, (_cells(boards, row) for row in rows))


def _cells(boards: Boards, row: BoardsRow) -> list[str]:
    site, facility, due = row.site, row.site.facility, row.next_due
    return [
        *([row.group] if boards.group else []),
        site.trial.number, site.trial.acronym, facility.title, facility.city, facility.state, facility.country,
        choice_label(site.status, "SiteStatus") or "Not published",
        str(site.last_confirmed_on or ""),
        "; ".join(map(str, row.coordinators.responsible)),
        str(row.reminded_on or ""),
        due.task if due else "",
        str(due.due_on) if due else "",
        str(row.days_overdue) if due else "",
    ]  # fmt: skip
