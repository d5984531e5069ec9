"""CSV files of a board and of a trial's enrollment."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.http import HttpResponse

from common.csv_response import csv_response
from common.enum_labels import choice_label
from sites.board.queries import Board, BoardRow
from sites.models import EnrollmentReport
from sites.rules import CUMULATIVE
from trials.models import Trial
from trials.page.contact_cards import ContactCard

BOARD_COLUMNS = (
    "Trial", "Site", "City", "State or region", "Country", "Status", "Since", "Status known on", "Last confirmed",
    "Contact", "Phone", "E-mail",
)  # fmt: skip


def board_csv(board: Board) -> HttpResponse:
    """The filtered sites in the board's order; of a past day with the day and its meaning in each row."""
    rows = board.rows(board.in_order(board.filterset.qs))
    name, past = f"{board.trial.key}-sites", []
    if board.as_of:
        past = [board.as_of.day.isoformat(), board.as_of.meaning.value]
        name = "-".join([name, *past])
    columns = (*BOARD_COLUMNS, *(("As of", "Meaning") if past else ()))
    return csv_response(f"{name}.csv", columns, ([*_board_cells(board, row), *past] for row in rows))


def _board_cells(board: Board, row: BoardRow) -> list[str]:
    site, facility = row.site, row.site.facility
    place = [facility.title, facility.city, facility.state, facility.country]
    days = (site.status_since, site.status_as_of, site.last_confirmed_on) if row.status else ()
    dates = [str(day or "") for day in days] or [""] * 3
    status = choice_label(row.status, "SiteStatus") or "Not published"
    return [board.trial.key, *place, status, *dates, *_contact_details(row.people)]


def _contact_details(people: Iterable[ContactCard]) -> list[str]:
    """The distinct names, phone numbers and e-mail addresses, each joined by semicolons."""
    people = list(people)
    details = [detail for person in people for detail in person.contact_details]
    phones = [" ext. ".join(filter(None, (detail.phone, detail.extension))) for detail in details]
    return [
        "; ".join(dict.fromkeys(filter(None, texts)))
        for texts in ([person.name for person in people], phones, [detail.email for detail in details])
    ]


ENROLLMENT_COLUMNS = ("Site number", "Site", "City", "Country", "Month", *(name.capitalize() for name in CUMULATIVE))
PLACE_FIELDS = (
    "trial_site",
    "trial_site__facility__name",
    "trial_site__facility__city",
    "trial_site__facility__country",
)


def enrollment_csv(trial: Trial, sites: QuerySet) -> HttpResponse:
    """Every report of these sites as a row, blank for not known, in columns that a pasted table accepts."""
    reports = EnrollmentReport.objects.filter(trial_site__in=sites.order_by().values("pk"))
    rows = reports.order_by(*PLACE_FIELDS[1:3], "trial_site", "month").values_list(*PLACE_FIELDS, "month", *CUMULATIVE)
    cells = (["" if cell is None else str(cell) for cell in row] for row in rows)
    return csv_response(f"{trial.key}-enrollment.csv", ENROLLMENT_COLUMNS, cells)
