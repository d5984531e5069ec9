"""Lists of the API, page by page."""

from base64 import urlsafe_b64encode

import pytest
from django.http import QueryDict
from django.utils import timezone

from contacts.choices import RoleKind
from contacts.models import Person, Role
from history.authorship import authored
from publishing.staleness import publish_pending
from sites.models import Facility
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial, make
from trials.models import Trial

pytestmark = pytest.mark.django_db


def trials(count: int, **values) -> None:
    """Many trials with the same date: the hard case of paging."""
    numbers = (f"NCT{number:08}" for number in range(1, count + 1))
    with authored("test"):
        Trial.objects.bulk_create(
            Trial(nct_id=nct_id, last_update_posted_on="2026-01-01", **values) for nct_id in numbers
        )


def pages(ask, address, query):
    """Every page of a list, by its links."""
    answer = ask(address, query).json()
    yield answer["results"]
    while answer["next"]:
        answer = ask(answer["next"].removeprefix("http://testserver")).json()
        yield answer["results"]


def test_a_trial_carries_its_sites_and_their_contacts(ask):
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-15")
    a_contact(site=site)
    a_contact(trial=site.trial, name="Central")
    a_confirmation(site, "2026-02-01")
    trial = ask(f"/api/v1/trials/{site.trial.key}/").json()
    assert trial["key"] == site.trial.key
    assert (trial["sites_total"], trial["sites_recruiting"]) == (1, 1)
    assert [contact["name"] for contact in trial["central_contacts"]] == ["Central"]
    (site_data,) = trial["sites"]
    assert site_data["status_since"] == "2026-01-15"
    assert site_data["facility"]["slug"] == site.facility.slug
    (contact,) = site_data["contacts"]
    assert contact == {
        "role": "CONTACT",
        "rank": "PRIMARY",
        "name": "Study Coordinator",
        "phone": "+33 4 00 00 00 00",
        "phone_ext": "",
        "email": "study@example.org",
    }


def test_a_site_alone_says_what_the_trials_document_says(ask):
    site = a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING")
    a_contact(site=site)
    a_contact(site=site, ends_before="2026-01-01")
    make(Role, person=make(Person, erased_at=timezone.now()), kind=RoleKind.SITE_CONTACT, trial_site=site)
    in_trial = ask(f"/api/v1/trials/{site.trial.key}/").json()["sites"]
    alone = ask(f"/api/v1/sites/{site.pk}/").json()
    assert alone.pop("trial") == site.trial.key
    assert [alone] == in_trial
    assert len(alone["contacts"]) == 1
    assert ask("/api/v1/sites/").json()["results"] == [{"trial": site.trial.key, **alone}]


def test_an_obsolete_number_finds_the_trial(ask):
    a_trial(1, nct_id_aliases=["NCT00000002"])
    assert ask("/api/v1/trials/NCT00000002/").json()["nct_id"] == "NCT00000001"
    a_trial(2)
    assert ask("/api/v1/trials/NCT00000002/").json()["nct_id"] == "NCT00000002"


@pytest.mark.parametrize("query", [{}, {"updated_since": "2026"}])
def test_pages_of_many_trials_of_one_day_give_each_once(ask, query):
    trials(45)
    results = [trial["key"] for page in pages(ask, "/api/v1/trials/", query | {"page_size": "20"}) for trial in page]
    assert len(results) == 45
    assert results == sorted(results, reverse=True)
    assert [len(page) for page in pages(ask, "/api/v1/trials/", {"page_size": "15"})] == [15, 15, 15]


def test_pages_of_sites_and_facilities_give_each_once(ask):
    trial = a_trial()
    for number in range(5):
        a_site(trial, a_facility(number))
    for address in ("/api/v1/sites/", "/api/v1/facilities/"):
        results = [row["id"] for page in pages(ask, address, {"page_size": "2"}) for row in page]
        assert results == sorted(set(results))
        assert len(results) == 5


