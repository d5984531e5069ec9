"""Change requests of milestone dates."""

from datetime import date

import pytest

from history.authorship import authored
from sites.models import Milestone
from tests.pages.html_reader import rows_of, text_of
from tests.work.my_work_fixtures import days_ago
from tests.work.proposals.fixtures import make_site_and_users
from work.models import Proposal

pytestmark = pytest.mark.django_db
CONTRACT = date(2025, 11, 3)


@pytest.fixture
def milestone_setup(client):
    """(site, site coordinator, trial coordinator); the site coordinator is signed in, the contract date known."""
    site, ana, lead = make_site_and_users()
    with authored("test"):
        for stage in ("SELECTED", "ETHICS", "CONTRACT"):
            Milestone.objects.create(trial_site=site, stage=stage, actual_on=CONTRACT, planned_on=CONTRACT)
    client.force_login(ana)
    return site, ana, lead


def page_of(site) -> str:
    return f"/work/sites/{site.pk}/propose/stages/"


def sent(client, site, **dates):
    """The form data of the page with these dates and a reason."""
    form = client.get(page_of(site)).context["form"]
    as_it_came = {name: form[name].value() or "" for name in form.fields}
    return client.post(page_of(site), as_it_came | {"why": "The monitor was here"} | dates, follow=True)


def accepted(client, proposal):
    page = client.get(proposal.get_absolute_url())
    post_data = {"act": "accept", "version": page.context["form"]["version"].value(), "accept_warnings": "on"}
    return client.post(proposal.get_absolute_url(), post_data, follow=True)


def actual(site, stage: str) -> date | None:
    return Milestone.objects.filter(trial_site=site, stage=stage).values_list("actual_on", flat=True).first()


def test_a_requested_date_is_accepted_and_other_dates_stay(client, milestone_setup):
    site, _, lead = milestone_setup
    page = sent(client, site, **{"INITIATION_VISIT-actual_on": days_ago(40).isoformat()})
    (proposal,) = Proposal.objects.all()
    assert (proposal.kind, proposal.new) == ("STAGES", {"INITIATION_VISIT-actual_on": days_ago(40).isoformat()})
    assert any(row.startswith("Site initiation visit (SIV): actual Not known") for row in rows_of(page))
    assert actual(site, "INITIATION_VISIT") is None

    client.force_login(lead)
    accepted(client, proposal)
    assert (actual(site, "INITIATION_VISIT"), actual(site, "CONTRACT")) == (days_ago(40), CONTRACT)
    assert Milestone.objects.get(trial_site=site, stage="CONTRACT").planned_on == CONTRACT
    site.refresh_from_db()
    assert site.stage == "INITIATION_VISIT"


def test_a_request_can_clear_a_date(client, milestone_setup):
    site, _, lead = milestone_setup
    sent(client, site, **{"CONTRACT-actual_on": ""})
    client.force_login(lead)
    accepted(client, Proposal.objects.get())
    assert actual(site, "CONTRACT") is None
    assert Milestone.objects.get(trial_site=site, stage="CONTRACT").planned_on == CONTRACT


def test_rule_violations_are_shown_to_the_requester(client, milestone_setup):
    site, *_ = milestone_setup
    page = sent(client, site, **{"FIRST_PARTICIPANT-actual_on": days_ago(3).isoformat()})
    assert "There is a problem" in text_of(page)
    assert not Proposal.objects.exists()


def test_a_stale_request_does_not_overwrite_a_date(client, milestone_setup):
    site, _, lead = milestone_setup
    sent(client, site, **{"INITIATION_VISIT-actual_on": days_ago(40).isoformat()})
    proposal = Proposal.objects.get()
    client.force_login(lead)
    page = client.get(proposal.get_absolute_url())
    with authored("test"):
        Milestone.objects.create(trial_site=site, stage="INITIATION_VISIT", actual_on=days_ago(50))
    post_data = {"act": "accept", "version": page.context["form"]["version"].value(), "accept_warnings": "on"}
    answer = client.post(proposal.get_absolute_url(), post_data)
    assert answer.status_code == 409
    assert actual(site, "INITIATION_VISIT") == days_ago(50)


def test_a_stale_form_shows_the_other_values(client, milestone_setup):
    site, *_ = milestone_setup
    form = client.get(page_of(site)).context["form"]
    post_data = {name: form[name].value() or "" for name in form.fields} | {"why": "The monitor was here"}
    with authored("test"):
        Milestone.objects.filter(trial_site=site, stage="CONTRACT").update(actual_on=days_ago(300))
    answer = client.post(page_of(site), post_data | {"ACTIVATED-forecast_on": "2099-01-01"})
    assert answer.status_code == 409
    assert not Proposal.objects.exists()
    assert "Contract: actual" in text_of(answer)


def test_the_activation_page_links_to_the_form_of_the_users_authority(client, milestone_setup):
    site, _, lead = milestone_setup
    dates = f"/trials/{site.trial.key}/activation/{site.pk}/"
    assert page_of(site) in client.get(dates).content.decode()
    assert page_of(site) in client.get(f"/work/sites/{site.pk}/change/").content.decode()
    client.force_login(lead)
    assert page_of(site) not in client.get(dates).content.decode()
    assert dates in client.get(f"/work/sites/{site.pk}/change/").content.decode()
