"""A board as a table for spreadsheets: what is public of each site, and nothing else."""

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
    """Every site that fits, in the board's order. The mark at the beginning tells spreadsheets that it is UTF-8."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{board.trial.key}-sites.csv"'
    table = csv.writer(response)
    table.writerow(COLUMNS)
    table.writerows(
        [escape_formula(cell) for cell in _cells(board, row)] for row in board.rows(board.in_order(board.filterset.qs))
    )
    return response


def _cells(board: Board, row: BoardRow) -> list[str]:
    site, place = row.site, row.site.facility
    where = [place.title, place.city, place.state, place.country]
    days = (site.status_since, site.status_as_of, site.last_confirmed_on) if row.status else ()
    when = [str(day or "") for day in days] or [""] * 3
    status = choice_label(row.status, "SiteStatus") or "Not published"
    return [board.trial.key, *where, status, *when, *_contact_details(row.people)]


def _contact_details(people: Iterable[ContactCard]) -> list[str]:
    """Names, phones and addresses, each once."""
    people = list(people)
    reaches = [reach for person in people for reach in person.contact_details]
    phones = [" ext. ".join(filter(None, (reach.phone, reach.extension))) for reach in reaches]
    return [
        "; ".join(dict.fromkeys(filter(None, texts)))
        for texts in ([person.name for person in people], phones, [reach.email for reach in reaches])
    ]
