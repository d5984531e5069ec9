"""Helpers for tests of bulk uploads: tables, and what the pages show of them."""

import csv
import io

from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook

from sites.models import TrialSite
from tests.work.my_work_fixtures import days_ago
from work.models import BulkChange

TODAY = days_ago(0).isoformat()  # when the tests began: it may be yesterday by now
TERSE = ("Site number", "New status", "Effective date", "Reason for change", "Confirm")


def pasted(lines, columns=TERSE, *, delimiter: str = "\t") -> str:
    text = io.StringIO()
    csv.writer(text, delimiter=delimiter).writerows([columns, *lines])
    return text.getvalue()


def workbook(lines) -> bytes:
    book, content = Workbook(), io.BytesIO()
    for line in lines:
        book.active.append(line)
    book.save(content)
    return content.getvalue()


def a_file(content: bytes, name: str = "sites.csv") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def upload_table(client, *lines, columns=TERSE):
    """Paste a table; returns the page of the dry run."""
    return client.post("/work/bulk/", {"table": pasted(lines, columns)}, follow=True)


def apply(client, page=None, *, which: str = "all", **more):
    """Apply the last bulk change; returns the next page."""
    bulk = BulkChange.objects.first()
    return client.post(f"{bulk.get_absolute_url()}apply/", {"which": which} | more, follow=True)


def undo(client):
    return client.post(f"{BulkChange.objects.first().get_absolute_url()}undo/", follow=True)


def states(page) -> list[str]:
    return [row.state.value for row in page.context["rows"]]


def current_columns() -> list[tuple]:
    """The columns of every site, without its version and the date of a blank status."""
    return [
        (
            site.pk,
            site.status,
            site.status_since,
            site.status_as_of if site.status else None,
            site.last_confirmed_on,
            site.enrollment_target,
            site.internal_note,
        )
        for site in TrialSite.objects.order_by("pk")
    ]
