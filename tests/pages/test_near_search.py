"""The search page near a place: recruiting sites, nearest first, with distance, confirmation and contacts."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from publishing.search.near import PAGE_SIZE
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial, a_user, assign
from tests.pages.html_reader import RAW_CODE, read, text_of

pytestmark = pytest.mark.django_db

#: About 2, 30 and 100 km north of the centre of Lyon (45.749, 4.848).
AT_LYON, NORTH, FAR_NORTH = 45.767, 46.02, 46.65


def a_hospital(number: int, latitude: float | None = AT_LYON, **values):
    point = {"latitude": latitude, "longitude": 4.848} if latitude is not None else {}
    return a_facility(number, **point | values)


def an_open_site(trial, facility, status: str = "RECRUITING"):
    return a_site(trial, facility, status=status)


def an_open_trial(number: int = 1, **values):
    return a_trial(number, **{"overall_status": "RECRUITING", "brief_title": f"Study {number}"} | values)


def near(client, place: str = "Lyon, France", **params):
    return client.get("/", {"near": place} | params)


def keys(response) -> list[str]:
    return [result.row.trial.key for result in response.context["results"].rows]


def test_recruiting_sites_are_listed_nearest_first_with_distance_confirmation_and_contact(client):
    far, close = an_open_trial(1), an_open_trial(2, phases=["PHASE3"])
    an_open_site(far, a_hospital(1, NORTH))
    site = an_open_site(close, a_hospital(2, name="Hôpital du Nord"))
    a_contact(site=site, name="Ana Lyon")
    a_confirmation(site, timezone.localdate() - timedelta(days=3), confirmed_as="SITE")
    response = near(client)
    page = text_of(response)
    assert keys(response) == [close.key, far.key]
    for text in ("2 trials, 2 recruiting sites", "2 km", "30 km", "Recruiting", "Confirmed by the site 3 days ago",
                 "Hôpital du Nord", "Ana Lyon", "+33 4 00 00 00 00", "Within 10 km: 1", "Within 25 km: 1"):  # fmt: skip
        assert text in page
    assert RAW_CODE.findall(page) == []


def test_only_sites_that_recruit_in_public_are_results(client):
    for number, (overall, status, values) in enumerate(
        [
            ("RECRUITING", "SUSPENDED", {}), ("RECRUITING", "COMPLETED", {}), ("RECRUITING", "", {}),
            ("RECRUITING", "ENROLLING_BY_INVITATION", {}), ("COMPLETED", "RECRUITING", {}),
            ("SUSPENDED", "RECRUITING", {}), ("RECRUITING", "RECRUITING", {"is_public": False}),
        ],
        start=1,
    ):  # fmt: skip
        an_open_site(an_open_trial(number, overall_status=overall, **values), a_hospital(number), status)
    assert near(client).context["results"].count == 0
    ahead = an_open_trial(20, overall_status="NOT_YET_RECRUITING")
    an_open_site(ahead, a_hospital(20))
    response = near(client)
    assert keys(response) == [ahead.key]
    assert "the trial’s overall status is being updated" in text_of(response)


def test_a_hidden_trial_is_found_by_its_coordinator_only(client):
    hidden = an_open_trial(is_public=False)
    an_open_site(hidden, a_hospital(1))
    mine = a_user("mine", is_staff=False)
    assign(mine, trial=hidden)
    client.force_login(mine)
    assert keys(near(client)) == [hidden.key]
    client.force_login(a_user("other", is_staff=False))
    assert keys(near(client)) == []


def test_the_distance_is_that_of_the_site_or_of_its_city_and_the_page_says_which(client):
    an_open_site(an_open_trial(1), a_hospital(1, NORTH))
    assert "the record has no point for this site" not in text_of(near(client))
    an_open_site(an_open_trial(2), a_hospital(2, None))
    response = near(client)
    assert keys(response) == ["NCT00000002", "NCT00000001"]
    assert "Distance to the city; the record has no point for this site" in text_of(response)


def test_the_unit_and_the_distance_limit_the_circle(client):
    an_open_site(an_open_trial(1), a_hospital(1, FAR_NORTH))
    assert keys(near(client, within="99")) == []
    assert keys(near(client, within="102")) == ["NCT00000001"]
    assert keys(near(client, within="61", unit="mi")) == []
    response = near(client, within="63", unit="mi")
    assert keys(response) == ["NCT00000001"]
    assert "62 miles" in text_of(response)


def test_the_other_filters_hold_for_the_trial_and_those_of_a_country_for_the_site(client):
    here = an_open_trial(1, conditions=["Asthma"], minimum_age="18 Years", sex="FEMALE")
    an_open_site(here, a_hospital(1))
    abroad = an_open_trial(2, conditions=["Migraine"], minimum_age="18 Years", sex="MALE")
    an_open_site(abroad, a_hospital(2))
    an_open_site(abroad, a_hospital(3, NORTH, country="Switzerland"))
    for params in ({"condition": "asthma"}, {"words": "asthma"}, {"sex": "FEMALE"}, {"age": "30", "sex": "FEMALE"}):
        assert keys(near(client, **params)) == [here.key], params
    assert keys(near(client, age="12")) == []
    [result] = near(client, country="Switzerland").context["results"].rows
    assert [site.site.facility.country for site in result.sites] == ["Switzerland"]


@pytest.mark.parametrize(
    ("params", "name"),
    [
        ({"within": "1001"}, "Within"), ({"within": "0"}, "Within"), ({"within": "nan"}, "Within"),
        ({"within": "-5"}, "Within"), ({"unit": "furlong"}, "Unit"), ({"nearr": "x"}, "nearr"),
        ({"near": "x" * 201}, "Near"), ({"cursor": "abc"}, "Cursor"), ({"unit": ["km", "mi"]}, "Unit"),
    ],
)  # fmt: skip
def test_wrong_parameters_are_refused_by_name(client, params, name):
    response = client.get("/", {"near": "Lyon"} | params)
    assert response.status_code == 400
    assert name in text_of(response)


def test_an_ambiguous_place_gives_links_and_keeps_what_was_typed(client):
    response = near(client, "Springfield", words="asthma", within="25", unit="mi")
    assert "Which place do you mean by “Springfield”?" in text_of(response)
    [link, *_] = [link for link in read(response).links if "Springfield%2C+" in link]
    for part in ("words=asthma", "within=25", "unit=mi"):
        assert part in link
    assert client.get(link).context["near"].place
    assert 'value="Springfield"' in response.content.decode()


def test_an_unknown_place_is_a_page_that_keeps_what_was_typed(client):
    an_open_trial()
    response = near(client, "Xyzzyx", words="asthma")
    assert (response.status_code, "No place found for “Xyzzyx”" in text_of(response)) == (200, True)
    assert 'value="asthma"' in response.content.decode()


def test_without_a_place_distance_and_unit_say_nothing(client):
    an_open_trial()
    response = client.get("/", {"near": "", "within": "50", "unit": "mi", "words": "study"})
    assert (response.status_code, response.headers["Location"]) == (302, "/?words=study")
    assert client.get("/", {"within": "50"}).headers["Location"] == "/"


def test_no_result_says_which_filter_to_drop_and_shows_the_nearest_outside(client):
    an_open_site(an_open_trial(1, conditions=["Asthma"], phases=["PHASE2"]), a_hospital(1))
    far = an_open_trial(2, conditions=["Asthma"], phases=["PHASE3"])
    an_open_site(far, a_hospital(2, FAR_NORTH))
    response = near(client, condition="asthma", phase="PHASE3", within="50")
    page = text_of(response)
    for text in ("No recruiting site within 50 km matches", "Without Phase: Phase 3", "· 1 trial", "Study 2", "100 km",
                 "Nearest outside this distance", "Search within 250 km"):  # fmt: skip
        assert text in page
    assert "Without Condition" not in page
    assert [result.row.trial.key for result in response.context["results"].outside] == [far.key]


def test_a_private_contact_and_one_that_has_ended_are_never_shown(client):
    trial = an_open_trial()
    site = an_open_site(trial, a_hospital(1))
    a_contact(site=an_open_site(trial, a_hospital(2), "SUSPENDED"), name="Private Person")
    a_contact(site=site, name="Former Person", ends_before="2020-01-01")
    a_contact(site=site, name="Future Person", starts_on="2099-01-01")
    page = text_of(near(client))
    assert "Person" not in page
    a_contact(trial=trial, name="Central Desk")
    assert "Central Desk" in text_of(near(client))


def test_pages_follow_each_other_without_gap_or_repetition_and_lead_back(client):
    for number in range(1, 2 * PAGE_SIZE + 6):
        an_open_site(an_open_trial(number), a_hospital(number if number < 30 else 30 + number))
    seen, urls, response = [], [], near(client)
    while True:
        seen += keys(response)
        if not (url := response.context.get("next_url")):
            break
        urls.append(url)
        response = client.get(url)
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen)) == 2 * PAGE_SIZE + 5
    back = client.get(response.context["previous_url"])
    assert keys(back) == seen[PAGE_SIZE : 2 * PAGE_SIZE]
    assert keys(client.get(back.context["previous_url"])) == seen[:PAGE_SIZE]
    assert client.get(f"{urls[0]}&condition=x").status_code == 400


def test_the_number_of_queries_does_not_depend_on_the_number_of_results(client):
    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as captured:
            near(client)
        return len(captured)

    def add(numbers):
        for number in numbers:
            trial = an_open_trial(number)
            for place in range(3):
                a_contact(site=an_open_site(trial, a_hospital(10 * number + place)), name=f"Person {number} {place}")
            a_contact(trial=trial)

    add([1])
    near(client)
    few = queries()
    add(range(2, 12))
    near(client)
    assert queries() == few <= 10


def test_for_htmx_only_the_results_are_rendered_and_the_address_is_kept(client):
    an_open_site(an_open_trial(), a_hospital(1))
    response = client.get("/", {"near": "Lyon", "within": "50"}, headers={"HX-Request": "true"})
    assert "<html" not in response.content.decode()
    assert response.headers["HX-Push-Url"] == "/?near=Lyon&within=50"
    refused = client.get("/", {"near": "Lyon", "unit": "x"}, headers={"HX-Request": "true"})
    assert refused.headers["HX-Redirect"] == "/?near=Lyon&unit=x"


def test_places_are_suggested_as_options(client):
    response = client.get("/places/", {"near": "lyo"})
    assert '<option value="Lyon, France"></option>' in response.content.decode()
    assert client.get("/places/").content.strip() == b""
    assert client.get("/places/", {"q": "lyo"}).status_code == 400


def test_two_sites_of_one_trial_are_one_result_and_further_ones_are_counted(client):
    trial = an_open_trial()
    for number in range(1, 6):
        an_open_site(trial, a_hospital(number, AT_LYON + number / 100))
    response = near(client)
    [result] = response.context["results"].rows
    assert [round(site.distance) for site in result.sites] == [3, 4, 5]
    assert "2 more sites within 100 km" in text_of(response)


@pytest.mark.parametrize("is_part", [False, True])
def test_filters_count_the_trials_in_the_circle(client, is_part):
    for number, (phase, latitude) in enumerate([("PHASE2", AT_LYON), ("PHASE3", NORTH), ("PHASE2", FAR_NORTH)], 1):
        an_open_site(an_open_trial(number, phases=[phase]), a_hospital(number, latitude))
    headers = {"HX-Request": "true"} if is_part else {}
    swap = ' hx-swap-oob="true"' if is_part else ""
    for within, phase_2, phase_3 in (("50", 1, 1), ("150", 2, 1)):
        params = {"near": "Lyon, France", "within": within, "phase": "PHASE3"}
        page = client.get("/", params, headers=headers).content.decode()
        for phase, count in (("PHASE1", 0), ("PHASE2", phase_2), ("PHASE3", phase_3)):
            assert f'id="count-phase-{phase}"{swap}>({count})</span>' in page
        assert f'id="count-status-RECRUITING"{swap}>(1)</span>' in page


def test_filters_have_no_counts_without_a_known_place(client):
    an_open_site(an_open_trial(), a_hospital(1))
    assert 'id="count-status-RECRUITING"></span>' in near(client, "Qwxzyq").content.decode()
