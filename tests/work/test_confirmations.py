"""Confirming sites on My work, and undoing a confirmation."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from history.trail import trail_of
from sites.models import Confirmation
from tests.factories import a_confirmation, a_site, an_event
from tests.pages.html_reader import text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator, make_sites

pytestmark = pytest.mark.django_db
CONFIRM, UNDO = "/work/confirm/", "/work/undo/"


@pytest.fixture
def three_sites(client):
    _, sites = make_sites(3)
    client.force_login(make_coordinator(*sites))
    return sites


def confirm_form_data(sites, **more):
    return {"seen": [f"{site.pk}:{site.version}" for site in sites]} | more


def confirmed_today(*sites) -> list[bool]:
    for site in sites:
        site.refresh_from_db()
    return [site.last_confirmed_on == timezone.localdate() for site in sites]


def made_today() -> int:
    return Confirmation.objects.filter(confirmed_on=timezone.localdate(), undone_at=None).count()


def test_one_button_confirms_one_site(client, three_sites):
    page = client.post(CONFIRM, confirm_form_data(three_sites, only=three_sites[1].pk), follow=True)
    assert confirmed_today(*three_sites) == [False, True, False]
    assert "Confirmed: Hospital 2 in NCT00000001." in text_of(page)


def test_selected_sites_are_confirmed_together(client, three_sites):
    client.post(CONFIRM, confirm_form_data(three_sites, site=[three_sites[0].pk, three_sites[2].pk]))
    assert confirmed_today(*three_sites) == [True, False, True]


def test_all_listed_sites_are_confirmed_after_the_review_page(client, three_sites):
    ids = ",".join(str(site.pk) for site in three_sites)
    assert "Review and confirm 3 sites" in text_of(client.get("/work/"))
    page = client.post(CONFIRM, confirm_form_data(three_sites, only=ids), follow=True)
    assert confirmed_today(*three_sites) == [True] * 3
    assert "No tasks due" in text_of(page)


def test_a_repeated_confirmation_has_no_second_effect(client, three_sites):
    post_data = confirm_form_data(three_sites, only=three_sites[0].pk)
    client.post(CONFIRM, post_data)
    page = client.post(CONFIRM, post_data, follow=True)
    assert made_today() == 1
    assert "Not confirmed because another user changed these sites" not in text_of(page)


def test_confirmations_of_two_users_on_one_day_are_both_saved_once(client, three_sites):
    a_confirmation(three_sites[0], days_ago(0))
    three_sites[0].refresh_from_db()
    for _ in range(2):
        client.post(CONFIRM, confirm_form_data(three_sites, only=three_sites[0].pk))
    assert made_today() == 2


def test_a_stale_site_is_not_confirmed_while_the_others_are(client, three_sites):
    an_event(three_sites[0], "SUSPENDED", days_ago(0).isoformat())
    page = client.post(
        CONFIRM, confirm_form_data(three_sites, site=[three_sites[0].pk, three_sites[1].pk]), follow=True
    )
    assert confirmed_today(*three_sites) == [False, True, False]
    assert "Not confirmed because another user changed these sites: Hospital 1, Kobe, Japan in NCT00000001." in text_of(
        page
    )


def test_an_empty_selection_confirms_nothing(client, three_sites):
    page = client.post(CONFIRM, confirm_form_data(three_sites), follow=True)
    assert made_today() == 0
    assert "No site was selected" in text_of(page)


def test_a_site_of_others_is_a_404_and_nothing_is_confirmed(client, three_sites):
    other = a_confirmed_site(a_recruiting_trial(2), 9, 40)
    answer = client.post(CONFIRM, confirm_form_data([*three_sites, other], site=[three_sites[0].pk, other.pk]))
    assert answer.status_code == 404
    assert made_today() == 0


def test_a_site_without_a_status_is_not_confirmed(client):
    site = a_site()
    client.force_login(make_coordinator(site))
    client.post(CONFIRM, confirm_form_data([site], only=site.pk))
    assert made_today() == 0


@pytest.mark.parametrize(
    "post_data", [{"only": "1"}, {"only": "x", "seen": ["1:1"]}, {"seen": ["1"]}, {"seen": ["²:1"]}]
)
def test_invalid_post_data_is_refused(client, three_sites, post_data):
    assert client.post(CONFIRM, post_data).status_code == 400


def test_a_confirmation_is_undone_within_a_minute_and_stays_in_the_trail(client, three_sites):
    client.post(CONFIRM, confirm_form_data(three_sites, site=[site.pk for site in three_sites]))
    made = list(Confirmation.objects.filter(confirmed_on=timezone.localdate()).values_list("pk", flat=True))
    assert "Undo all 3" in text_of(client.get("/work/"))
    page = client.post(UNDO, {"confirmation": made}, follow=True)
    assert confirmed_today(*three_sites) == [False] * 3
    assert Confirmation.objects.filter(pk__in=made, undone_at__isnull=False).count() == 3
    assert "3 confirmations undone." in text_of(page)


def test_only_the_given_confirmations_are_undone(client, three_sites):
    client.post(CONFIRM, confirm_form_data(three_sites, site=[site.pk for site in three_sites]))
    made = Confirmation.objects.get(trial_site=three_sites[0], confirmed_on=timezone.localdate())
    client.post(UNDO, {"confirmation": made.pk})
    assert confirmed_today(*three_sites) == [False, True, True]
    assert trail_of(made)[0].reason == "Undone within one minute"


def test_a_confirmation_cannot_be_undone_after_a_minute(client, three_sites):
    client.post(CONFIRM, confirm_form_data(three_sites, only=three_sites[0].pk))
    made = Confirmation.objects.get(confirmed_on=timezone.localdate())
    with time_machine.travel(timezone.now() + timedelta(seconds=61)):
        assert "Undo" not in text_of(client.get("/work/"))
        page = client.post(UNDO, {"confirmation": made.pk}, follow=True)
    assert "can be undone for one minute" in text_of(page)
    assert confirmed_today(three_sites[0]) == [True]


def test_a_confirmation_is_undone_once(client, three_sites):
    client.post(CONFIRM, confirm_form_data(three_sites, only=three_sites[0].pk))
    made = Confirmation.objects.get(confirmed_on=timezone.localdate())
    first, second = (client.post(UNDO, {"confirmation": made.pk}) for _ in range(2))
    assert first.status_code == second.status_code == 302
    assert made_today() == 0


def test_a_confirmation_of_another_user_cannot_be_undone(client, three_sites):
    client.post(CONFIRM, confirm_form_data(three_sites, only=three_sites[0].pk))
    made = Confirmation.objects.get(confirmed_on=timezone.localdate())
    client.force_login(make_coordinator(*three_sites, name="other"))
    assert client.post(UNDO, {"confirmation": made.pk}).status_code == 404
    assert made_today() == 1


def test_the_confirmation_of_a_status_change_cannot_be_undone_alone(client, three_sites):
    site = three_sites[0]
    post_data = {"to": "SUSPENDED", "effective_on": days_ago(0).isoformat(), "version": site.version}
    client.post(f"/work/sites/{site.pk}/change/", post_data)
    assert confirmed_today(site) == [True]
    assert "Undo" not in text_of(client.get("/work/"))
