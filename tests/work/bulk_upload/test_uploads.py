"""Uploads by the page: which sheet and cells are read, and errors of files."""

import pytest

from sites.models import TrialSite
from tests.common.spreadsheets.workbooks import (
    HEADINGS,
    a_workbook,
    damaged,
    number,
    row,
    sheet,
    styles,
    text,
    with_flag,
    workbook,
)
from tests.factories import a_facility, a_site, a_trial, assign
from tests.pages.html_reader import text_of
from tests.work.bulk_upload.table_helpers import TODAY, a_file, states, upload_table
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.models import BulkChange

pytestmark = pytest.mark.django_db
BY_PLACE = ("Trial", "Facility", "Confirm")


@pytest.fixture
def sites():
    trial = a_recruiting_trial(1, acronym="STEPWELL", org_study_id="CC-2026/01")
    return [a_confirmed_site(trial, number, 40) for number in (1, 2)]


@pytest.fixture
def lead(client, sites):
    user = make_coordinator(trial=sites[0].trial)
    client.force_login(user)
    return user


def upload(client, content: bytes, name: str = "sites.xlsx"):
    return client.post("/work/bulk/", {"file": a_file(content, name)}, follow=True)


def confirming(site: TrialSite) -> str:
    return sheet(HEADINGS, row(2, number("A2", site.pk), text("B2", "yes")))


def test_a_hidden_sheet_is_ignored_and_the_dry_run_names_the_read_one(client, lead, sites):
    content = workbook(("Old", "hidden", confirming(sites[0])), ("Sites", "visible", confirming(sites[1])))
    page = upload(client, content)
    assert [judged.site.pk for judged in page.context["rows"]] == [sites[1].pk]
    assert "Sheet read: “Sites”. Not read because hidden: the sheet “Old”." in text_of(page)


def test_a_cell_that_shows_a_month_is_a_month(client, lead, sites):
    head = [
        text(f"{letter}1", name)
        for letter, name in zip(
            "ABCD", ("Site number", "New status", "Effective date", "Reason for change"), strict=True
        )
    ]
    line = [
        number("A2", sites[0].pk),
        text("B2", "Suspended"),
        number("C2", 46296, style=1),
        text("D2", "No drug left"),
    ]
    page = upload(client, workbook(sheet(row(1, *head), row(2, *line)), parts={"xl/styles.xml": styles("mmm-yy")}))
    assert "Suspended, since October 2026" in text_of(page)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (damaged(a_workbook(), "xl/worksheets/sheet1.xml"), "This file is damaged"),
        (with_flag(a_workbook(), 0x1), "protected by a password"),
        (workbook(("Old", "hidden", sheet())), "no visible sheet with cells"),
        (b"PK\x03\x04", "This file is damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Excel (.xls)"),
    ],
    ids=["damaged", "encrypted", "hidden", "stump", "xls"],
)
def test_an_invalid_file_is_a_bad_request_with_a_message(client, lead, content, words):
    page = upload(client, content)
    assert page.status_code == 400
    assert words in text_of(page)
    assert not BulkChange.objects.exists()


def test_a_table_pasted_with_an_invalid_file_stays_in_the_form(client, lead):
    page = client.post("/work/bulk/", {"file": a_file(b"PK\x03\x04"), "table": "Site number\n7"})
    assert page.context["form"]["table"].value() == "Site number\n7"


def test_a_row_after_five_thousand_blank_ones_is_read(client, lead, sites):
    rows = (
        row(2, number("A2", sites[0].pk), text("B2", "yes")),
        row(6000, number("A6000", sites[1].pk), text("B6000", "yes")),
    )
    page = upload(client, workbook(sheet(HEADINGS, *rows)))
    assert [judged.entry.row.number for judged in page.context["rows"]] == [2, 6000]


def test_an_error_value_rejects_only_its_row(client, lead, sites):
    bad = row(3, number("A3", sites[1].pk), '<c r="B3" t="e"><v>#N/A</v></c>')
    page = upload(client, workbook(sheet(HEADINGS, row(2, number("A2", sites[0].pk), text("B2", "yes")), bad)))
    assert states(page) == ["changes", "errors"]
    assert "Confirm: The cell shows the error #N/A." in text_of(page)


def test_a_note_below_the_table_is_reported(client, lead, sites):
    page = upload_table(client, (sites[0].pk, "", "", "", "yes"), ("Prepared by the trial office", "", "", "", ""))
    assert states(page) == ["changes", "errors"]


