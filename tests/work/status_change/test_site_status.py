"""The page that changes a site's status: choices, requirements, public effect, suggested overall status."""

import pytest

from sites.models import StatusEvent
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user, an_event, assign
from tests.pages.html_reader import text_of
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, days_ago, make_coordinator

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client):
    site = a_confirmed_site(a_recruiting_trial(1), 1, 40)
    client.force_login(make_coordinator(site))
    return site


def page_of(site) -> str:
    return f"/work/sites/{site.pk}/change/"


def form_data(site, to: str, **more) -> dict:
    return {"to": to, "effective_on": days_ago(0).isoformat(), "version": site.version} | more


def offered_statuses(page) -> list[str]:
    return [option.status for option in page.context["form"].options()]


def events_of(site) -> list[str]:
    return list(StatusEvent.objects.filter(trial_site=site).values_list("status", flat=True))


def test_only_allowed_statuses_are_offered_with_their_definitions(client, site):
    page = client.get(page_of(site))
    assert offered_statuses(page) == ["ACTIVE_NOT_RECRUITING", "SUSPENDED", "COMPLETED", "TERMINATED", "WITHDRAWN"]
    assert text_of(page).count("Needs trial coordinator approval") == 2
    assert "The study has stopped early but may start again." in text_of(page)


def test_the_trial_coordinator_can_end_a_site_early(client, site):
    client.force_login(make_coordinator(trial=site.trial, name="lead"))
    assert offered_statuses(client.get(page_of(site))) == [
        "ACTIVE_NOT_RECRUITING", "SUSPENDED", "COMPLETED", "TERMINATED", "WITHDRAWN",
    ]  # fmt: skip


def test_each_choice_shows_its_public_effect(client, site):
    a_contact(site=site)
    page = text_of(client.get(page_of(site)))
    assert "The public status will change from Recruiting to Suspended. Its contact will be hidden." in page


def test_newly_public_contacts_are_in_the_public_effect(client, site):
    an_event(site, "SUSPENDED", days_ago(5).isoformat())
    for _ in range(2):
        a_contact(site=site)
    assert "from Suspended to Recruiting. Its 2 contacts will be shown." in text_of(client.get(page_of(site)))


def test_a_trial_that_is_not_public_has_no_public_effect(client):
    site = a_confirmed_site(a_trial(1, is_public=False), 1, 2)
    client.force_login(make_coordinator(site))
    assert "The trial is not public: no visible change." in text_of(client.get(page_of(site)))


def test_the_default_date_is_in_a_readable_format_and_accepted(client, site):
    day = client.get(page_of(site)).context["form"]["effective_on"].value()
    assert day == f"{days_ago(0):%-d %b %Y}"
    twice = [client.post(page_of(site), form_data(site, "SUSPENDED", effective_on=day)) for _ in range(2)]
    assert {answer.headers["Location"] for answer in twice} == {f"/work/sites/{site.pk}/changed/"}
    assert events_of(site) == ["RECRUITING", "SUSPENDED"]


def test_a_change_is_saved_and_the_overall_status_suggested(client, site):
    page = client.post(page_of(site), form_data(site, "SUSPENDED"), follow=True)
    site.refresh_from_db()
    assert (site.status, site.last_confirmed_on) == ("SUSPENDED", days_ago(0))
    assert page.redirect_chain == [(f"/work/sites/{site.pk}/changed/", 302)]
    assert "Status that matches the site statuses: Suspended" in text_of(page)


def test_a_month_is_accepted_as_effective_date(client, site):
    month = days_ago(0).strftime("%Y-%m")
    client.post(page_of(site), form_data(site, "SUSPENDED", effective_on=month))
    site.refresh_from_db()
    assert site.status_since == month


def test_an_error_is_shown_at_its_field_and_at_the_top(client, site):
    page = client.post(page_of(site), form_data(site, "SUSPENDED", effective_on=days_ago(200).isoformat()))
    assert page.content.decode().count("The effective date is more than 30 days ago. Give a reason") == 2
    assert events_of(site) == ["RECRUITING"]


def test_a_missing_intermediate_status_is_filled_in_and_saved_with_the_change(client, site):
    page = client.post(page_of(site), form_data(site, "COMPLETED"))
    assert page.context["form"]["first_status"].value() == "ACTIVE_NOT_RECRUITING"
    assert 'class="between" open' in page.content.decode()
    between = {"first_status": "ACTIVE_NOT_RECRUITING", "first_since": days_ago(3).isoformat()}
    client.post(page_of(site), form_data(site, "COMPLETED", **between))
    assert events_of(site) == ["RECRUITING", "ACTIVE_NOT_RECRUITING", "COMPLETED"]


