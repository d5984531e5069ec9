"""A CSV file as a response."""

import csv
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

from common.spreadsheets.escaping import escape_formula


def csv_response(filename: str, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> HttpResponse:
    """The rows with formulas escaped, as UTF-8 with a byte order mark for spreadsheets."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{filename}"'
    writer = csv.writer(response)
    writer.writerow(headings)
    writer.writerows([escape_formula(cell) for cell in row] for row in rows)
    return response