@pytest.mark.parametrize(
    "trial", ["NCT00000001", "nct 0000 0001", "NCT-00000001", "00000001", "stepwell", "STEPWELL", " cc-2026/01 "]
)
def test_a_trial_is_matched_by_each_of_its_names(client, lead, sites, trial):
    assert states(upload_table(client, (trial, "Hospital 1", "yes"), columns=BY_PLACE)) == ["changes"]


def test_an_acronym_of_two_trials_is_refused_with_both(client, lead, sites):
    other = a_recruiting_trial(2, acronym="Stepwell")
    a_confirmed_site(other, 8, 40)
    assign(lead, trial=other)
    page = upload_table(client, ("STEPWELL", "Hospital 1", "yes"), columns=BY_PLACE)
    assert "“STEPWELL” is the name of 2 trials: NCT00000001, NCT00000002." in text_of(page)


def test_an_acronym_shared_with_a_trial_of_others_matches_the_users_trial(client, lead, sites):
    a_confirmed_site(a_recruiting_trial(2, acronym="Stepwell"), 8, 40)
    assert states(upload_table(client, ("STEPWELL", "Hospital 1", "yes"), columns=BY_PLACE)) == ["changes"]


def test_two_sites_of_a_facility_are_distinguished_by_the_entry(client, lead, sites):
    second = a_site(sites[0].trial, sites[0].facility, duplicate_index=2)
    columns = (*BY_PLACE, "Entry")
    page = upload_table(client, ("STEPWELL", "Hospital 1", "yes", ""), columns=columns)
    assert f"listing 2 (site number {second.pk})" in text_of(page)
    page = upload_table(
        client, ("STEPWELL", "Hospital 1", "yes", "entry 2 of this place in the record"), columns=columns
    )
    assert [judged.site.pk for judged in page.context["rows"]] == [second.pk]


def test_a_site_number_with_another_name_is_refused(client, lead, sites):
    page = upload_table(client, (sites[0].pk, "Hospital 2", "yes"), columns=("Site number", "Facility", "Confirm"))
    assert f"Site number {sites[0].pk} is “Hospital 1”, not “Hospital 2”." in text_of(page)


@pytest.mark.parametrize(
    "facility", ["Universita\u0308tsspital Zu\u0308rich", "universitätsspital zürich", "Universitatsspital Zurich"]
)
def test_names_are_compared_in_any_unicode_form(client, lead, sites, facility):
    a_site(sites[0].trial, a_facility(9, name="Universitätsspital Zürich"), status="RECRUITING")
    page = upload_table(client, ("STEPWELL", facility, "no"), columns=BY_PLACE)
    assert states(page) == ["nothing"]


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ("On hold", "Suspended"),
        ("temporarily closed to accrual", "Suspended"),
        ("Closed to Recruitment, In Follow-Up", "Active, not recruiting"),
        ("CLOSED TO ACCRUAL", "Active, not recruiting"),
    ],
)
def test_statuses_are_read_in_the_words_of_other_systems(client, lead, sites, words, status):
    page = upload_table(client, (sites[0].pk, words, TODAY, "No drug left", ""))
    assert f"becomes {status}, since" in text_of(page).replace("→ ", "")


def test_an_ambiguous_status_is_refused_with_both_meanings(client, lead, sites):
    page = upload_table(client, (sites[0].pk, "Closed", TODAY, "", ""))
    words = "“Closed” can mean several statuses. Enter “Active, not recruiting” or “Completed” or “Terminated”."
    assert words in text_of(page)


@pytest.mark.parametrize(
    ("date", "words"),
    [
        ("15.11.2026", "15 November 2026"),
        ("15/11/2026", "15 November 2026"),
        ("15 Nov 2026", "15 November 2026"),
        ("Nov 2026", "November 2026"),
    ],
)
def test_dates_are_parsed_in_common_formats_and_shown_in_words(client, lead, sites, date, words):
    page = upload_table(client, (sites[0].pk, "Suspended", date, "No drug left", ""))
    assert f"Suspended, since {words}" in text_of(page)


def test_an_ambiguous_date_is_an_error_of_its_cell_with_both_readings(client, lead, sites):
    page = upload_table(client, (sites[0].pk, "Suspended", "03/04/2026", "", ""))
    assert "Effective date: “03/04/2026” can mean 4 March 2026 or 3 April 2026." in text_of(page)


def test_a_trial_of_others_has_the_message_of_an_unknown_trial(client, lead):
    a_site(a_trial(3, acronym="HIDDEN", is_public=False), a_facility(3))
    for name in ("HIDDEN", "NOWHERE"):
        page = upload_table(client, (name, "Hospital 3", "yes"), columns=BY_PLACE)
        assert page.context["rows"][0].errors == ["Site not found among your sites."]