@pytest.mark.parametrize(
    ("address", "query", "names"),
    [
        ("/api/v1/trials/", {"contry": "France"}, {"contry": ["Unknown parameter."]}),
        ("/api/v1/sites/", {"contry": "France"}, {"contry": ["Unknown parameter."]}),
        ("/api/v1/facilities/", {"format": "xml"}, {"format": ["Unknown parameter."]}),
        ("/api/v1/trials/NCT00000001/", {"x": "1"}, {"x": ["Unknown parameter."]}),
        (
            "/api/v1/trials/",
            {"cursor": "nonsense"},
            {"cursor": ["This cursor is not valid for this list and these filters."]},
        ),
        ("/api/v1/trials/", {"page_size": "201"}, {"page_size": ["Enter a number from 1 to 200."]}),
        ("/api/v1/trials/", {"page_size": "٣"}, {"page_size": ["Enter a number from 1 to 200."]}),
        ("/api/v1/trials/", {"words": ["a", "b"]}, {"words": ["Use this parameter once."]}),
        ("/api/v1/trials/", {"status": ""}, {"status": ["Enter a value, or omit this parameter."]}),
        ("/api/v1/trials/", {"age": "old"}, {"age": ["Enter a number."]}),
        *(
            (f"/api/v1/{rows}/", {name: value}, {name: [words]})
            for rows, name in (("trials", "words"), ("trials", "condition"), ("sites", "trial"), ("facilities", "name"))
            for value, words in (
                ("NCT00000001\n", "Control characters are not allowed, such as a line feed."),
                ("a\x00", "Control characters are not allowed, such as a line feed."),
                ("\u200b\u2060\ufeff\u00ad", "Enter a value, or omit this parameter."),
            )
        ),
    ],
)
def test_an_invalid_parameter_is_refused_by_name(ask, address, query, names):
    answer = ask(address, query)
    assert answer.status_code == 400
    assert answer.json() == names


@pytest.mark.parametrize(
    "spelt", ["NCT00000001", "nct00000001", "NCT 00000001", "NCT-00000001", "00000001", "NCT００００0001"]
)
def test_sites_are_filtered_by_any_spelling_of_a_trial_number(ask, spelt):
    site = a_site()
    a_site(a_trial(2), a_facility(2))
    assert [one["id"] for one in ask("/api/v1/sites/", {"trial": spelt}).json()["results"]] == [site.pk]


@pytest.mark.parametrize("spell", [str, str.upper, " {} ".format])
def test_sites_are_filtered_by_the_key_of_an_unregistered_trial(ask, spell):
    site = a_site(a_trial(nct_id="", org_study_id="A-1", is_public=True))
    assert [one["id"] for one in ask("/api/v1/sites/", {"trial": spell(site.trial.key)}).json()["results"]] == [site.pk]


def cursor_of(ask, address: str, query: dict) -> str:
    """The cursor of the second page of two."""
    link = ask(address, query | {"page_size": "1"}).json()["next"]
    return QueryDict(link.partition("?")[2])["cursor"]


@pytest.fixture
def two_of_each():
    for number in range(2):
        a_site(a_trial(number, overall_status="RECRUITING"), a_facility(number), status="RECRUITING")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        (("/api/v1/sites/", {}), ("/api/v1/trials/", {})),
        (("/api/v1/sites/", {}), ("/api/v1/facilities/", {})),
        (("/api/v1/trials/", {}), ("/api/v1/trials/", {"status": "RECRUITING"})),
        (("/api/v1/trials/", {"status": "RECRUITING"}), ("/api/v1/trials/", {})),
        (("/api/v1/trials/", {"country": "France"}), ("/api/v1/trials/", {"recruiting_in": "France"})),
        (("/api/v1/sites/", {"country": "France"}), ("/api/v1/sites/", {"city": "Lyon"})),
        (("/api/v1/facilities/", {"city": "Lyon"}), ("/api/v1/facilities/", {"city": ["Lyon", "Lyon"]})),
    ],
)
def test_a_cursor_of_another_list_or_of_other_filters_is_refused(ask, two_of_each, first, then):
    cursor = cursor_of(ask, *first)
    assert ask(first[0], first[1] | {"cursor": cursor}).status_code == 200
    answer = ask(then[0], then[1] | {"cursor": cursor})
    assert answer.status_code == 400
    assert "cursor" in answer.json()


