"""The search page."""

from datetime import timedelta

import pytest
from django.utils import timezone

from publishing.search.results import PAGE_SIZE
from tests.factories import a_confirmation, a_facility, a_site, a_trial, a_user, assign
from tests.pages.html_reader import RAW_CODE, queries_of, read, text_of

pytestmark = pytest.mark.django_db


def colon_trial(number=1, **values):
    known = {"brief_title": "Velutinib in colon cancer", "overall_status": "RECRUITING", "phases": ["PHASE3"]}
    return a_trial(number, **known | {"last_update_posted_on": f"2026-01-{number % 28 + 1:02}"} | values)


def titles(response) -> list[str]:
    return [link for link in read(response).links if link.startswith("/trials/") and not link.endswith("sites/")]


def test_an_empty_database_gives_a_message(client):
    page = text_of(client.get("/"))
    assert "No trials yet" in page
    assert "Filters" not in page


def test_a_result_shows_status_phase_sponsor_sites_confirmation_and_update(client):
    trial = colon_trial(lead_sponsor="Northgate Trials Unit")
    site = a_site(trial, a_facility(1), status="RECRUITING")
    a_site(trial, a_facility(2), status="SUSPENDED")
    a_confirmation(site, timezone.localdate() - timedelta(days=3))
    page = text_of(client.get("/"))
    for text in ("1 trial", "Recruiting", "Phase 3", "Northgate Trials Unit", "1 of 2 sites recruiting",
                 "confirmed 3 days ago", "Updated 2 January 2026"):  # fmt: skip
        assert text in page
    assert RAW_CODE.findall(page) == []


@pytest.mark.parametrize("words", ["colon", "VELUTINIB", "NCT00000001", "Hospital 1", "Lyon", "-asthma colon"])
def test_the_search_box_matches_words_numbers_facilities_and_cities(client, words):
    a_site(colon_trial(), a_facility(1))
    a_trial(2, brief_title="Inhalers in asthma")
    response = client.get("/", {"words": words}, follow=True)
    assert titles(response)[:1] == ["/trials/NCT00000001/"] or response.redirect_chain


@pytest.mark.parametrize("number", ["NCT00000001", " nct00000001 ", "NCT00000099"])
def test_a_number_redirects_to_its_trial(client, number):
    colon_trial(nct_id_aliases=["NCT00000099"])
    response = client.get("/", {"words": number})
    assert (response.status_code, response.headers["Location"]) == (302, "/trials/NCT00000001/")


def test_an_unknown_number_is_a_search_without_results(client):
    colon_trial()
    assert "No results" in text_of(client.get("/", {"words": "NCT00000077"}))


def test_a_hidden_trial_is_no_result(client):
    hidden = colon_trial(is_public=False)
    assert titles(client.get("/")) == []
    assert client.get("/", {"words": hidden.nct_id}).status_code == 200
    mine = a_user("mine", is_staff=False)
    assign(mine, trial=hidden)
    client.force_login(mine)
    assert titles(client.get("/")) == ["/trials/NCT00000001/"]
    client.force_login(a_user("other", is_staff=False))
    assert titles(client.get("/")) == []


@pytest.mark.parametrize(
    "query",
    [
        {"status": "RECRUITING"}, {"phase": "PHASE3"}, {"country": "France"}, {"condition": "colon"},
        {"sponsor_class": "NETWORK"}, {"age": "40"}, {"sex": "FEMALE"}, {"recruiting_in": "France"},
        {"study_type": "INTERVENTIONAL"},
    ],
    ids=lambda query: next(iter(query)),
)  # fmt: skip
def test_each_filter_applies_and_stays_selected(client, query):
    trial = colon_trial(
        conditions=["Colon cancer"], lead_sponsor_class="NETWORK", study_type="INTERVENTIONAL", sex="FEMALE",
        minimum_age="18 Years", maximum_age="65 Years",
    )  # fmt: skip
    a_site(trial, a_facility(1), status="RECRUITING")
    other = a_trial(2, overall_status="COMPLETED", phases=["PHASE1"], sex="MALE", minimum_age="70 Years",
                    study_type="OBSERVATIONAL", lead_sponsor_class="INDUSTRY", conditions=["Asthma"])  # fmt: skip
    a_site(other, a_facility(2, country="Chad"))
    response = client.get("/", query)
    assert titles(response) == ["/trials/NCT00000001/"]
    (name, value), html = next(iter(query.items())), response.content.decode()
    assert any(chosen in html for chosen in (f'value="{value}" checked', f'value="{value}" selected',
                                             f'name="{name}" value="{value}"'))  # fmt: skip
    assert "(remove)" in html


def test_status_and_country_must_match_the_same_site(client):
    trial = colon_trial()
    a_site(trial, a_facility(1), status="RECRUITING")
    a_site(trial, a_facility(2, country="Chad"), status="SUSPENDED")
    assert titles(client.get("/", {"recruiting_in": "Chad"})) == []
    assert titles(client.get("/", {"country": "Chad"})) == ["/trials/NCT00000001/"]


