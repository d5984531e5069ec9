"""The three input methods of a bulk change, and the downloaded template."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from sites.models import TrialSite
from tests.factories import a_facility, a_site, a_trial
from tests.pages.html_reader import text_of
from tests.work.bulk_upload.table_helpers import TODAY, a_file, apply, pasted, states, upload_table, workbook
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator
from work.models import BulkChange

pytestmark = pytest.mark.django_db
BOARD = "/trials/NCT00000001/sites/"


@pytest.fixture
def sites():
    trial = a_recruiting_trial(1)
    return [a_confirmed_site(trial, number, 40) for number in (1, 2, 3)]


@pytest.fixture
def lead(client, sites):
    user = make_coordinator(trial=sites[0].trial)
    client.force_login(user)
    return user


def site_version(site) -> str:
    return f"{site.pk}:{site.version}"


def upload(client, content: bytes, name: str = "sites.csv"):
    return client.post("/work/bulk/", {"file": a_file(content, name)}, follow=True)


def download_sheet(client, address: str = "/work/bulk/sheet.csv") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(client.get(address).content.decode("utf-8-sig"))))


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_an_uploaded_file_redirects_to_the_dry_run(client, lead, sites, kind):
    head, line = ("Site number", "New status", "Effective date"), (sites[0].pk, "Suspended", TODAY)
    content = workbook([head, line]) if kind == "xlsx" else pasted([line], head, delimiter=";").encode()
    page = upload(client, content, f"Spring.{kind}")
    assert states(page) == ["changes"]
    assert f"Spring.{kind}" in text_of(page)


def test_a_file_error_is_shown_at_its_field(client, lead):
    page = upload(client, b"Site number,Status\n7,good")
    assert page.status_code == 400
    assert "File: The column “Status” can mean" in text_of(page).replace(" :", ":")
    assert not BulkChange.objects.exists()


def test_an_unknown_column_is_named_in_the_dry_run(client, lead, sites):
    page = upload(client, f"Site number;Confirm;Shoe size\n{sites[0].pk};yes;44".encode())
    assert page.status_code == 200
    assert "The column “Shoe size” is not recognized" in text_of(page)


def test_a_file_in_windows_1252_has_a_notice_in_the_dry_run(client, lead, sites):
    page = upload(client, f"Site number;Confirm;Reason\n{sites[0].pk};yes;Züri".encode("cp1252"))
    assert "It was read as Windows-1252" in text_of(page)


def test_a_file_or_a_paste_is_needed_and_not_both(client, lead):
    assert "Choose a file, or paste a table." in text_of(client.post("/work/bulk/", {}))
    both = {"file": a_file(b"Site number\n7"), "table": "Site number\n7"}
    assert "not both" in text_of(client.post("/work/bulk/", both))


def test_five_megabytes_are_the_limit(client, lead):
    assert "larger than 5 MB" in text_of(upload(client, b"Site number\n" + b"7\n" * (5 * 512 * 1024)))


def test_the_board_has_a_checkbox_for_every_editable_site(client, sites):
    client.force_login(make_coordinator(sites[0]))
    page = client.get(BOARD).content.decode()
    assert page.count('type="checkbox" name="site"') == 1
    assert f'value="{site_version(sites[0])}"' in page
    client.logout()
    assert 'name="site"' not in client.get(BOARD).content.decode()


def test_selected_sites_are_changed_together(client, lead, sites):
    chosen = [site_version(site) for site in sites[:2]]
    page = client.get("/work/bulk/choose/", {"site": chosen})
    assert "Update 2 selected sites" in text_of(page)
    post_data = {"site": chosen, "to": "SUSPENDED", "effective_on": TODAY, "why": "No drug left"}
    assert states(client.post("/work/bulk/choose/", post_data, follow=True)) == ["changes", "changes"]
    apply(client)
    assert list(TrialSite.objects.order_by("pk").values_list("status", flat=True)) == [
        "SUSPENDED",
        "SUSPENDED",
        "RECRUITING",
    ]


def test_one_button_selects_all_sites_of_a_page(client, lead, sites):
    page = client.get(
        "/work/bulk/choose/", {"all": ",".join(map(site_version, sites)), "site": [site_version(sites[0])]}
    )
    assert "Update 3 selected sites" in text_of(page)


def test_selected_sites_can_be_confirmed_together(client, lead, sites):
    post_data = {"site": [site_version(site) for site in sites], "confirm": "on"}
    page = client.post("/work/bulk/choose/", post_data, follow=True)
    assert "Today" in text_of(page)


@pytest.mark.parametrize(
    ("post_data", "refusal"),
    [
        ({}, "Choose a new status, or confirm the current ones."),
        ({"to": "SUSPENDED"}, "Enter both the new status and its effective date."),
        ({"effective_on": TODAY, "confirm": "on"}, "Enter both the new status and its effective date."),
        ({"to": "SUSPENDED", "effective_on": TODAY, "confirm": "on"}, "A new status is confirmed when it is saved."),
    ],
)
def test_incomplete_and_contradicting_input_is_refused(client, lead, sites, post_data, refusal):
    page = client.post("/work/bulk/choose/", {"site": [site_version(sites[0])]} | post_data)
    assert page.status_code == 400
    assert refusal in text_of(page)


def test_a_site_with_a_stale_version_is_an_error(client, lead, sites):
    post_data = {"site": [f"{sites[0].pk}:{sites[0].version - 1}"], "to": "SUSPENDED", "effective_on": TODAY}
    assert states(client.post("/work/bulk/choose/", post_data, follow=True)) == ["errors"]


def test_a_site_of_others_cannot_be_selected(client, lead):
    other = a_confirmed_site(a_recruiting_trial(2), 9, 40)
    for chosen in (site_version(other), "999999:1"):
        for ask in (client.get, client.post):
            assert ask("/work/bulk/choose/", {"site": [chosen]}).status_code == 404


@pytest.mark.parametrize("chosen", ["7", "7:x", "7:1:2", "-1:1", "", "1234567890:1"])
def test_an_invalid_site_and_version_is_refused(client, lead, chosen):
    assert client.get("/work/bulk/choose/", {"site": [chosen]}).status_code == 400


def test_an_empty_selection_has_a_message(client, lead):
    assert "No site selected" in text_of(client.get("/work/bulk/choose/"))


def test_the_template_lists_the_users_sites_with_current_values(client, lead, sites):
    a_confirmed_site(a_recruiting_trial(2), 9, 40)
    lines = download_sheet(client)
    assert [line["Site number"] for line in lines] == [str(site.pk) for site in sites]
    assert lines[0] == {
        "Trial": "NCT00000001", "Site number": str(sites[0].pk), "Facility": "Hospital 1", "City": "Kobe",
        "Country": "Japan", "Listing": "", "Current status": "Recruiting", "Since": "2026-01-01",
        "Earlier status 1": "", "Earlier status 1, effective date": "", "Earlier status 2": "",
        "Earlier status 2, effective date": "",
        "New status": "", "Effective date": "", "Reason for change": "",
        "Confirm": "", "Enrollment target": "", "Internal note": "", "Version": str(sites[0].version),
    }  # fmt: skip


def test_the_template_of_a_site_coordinator_has_no_targets_and_notes(client, sites):
    site = a_site(sites[0].trial, a_facility(8), internal_note="canary7f3a", enrollment_target=987_654)
    client.force_login(make_coordinator(site))
    [line] = download_sheet(client)
    assert not {"Internal note", "Enrollment target"} & line.keys()
    assert "canary7f3a" not in str(line)


def test_the_template_of_a_trial_lists_only_the_users_sites(client, sites):
    client.force_login(make_coordinator(sites[1]))
    assert [line["Site number"] for line in download_sheet(client, "/work/bulk/sheet.csv?trial=NCT00000001")] == [
        str(sites[1].pk)
    ]
    hidden = a_trial(3, is_public=False)
    for key in (hidden.key, "NCT99999999", "x"):
        assert client.get(f"/work/bulk/sheet.csv?trial={key}").status_code == 404
    assert client.get("/work/bulk/sheet.csv?sort=x").status_code == 400
    assert client.get("/work/bulk/sheet.pdf").status_code == 404


EVIL = ["=1+1", "+1", "-1", "@SUM(A1)", "'=1", "_x000D_", "plain"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_the_template_has_no_formulas_and_can_be_uploaded_unchanged(client, lead, sites, kind):
    for number, text in enumerate(EVIL):
        a_site(sites[0].trial, a_facility(20 + number, name=f"{text} hospital"), internal_note=text)
    content = client.get(f"/work/bulk/sheet.{kind}").content
    if kind == "xlsx":
        cells = [cell for row in load_workbook(io.BytesIO(content)).active for cell in row]
        assert {cell.data_type for cell in cells if cell.value} == {"s"}
        texts = [cell.value or "" for cell in cells]
    else:
        texts = [cell for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in line]
    assert not [text for text in texts if text.startswith(("=", "+", "-", "@"))]
    assert set(states(upload(client, content, f"x.{kind}"))) == {"nothing"}


def test_the_number_of_queries_of_the_template_does_not_grow_with_the_sites(client, lead, sites):
    def queries() -> int:
        with CaptureQueriesContext(connection) as queries:
            download_sheet(client)
        return len(queries)

    client.get("/work/bulk/sheet.csv")
    few = queries()
    for number in range(10, 60):
        a_confirmed_site(sites[0].trial, number, 40)
    assert queries() == few


def test_the_page_lists_only_the_users_own_uploads(client, lead, sites):
    upload_table(client, (sites[0].pk, "", "", "", "yes"))
    assert "Not applied" in text_of(client.get("/work/bulk/"))
    client.force_login(make_coordinator(sites[1], name="other"))
    assert "Previous uploads" not in text_of(client.get("/work/bulk/"))


def test_an_unapplied_table_is_deleted_after_a_month_and_a_result_is_not(client, lead, sites):
    def brought_long_ago() -> BulkChange:
        upload_table(client, (sites[0].pk, "", "", "", "yes"))
        change = BulkChange.objects.latest("pk")
        BulkChange.objects.filter(pk=change.pk).update(made_at=timezone.now() - timedelta(days=31))
        return change

    applied = brought_long_ago()
    apply(client)
    given_up = brought_long_ago()
    other = BulkChange.objects.create(author="user:0", input_method="PASTED")
    BulkChange.objects.filter(pk=other.pk).update(made_at=given_up.made_at - timedelta(days=90))
    fresh = brought_long_ago()
    assert set(BulkChange.objects.values_list("pk", flat=True)) == {applied.pk, other.pk, fresh.pk}
