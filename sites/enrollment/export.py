"""Enrollment as CSV, in columns that a pasted table accepts."""

import csv

from django.db.models import QuerySet
from django.http import HttpResponse

from common.spreadsheets.escaping import escape_formula
from sites.models import EnrollmentReport
from sites.rules import CUMULATIVE
from trials.models import Trial

COLUMNS = ("Site number", "Site", "City", "Country", "Month", *(name.capitalize() for name in CUMULATIVE))
PLACE = ("trial_site", "trial_site__facility__name", "trial_site__facility__city", "trial_site__facility__country")


def grid_csv(trial: Trial, sites: QuerySet) -> HttpResponse:
    """Every report of these sites as a row, blank for not known; UTF-8 with a byte order mark."""
    response = HttpResponse("\ufeff", content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{trial.key}-enrollment.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    reports = EnrollmentReport.objects.filter(trial_site__in=sites.order_by().values("pk"))
    for cells in reports.order_by(*PLACE[1:3], "trial_site", "month").values_list(*PLACE, "month", *CUMULATIVE):
        writer.writerow(["" if cell is None else escape_formula(str(cell)) for cell in cells])
    return response
