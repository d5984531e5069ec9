"""The site board of a trial."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
import time_machine
from django.utils import timezone

from common.spreadsheets.escaping import escape_formula
from history.authorship import authored
from sites.models import Facility, StatusEvent, TrialSite
from tests.factories import (
    a_confirmation,
    a_contact,
    a_facility,
    a_manager,
    a_report,
    a_site,
    a_trial,
    a_user,
    an_event,
    assign,
)
from tests.pages.html_reader import RAW_CODE, queries_of, read, rows_of, text_of

pytestmark = pytest.mark.django_db
BOARD = "/trials/NCT00000001/sites/"


@pytest.fixture
def trial():
    return a_trial(1, overall_status="RECRUITING", brief_title="Velutinib in colon cancer")


@pytest.fixture
def three_sites(trial):
    """Recruiting in Lyon since 3 March 2026, suspended in Bristol, not published in Lima."""
    lyon = a_site(trial, a_facility(1, name="Hôpital des Tilleuls"), status="RECRUITING", since="2026-03-03")
    bristol = a_site(
        trial, a_facility(2, name="St Brannoc's", city="Bristol", country="United Kingdom"), status="SUSPENDED",
        since="2026-02",
    )  # fmt: skip
    lima = a_site(trial, a_facility(3, name="Clínica", city="Lima", country="Peru"))
    return lyon, bristol, lima


def order(response) -> list[str]:
    return [next(name for name in ("Tilleuls", "Brannoc", "Clínica") if name in row) for row in rows_of(response)]


def test_every_site_is_a_row_with_status_since_confirmation_and_contact(client, three_sites):
    a_confirmation(three_sites[0], timezone.localdate() - timedelta(days=3))
    a_confirmation(three_sites[1], timezone.localdate() - timedelta(days=200))
    a_contact(site=three_sites[0], name="Ana Lyon")
    a_contact(site=three_sites[1], name="Must not show")
    first, second, third = rows_of(client.get(BOARD))
    assert first.startswith("Hôpital des Tilleuls Lyon, France Recruiting 3 March 2026 Confirmed 3 days ago Ana Lyon")
    assert "+33 4 00 00 00 00" in first
    assert third.startswith("St Brannoc's Bristol, United Kingdom Suspended February 2026 Confirmed 200 days ago")
    assert second.startswith("Clínica Lima, Peru Not published")
    assert "Must not show" not in third


def test_the_age_of_a_confirmation_has_a_color(client, three_sites):
    a_confirmation(three_sites[0], timezone.localdate() - timedelta(days=200))
    html = client.get(BOARD).content.decode()
    assert '<span class="age stale">Confirmed 200 days ago</span>' in html
    assert '<span class="age never">Never confirmed by the site</span>' in html


def test_no_raw_code_and_no_empty_label_is_shown(client, three_sites):
    response = client.get(BOARD)
    assert RAW_CODE.findall(text_of(response)) == []
    assert re.findall(r"<td[^>]*data-label[^>]*>\s*</td>", response.content.decode()) == []


def test_each_status_count_links_to_its_sites(client, three_sites):
    page = client.get(BOARD)
    assert "3 sites 1 recruiting 1 not published 1 suspended" in text_of(page)
    assert f"{BOARD}?status=SUSPENDED" in read(page).links
    only = client.get(f"{BOARD}?status=SUSPENDED")
    assert order(only) == ["Brannoc"]
    assert "1 of 3 sites" in text_of(only)
    assert order(client.get(f"{BOARD}?status=NOT_PUBLISHED")) == ["Clínica"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["Tilleuls", "Clínica", "Brannoc"]),
        ("-status", ["Brannoc", "Clínica", "Tilleuls"]),
        ("site", ["Clínica", "Tilleuls", "Brannoc"]),
        ("-site", ["Brannoc", "Tilleuls", "Clínica"]),
        ("place", ["Tilleuls", "Clínica", "Brannoc"]),
        ("since", ["Brannoc", "Tilleuls", "Clínica"]),
        ("-since", ["Tilleuls", "Brannoc", "Clínica"]),
        ("confirmed", ["Clínica", "Brannoc", "Tilleuls"]),
        ("-confirmed", ["Tilleuls", "Brannoc", "Clínica"]),
    ],
)
def test_the_board_is_sorted_by_any_column(client, three_sites, sort, expected):
    a_confirmation(three_sites[0], date(2026, 9, 1))
    a_confirmation(three_sites[1], date(2026, 8, 1))
    response = client.get(BOARD, {"sort": sort} if sort else {})
    assert order(response) == expected
    direction = "descending" if sort.startswith("-") else "ascending"
    assert response.content.decode().count(f'aria-sort="{direction}"') == 1


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ({"words": "hopital"}, ["Tilleuls"]),
        ({"words": "lima peru"}, ["Clínica"]),
        ({"words": "lima france"}, []),
        ({"country": "Peru"}, ["Clínica"]),
        ({"confirmed": "never"}, ["Clínica"]),
        ({"confirmed": "fresh"}, ["Tilleuls"]),
        ({"confirmed": "due"}, ["Brannoc"]),
        ({"confirmed": "aging"}, ["Brannoc"]),
        ({"confirmed": "stale"}, []),
    ],
)
def test_the_board_is_filtered(client, three_sites, query, expected):
    a_confirmation(three_sites[0], timezone.localdate() - timedelta(days=30))
    a_confirmation(three_sites[1], timezone.localdate() - timedelta(days=90))
    assert order(client.get(BOARD, query)) == expected


def test_no_results_offers_to_remove_filters(client, three_sites):
    page = client.get(f"{BOARD}?words=atlantis")
    assert "No sites match" in text_of(page)
    assert BOARD in read(page).links


def test_a_trial_without_sites_says_so(client, trial):
    assert "No sites yet" in text_of(client.get(BOARD))


@pytest.mark.parametrize(
    "question", ["colour=red", "status=OPEN", "status=A&status=B", "sort=up", "sort=enrolled", "page=2", "page=x",
                 "page=0", "format=pdf", "confirmed=soon"],
)  # fmt: skip
def test_an_unknown_parameter_of_the_board_is_named(client, three_sites, question):
    response = client.get(f"{BOARD}?{question}")
    assert response.status_code == 400
    assert question.partition("=")[0].lower() in text_of(response).lower()


def test_blank_parameters_are_removed_from_the_url(client, three_sites):
    assert client.get(f"{BOARD}?words=&country=Peru").headers["Location"] == f"{BOARD}?country=Peru"


def test_other_spellings_of_the_number_redirect_to_the_canonical_url(client, three_sites):
    response = client.get("/trials/nct00000001/sites/?country=Peru")
    assert (response.status_code, response.headers["Location"]) == (301, f"{BOARD}?country=Peru")


def test_the_board_is_visible_like_its_trial(client):
    hidden = a_trial(2, is_public=False)
    a_site(hidden, a_facility(1))
    address = "/trials/NCT00000002/sites/"
    assert client.get(address).status_code == client.get("/trials/NCT00000009/sites/").status_code == 404
    client.force_login(a_user("other", is_staff=False))
    assert client.get(address).status_code == 404
    mine = a_user("mine", is_staff=False)
    assign(mine, trial=hidden)
    client.force_login(mine)
    assert client.get(address).status_code == 200


def test_enrollment_is_shown_to_users_with_permission(client, trial):
    mine = a_site(trial, a_facility(1), enrollment_target=30)
    other = a_site(trial, a_facility(2), enrollment_target=20)
    for site, enrolled in ((mine, 21), (other, 9)):
        a_report(site, "2026-01", enrolled=enrolled - 5)
        a_report(site, "2026-02", enrolled=enrolled)
    assert "Enrolled" not in text_of(client.get(BOARD))
    coordinator = a_user("coordinator", is_staff=False)
    assign(coordinator, site=mine)
    client.force_login(coordinator)
    page = text_of(client.get(f"{BOARD}?sort=-enrolled"))
    assert "21 of 30" in page
    assert "9 of 20" not in page
    client.force_login(a_manager())
    assert "9 of 20" in text_of(client.get(BOARD))
    client.force_login(a_user("partner", is_staff=False))
    assert "21 of 30" not in text_of(client.get(BOARD))


def test_only_own_sites_link_to_their_form(client, trial):
    mine, other = a_site(trial, a_facility(1)), a_site(trial, a_facility(2))
    coordinator = a_user("coordinator")
    assign(coordinator, site=mine)
    assert not [link for link in read(client.get(BOARD)).links if "/admin/" in link]
    client.force_login(coordinator)
    links = [link for link in read(client.get(BOARD)).links if "trialsite" in link]
    assert links == [f"/admin/sites/trialsite/{mine.pk}/change/"]
    assert other.pk != mine.pk


def test_masked_facilities_and_duplicate_listings_are_labelled(client, trial):
    masked = a_facility(1, name="Research Site", is_masked=True)
    nameless = a_facility(2, name="", is_masked=True)
    twice = a_facility(3, name="Twin Hospital")
    for facility, duplicate in ((masked, 1), (nameless, 1), (twice, 1), (twice, 2)):
        a_site(trial, facility, duplicate_index=duplicate)
    rows = rows_of(client.get(BOARD))
    assert len(rows) == 4
    assert any("Research Site" in row and "Name withheld by the sponsor" in row for row in rows)
    assert any("Facility name not published" in row for row in rows)
    assert [("Twin Hospital" in row, "Listing 2" in row) for row in rows].count((True, True)) == 1


def test_the_status_timeline_has_a_text_alternative(client, trial):
    site = a_site(trial, a_facility(1), status="NOT_YET_RECRUITING", since="2026-01")
    an_event(site, "RECRUITING", "2026-03-03")
    with time_machine.travel("2026-11-21T12:00:00Z", tick=False):
        html = client.get(BOARD).content.decode()
    label = re.search(r'<svg class="timeline"[^>]*aria-label="([^"]*)"', html)[1]
    assert label == "Status history, 18 months: not yet recruiting from January 2026, then recruiting from 3 March 2026"


def test_the_csv_is_the_public_board(client, three_sites):
    a_contact(site=three_sites[0], name="=HYPERLINK(1)")
    client.force_login(a_user("staff"))
    response = client.get(f"{BOARD}?format=csv&sort=site")
    assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert response.headers["Content-Disposition"] == 'attachment; filename="NCT00000001-sites.csv"'
    head, *rows = csv.reader(io.StringIO(response.content.decode("utf-8-sig")))
    assert [row[1] for row in rows] == ["Clínica", "Hôpital des Tilleuls", "St Brannoc's"]
    cells = dict(zip(head, rows[1], strict=True))
    assert (cells["Status"], cells["Since"], cells["Contact"]) == ("Recruiting", "2026-03-03", "'=HYPERLINK(1)")
    assert cells["Phone"] == "'+33 4 00 00 00 00"
    assert "Enrolled" not in head


@pytest.mark.parametrize("cell", ["=1+1", "+33 4", "-1", "@cmd", "\t=1", " =1", "＝1", "\r\n=1"])
def test_no_cell_is_a_formula(cell):
    assert escape_formula(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", ["Lyon", "", "a=b", "2026-03-03", "'quoted'"])
def test_other_cells_are_unchanged(cell):
    assert escape_formula(cell) == cell


def many_sites(trial, numbers):
    for number in numbers:
        site = a_site(trial, a_facility(number), status="RECRUITING", since="2026-03-03", enrollment_target=30)
        a_contact(site=site, name=f"Contact {number}")
        a_report(site, "2026-02", enrolled=1)


def test_the_number_of_queries_does_not_depend_on_the_size_of_the_board(client, trial):
    many_sites(trial, range(1, 4))
    client.force_login(a_user("staff", is_superuser=True))
    few = queries_of(client, BOARD)
    many_sites(trial, range(4, 40))
    assert queries_of(client, BOARD) == few <= 23  # five of them for how many sites reported last month
    assert queries_of(client, f"{BOARD}?format=csv") <= few


def test_a_board_of_six_hundred_sites_is_paginated_below_a_megabyte(client, trial):
    with authored("test"):
        places = [Facility(name=f"Hospital {n} " + "x" * 70, city="Lyon", country="France") for n in range(600)]
        sites = TrialSite.objects.bulk_create(
            TrialSite(trial=trial, facility=place) for place in Facility.objects.bulk_create(places)
        )
        for since in ("2025-09-01", "2026-01-01", "2026-03-03"):
            status = "RECRUITING" if since != "2026-01-01" else "SUSPENDED"
            StatusEvent.objects.bulk_create(
                StatusEvent(trial_site=site, status=status, effective_on=since, as_of=since, author="test")
                for site in sites
            )
    sites, address = [], BOARD
    while address:
        response = client.get(address)
        assert len(response.content) < 1_000_000
        sites += rows_of(response)
        address = response.context.get("next_url")
    assert len({row.split(" x")[0] for row in sites}) == len(sites) == 600
