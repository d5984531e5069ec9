"""Who confirmed a site's status, the site or the trial office, on the public page and in the API."""

import pytest

from publishing.staleness import publish_pending
from tests.factories import a_facility, a_site, a_trial, a_user, assign
from tests.pages.html_reader import text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    trial = a_trial(overall_status="RECRUITING")
    return a_site(trial, a_facility(), status="RECRUITING", since="2026-01-01")


@pytest.mark.parametrize(
    ("place", "code", "text"),
    [
        ("site", "SITE", "Confirmed by the site today"),
        ("trial", "TRIAL_OFFICE", "Confirmed by the trial office today"),
    ],
)
def test_a_confirmation_shows_whether_the_site_or_the_trial_office_made_it(client, ask, site, place, code, text):
    user = a_user()
    assign(user, **{place: site if place == "site" else site.trial})
    client.force_login(user)
    client.post("/work/confirm/", {"seen": f"{site.pk}:{site.version}", "only": site.pk})
    client.logout()
    publish_pending()

    assert ask("/api/v1/sites/").json()["results"][0]["confirmed_as"] == code
    assert text in text_of(client.get(f"/trials/{site.trial.nct_id}/"))
