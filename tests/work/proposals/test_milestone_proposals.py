"""The dates of a site's stages, proposed by who knows them and decided by the trial's coordinator."""

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
    """(the site, its coordinator, the trial's); the coordinator is logged in, the contract is known."""
    site, ana, lead = make_site_and_users()
    with authored("test"):
        for stage in ("SELECTED", "ETHICS", "CONTRACT"):
            Milestone.objects.create(trial_site=site, stage=stage, actual_on=CONTRACT, planned_on=CONTRACT)
    client.force_login(ana)
    return site, ana, lead


def page_of(site) -> str:
    return f"/work/sites/{site.pk}/propose/stages/"


def sent(client, site, **dates):
    """The form as it came, with these dates and a reason."""
    form = client.get(page_of(site)).context["form"]
    as_it_came = {name: form[name].value() or "" for name in form.fields}
    return client.post(page_of(site), as_it_came | {"why": "The monitor was here"} | dates, follow=True)


def accepted(client, proposal):
    page = client.get(proposal.get_absolute_url())
    said = {"act": "accept", "version": page.context["form"]["version"].value(), "accept_warnings": "on"}
    return client.post(proposal.get_absolute_url(), said, follow=True)


def actual(site, stage: str) -> date | None:
    return Milestone.objects.filter(trial_site=site, stage=stage).values_list("actual_on", flat=True).first()


def test_the_site_proposes_and_the_trial_accepts_that_date_and_no_other(client, milestone_setup):
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


def test_a_date_can_be_taken_away(client, milestone_setup):
    site, _, lead = milestone_setup
    sent(client, site, **{"CONTRACT-actual_on": ""})
    client.force_login(lead)
    accepted(client, Proposal.objects.get())
    assert actual(site, "CONTRACT") is None
    assert Milestone.objects.get(trial_site=site, stage="CONTRACT").planned_on == CONTRACT


def test_what_the_rules_refuse_is_told_to_whoever_proposes_it(client, milestone_setup):
    site, *_ = milestone_setup
    page = sent(client, site, **{"FIRST_PARTICIPANT-actual_on": days_ago(3).isoformat()})
    assert "There is a problem" in text_of(page)
    assert not Proposal.objects.exists()


def test_a_date_that_was_changed_meanwhile_is_not_overwritten_unseen(client, milestone_setup):
    site, _, lead = milestone_setup
    sent(client, site, **{"INITIATION_VISIT-actual_on": days_ago(40).isoformat()})
    proposal = Proposal.objects.get()
    client.force_login(lead)
    page = client.get(proposal.get_absolute_url())
    with authored("test"):
        Milestone.objects.create(trial_site=site, stage="INITIATION_VISIT", actual_on=days_ago(50))
    said = {"act": "accept", "version": page.context["form"]["version"].value(), "accept_warnings": "on"}
    answer = client.post(proposal.get_absolute_url(), said)
    assert answer.status_code == 409
    assert actual(site, "INITIATION_VISIT") == days_ago(50)


def test_what_others_changed_while_one_typed_is_shown_beside(client, milestone_setup):
    site, *_ = milestone_setup
    form = client.get(page_of(site)).context["form"]
    said = {name: form[name].value() or "" for name in form.fields} | {"why": "The monitor was here"}
    with authored("test"):
        Milestone.objects.filter(trial_site=site, stage="CONTRACT").update(actual_on=days_ago(300))
    answer = client.post(page_of(site), said | {"ACTIVATED-forecast_on": "2099-01-01"})
    assert answer.status_code == 409
    assert not Proposal.objects.exists()
    assert "Contract: actual" in text_of(answer)


def test_the_page_of_the_dates_leads_there_for_the_site_and_to_the_dates_for_the_trial(client, milestone_setup):
    site, _, lead = milestone_setup
    dates = f"/trials/{site.trial.key}/activation/{site.pk}/"
    assert page_of(site) in client.get(dates).content.decode()
    assert page_of(site) in client.get(f"/work/sites/{site.pk}/change/").content.decode()
    client.force_login(lead)
    assert page_of(site) not in client.get(dates).content.decode()
    assert dates in client.get(f"/work/sites/{site.pk}/change/").content.decode()
