"""The link of a reminder mail: what it shows and confirms, for whom, and until when."""

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Assignment, FormDraft
from history.authorship import authored
from sites.models import Confirmation, TrialSite
from tests.factories import a_facility, a_manager, a_site, a_trial, a_user, an_event, assign, make
from tests.pages.html_reader import rows_of, text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_sites
from work.mail_confirmation.services import mail_link
from work.models import Reminder

pytestmark = pytest.mark.django_db
NOT_VALID = "This link is not valid"


@pytest.fixture
def sites():
    return make_sites(3)[1]


@pytest.fixture
def user(sites):
    user = a_user("nurse", email="nurse@example.org", first_name="Ada", last_name="Koch")
    for site in sites:
        assign(user, site=site)
    return user


def link_for(user, sites) -> str:
    """The path of the link in a digest of today."""
    today = timezone.localdate()
    reminder, _ = Reminder.objects.get_or_create(user=user, for_day=today, defaults={"subject": "Tasks"})
    return mail_link(reminder, sites, on=today).removeprefix(django_settings.PUBLIC_URL.rstrip("/"))


@pytest.fixture
def link(user, sites):
    return link_for(user, sites)


def shown(*sites) -> list[str]:
    return [f"{site.pk}:{site.status}" for site in sites]


def confirmed_today() -> set[int]:
    return set(TrialSite.objects.filter(last_confirmed_on=timezone.localdate()).values_list("pk", flat=True))


def test_the_page_lists_the_sites_of_the_mail_without_signing_in(client, link, sites, user):
    other = a_confirmed_site(sites[0].trial, 9, days=40)
    assign(user, site=other)
    page = client.get(link)
    assert page.status_code == 200
    assert [row[:10] for row in rows_of(page)] == ["Hospital 1", "Hospital 2", "Hospital 3"]
    text = text_of(page)
    assert "Confirm all 3 sites" in text
    assert text.count("Still recruiting") == 3


def test_no_personal_value_is_on_the_page(client, link):
    html = client.get(link).content.decode()
    assert not [word for word in ("nurse", "Ada", "Koch") if word in html]


def test_reading_changes_nothing_even_for_a_mail_scanner(client, link):
    for method in (client.get, client.head):
        with CaptureQueriesContext(connection) as queries:
            assert method(link, headers={"Sec-Purpose": "prefetch"}).status_code == 200
        assert not [one["sql"] for one in queries if not one["sql"].startswith("SELECT")]
    assert confirmed_today() == set()


def test_a_form_without_its_token_is_refused_and_not_kept(link, sites):
    client = Client(enforce_csrf_checks=True)
    assert client.post(link, {"shown": shown(*sites), "all": "1"}).status_code == 403
    assert confirmed_today() == set()
    assert not FormDraft.objects.exists()


def test_one_site_is_confirmed_and_the_history_tells_of_the_link(client, link, sites, user):
    page = client.post(link, {"shown": shown(*sites), "only": sites[1].pk}, follow=True)
    assert "Confirmed: Hospital 2, NCT00000001." in text_of(page)
    assert "Already confirmed" in text_of(page)
    assert confirmed_today() == {sites[1].pk}
    confirmation = Confirmation.objects.get(confirmed_on=timezone.localdate())
    assert (confirmation.author, confirmation.confirmed_as) == (user.actor, "SITE")
    [row] = type(confirmation).trail_model.objects.filter(pgh_obj_id=confirmation.pk)
    assert row.pgh_context.metadata["route"] == "mail link"
    assert row.pgh_context.metadata["actor"] == user.actor
    assert row.pgh_context.metadata["reason"] == "Confirmed with the link of a reminder mail"
    assert row.pgh_context.metadata["request_id"]


def test_the_author_is_the_recipient_whoever_is_signed_in(client, link, sites, user):
    client.force_login(a_manager())
    client.post(link, {"shown": shown(*sites), "only": sites[0].pk})
    confirmation = Confirmation.objects.get(confirmed_on=timezone.localdate())
    [row] = type(confirmation).trail_model.objects.filter(pgh_obj_id=confirmation.pk)
    assert row.pgh_context.metadata["actor"] == confirmation.author == user.actor


def test_all_sites_are_confirmed_once(client, link, sites):
    for _ in range(2):
        page = client.post(link, {"shown": shown(*sites), "all": "1"}, follow=True)
    assert confirmed_today() == {site.pk for site in sites}
    assert Confirmation.objects.filter(confirmed_on=timezone.localdate()).count() == 3
    assert "Still recruiting" not in text_of(page)


def test_a_doubtful_site_is_confirmed_alone_and_the_reason_is_not_shown(client, user, sites):
    doubtful = a_confirmed_site(sites[0].trial, 7, days=300)
    assign(user, site=doubtful)
    link = link_for(user, [*sites, doubtful])
    page = client.post(link, {"shown": shown(*sites, doubtful), "all": "1"}, follow=True)
    assert confirmed_today() == {site.pk for site in sites}
    assert "Not confirmed together with the others: Hospital 7, NCT00000001. Confirm one at a time." in text_of(page)
    client.post(link, {"shown": shown(doubtful), "only": doubtful.pk})
    assert doubtful.pk in confirmed_today()


def test_a_status_that_changed_meanwhile_is_not_confirmed(client, link, sites):
    an_event(sites[0], "SUSPENDED", days_ago(0).isoformat())
    page = client.post(link, {"shown": shown(*sites), "all": "1"}, follow=True)
    assert confirmed_today() == {site.pk for site in sites[1:]}
    assert "Not confirmed: Hospital 1, NCT00000001. The status changed after this page was opened." in text_of(page)
    assert "Suspended" in text_of(page)


