"""Every error of the API is JSON, whether raised by a view, the router or the framework."""

import pytest
from django.test import Client

from publishing.models import TrialRow
from tests.factories import a_trial

pytestmark = pytest.mark.django_db

MOMENT, EARLIER = "2026-11-12T09:58:02", "2020-11-12T09:58:02"


def assert_json(answer, status: int) -> dict:
    assert answer.status_code == status
    assert answer["Content-Type"] == "application/json"
    return answer.json()


@pytest.mark.parametrize("address", ["/api/", "/api/v2/trials/", "/api/nothing", "/api/v1/", "/api/v1/trials"])
def test_an_address_that_does_not_exist_is_a_404_in_json(ask, address):
    assert list(assert_json(ask(address), 404)) == ["detail"]


@pytest.mark.parametrize("address", ["/api/v1/trials/NCT00000001/", "/api/v1/sites/1/", "/api/v1/facilities/x-1/"])
def test_a_missing_object_is_a_404_in_json(ask, address):
    assert list(assert_json(ask(address), 404)) == ["detail"]


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "trace"])
@pytest.mark.parametrize("address", ["/api/v1/trials/", "/api/v1/trials/NCT00000001/", "/api/v1/schema/"])
def test_a_method_that_is_not_allowed_is_a_405_in_json(key, address, method):
    client = Client(enforce_csrf_checks=True)
    answer = getattr(client, method)(address, headers={"authorization": f"Bearer {key}"})
    assert list(assert_json(answer, 405)) == ["detail"]
    assert "GET" in answer["Allow"]


def test_without_a_key_it_is_a_401_in_json(client):
    assert list(assert_json(client.get("/api/v1/trials/"), 401)) == ["detail"]


def test_a_request_for_another_host_is_a_400_in_json(ask):
    assert list(assert_json(ask("/api/v1/trials/", host="example.org"), 400)) == ["detail"]


def test_an_address_that_is_too_long_is_a_414_in_json(ask):
    assert list(assert_json(ask("/api/v1/trials/", {"country": "a" * 5_000}), 414)) == ["detail"]


def test_a_url_that_is_too_long_is_a_414_page(client):
    answer = client.get("/", {"country": "a" * 5_000})
    assert answer.status_code == 414
    assert answer["Content-Type"].startswith("text/html")
    assert "The address is too long" in answer.text


@pytest.mark.parametrize("address", ["/api/v1/trials/", "/api/v1/trials/NCT00000001/", "/api/v1/sites/"])
def test_an_exception_is_a_500_in_json_without_details(client, key, monkeypatch, address):
    def broken(*args, **kwargs):
        raise RuntimeError("the password is hunter2")

    monkeypatch.setattr(TrialRow.objects.all().__class__, "visible_to", broken)
    monkeypatch.setattr("api.v1.views.public_sites", broken)
    monkeypatch.setattr("api.v1.views.reject_parameters", broken)
    client.raise_request_exception = False
    answer = client.get(address, headers={"authorization": f"Bearer {key}"})
    error = assert_json(answer, 500)
    assert "error" in str(error).lower()
    assert "hunter2" not in str(error)


def test_an_exception_in_a_page_is_a_500_page(client, monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("publishing.views.search", broken)
    client.raise_request_exception = False
    assert client.get("/")["Content-Type"].startswith("text/html")


@pytest.mark.parametrize("offset", ["+16:00", "-16:00", "+23:59", "+99:00", "+15:60", "+1", "+00:00:30"])
def test_an_offset_that_no_zone_has_is_refused_by_name(ask, offset):
    answer = ask("/api/v1/trials/", {"changed_since": f"{MOMENT}{offset}"})
    assert list(assert_json(answer, 400)) == ["changed_since"]


@pytest.mark.parametrize("offset", ["Z", "z", "+00:00", "+15:59", "-15:59", "+05:30", ".123456Z", ""])
def test_a_datetime_is_read_with_any_valid_offset(ask, offset):
    a_trial()
    assert len(assert_json(ask("/api/v1/trials/", {"changed_since": f"{EARLIER}{offset}"}), 200)["results"])


@pytest.mark.parametrize(
    "text",
    [
        *("2026", "2026-11", "2026-02-30T00:00:00Z", "2026-11-12T24:00:00Z", "2026-11-12T09:58:60Z", "now", "0"),
        *("٢٠٢٦-11-12T09:58:02Z", "2026-11-12T09:58:02 02:00", "20261112T095802Z", "2026-W46-4", "2026-11-12T09Z"),
        *(
            "2026-11-12T09:58:02Z\n",
            "2026-11-12T09:58:02Z\x00",
            "9999-12-31T23:59:59-01:00",
            "0001-01-01T00:00:00+01:00",
        ),
    ],
)
def test_an_invalid_datetime_is_rejected_by_name(ask, text):
    assert list(assert_json(ask("/api/v1/trials/", {"changed_since": text}), 400)) == ["changed_since"]


@pytest.mark.parametrize(
    ("address", "query"),
    [
        *(("/api/v1/trials/", {"age": text}) for text in ("1_0", "٣", "1e9", "NaN", "inf", "+5", "-1", "151", "0x1")),
        *(
            ("/api/v1/sites/", {"confirmed_since": text})
            for text in ("11/12/2026", "2026-1-2", "٢٠٢٦-01-01", "2026-02-30")
        ),
        *(("/api/v1/trials/", {"updated_since": text}) for text in ("2026-13", "٢٠٢٦", "26", "Nov 2026")),
        *(("/api/v1/sites/", {name: "\x00"}) for name in ("trial", "facility", "country", "city")),
        *(("/api/v1/facilities/", {name: "a\x00"}) for name in ("name", "country", "city", "state")),
        *(("/api/v1/trials/", {name: "\x00"}) for name in ("words", "nct_id", "country", "condition", "sponsor")),
    ],
)
def test_what_the_schema_does_not_allow_is_refused_by_name(ask, address, query):
    assert assert_json(ask(address, query), 400).keys() == query.keys()
