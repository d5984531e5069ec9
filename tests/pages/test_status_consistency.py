"""Site statuses and overall status are consistent on every page and endpoint."""

from datetime import timedelta

import pytest
from django.utils import timezone
from knox.models import AuthToken

from history.authorship import authored
from tests.factories import a_confirmation, a_contact, a_facility, a_partner, a_site, a_trial, a_user, assign
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db
TELEPHONE = "+33 4 00 00 00 00"


@pytest.fixture
def ask(client):
    with authored("test"):
        key = AuthToken.objects.create(a_partner().user)[1]
    return lambda address: client.get(address, headers={"authorization": f"Bearer {key}"}).json()


def a_contradiction(overall: str, status: str = "RECRUITING"):
    site = a_site(a_trial(overall_status=overall, acronym="HARBOR"), a_facility(), status=status, since="2026-01-02")
    a_confirmation(site, timezone.localdate() - timedelta(days=1))
    a_contact(site=site)
    return site


def public_texts(client, site) -> dict[str, str]:
    addresses = {
        "trial": site.trial.get_absolute_url(), "hit": "/", "facility": site.facility.get_absolute_url(),
        "board": f"{site.trial.get_absolute_url()}sites/",
    }  # fmt: skip
    texts = {name: text_of(client.get(address)) for name, address in addresses.items()}
    return texts | {"sheet": client.get(f"{addresses['board']}?format=csv").content.decode()}


@pytest.mark.parametrize("overall", ["ACTIVE_NOT_RECRUITING", "COMPLETED", "SUSPENDED", "WITHDRAWN"])
def test_a_closed_trial_shows_no_recruiting_site_and_no_phone(client, ask, overall):
    site = a_contradiction(overall)
    texts = public_texts(client, site)
    for name, text in texts.items():
        assert TELEPHONE not in text, name
        assert "Confirmed" not in text.replace("where one of them confirmed", ""), name
        assert "1 of 1 site" not in text, name
    assert "1 site status still to be updated" in texts["trial"]
    assert "1 site status still to be updated" in texts["hit"]
    assert "Status being updated" in texts["trial"]
    assert "Status being updated" in texts["facility"]
    assert "Status being updated" in texts["board"]
    assert ",Not published,,,," in texts["sheet"]
    (public,) = ask("/api/v1/sites/")["results"]
    assert (public["status"], public["status_publication"], public["last_confirmed_on"]) == ("", "HELD_BACK", None)
    assert public["contacts"] == []
    trial = ask(f"/api/v1/trials/{site.trial.key}/")
    assert (trial["sites_recruiting"], trial["sites_open"], trial["sites_held_back"]) == (0, 0, 1)
    assert (trial["last_confirmed_on"], trial["sites"][0]["contacts"]) == (None, [])
    assert {**trial["sites"][0], "trial": site.trial.key} == public


def test_filters_do_not_reveal_a_status_that_is_held_back(client, ask):
    site = a_contradiction("ACTIVE_NOT_RECRUITING")
    facility = site.facility
    assert ask("/api/v1/sites/?status=RECRUITING")["results"] == []
    assert len(ask("/api/v1/sites/?status=NOT_PUBLISHED")["results"]) == 1
    assert ask("/api/v1/sites/?confirmed_since=2020-01-01")["results"] == []
    assert ask("/api/v1/trials/?recruiting_in=France")["results"] == []
    assert ask("/api/v1/facilities/?site_status=RECRUITING")["results"] == []
    assert ask(f"/api/v1/facilities/{facility.slug}/")["sites_recruiting"] == 0
    assert "No trials match" in text_of(client.get(f"{facility.get_absolute_url()}?status=RECRUITING"))
    board = f"{site.trial.get_absolute_url()}sites/"
    assert "No sites match" in text_of(client.get(f"{board}?status=RECRUITING"))
    assert "No sites match" in text_of(client.get(f"{board}?confirmed=fresh"))


def test_a_site_ahead_of_its_trial_is_shown_with_a_note(client, ask):
    site = a_contradiction("NOT_YET_RECRUITING")
    texts = public_texts(client, site)
    assert "1 of 1 site already recruiting; the trial’s own status is being updated" in texts["trial"]
    assert "1 of 1 site already recruiting; the trial’s own status is being updated" in texts["hit"]
    assert "the trial’s own status is being updated" in texts["facility"].replace("The trial", "the trial")
    assert TELEPHONE in texts["trial"]
    (public,) = ask("/api/v1/sites/?status=RECRUITING")["results"]
    assert (public["status"], public["status_publication"]) == ("RECRUITING", "AHEAD_OF_TRIAL")
    trial = ask(f"/api/v1/trials/{site.trial.key}/")
    assert (trial["sites_recruiting"], trial["sites_ahead_of_trial"]) == (1, 1)
    assert "being updated" in trial["sites_in_words"]
    assert len(ask("/api/v1/trials/?recruiting_in=France")["results"]) == 1


def test_coordinators_see_the_entered_status_and_that_it_is_not_public(client):
    site = a_contradiction("ACTIVE_NOT_RECRUITING")
    user = a_user()
    assign(user, trial=site.trial)
    client.force_login(user)
    board = text_of(client.get(f"{site.trial.get_absolute_url()}sites/"))
    assert "Not public: contradicts the trial’s overall status." in board
    assert "Confirmed yesterday" in board


@pytest.mark.parametrize("status", ["COMPLETED", "TERMINATED", "WITHDRAWN"])
def test_a_closed_site_has_no_confirmation_age(client, status):
    site = a_contradiction("RECRUITING", status)
    texts = public_texts(client, site)
    assert all(texts.values())
    for name, text in texts.items():
        assert "Confirmed yesterday" not in text, name
