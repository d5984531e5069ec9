"""My work when there is much of it: pages, one trial at a time, and the sites that need nothing."""

import pytest
from django.utils import timezone

from sites.models import Confirmation
from tests.factories import a_facility, a_site, a_trial, a_user, assign
from tests.filling import form_of
from tests.pages.reading import queries_of, read, rows_of, text_of
from tests.work.mornings import a_confirmed_site, a_coordinator_of, a_recruiting_trial, many_sites
from work.listing import asking

pytestmark = pytest.mark.django_db
WORK, OTHERS = "/work/", "/work/sites/"


@pytest.fixture(autouse=True)
def short_pages(monkeypatch):
    monkeypatch.setattr(asking, "SHOWN", 3)


@pytest.fixture
def seven(client):
    _, sites = many_sites(7)
    client.force_login(a_coordinator_of(*sites))
    return sites


def confirmed_today() -> int:
    return Confirmation.objects.filter(confirmed_on=timezone.localdate(), undone_at=None).count()


def test_every_row_is_on_one_of_the_pages(client, seven):
    pages = [client.get(WORK, {"page": page} if page > 1 else {}) for page in (1, 2, 3)]
    rows = [row for page in pages for row in rows_of(page)]
    assert [sum(f"Hospital {number} " in row for row in rows) for number in range(1, 8)] == [1] * 7
    assert "1 to 3 of 7" in text_of(pages[0])
    assert "/work/?page=2" in read(pages[0]).links
    assert "Seven things need you" in text_of(pages[1])


def test_an_act_on_a_page_leads_back_to_it_and_can_be_undone_from_there(client, seven):
    page = client.get(WORK, {"page": 2})
    sent = form_of(page, "work", site=str(seven[3].pk))
    back = client.post("/work/confirm/", sent)
    assert back.headers["Location"] == "/work/?page=2"
    assert confirmed_today() == 1
    undone = client.post("/work/undo/", form_of(client.get("/work/?page=2"), "undo"))
    assert undone.headers["Location"] == "/work/?page=2"
    assert confirmed_today() == 0


def test_the_page_that_one_looked_at_is_confirmed_together_and_no_more(client, seven):
    assert "Review and confirm 3 sites" in text_of(client.get(WORK, {"page": 2}))
    review = client.get("/work/confirm/review/", {"page": 2})
    answer = client.post("/work/confirm/", form_of(review, "review", site=[site.pk for site in seven[3:6]]))
    assert answer.headers["Location"] == "/work/?page=2"
    assert confirmed_today() == 3


def test_past_the_end_is_the_last_page_because_what_stood_there_is_done(client, seven):
    assert "7 to 7 of 7" in text_of(client.get(WORK, {"page": 9}))


@pytest.mark.parametrize("address", [WORK, OTHERS])
@pytest.mark.parametrize("asked", ["page=x", "page=0", "trial=NCT99999999", "colour=red", "page=1&page=2"])
def test_a_question_that_cannot_be_answered_is_refused(client, seven, address, asked):
    assert client.get(f"{address}?{asked}").status_code == 400


def test_one_trial_at_a_time(client):
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
    assert "Two things need you" in text_of(page), "the greeting tells of all"
    assert client.get(f"{WORK}?trial=&page=").headers["Location"] == WORK


def test_the_other_sites_have_pages_and_are_confirmed_and_changed_there(client):
    trial = a_recruiting_trial()
    sites = [a_confirmed_site(trial, number, 2) for number in range(1, 6)]
    client.force_login(a_coordinator_of(*sites))
    page = client.get(OTHERS, {"page": 2})
    assert [f"Hospital {number}" in row for number, row in zip((4, 5), rows_of(page), strict=True)] == [True] * 2
    assert f"/work/sites/{sites[3].pk}/change/" in read(page).links
    back = client.post("/work/confirm/", form_of(page, "work", site=str(sites[3].pk)))
    assert back.headers["Location"] == "/work/sites/?page=2"
    assert confirmed_today() == 1


def test_the_list_of_other_sites_says_so_when_there_are_none(client, seven):
    assert "No other site" in text_of(client.get(OTHERS))


@pytest.mark.parametrize("address", [WORK, OTHERS])
def test_long_lists_take_the_queries_of_short_ones(client, address, monkeypatch):
    monkeypatch.setattr(asking, "SHOWN", 100)
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
