"""Sites and trials of the API as of a past day."""

from datetime import UTC, datetime

import pytest
import time_machine

from history.authorship import authored
from publishing.staleness import publish_pending
from tests.factories import a_confirmation, a_contact, a_facility, a_site, a_trial, an_event

pytestmark = pytest.mark.django_db
SITES = "/api/v1/sites/"
TRIAL = "/api/v1/trials/NCT00000001/"


def at(day: str) -> datetime:
    return datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)


@pytest.fixture
def site():
    """Recruiting since 3 March, which was recorded on 20 March; suspended since April."""
    site = a_site(a_trial(1, overall_status="RECRUITING"), a_facility(1))
    an_event(site, "NOT_YET_RECRUITING", "2026-01", recorded_at=at("2026-01-15"))
    an_event(site, "RECRUITING", "2026-03-03", as_of="2026-03-20", recorded_at=at("2026-03-20"))
    an_event(site, "SUSPENDED", "2026-04-01", recorded_at=at("2026-04-01"))
    a_confirmation(site, "2026-03-20", status="RECRUITING", confirmed_as="SITE", recorded_at=at("2026-03-20"))
    a_contact(site=site)
    return site


def one(response) -> dict:
    (only,) = response.json()["results"]
    return only


def test_a_site_as_of_a_past_day_in_both_meanings(ask, site):
    in_force = one(ask(SITES, {"as_of": "2026-03-10"}))
    assert (in_force["status"], in_force["status_since"], in_force["status_as_of"]) == (
        "RECRUITING", "2026-03-03", "2026-03-20",
    )  # fmt: skip
    assert (in_force["last_confirmed_on"], in_force["contacts"]) == (None, [])
    recorded = one(ask(SITES, {"as_of": "2026-03-10", "as": "recorded"}))
    assert (recorded["status"], recorded["status_since"]) == ("NOT_YET_RECRUITING", "2026-01")
    later = one(ask(SITES, {"as_of": "2026-03-20", "as": "recorded"}))
    assert (later["last_confirmed_on"], later["confirmed_as"]) == ("2026-03-20", "SITE")
    assert one(ask(SITES))["status"] == "SUSPENDED"


def test_a_day_without_a_status_on_record_is_not_known(ask, site):
    unknown = one(ask(SITES, {"as_of": "2025-06-01"}))
    assert (unknown["status"], unknown["status_publication"]) == ("", "NOT_KNOWN")


def test_filters_apply_to_the_same_day(ask, site):
    assert one(ask(SITES, {"as_of": "2026-03-21", "status": "RECRUITING"}))
    assert ask(SITES, {"as_of": "2026-03-21", "status": "SUSPENDED"}).json()["results"] == []
    assert one(ask(SITES, {"as_of": "2026-03-21", "confirmed_since": "2026-03-20"}))
    assert ask(SITES, {"as_of": "2026-03-19", "confirmed_since": "2026-03-01"}).json()["results"] == []


@pytest.mark.parametrize(
    ("address", "query", "name"),
    [
        (SITES, {"as": "recorded"}, "as"),
        (SITES, {"as_of": "2026-03-10", "as": "known"}, "as"),
        (SITES, {"as_of": "2999-01-01"}, "as_of"),
        (SITES, {"as_of": "2026-02-30"}, "as_of"),
        (SITES, {"as_of": " "}, "as_of"),
        (SITES, {"as_of": ["2026-03-01", "2026-03-02"]}, "as_of"),
        ("/api/v1/trials/", {"as_of": "2026-03-10"}, "as_of"),
        (TRIAL, {"as_of": "2026-03-10"}, "as"),
        ("/api/v1/facilities/", {"as_of": "2026-03-10"}, "as_of"),
    ],
)
def test_a_bad_day_or_meaning_is_refused_by_name(ask, site, address, query, name):
    response = ask(address, query)
    assert response.status_code == 400
    assert name in response.json()


def test_a_trial_is_answered_as_it_was_published_without_people(ask, site):
    publish_pending()
    today = ask(TRIAL).json()
    assert today["sites"][0]["status"] == "SUSPENDED"
    with authored("test"):
        site.trial.brief_title = "Another title"
        site.trial.save()
    with time_machine.travel("2099-01-01T12:00:00Z"):
        past = ask(TRIAL, {"as_of": "2098-12-31", "as": "recorded"})
    assert past.json()["brief_title"] == "Another title"
    assert past.json()["sites"][0]["contacts"] == []
    assert ask(TRIAL, {"as_of": "2020-01-01", "as": "recorded"}).status_code == 404
