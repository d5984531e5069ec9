"""Links from each object to its history, for users who may read it."""

import pytest
from django.urls import reverse

from tests.factories import a_contact, a_site, a_trial, a_user, an_inspector, assign

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-05")


def history_of(row) -> str:
    return f"/admin/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/history/"


def test_an_inspector_gets_a_working_link_on_every_page(client, site):
    client.force_login(an_inspector())
    board = f"{site.trial.get_absolute_url()}sites/"
    for page, row in ((site.facility.get_absolute_url(), site.facility), (board, site), (board, site.trial)):
        assert f'href="{history_of(row)}"' in client.get(page).content.decode(), (page, row)
        assert client.get(history_of(row)).status_code == 200


def test_a_coordinator_gets_links_for_objects_in_scope(client, site):
    coordinator = a_user()
    assign(coordinator, trial=site.trial)
    client.force_login(coordinator)
    person = a_contact(site=site).person
    assert history_of(person) in client.get(f"/people/{person.pk}/").content.decode()
    assert history_of(site.trial) in client.get(f"{site.trial.get_absolute_url()}sites/").content.decode()


def test_users_without_permission_get_no_link(client, site):
    for user in (None, a_user("coordinator")):
        if user:
            assign(user, site=site)
            client.force_login(user)
        for page in (site.facility.get_absolute_url(), site.trial.get_absolute_url()):
            html = client.get(page).content.decode()
            assert site.facility.name in html
            assert "/history/" not in html


def test_a_form_of_the_administration_links_the_trail_only_for_users_who_may_read_it(client, site):
    page = reverse("admin:sites_facility_change", args=[site.facility_id])
    trail = reverse("admin:sites_facility_history", args=[site.facility_id])
    coordinator, administrator = a_user("coordinator"), a_user("administrator", is_superuser=True)
    assign(coordinator, site=site)
    for user, is_shown in ((administrator, True), (coordinator, False)):
        client.force_login(user)
        response = client.get(page)
        assert response.status_code == 200
        assert (f'href="{trail}' in response.content.decode()) is is_shown
        assert (client.get(trail).status_code == 200) is is_shown