@pytest.mark.parametrize("days", [0, 6])
def test_the_link_works_for_seven_days(client, link, days):
    with time_machine.travel(timezone.now() + timedelta(days=days)):
        assert client.get(link).status_code == 200


def assert_not_usable(client, link, sites):
    for answer in (client.get(link), client.post(link, {"shown": shown(*sites), "all": "1"})):
        assert answer.status_code == 404
        assert NOT_VALID in text_of(answer)
        assert "Hospital" not in text_of(answer)
    assert confirmed_today() == set()


def test_the_link_expires(client, link, sites):
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        assert_not_usable(client, link, sites)


def test_a_changed_link_is_not_usable(client, link, sites):
    assert_not_usable(client, link[:-2] + ("A" if link[-2] != "A" else "B") + "/", sites)
    assert_not_usable(client, "/confirm/9/", sites)


@pytest.mark.parametrize("change", ["is_active", "email", "mail"])
def test_the_link_ends_with_its_user_address_and_mail(client, link, sites, user, change):
    with authored("test"):
        if change == "mail":
            Reminder.objects.all().delete()
        else:
            setattr(user, change, False if change == "is_active" else "new@example.org")
            user.save()
    assert_not_usable(client, link, sites)


def test_the_link_ends_with_the_assignments(client, link, sites):
    with authored("test"):
        Assignment.objects.update(ends_on=days_ago(1))
    assert_not_usable(client, link, sites)


def test_a_role_that_only_reads_cannot_use_it(client, sites):
    assert_not_usable(client, link_for(a_manager(email="m@example.org"), sites), sites)


def test_a_site_of_an_ended_assignment_is_not_named(client, link, sites):
    with authored("test"):
        Assignment.objects.filter(trial_site=sites[0]).update(ends_on=days_ago(1))
    text = text_of(client.get(link))
    assert "Hospital 1" not in text
    assert "Some sites of this reminder can no longer be confirmed with this link." in text
    page = client.post(link, {"shown": shown(*sites), "all": "1"}, follow=True)
    assert "can no longer be confirmed" in text_of(page)
    assert confirmed_today() == set()


def private_site(kind: str) -> TrialSite:
    if kind == "trial":
        return a_confirmed_site(a_recruiting_trial(5, is_public=False), 8, days=40)
    return a_confirmed_site(a_trial(5, overall_status="COMPLETED"), 8, days=40)


@pytest.mark.parametrize("kind", ["trial", "held back"])
def test_a_site_without_a_public_status_is_named_by_a_sign_in_link_only(client, user, sites, kind):
    hidden = private_site(kind)
    assign(user, site=hidden)
    link = link_for(user, [*sites, hidden])
    text = text_of(client.get(link))
    assert "Hospital 8" not in text
    assert "NCT00000005" not in text
    assert "Sign in to see them" in text
    client.post(link, {"shown": shown(hidden), "only": hidden.pk})
    assert confirmed_today() == set()


def test_a_site_that_is_not_in_the_mail_is_not_confirmed(client, link, user, sites):
    other = a_confirmed_site(sites[0].trial, 9, days=40)
    assign(user, site=other)
    client.post(link, {"shown": shown(other), "only": other.pk})
    assert confirmed_today() == set()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"all": "1"},
        {"shown": "x:RECRUITING", "all": "1"},
        {"shown": "1:OPEN", "all": "1"},
        {"shown": "1:RECRUITING"},
    ],
)
def test_an_incomplete_form_is_refused(client, link, data):
    assert client.post(link, data).status_code == 400


def test_parameters_are_refused(client, link):
    assert client.get(f"{link}?all=1").status_code == 400


def test_the_link_can_be_switched_off(client, link, user, sites, settings):
    settings.CONFIRM_BY_MAIL = False
    assert client.get(link).status_code == 404
    assert NOT_VALID not in text_of(client.get(link))
    assert link_for(user, sites) == ""


@pytest.mark.parametrize("path", ["link", "/confirm/9/"])
def test_the_answer_is_not_stored_indexed_or_named_to_other_pages(client, link, path):
    headers = client.get(link if path == "link" else path).headers
    assert "no-store" in headers["Cache-Control"]
    assert headers["Referrer-Policy"] == "strict-origin"
    assert headers["X-Robots-Tag"].startswith("noindex")


def test_forms_are_rate_limited(client, link, settings):
    backend = "django.core.cache.backends.db.DatabaseCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "accounts_attempts"}}
    cache.clear()
    assert [client.post("/confirm/9/").status_code for _ in range(31)] == [404] * 30 + [429]
    assert client.post(link, {}).status_code == 429
    assert client.get(link).status_code == 200


def test_a_mail_about_500_sites_has_a_link(user):
    sites = [TrialSite(pk=7_000_000 + 7_919 * number) for number in range(500)]
    reminder = make(Reminder, user=user, for_day=days_ago(0), subject="Tasks")
    assert 0 < len(mail_link(reminder, sites, on=days_ago(0))) < 4_100


def test_the_queries_do_not_grow_with_the_sites(client, user):
    trial, counts = a_recruiting_trial(3), []
    assign(user, trial=trial)
    for numbers in (range(20, 22), range(22, 40)):
        for number in numbers:
            a_confirmed_site(trial, number, days=40)
        link = link_for(user, trial.trial_sites.all())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(link).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_site_with_a_final_status_needs_none(client, user, sites):
    ended = a_site(sites[0].trial, a_facility(6), status="COMPLETED", since="2026-01-01")
    assign(user, site=ended)
    assert "Needs no confirmation" in text_of(client.get(link_for(user, [ended])))
