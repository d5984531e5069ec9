"""The overall status: advised by the sites, chosen by the trial's coordinator, held by the rules."""

import pytest

from history.authorship import authored
from tests.factories import a_contact, a_facility, a_site, a_trial, a_user
from tests.pages.html_reader import RAW_CODE, queries_of, rows_of, text_of
from tests.work.my_work_fixtures import a_recruiting_trial, days_ago, make_coordinator
from trials.models import Trial

pytestmark = pytest.mark.django_db


@pytest.fixture
def trial(client):
    """Recruiting, though its only site is suspended."""
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


def test_my_work_leads_to_the_page_that_tells_why_and_by_when(client, trial):
    assert page_of(trial) in client.get("/work/").content.decode()
    page = client.get(page_of(trial))
    due = days_ago(-20)
    for words in ("Status that matches the site statuses: Suspended", f"Due by {due.day} {due:%B %Y}", "42 CFR 11.64"):
        assert words in text_of(page)
    assert page.context["form"]["overall_status"].value() == "SUSPENDED"
    assert RAW_CODE.findall(text_of(page)) == []


def test_before_saving_one_reads_what_everybody_will_see_and_what_the_rules_want(client, trial):
    a_contact(trial=trial)
    page = text_of(client.get(page_of(trial)))
    assert (
        "The public status will change from Recruiting to Suspended. The contact for the whole study will be hidden."
        in page
    )
    assert "ClinicalTrials.gov will no longer show site statuses." in page
    assert "Enter why the trial stopped." in page


def test_one_act_applies_it_and_keeps_the_last_known_status(client, trial):
    page = client.post(page_of(trial), form_data(trial, "SUSPENDED", why_stopped="No drug left"), follow=True)
    trial.refresh_from_db()
    assert (trial.overall_status, trial.why_stopped) == ("SUSPENDED", "No drug left")
    assert trial.last_known_status == "NOT_YET_RECRUITING"
    assert page.redirect_chain == [(f"{page_of(trial)}sites/", 302)]
    assert "Overall status:" not in text_of(client.get("/work/"))


def test_why_it_stopped_is_demanded_beside_its_field(client, trial):
    page = client.post(page_of(trial), form_data(trial, "SUSPENDED"))
    assert page.context["form"].errors["why_stopped"] == ["Enter why the trial stopped."]
    assert status_of(trial) == "RECRUITING"


def test_wrong_dates_are_refused_and_their_fold_is_open(client, trial):
    dates = {"completion_on": "2020-01-01", "completion_type": "ESTIMATED", "why_stopped": "No drug left"}
    page = client.post(page_of(trial), form_data(trial, "SUSPENDED", **dates))
    assert "completion_type" in page.context["form"].errors
    assert '<details class="between" open>' in page.content.decode()
    assert status_of(trial) == "RECRUITING"


def test_a_warning_asks_once(client, trial):
    dates = {"start_on": "2020-01-01", "start_type": "ACTUAL", "completion_on": days_ago(-30).isoformat(),
             "completion_type": "ESTIMATED"}  # fmt: skip
    page = client.post(page_of(trial), form_data(trial, "COMPLETED", **dates))
    assert "The trial has ended. Set the type of both completion dates to actual." in text_of(page)
    assert 'type="checkbox" name="accept_warnings"' in page.content.decode()
    client.post(page_of(trial), form_data(trial, "COMPLETED", **dates, accept_warnings="on"))
    assert status_of(trial) == "COMPLETED"


def test_what_the_sites_do_not_go_with_asks_and_does_not_refuse(client, trial):
    a_site(trial, a_facility(2), status="RECRUITING", since="2026-01-01")
    ended = form_data(trial, "TERMINATED", why_stopped="No effect")
    assert "At least one site is recruiting" in text_of(client.post(page_of(trial), ended))
    client.post(page_of(trial), ended | {"accept_warnings": "on"})
    assert status_of(trial) == "TERMINATED"


@pytest.mark.parametrize("to", ["UNKNOWN", "WITHHELD", "RECRUITING", "NONSENSE", ""])
def test_what_nobody_types_is_refused(client, trial, to):
    assert client.post(page_of(trial), form_data(trial, to, accept_warnings="on")).status_code == 200
    assert status_of(trial) == "RECRUITING"


def test_a_repeated_post_has_one_effect_and_leads_to_the_same_page(client, trial):
    asked = form_data(trial, "SUSPENDED", why_stopped="No drug left")
    answers = [client.post(page_of(trial), asked) for _ in range(2)]
    assert {answer.headers["Location"] for answer in answers} == {f"{page_of(trial)}sites/"}
    assert Trial.objects.get().version == trial.version + 1


def test_somebody_elses_change_meanwhile_shows_both_and_keeps_what_was_typed(client, trial):
    asked = form_data(trial, "SUSPENDED", why_stopped="No drug left")
    with authored("test"):
        Trial.objects.update(overall_status="ACTIVE_NOT_RECRUITING", enrollment_count=7)
    page = client.post(page_of(trial), asked)
    assert page.status_code == 409
    assert "Overall status Suspended Active, not recruiting" in rows_of(page)
    assert "Enrollment Not given 7" in rows_of(page)
    assert page.context["form"]["why_stopped"].value() == "No drug left"
    assert status_of(trial) == "ACTIVE_NOT_RECRUITING"


def test_an_expanded_access_program_has_statuses_of_its_own(client):
    program = a_trial(2, overall_status="AVAILABLE", study_type="EXPANDED_ACCESS")
    client.force_login(make_coordinator(trial=program, name="lead"))
    offered = [option.status for option in client.get(page_of(program)).context["options"]]
    assert offered[0] == "NO_LONGER_AVAILABLE"
    assert "COMPLETED" not in offered


def test_a_trial_of_somebody_else_is_missing_even_to_a_sites_coordinator(client, trial):
    client.force_login(make_coordinator(trial.trial_sites.get(), name="ana"))
    for address in (page_of(trial), f"{page_of(trial)}sites/", "/work/trials/NCT99999999/overall/"):
        assert client.get(address).status_code == 404
        assert client.post(address, form_data(trial, "SUSPENDED")).status_code == 404


def test_the_trials_page_leads_its_coordinator_there(client, trial):
    assert page_of(trial) in client.get(f"/trials/{trial.key}/").content.decode()
    client.force_login(a_user("reader"))
    assert page_of(trial) not in client.get(f"/trials/{trial.key}/").content.decode()


@pytest.mark.parametrize("number", [2, 12])
def test_the_page_takes_as_many_queries_for_many_sites(client, trial, number):
    for place in range(number):
        a_site(trial, a_facility(place + 10), status="RECRUITING", since="2026-01-01")
    assert queries_of(client, page_of(trial)) == 7


def test_the_preview_says_what_is_held_back_and_the_public_page_does(client, trial):
    site = a_site(trial, a_facility(2), status="RECRUITING", since=days_ago(10).isoformat())
    a_contact(site=site)
    page = text_of(client.get(page_of(trial)))
    assert "The contact at its sites will be hidden." in page
    assert "1 site status will contradict it and be hidden until updated. You can update them in the next step." in page
