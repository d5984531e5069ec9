"""Pages of conditions, sponsors and countries: what they list, their addresses, and who sees them."""

import pytest

from tests.factories import a_facility, a_manager, a_site, a_trial, make
from tests.pages.html_reader import queries_of, read, text_of
from trials.models import Collaborator

pytestmark = pytest.mark.django_db
BREAST = {"condition_mesh": [{"id": "D1", "term": "Breast Neoplasms"}]}
ANCESTORS = [{"term": "Neoplasms by Site"}, {"term": "Neoplasms"}, {"term": "Skin Diseases"}]


def a_cancer_trial(number: int, **values):
    ancestors = values.pop("condition_ancestors", ANCESTORS)
    return a_trial(number, **{"overall_status": "RECRUITING", "conditions": ["Breast cancer"], **BREAST,
                              "condition_ancestors": ancestors} | values)  # fmt: skip


def titles_of(client, path: str) -> list[str]:
    response = client.get(path)
    assert response.status_code == 200, path
    return [row.trial.brief_title for row in response.context["rows"]]


def test_a_condition_lists_its_trials_recruiting_first_with_counts(client):
    a_cancer_trial(1, overall_status="COMPLETED", last_update_posted_on="2026-03")
    a_cancer_trial(2, last_update_posted_on="2026-01")
    a_cancer_trial(3, conditions=["Breast Cancer"], condition_mesh=[], condition_ancestors=[])
    a_trial(4, conditions=["Asthma"])
    assert titles_of(client, "/conditions/breast-cancer/") == ["Trial 2", "Trial 3", "Trial 1"]
    text = text_of(client.get("/conditions/breast-cancer/"))
    assert "3 trials 2 recruiting 1 completed" in text
    assert titles_of(client, "/conditions/breast-cancer/?status=COMPLETED") == ["Trial 1"]


def test_the_mesh_tree_is_climbed_as_the_records_give_it(client):
    a_cancer_trial(1)
    lung = [{"term": "Neoplasms by Site"}, {"term": "Neoplasms"}, {"term": "Lung Diseases"}]
    a_cancer_trial(2, condition_mesh=[{"term": "Lung Neoplasms"}], condition_ancestors=lung)
    page = client.get("/conditions/breast-neoplasms/")
    assert list(page.context["topic"].broader) == ["Neoplasms by Site", "Neoplasms", "Skin Diseases"]
    assert "/conditions/neoplasms-by-site/" in read(page).links
    above = client.get("/conditions/neoplasms-by-site/").context["topic"]
    assert (list(above.broader), sorted(above.narrower)) == (["Neoplasms"], ["Breast Neoplasms", "Lung Neoplasms"])
    assert titles_of(client, "/conditions/neoplasms/") == ["Trial 2", "Trial 1"]


def test_names_that_fold_alike_share_a_page_and_other_spellings_redirect(client):
    a_trial(1, conditions=["Sjögren's Syndrome"])
    a_trial(2, conditions=["Sjogrens syndrome"])
    assert len(titles_of(client, "/conditions/sjogrens-syndrome/")) == 2
    answer = client.get("/conditions/Sjögren's Syndrome/")
    assert (answer.status_code, answer.headers["Location"]) == (301, "/conditions/sjogrens-syndrome/")


def test_a_sponsor_lists_trials_it_sponsors_or_supports(client):
    a_trial(1, lead_sponsor="Institut Pasteur", lead_sponsor_class="OTHER")
    make(Collaborator, trial=a_trial(2), name="INSTITUT PASTEUR", agency_class="OTHER")
    a_trial(3, lead_sponsor="Pasteur")
    assert sorted(titles_of(client, "/sponsors/institut-pasteur/")) == ["Trial 1", "Trial 2"]


def test_a_person_has_no_sponsor_page(client):
    a_trial(1, lead_sponsor="Anna Berger", lead_sponsor_class="INDIV")
    assert client.get("/sponsors/anna-berger/").status_code == 404
    assert "/sponsors/anna-berger/" not in read(client.get("/trials/NCT00000001/")).links


def test_a_country_is_found_under_all_its_names(client):
    a_site(a_trial(1, overall_status="RECRUITING"), a_facility(1, country="Czech Republic"), status="RECRUITING")
    assert titles_of(client, "/countries/czechia/") == ["Trial 1"]
    assert "/?recruiting_in=Czechia" in read(client.get("/countries/czechia/")).links
    assert client.get("/countries/czech-republic/").headers["Location"] == "/countries/czechia/"
    assert client.get("/countries/france/").status_code == 404
    assert client.get("/countries/nowhere/").status_code == 404


def test_a_trial_page_links_its_condition_sponsor_and_country(client):
    a_site(a_cancer_trial(1, lead_sponsor="Institut Pasteur"), a_facility(1))
    links = read(client.get("/trials/NCT00000001/")).links
    paths = ("conditions/breast-cancer", "conditions/neoplasms", "sponsors/institut-pasteur", "countries/france")
    expected = [f"/{path}/" for path in paths]
    assert set(expected) <= set(links)
    assert [client.get(link).status_code for link in expected] == [200] * 4


@pytest.mark.parametrize("path", ["conditions/breast-cancer/", "sponsors/institut-pasteur/", "countries/france/"])
def test_what_is_not_public_is_a_404_except_for_its_readers(client, path):
    a_site(a_cancer_trial(1, is_public=False, lead_sponsor="Institut Pasteur"), a_facility(1))
    assert client.get(f"/{path}").status_code == 404
    client.force_login(a_manager())
    assert client.get(f"/{path}").status_code == 200


@pytest.mark.parametrize("query", ["?colour=red", "?page=2", "?page=x", "?status=OPEN"])
def test_invalid_parameters_are_refused(client, query):
    a_cancer_trial(1)
    assert client.get(f"/conditions/breast-cancer/{query}").status_code == 400


def test_more_trials_than_a_page_are_paged(client):
    for number in range(1, 24):
        a_cancer_trial(number)
    assert len(titles_of(client, "/conditions/breast-cancer/")) == 20
    assert len(titles_of(client, "/conditions/breast-cancer/?page=2")) == 3


@pytest.mark.parametrize("path", ["/conditions/breast-cancer/", "/sponsors/institut-pasteur/", "/countries/france/"])
def test_the_queries_do_not_grow_with_the_trials(client, path):
    counts = []
    for numbers in (range(1, 4), range(4, 20)):
        for number in numbers:
            a_site(a_cancer_trial(number, lead_sponsor="Institut Pasteur"), a_facility(number))
        counts.append(queries_of(client, path))
    assert counts[0] == counts[1]
