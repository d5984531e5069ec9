"""Pages of investigators: only people whom records publish as officials, by name, and nothing of an erased person."""

import pytest

from contacts.erasure.service import erase_person
from tests.factories import a_contact, a_site, a_trial
from tests.pages.html_reader import queries_of, read, text_of

pytestmark = pytest.mark.django_db
URL = "/investigators/ann-example/"


def an_official(trial, name="Ann Example, MD", affiliation="Example Trust"):
    return a_contact(trial=trial, kind="OFFICIAL", role="PRINCIPAL_INVESTIGATOR", name=name, affiliation=affiliation)


def titles_of(client, url=URL) -> list[str]:
    return [row.trial.brief_title for row in client.get(url).context["rows"]]


def test_the_page_lists_the_trials_whose_records_print_the_name(client):
    an_official(a_trial(1))
    an_official(a_trial(2, overall_status="RECRUITING"), name="Prof. Ann Example", affiliation="Example Hospital")
    an_official(a_trial(3), name="Ann Sample")
    assert titles_of(client) == ["Trial 2", "Trial 1"]
    page = client.get(URL)
    assert "Example Hospital · Example Trust" in text_of(page) or "Example Trust · Example Hospital" in text_of(page)
    assert "different people of the same name" in text_of(page)
    assert '<meta name="robots" content="noindex">' in page.content.decode()
    assert "a@example.org" not in page.content.decode()


def test_trial_pages_link_to_it_for_officials_only(client):
    trial = a_trial(1, overall_status="RECRUITING")
    an_official(trial)
    a_contact(trial=trial, name="Cora Example")
    a_contact(site=a_site(trial, status="RECRUITING", since="2026-01-01"), name="Sita Example")
    links = [link for link in read(client.get(trial.get_absolute_url())).links if link.startswith("/investigators/")]
    assert links == [URL]
    assert client.get("/investigators/cora-example/").status_code == 404
    assert client.get("/investigators/sita-example/").status_code == 404


@pytest.mark.parametrize("name", ["Study Director", "Call 1-877-CTLILLY", "Example"])
def test_offices_have_no_page(client, name):
    trial = a_trial(1)
    an_official(trial, name=name)
    assert not [link for link in read(client.get(trial.get_absolute_url())).links if "/investigators/" in link]


def test_erased_people_and_unpublished_trials_are_not_shown(client):
    official = an_official(a_trial(1))
    an_official(a_trial(2, is_public=False))
    assert titles_of(client) == ["Trial 1"]
    erase_person(official.person, reason="Requested by letter", author="user:1")
    assert client.get(URL).status_code == 404


def test_another_spelling_redirects_and_queries_are_constant(client):
    an_official(a_trial(1))
    response = client.get("/investigators/Ann Example/")
    assert (response.status_code, response.headers["Location"]) == (301, URL)
    few = queries_of(client, URL)
    for number in range(2, 9):
        an_official(a_trial(number))
    assert queries_of(client, URL) == few
