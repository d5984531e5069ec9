"""Intermediate statuses in the row of a new status."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from sites.forms import InterimStatusesForm
from sites.models import StatusEvent
from sites.services import correct_status
from sites.status_timeline import build_timeline
from tests.factories import a_facility, a_report, a_site, a_user
from tests.pages.html_reader import rows_of, text_of
from tests.work.bulk_upload.table_helpers import (
    TODAY,
    a_file,
    apply,
    current_columns,
    states,
    undo,
    upload_table,
    workbook,
)
from tests.work.my_work_fixtures import a_recruiting_trial, days_ago, make_coordinator
from work.bulk_upload.columns import INTERMEDIATE_COLUMNS
from work.models import BulkChange

pytestmark = pytest.mark.django_db
COLUMNS = (
    *(
        "Site number",
        "Earlier status 1",
        "Earlier status 1, effective date",
        "Earlier status 2",
        "Earlier status 2, effective date",
    ),
    *("New status", "Effective date", "Reason for change"),
)
OPENED, STOPPED = days_ago(60).isoformat(), days_ago(9).isoformat()
OVER_BOTH = ("Recruiting", OPENED, "Active, not recruiting", STOPPED, "Completed", TODAY, "")
FILL_IN_BOTH = (
    "Enter “Recruiting” under “Earlier status 1” with its date under “Earlier status 1, effective date”, "
    "and “Active, not recruiting” under “Earlier status 2” with its date under “Earlier status 2, effective date”."
)


def unopened(trial, number: int):
    site = a_site(trial, a_facility(number), position=number, status="NOT_YET_RECRUITING", since="2026-01-01")
    a_report(site, "2026-05", enrolled=5, completed=5)
    return site


@pytest.fixture
def trial():
    return a_recruiting_trial(1)


@pytest.fixture
def site(trial):
    return unopened(trial, 1)


@pytest.fixture
def lead(client, trial):
    user = make_coordinator(trial=trial)
    client.force_login(user)
    return user


def path_of(site) -> list[tuple[str, str]]:
    """The uncorrected statuses of the site with their dates."""
    events = StatusEvent.objects.filter(trial_site=site, corrected_by=None).order_by("as_of", "pk")
    return [(event.status, event.effective_on) for event in events]


PATH = [
    ("NOT_YET_RECRUITING", "2026-01-01"),
    ("RECRUITING", OPENED),
    ("ACTIVE_NOT_RECRUITING", STOPPED),
    ("COMPLETED", TODAY),
]


def test_the_dry_run_shows_intermediate_statuses_and_writes_nothing(client, lead, site):
    before = current_columns()
    [row] = rows_of(upload_table(client, (site.pk, *OVER_BOTH), columns=COLUMNS))
    assert "Earlier status 1 Not recorded → becomes Recruiting, since" in row
    assert "Earlier status 2 Not recorded → becomes Active, not recruiting, since" in row
    assert "Status Not yet recruiting, since 1 January 2026 → becomes Completed, since" in row
    assert current_columns() == before


def test_intermediate_statuses_are_applied_as_one_change_with_its_author(client, lead, site):
    upload_table(client, (site.pk, *OVER_BOTH), columns=COLUMNS)
    [row] = rows_of(apply(client))
    assert path_of(site) == PATH
    events = StatusEvent.objects.filter(author=lead.actor)
    assert list(events.values_list("as_of", flat=True)) == [OPENED, STOPPED, days_ago(0).isoformat()]
    assert "Earlier status 1 Not recorded → becomes Recruiting, since" in row
    seen = site.version
    site.refresh_from_db()
    assert (site.status, site.last_confirmed_on, site.version) == ("COMPLETED", days_ago(0), seen + 1)


def test_undo_reverts_intermediate_statuses_too(client, lead, site):
    before, path = current_columns(), path_of(site)
    upload_table(client, (site.pk, *OVER_BOTH), columns=COLUMNS)
    apply(client)
    [row] = rows_of(undo(client))
    assert "Done, then undone" in row
    assert current_columns() == before
    assert {*path_of(site)} == {*path}
    events = StatusEvent.objects.filter(trial_site=site, corrected_by=None).order_by("as_of", "pk")
    assert [piece.status for piece in build_timeline(events, today=days_ago(0)).segments] == ["NOT_YET_RECRUITING"]


def test_undo_of_a_first_status_with_intermediate_ones_leaves_no_status(client, lead, trial):
    site = a_site(trial, a_facility(8))
    upload_table(client, (site.pk, *OVER_BOTH[:4], "Completed", TODAY, ""), columns=COLUMNS)
    apply(client, accept_warnings="on")
    undo(client)
    site.refresh_from_db()
    assert (site.status, site.status_since, site.last_confirmed_on) == ("", None, None)


def test_undo_skips_a_change_with_a_corrected_intermediate_status(client, lead, site):
    upload_table(client, (site.pk, *OVER_BOTH), columns=COLUMNS)
    apply(client)
    authorship = {"author": lead.actor, "reason": "It opened later"}
    opened = StatusEvent.objects.get(status="RECRUITING")
    correct_status(opened, to="RECRUITING", effective_on=days_ago(50).isoformat(), **authorship)
    [row] = rows_of(undo(client))
    assert "Not undone: the status was changed again later." in row
    assert [status for status, _ in path_of(site)][-1] == "COMPLETED"


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("", "", "", "", "Completed", TODAY), FILL_IN_BOTH),
        (("Active, not recruiting", STOPPED, "", "", "Completed", TODAY), FILL_IN_BOTH),
        (("", "", "Active, not recruiting", STOPPED, "Completed", TODAY), FILL_IN_BOTH),
        (
            ("", "", "", "", "Suspended", TODAY),
            "Enter “Recruiting” under “Earlier status 1” with its date under “Earlier status 1, effective date”.",
        ),
        (("Suspended", OPENED, "Suspended", STOPPED, "Completed", TODAY), "Too many missing statuses for one row"),
    ],
)
def test_missing_intermediate_statuses_are_listed_with_their_columns(client, lead, site, cells, message):
    page = upload_table(client, (site.pk, *cells, ""), columns=COLUMNS)
    assert states(page) == ["errors"]
    assert message in rows_of(page)[0]
    assert "enter it first" not in text_of(page)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (("Unlocked", OPENED, "", "", "Suspended", TODAY), "Earlier status 1: “Unlocked” is not a status."),
        (
            ("Recruiting", "May", "", "", "Suspended", TODAY),
            "Earlier status 1, effective date: “May” is not a date. Write a year",
        ),
        (
            ("Recruiting", "", "", "", "Suspended", TODAY),
            "Enter both “Earlier status 1” and “Earlier status 1, effective date”.",
        ),
        (
            ("", "", "", STOPPED, "Suspended", TODAY),
            "Enter both “Earlier status 2” and “Earlier status 2, effective date”.",
        ),
        (("Recruiting", OPENED, "", "", "", ""), "Earlier statuses need a new status. Enter “New status”"),
        (
            ("Recruiting", STOPPED, "Active, not recruiting", OPENED, "Completed", TODAY),
            "Earlier status 1, effective date: The dates of the earlier statuses must be in order",
        ),
        (
            ("Recruiting", OPENED, "Active, not recruiting", TODAY, "Completed", STOPPED),
            "Earlier status 2, effective date: The dates of the earlier statuses must be in order",
        ),
        (
            ("Recruiting", "2025-12-31", "", "", "Suspended", TODAY),
            "Earlier status 1, effective date: The effective date cannot be before that of the current status.",
        ),
        (
            ("Recruiting", STOPPED, "Active, not recruiting", STOPPED, "Completed", TODAY),
            "Earlier status 2, effective date: The end date must be after the date on which the site opened.",
        ),
        (
            ("Recruiting", TODAY, "", "", "Suspended", TODAY),
            "Effective date: The end date must be after the date on which the site opened.",
        ),
    ],
)
def test_an_invalid_intermediate_status_has_an_error_with_its_column(client, lead, site, cells, message):
    page = upload_table(client, (site.pk, *cells, ""), columns=COLUMNS)
    assert states(page) == ["errors"]
    assert message in rows_of(page)[0]
    assert rows_of(page)[0].count("Something lies between") == 0


def test_a_correction_cannot_have_intermediate_statuses(client, site):
    client.force_login(make_coordinator(trial=site.trial, name="lead"))
    upload_table(client, (site.pk, *OVER_BOTH), columns=COLUMNS)
    apply(client)
    client.force_login(a_user("boss", is_superuser=True))
    cells = ("Recruiting", TODAY, "", "", "Suspended", TODAY, "It goes on")
    page = upload_table(client, (site.pk, *cells), columns=COLUMNS)
    assert "A correction cannot have earlier statuses." in rows_of(page)[0]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_downloaded_template_can_be_filled_in_and_uploaded(client, lead, site, kind):
    content = client.get(f"/work/bulk/sheet.{kind}").content
    lines = (
        sheet_lines(content)
        if kind == "csv"
        else [list(line) for line in load_workbook(io.BytesIO(content)).active.values]
    )
    start = lines[0].index("Earlier status 1")
    assert lines[0][start : start + 6] == [*COLUMNS[1:7]]
    lines[1][start : start + 6] = OVER_BOTH[:6]
    filled = as_csv(lines) if kind == "csv" else workbook(lines)
    page = client.post("/work/bulk/", {"file": a_file(filled, f"x.{kind}")}, follow=True)
    assert states(page) == ["changes"]
    apply(client)
    assert path_of(site) == PATH


def sheet_lines(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


def as_csv(lines) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(lines)
    return text.getvalue().encode()


def chosen(client, sites, **post_data):
    shown = [f"{site.pk}:{site.version}" for site in sites]
    return client.post("/work/bulk/choose/", {"site": shown} | post_data, follow=True)


def test_selected_sites_get_the_same_intermediate_statuses(client, lead, trial, site):
    sites = [site, unopened(trial, 2)]
    post_data = {
        "first_status": "RECRUITING", "first_since": OPENED, "second_status": "ACTIVE_NOT_RECRUITING",
        "second_since": STOPPED, "to": "COMPLETED", "effective_on": TODAY,
    }  # fmt: skip
    assert states(chosen(client, sites, **post_data)) == ["changes", "changes"]
    apply(client)
    assert [path_of(one) for one in sites] == [PATH, PATH]


@pytest.mark.parametrize(
    ("post_data", "refusal"),
    [
        (
            {"first_status": "RECRUITING", "to": "SUSPENDED", "effective_on": TODAY},
            "Enter an earlier status together with its date.",
        ),
        (
            {"first_status": "RECRUITING", "first_since": OPENED, "confirm": "on"},
            "Choose the new status that follows the earlier statuses.",
        ),
    ],
)
def test_an_incomplete_intermediate_status_of_selected_sites_is_refused(client, lead, site, post_data, refusal):
    page = chosen(client, [site], **post_data)
    assert page.status_code == 400
    assert refusal in text_of(page)
    assert '<details class="between" open>' in page.content.decode()


def test_the_columns_have_the_labels_of_the_form_fields():
    labels = [field.label for field in InterimStatusesForm.base_fields.values()]
    assert [column.value for pair in INTERMEDIATE_COLUMNS for column in pair] == labels


def queries_of_each_step(client, sites) -> list[int]:
    """The numbers of queries of upload, apply, result and undo."""
    steps = [
        lambda: upload_table(client, *((site.pk, *OVER_BOTH) for site in sites), columns=COLUMNS),
        lambda: apply(client),
        lambda: client.get(BulkChange.objects.get().get_absolute_url()),
        lambda: undo(client),
    ]
    client.get("/work/")  # judges what the making of the sites marked
    counts = []
    for step in steps:
        with CaptureQueriesContext(connection) as queries:
            assert step().status_code == 200
        counts.append(len(queries))
    return counts


def test_the_number_of_queries_does_not_grow_with_the_rows(client, lead, trial):
    few = queries_of_each_step(client, [unopened(trial, number) for number in range(3)])
    BulkChange.objects.all().delete()
    assert queries_of_each_step(client, [unopened(trial, 10 + number) for number in range(60)]) == few
