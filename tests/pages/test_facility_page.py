"""A facility's page: all its trials, open ones first."""

from datetime import timedelta

import pytest
from django.utils import timezone

from history.authorship import authored
from tests.factories import a_confirmation, a_contact, a_facility, a_manager, a_site, a_trial
from tests.pages.html_reader import RAW_CODE, queries_of, read, rows_of, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def facility():
    return a_facility(1, name="Hôpital des Tilleuls", state="Rhône")


def test_all_trials_of_a_facility_are_listed_open_ones_first(client, facility):
    a_site(a_trial(1, overall_status="COMPLETED"), facility)
    a_site(a_trial(2, overall_status="RECRUITING"), facility, status="SUSPENDED", since="2026-02")
    recruiting = a_site(a_trial(3, overall_status="RECRUITING"), facility, status="RECRUITING", since="2026-03-03")
    a_confirmation(recruiting, timezone.localdate() - timedelta(days=1))
    response = client.get(facility.get_absolute_url())
    page, rows = text_of(response), rows_of(response)
    assert "Hôpital des Tilleuls Lyon, Rhône, France 3 trials 1 recruiting 1 not published 1 suspended" in page
    assert rows[0] == "Trial 3 NCT00000003 Recruiting 3 March 2026 Confirmed yesterday Recruiting"
    unpublished = "Trial 1 NCT00000001 Not published No start date No status to confirm Completed"
    assert rows[1] == f"{unpublished} No status in this period"
    assert rows[2] == "Trial 2 NCT00000002 Suspended February 2026 Never confirmed by the site Recruiting"
    assert RAW_CODE.findall(page) == []


def test_a_renamed_facility_keeps_its_old_addresses(client, facility):
    a_site(a_trial(1), facility)
    old = facility.get_absolute_url()
    with authored("test"):
        facility.name = "Centre des Tilleuls"
        facility.save()
    response = client.get(old)
    assert (response.status_code, response.headers["Location"]) == (301, facility.get_absolute_url())
    assert facility.get_absolute_url() != old
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize("slug", ["nowhere", "hospital-999999", "9" * 30])
def test_an_unknown_facility_gives_404(client, facility, slug):
    a_site(a_trial(1), facility)
    assert client.get(f"/facilities/{slug}/").status_code == 404


def test_unassigned_hidden_trials_are_not_listed(client, facility):
    a_site(a_trial(1, is_public=False), facility)
    address = facility.get_absolute_url()
    assert client.get(address).status_code == 404
    a_site(a_trial(2), facility)
    assert [row.partition(" NCT")[0] for row in rows_of(client.get(address))] == ["Trial 2"]
    assert "1 trial " in text_of(client.get(address))
    client.force_login(a_manager())
    assert len(rows_of(client.get(address))) == 2


def test_a_masked_facility_is_labelled(client):
    masked = a_facility(1, name="", is_masked=True)
    a_site(a_trial(1), masked)
    page = text_of(client.get(masked.get_absolute_url()))
    assert "Facility name not published" in page
    assert "Name withheld by the sponsor" in page


def test_a_status_count_links_to_its_trials_and_back(client, facility):
    a_site(a_trial(1), facility)
    a_site(a_trial(2), facility, status="RECRUITING")
    address = facility.get_absolute_url()
    only = client.get(f"{address}?status=NOT_PUBLISHED")
    assert len(rows_of(only)) == 1
    assert address in read(only).links
    assert client.get(f"{address}?status=OPEN").status_code == 400
    assert client.get(f"{address}?page=9").status_code == 400
    assert client.get(f"{address}?colour=red").status_code == 400


def test_the_number_of_queries_does_not_depend_on_the_number_of_trials(client, facility):
    a_site(a_trial(1), facility)
    few = queries_of(client, facility.get_absolute_url())
    for number in range(2, 30):
        a_site(a_trial(number), facility, status="RECRUITING")
    assert queries_of(client, facility.get_absolute_url()) == few <= 8


def test_people_and_status_history_are_shown_where_they_are_public(client, facility):
    recruiting = a_site(a_trial(1, overall_status="RECRUITING"), facility, status="RECRUITING", since="2026-03-03")
    held_back = a_site(a_trial(2, overall_status="COMPLETED"), facility, status="RECRUITING", since="2026-02-02")
    a_contact(site=recruiting, name="Anna Berger")
    a_contact(site=held_back, name="Ben Okafor")
    page = client.get(facility.get_absolute_url())
    assert "Anna Berger" in text_of(page)
    assert "Ben Okafor" not in text_of(page)
    html = page.content.decode()
    assert "Status history, 18 months: recruiting from 3 March 2026" in html
    assert "2 February 2026" not in html