def test_a_warning_is_accepted_once(client):
    site = a_site(a_recruiting_trial(1), a_facility(1))
    client.force_login(make_coordinator(site))
    page = client.post(page_of(site), form_data(site, "RECRUITING"))
    assert 'type="checkbox" name="accept_warnings"' in page.content.decode()
    client.post(page_of(site), form_data(site, "RECRUITING", accept_warnings="on"))
    assert events_of(site) == ["RECRUITING"]


def test_a_repeated_post_has_one_effect_and_the_same_redirect(client, site):
    twice = [client.post(page_of(site), form_data(site, "SUSPENDED")) for _ in range(2)]
    assert {answer.headers["Location"] for answer in twice} == {f"/work/sites/{site.pk}/changed/"}
    assert events_of(site) == ["RECRUITING", "SUSPENDED"]


def test_a_stale_form_shows_both_versions_and_keeps_its_input(client, site):
    an_event(site, "SUSPENDED", days_ago(1).isoformat(), reason="No drug left")
    page = client.post(page_of(site), form_data(site, "ACTIVE_NOT_RECRUITING", why="Enough people"))
    assert page.status_code == 409
    assert "Your entries, not saved Active, not recruiting" in text_of(page)
    assert "Suspended" in text_of(page)
    assert "No drug left" in text_of(page)
    assert events_of(site) == ["RECRUITING", "SUSPENDED"]
    again = form_data(site, "ACTIVE_NOT_RECRUITING", version=page.context["form"]["version"].value())
    client.post(page_of(site), again)
    assert events_of(site) == ["RECRUITING", "SUSPENDED", "ACTIVE_NOT_RECRUITING"]


def test_a_final_status_has_no_choices_for_a_coordinator(client):
    site = a_confirmed_site(a_recruiting_trial(1), 1, 2, status="COMPLETED")
    client.force_login(make_coordinator(site))
    assert "This status is final" in text_of(client.get(page_of(site)))


@pytest.mark.parametrize("page", ["change", "changed"])
def test_a_site_of_others_is_a_404(client, site, page):
    other = a_confirmed_site(a_recruiting_trial(2), 9, 40)
    theirs = client.get(f"/work/sites/{other.pk}/{page}/")
    missing = client.get(f"/work/sites/999999/{page}/")
    assert theirs.status_code == missing.status_code == 404
    assert client.post(page_of(other), form_data(other, "SUSPENDED")).status_code == 404
    assert events_of(other) == ["RECRUITING"]


@pytest.mark.parametrize(("country", "days"), [("Japan", 30), ("France", 15)])
def test_the_suggestion_has_the_deadline_of_the_sites_country(client, country, days):
    site = a_site(a_recruiting_trial(1), a_facility(1, country=country), status="RECRUITING", since="2026-01-01")
    client.force_login(make_coordinator(trial=site.trial))
    page = client.post(page_of(site), form_data(site, "SUSPENDED"), follow=True)
    due = days_ago(-days)
    assert f"Due by {due.day} {due:%B %Y} : within {days} days" in text_of(page)
    assert f"/work/trials/{site.trial.key}/overall/" in page.content.decode()


def test_a_site_coordinator_sees_who_decides_the_overall_status(client, site):
    page = client.post(page_of(site), form_data(site, "SUSPENDED"), follow=True)
    assert "The trial coordinators see this in their tasks" in text_of(page)
    assert "/overall/" not in page.content.decode()


def test_a_matching_overall_status_has_no_suggestion(client, site):
    a_confirmed_site(site.trial, 2, 2)
    page = client.post(page_of(site), form_data(site, "SUSPENDED"), follow=True)
    assert "The overall status matches the site statuses" in text_of(page)


def test_a_manager_records_a_correction_with_a_reason(client):
    site = a_confirmed_site(a_recruiting_trial(1), 1, 2, status="COMPLETED")
    user = a_user("boss", is_superuser=True)
    assign(user, site=site)
    client.force_login(user)
    client.post(page_of(site), form_data(site, "RECRUITING"))
    assert events_of(site) == ["COMPLETED"]
    client.post(page_of(site), form_data(site, "RECRUITING", why="It was another site"))
    site.refresh_from_db()
    assert site.status == "RECRUITING"


@pytest.mark.parametrize(
    ("overall", "words"),
    [
        ("NOT_YET_RECRUITING", "to Recruiting, with the note that the trial’s own status is being updated."),
        ("ENROLLING_BY_INVITATION", "Will not be public: it contradicts the trial’s status, By invitation only."),
    ],
)
def test_the_preview_shows_the_public_status_given_the_trials_status(client, overall, words):
    site = a_site(a_trial(7, overall_status=overall), a_facility(7), status="NOT_YET_RECRUITING", since="2026-01-01")
    client.force_login(make_coordinator(site, name="seventh"))
    assert words in text_of(client.get(page_of(site)))