def test_a_cursor_goes_with_its_filters_in_any_order_and_with_any_page_size(ask, two_of_each):
    query = {"status": "RECRUITING", "country": "France"}
    cursor = cursor_of(ask, "/api/v1/trials/", query)
    turned = {"cursor": cursor, "page_size": "50", "country": "France", "status": "RECRUITING"}
    assert len(ask("/api/v1/trials/", turned).json()["results"]) == 1


def test_a_cursor_that_was_changed_is_refused(ask, two_of_each):
    cursor = cursor_of(ask, "/api/v1/sites/", {})
    place, _, signature = cursor.partition(".")
    other = urlsafe_b64encode(b"d_0").decode().rstrip("=")
    for changed in (f"{other}.{signature}", place, f"{place}.", f"{place}.{signature[:-1]}", f".{signature}"):
        assert ask("/api/v1/sites/", {"cursor": changed}).status_code == 400


@pytest.mark.parametrize("cursor", ["bm1heQ", "bjIwMjZfMQ", "ZF8x", "🙂", "bm5hbl8x", "_" * 200])
def test_a_cursor_never_breaks_a_list(ask, cursor):
    assert ask("/api/v1/trials/", {"cursor": cursor}).status_code == 400


def test_an_unknown_code_is_refused(ask):
    answer = ask("/api/v1/trials/", {"status": "OPEN"})
    assert answer.status_code == 400
    assert list(answer.json()) == ["status"]


def test_a_change_is_read_at_once(ask):
    trial = a_trial(brief_title="Before")
    assert ask("/api/v1/trials/").json()["results"][0]["brief_title"] == "Before"
    with authored("test"):
        Trial.objects.update(brief_title="After")
    assert ask("/api/v1/trials/").json()["results"][0]["brief_title"] == "After"
    assert ask(f"/api/v1/trials/{trial.key}/").json()["brief_title"] == "After"


def test_a_renamed_facility_is_renamed_in_every_trial(ask):
    facility = a_facility()
    for number in range(3):
        a_site(a_trial(number), facility)
    assert len(ask("/api/v1/trials/").json()["results"]) == 3
    with authored("test"):
        Facility.objects.update(name="Renamed")
    results = ask("/api/v1/trials/").json()["results"]
    assert [trial["sites"][0]["facility"]["name"] for trial in results] == ["Renamed"] * 3


def test_responses_say_when_the_latest_changes_are_missing(ask, monkeypatch):
    monkeypatch.setattr("publishing.staleness.READER_LIMIT", 2)
    trials(5)
    assert ask("/api/v1/trials/")["Sitelight-Behind"] == "true"
    ask("/api/v1/trials/")
    last = ask("/api/v1/trials/")
    assert "Sitelight-Behind" not in last
    assert len(last.json()["results"]) == 5


@pytest.mark.parametrize("address", ["/api/v1/trials/", "/api/v1/trials/NCT00000001/", "/api/v1/sites/"])
def test_a_conditional_request_for_an_unchanged_object_is_a_304(ask, address):
    a_site()
    first = ask(address)
    assert "private" in first["Cache-Control"]
    again = ask(address, None, **{"if-none-match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    with authored("test"):
        Facility.objects.update(name="Renamed")
    assert ask(address, None, **{"if-none-match": first["ETag"]}).status_code == 200


@pytest.mark.parametrize("size", [2, 30])
@pytest.mark.parametrize(
    ("address", "query"),
    [
        ("/api/v1/trials/", {}),
        ("/api/v1/trials/", {"recruiting_in": "France", "sex": "ALL"}),
        ("/api/v1/trials/", {"recruiting_in": "France", "words": "trial"}),
        ("/api/v1/trials/NCT00000001/", {}),
        ("/api/v1/sites/", {}),
        ("/api/v1/sites/", {"country": "France", "status": "RECRUITING"}),
        ("/api/v1/facilities/", {}),
    ],
)
def test_a_response_takes_three_queries_whatever_its_size(ask, django_assert_max_num_queries, address, query, size):
    for number in range(size):
        a_contact(site=a_site(a_trial(number, sex="ALL"), a_facility(number), status="RECRUITING"))
    publish_pending()
    page = {"page_size": "200"} if address.count("/") == 4 else {}
    with django_assert_max_num_queries(4 if "words" in query else 3):  # one more for synonyms
        results = ask(address, query | page).json()
    assert len(results.get("results", range(size))) == size