def test_blank_fields_are_removed_from_the_url(client):
    response = client.get("/", {"words": "", "status": "RECRUITING", "country": " ", "age": ""})
    assert (response.status_code, response.headers["Location"]) == (302, "/?status=RECRUITING")


def test_parameters_without_a_field_are_hidden_inputs(client):
    html = client.get("/?has_results=true&country=France&country=Chad&words=colon&order=rank").content.decode()
    for name, value in (("has_results", "true"), ("country", "France"), ("order", "rank")):
        assert f'<input type="hidden" name="{name}" value="{value}">' in html
    assert '<input type="hidden" name="words"' not in html


def test_no_results_suggests_the_single_filter_to_remove(client):
    colon_trial()
    response = client.get("/", {"words": "colon", "status": "RECRUITING", "phase": "PHASE4"})
    page = text_of(response)
    assert "No results match all filters" in page
    assert "Without Phase: Phase 4 · 1 trial" in page
    assert "Without Status" not in page
    assert "/?words=colon&status=RECRUITING" in read(response).links


def test_the_words_can_be_the_suggested_filter(client):
    colon_trial()
    assert "Without “asthma” · 1 trial" in text_of(client.get("/", {"words": "asthma", "phase": "PHASE3"}))


def test_two_conflicting_filters_give_no_single_suggestion(client):
    colon_trial()
    page = text_of(client.get("/", {"phase": "PHASE4", "status": "COMPLETED"}))
    assert "No results" in page
    assert "Without" not in page


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/?colour=red", "“colour” is not a known parameter"),
        ("/?phase=PHASE9", "“PHASE9” is not a valid value for Phase."),
        ("/?age=old", "“old” is not a valid value for Age."),
        ("/?age=-1", "“-1” is not a valid value for Age."),
        ("/?cursor=x", "“x” is not a valid value for Cursor."),
        ("/?order=up&words=a", "“up” is not a valid value for Order."),
        ("/?words=a&words=b", "Choose one value."),
        ("/?updated_since=2026-13", "“2026-13” is not a valid value for Updated since."),
    ],
)
def test_an_invalid_parameter_is_named(client, address, expected):
    response = client.get(address)
    assert response.status_code == 400
    assert expected in text_of(response)


def test_next_and_previous_pages_show_each_trial_once(client):
    for number in range(1, 2 * PAGE_SIZE + 4):
        colon_trial(number)
    for order in ("", "&order=rank"):
        address, pages, back = f"/?words=colon{order}", [], []
        while address:
            response = client.get(address)
            pages.append(titles(response))
            back.append((response.context.get("previous_url"), address))
            address = response.context.get("next_url")
        assert [len(page) for page in pages] == [PAGE_SIZE, PAGE_SIZE, 3]
        assert len({title for page in pages for title in page}) == 2 * PAGE_SIZE + 3
        assert back[0][0] is None
        for number in (1, 2):
            assert titles(client.get(back[number][0])) == pages[number - 1]


def test_the_previous_page_is_the_same_where_the_count_is_capped(client, monkeypatch):
    for module in ("publishing.search.results", "publishing.search.sql"):
        monkeypatch.setattr(f"{module}.COUNT_CAP", 5)
    for number in range(1, 2 * PAGE_SIZE + 4):
        colon_trial(number)
    first = client.get("/")
    second = client.get(first.context["next_url"])
    third = client.get(second.context["next_url"])
    assert "5+ trials" in text_of(first)
    assert titles(client.get(third.context["previous_url"])) == titles(second)
    assert titles(client.get(second.context["previous_url"])) == titles(first)


def test_htmx_gets_the_results_and_the_url_is_pushed(client):
    colon_trial()
    response = client.get("/?words=colon&age=", headers={"HX-Request": "true"})
    html = response.content.decode()
    assert "<html" not in html
    assert 'hx-swap-oob="true"' in html
    assert response.headers["HX-Push-Url"] == "/?words=colon"
    assert "HX-Request" in response.headers["Vary"]
    refused = client.get("/?age=old", headers={"HX-Request": "true"})
    assert refused.headers["HX-Redirect"] == "/?age=old"
    again = client.get("/?words=colon", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"})
    assert "<html" in again.content.decode()


def test_countries_of_hidden_trials_are_not_offered(client):
    a_site(colon_trial(), a_facility(1))
    a_site(colon_trial(2, is_public=False), a_facility(2, country="Chad"))
    html = client.get("/").content.decode()
    assert '<option value="France">' in html
    assert "Chad" not in html


def test_the_number_of_queries_does_not_depend_on_the_number_of_results(client):
    a_site(colon_trial(1), a_facility(1), status="RECRUITING")
    few = queries_of(client, "/?words=colon")
    for number in range(2, PAGE_SIZE):
        a_site(colon_trial(number), a_facility(number), status="RECRUITING")
    assert queries_of(client, "/?words=colon") == few <= 6
