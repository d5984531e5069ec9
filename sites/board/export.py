"""A board as CSV, with the public data of each site only."""

import csv
from collections.abc import Iterable

from django.http import HttpResponse

from common.enum_labels import choice_label
from common.spreadsheets.escaping import escape_formula
from sites.board.queries import Board, BoardRow
from trials.page.contact_cards import ContactCard

COLUMNS = (
    "Trial", "Site", "City", "State or region", "Country", "Status", "Since", "Status known on", "Last confirmed",
    "Contact", "Phone", "E-mail",
)  # fmt: skip


def board_csv(board: Board) -> HttpResponse:
    """The filtered sites in the board's order, as UTF-8 with a byte order mark for spreadsheets."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{board.trial.key}-sites.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    writer.writerows(
        [escape_formula(cell) for cell in _cells(board, row)] for row in board.rows(board.in_order(board.filterset.qs))
    )
    return response


def _cells(board: Board, row: BoardRow) -> list[str]:
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
