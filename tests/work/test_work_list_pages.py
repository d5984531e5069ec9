"""Pagination and filters of My work, and the list of other sites."""

import pytest
from django.utils import timezone

from sites.models import Confirmation
from tests.factories import a_facility, a_site, a_trial, a_user, assign
from tests.form_filling import form_of
from tests.pages.html_reader import queries_of, read, rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator, make_sites
from work.my_work import forms

pytestmark = pytest.mark.django_db
WORK, OTHERS = "/work/", "/work/sites/"


@pytest.fixture(autouse=True)
def short_pages(monkeypatch):
    monkeypatch.setattr(forms, "PAGE_SIZE", 3)


@pytest.fixture
def seven_sites(client):
    _, sites = make_sites(7)
    client.force_login(make_coordinator(*sites))
    return sites


def confirmed_today() -> int:
    return Confirmation.objects.filter(confirmed_on=timezone.localdate(), undone_at=None).count()


def test_every_row_is_on_one_of_the_pages(client, seven_sites):
    pages = [client.get(WORK, {"page": page} if page > 1 else {}) for page in (1, 2, 3)]
    rows = [row for page in pages for row in rows_of(page)]
    assert [sum(f"Hospital {number} " in row for row in rows) for number in range(1, 8)] == [1] * 7
    assert "1 to 3 of 7" in text_of(pages[0])
    assert "/work/?page=2" in read(pages[0]).links
    assert "7 open tasks" in text_of(pages[1])


def test_an_action_redirects_to_its_page_and_can_be_undone_there(client, seven_sites):
    page = client.get(WORK, {"page": 2})
    sent = form_of(page, "work", site=str(seven_sites[3].pk))
    back = client.post("/work/confirm/", sent)
    assert back.headers["Location"] == "/work/?page=2"
    assert confirmed_today() == 1
    undone = client.post("/work/undo/", form_of(client.get("/work/?page=2"), "undo"))
    assert undone.headers["Location"] == "/work/?page=2"
    assert confirmed_today() == 0


def test_only_the_sites_of_the_page_are_confirmed_together(client, seven_sites):
    assert "Review and confirm 3 sites" in text_of(client.get(WORK, {"page": 2}))
    review = client.get("/work/confirm/review/", {"page": 2})
    answer = client.post("/work/confirm/", form_of(review, "review", site=[site.pk for site in seven_sites[3:6]]))
    assert answer.headers["Location"] == "/work/?page=2"
    assert confirmed_today() == 3


def test_a_page_past_the_end_is_the_last_page(client, seven_sites):
    assert "7 to 7 of 7" in text_of(client.get(WORK, {"page": 9}))


@pytest.mark.parametrize("address", [WORK, OTHERS])
@pytest.mark.parametrize("query", ["page=x", "page=0", "trial=NCT99999999", "colour=red", "page=1&page=2"])
def test_invalid_parameters_are_refused(client, seven_sites, address, query):
    assert client.get(f"{address}?{query}").status_code == 400


def test_the_list_is_filtered_by_trial(client):
    user = a_user()
    for number in (1, 2):
        trial = a_recruiting_trial(number)
        assign(user, site=a_confirmed_site(trial, number, 40))
        assign(user, site=a_confirmed_site(trial, number + 10, 2))
    client.force_login(user)
    page = client.get(WORK, {"trial": "NCT00000002"})
    assert "Hospital 2 " in text_of(page)
    assert "Hospital 12 " in text_of(page)
    assert not any(f"Hospital {number} " in text_of(page) for number in (1, 11))
    assert "2 open tasks" in text_of(page), "the heading counts all trials"
    assert client.get(f"{WORK}?trial=&page=").headers["Location"] == WORK


def test_other_sites_are_paginated_and_can_be_confirmed_and_changed(client):
    trial = a_recruiting_trial()
    sites = [a_confirmed_site(trial, number, 2) for number in range(1, 6)]
    client.force_login(make_coordinator(*sites))
    page = client.get(OTHERS, {"page": 2})
    assert [f"Hospital {number}" in row for number, row in zip((4, 5), rows_of(page), strict=True)] == [True] * 2
    assert f"/work/sites/{sites[3].pk}/change/" in read(page).links
    back = client.post("/work/confirm/", form_of(page, "work", site=str(sites[3].pk)))
    assert back.headers["Location"] == "/work/sites/?page=2"
    assert confirmed_today() == 1


def test_an_empty_list_of_other_sites_has_a_message(client, seven_sites):
    assert "No other site" in text_of(client.get(OTHERS))


@pytest.mark.parametrize("address", [WORK, OTHERS])
def test_the_number_of_queries_does_not_grow_with_the_list(client, address, monkeypatch):
    monkeypatch.setattr(forms, "PAGE_SIZE", 100)
    trial, user = a_trial(1, overall_status="RECRUITING"), a_user()
    assign(user, trial=trial)
    client.force_login(user)
    numbers = iter(range(200))
    queries = []
    for more in (4, 26):
        for _ in range(more):
            a_confirmed_site(trial, next(numbers), 40)
            a_site(trial, a_facility(next(numbers)), status="RECRUITING", since=timezone.localdate().isoformat())
        queries.append(queries_of(client, address))
    assert queries[0] == queries[1] <= 26
