"""The page that changes the overall status: suggestion, choices, rules."""

import pytest

from history.authorship import authored
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user
from tests.pages.html_reader import RAW_CODE, queries_of, rows_of, text_of
from tests.work.my_work_fixtures import a_recruiting_trial, days_ago, make_coordinator
from trials.models import Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(client):
    """A recruiting trial whose only site is suspended."""
    trial = a_recruiting_trial(1, last_known_status="NOT_YET_RECRUITING")
    a_site(trial, a_facility(1, country="Japan"), status="SUSPENDED", since=days_ago(10).isoformat())
    client.force_login(make_coordinator(trial=trial))
    return trial


def page_of(trial) -> str:
    return f"/work/trials/{trial.key}/overall/"


def form_data(trial, to: str, **more) -> dict:
    empty = dict.fromkeys(
        ("start_on", "start_type", "primary_completion_on", "primary_completion_type", "completion_on",
         "completion_type", "enrollment_count", "enrollment_type", "verified_on", "why_stopped", "note"), "",
    )  # fmt: skip
    return empty | {"overall_status": to, "version": trial.version} | more


def status_of(trial) -> str:
    return Trial.objects.get(pk=trial.pk).overall_status


def test_a_task_links_to_the_page_with_reason_and_deadline(client, trial):
    assert page_of(trial) in client.get("/work/").content.decode()
    page = client.get(page_of(trial))
    due = days_ago(-20)
    for words in ("Status that matches the site statuses: Suspended", f"Due by {due.day} {due:%B %Y}", "42 CFR 11.64"):
        assert words in text_of(page)
    assert page.context["form"]["overall_status"].value() == "SUSPENDED"
    assert RAW_CODE.findall(text_of(page)) == []


def test_each_choice_shows_its_public_effects_and_rule_violations(client, trial):
    a_contact(trial=trial)
    page = text_of(client.get(page_of(trial)))
    assert (
        "The public status will change from Recruiting to Suspended. The contact for the whole study will be hidden."
        in page
    )
    assert "ClinicalTrials.gov will no longer show site statuses." in page
    assert "Enter why the trial stopped." in page


def test_the_overall_status_is_saved_and_the_last_known_status_unchanged(client, trial):
    page = client.post(page_of(trial), form_data(trial, "SUSPENDED", why_stopped="No drug left"), follow=True)
    trial.refresh_from_db()
    assert (trial.overall_status, trial.why_stopped) == ("SUSPENDED", "No drug left")
    assert trial.last_known_status == "NOT_YET_RECRUITING"
    assert page.redirect_chain == [(f"{page_of(trial)}sites/", 302)]
    assert "Overall status:" not in text_of(client.get("/work/"))


def test_a_missing_reason_for_stopping_is_a_field_error(client, trial):
    page = client.post(page_of(trial), form_data(trial, "SUSPENDED"))
    assert page.context["form"].errors["why_stopped"] == ["Enter why the trial stopped."]
    assert status_of(trial) == "RECRUITING"


def test_invalid_dates_are_errors_in_the_expanded_section(client, trial):
    dates = {"completion_on": "2020-01-01", "completion_type": "ESTIMATED", "why_stopped": "No drug left"}
    page = client.post(page_of(trial), form_data(trial, "SUSPENDED", **dates))
    assert "completion_type" in page.context["form"].errors
    assert '<details class="between" open>' in page.content.decode()
    assert status_of(trial) == "RECRUITING"


def test_a_warning_is_accepted_once(client, trial):
    dates = {"start_on": "2020-01-01", "start_type": "ACTUAL", "completion_on": days_ago(-30).isoformat(),
             "completion_type": "ESTIMATED"}  # fmt: skip
    page = client.post(page_of(trial), form_data(trial, "COMPLETED", **dates))
    assert "The trial has ended. Set the type of both completion dates to actual." in text_of(page)
    assert 'type="checkbox" name="accept_warnings"' in page.content.decode()
    client.post(page_of(trial), form_data(trial, "COMPLETED", **dates, accept_warnings="on"))
    assert status_of(trial) == "COMPLETED"


def test_a_contradiction_with_the_sites_is_a_warning(client, trial):
    a_site(trial, a_facility(2), status="RECRUITING", since="2026-01-01")
    ended = form_data(trial, "TERMINATED", why_stopped="No effect")
    assert "At least one site is recruiting" in text_of(client.post(page_of(trial), ended))
    client.post(page_of(trial), ended | {"accept_warnings": "on"})
    assert status_of(trial) == "TERMINATED"


@pytest.mark.parametrize("to", ["UNKNOWN", "WITHHELD", "RECRUITING", "NONSENSE", ""])
def test_invalid_values_are_refused(client, trial, to):
    assert client.post(page_of(trial), form_data(trial, to, accept_warnings="on")).status_code == 200
    assert status_of(trial) == "RECRUITING"


def test_a_repeated_post_has_one_effect_and_the_same_redirect(client, trial):
    post_data = form_data(trial, "SUSPENDED", why_stopped="No drug left")
    answers = [client.post(page_of(trial), post_data) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"{page_of(trial)}sites/"}
    assert Trial.objects.get().version == trial.version + 1


def test_a_stale_form_shows_both_versions_and_keeps_its_input(client, trial):
    post_data = form_data(trial, "SUSPENDED", why_stopped="No drug left")
    with authored("test"):
        Trial.objects.update(overall_status="ACTIVE_NOT_RECRUITING", enrollment_count=7)
    page = client.post(page_of(trial), post_data)
    assert page.status_code == 409
    assert "Overall status Suspended Active, not recruiting" in rows_of(page)
    assert "Enrollment Not given 7" in rows_of(page)
    assert page.context["form"]["why_stopped"].value() == "No drug left"
    assert status_of(trial) == "ACTIVE_NOT_RECRUITING"


def test_an_expanded_access_program_has_its_own_statuses(client):
    program = a_trial(2, overall_status="AVAILABLE", study_type="EXPANDED_ACCESS")
    client.force_login(make_coordinator(trial=program, name="lead"))
    offered = [option.status for option in client.get(page_of(program)).context["options"]]
    assert offered[0] == "NO_LONGER_AVAILABLE"
    assert "COMPLETED" not in offered


def test_the_trial_is_a_404_for_others_and_for_site_coordinators(client, trial):
    client.force_login(make_coordinator(trial.trial_sites.get(), name="ana"))
    for address in (page_of(trial), f"{page_of(trial)}sites/", "/work/trials/NCT99999999/overall/"):
        assert client.get(address).status_code == 404
        assert client.post(address, form_data(trial, "SUSPENDED")).status_code == 404


def test_the_trial_page_links_to_it_for_its_coordinator(client, trial):
    assert page_of(trial) in client.get(f"/trials/{trial.key}/").content.decode()
    client.force_login(a_user("reader"))
    assert page_of(trial) not in client.get(f"/trials/{trial.key}/").content.decode()


@pytest.mark.parametrize("number", [2, 12])
def test_the_number_of_queries_does_not_grow_with_the_sites(client, trial, number):
    for place in range(number):
        a_site(trial, a_facility(place + 10), status="RECRUITING", since="2026-01-01")
    assert queries_of(client, page_of(trial)) == 7


def test_the_preview_matches_the_public_page(client, trial):
    site = a_site(trial, a_facility(2), status="RECRUITING", since=days_ago(10).isoformat())
    a_contact(site=site)
    page = text_of(client.get(page_of(trial)))
    assert "The contact at its sites will be hidden." in page
    assert "1 site status will contradict it and be hidden until updated. You can update them in the next step." in page
