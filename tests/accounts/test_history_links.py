"""One way from each object to its history, for those who may read it."""

import pytest

from tests.factories import a_contact, a_site, a_trial, a_user, an_inspector, assign

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-05")


def history_of(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/"


def test_an_inspector_finds_the_history_on_every_page_and_it_opens(client, site):
    client.force_login(an_inspector())
    board = f"{site.trial.get_absolute_url()}sites/"
    for page, row in ((site.facility.get_absolute_url(), site.facility), (board, site), (board, site.trial)):
        assert f'href="{history_of(row)}"' in client.get(page).content.decode(), (page, row)
        assert client.get(history_of(row)).status_code == 200


def test_a_coordinator_finds_it_where_the_admin_shows_it(client, site):
    coordinator = a_user()
    assign(coordinator, trial=site.trial)
    client.force_login(coordinator)
    person = a_contact(site=site).person
    assert history_of(person) in client.get(f"/people/{person.pk}/").content.decode()
    assert history_of(site.trial) in client.get(f"{site.trial.get_absolute_url()}sites/").content.decode()


def test_the_public_and_those_who_may_not_read_it_are_shown_none(client, site):
    for user in (None, a_user("coordinator")):
        if user:
            assign(user, site=site)
            client.force_login(user)
        for page in (site.facility.get_absolute_url(), site.trial.get_absolute_url()):
            assert "/history/" not in client.get(page).content.decode()
