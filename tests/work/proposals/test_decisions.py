"""Deciding change requests: accept, decline, withdraw, and concurrent decisions."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from history.authorship import authored
from sites.models import Facility, StatusEvent
from tests.factories import a_confirmation, a_user, an_event
from tests.pages.html_reader import RAW_CODE, rows_of, text_of
from tests.work.my_work_fixtures import days_ago
from tests.work.proposals.fixtures import (
    make_other_site,
    make_site_and_users,
    propose_facility_correction,
    proposed_status,
)
from work.models import Proposal
from work.proposals.services import propose

pytestmark = pytest.mark.django_db


@pytest.fixture
def milestone_setup(client):
    """(change request of an early end, site, requester, decider); the decider is signed in."""
    site, ana, lead = make_site_and_users()
    client.force_login(ana)
    client.post(f"/work/sites/{site.pk}/change/", proposed_status(site))
    client.force_login(lead)
    return Proposal.objects.get(), site, ana, lead


def decide(client, proposal, act: str, **more):
    page = client.get(proposal.get_absolute_url())
    post_data = {"act": act, "version": page.context["form"]["version"].value()}
    return client.post(proposal.get_absolute_url(), post_data | more, follow=True)


def state(proposal) -> tuple[str, str]:
    proposal.refresh_from_db()
    return proposal.decision, proposal.decided_by


def test_a_change_request_is_a_task_with_requester_values_and_reason(client, milestone_setup):
    proposal, *_ = milestone_setup
    listed = text_of(client.get("/work/"))
    assert "Change request: Recruiting → Terminated" in listed
    assert "Ana Lyon: The ward closes" in listed
    page = client.get(proposal.get_absolute_url())
    assert rows_of(page)[0] == "Status Recruiting Terminated"
    for text in ("Ana Lyon", "The ward closes", "The public status will change from Recruiting to Terminated."):
        assert text in text_of(page)
    assert RAW_CODE.findall(text_of(page)) == []


def test_the_requester_cannot_decide(client, milestone_setup):
    proposal, _, ana, _ = milestone_setup
    client.force_login(ana)
    assert "Change request:" not in text_of(client.get("/work/"))
    assert "Accept" not in text_of(client.get(proposal.get_absolute_url()))
    assert client.post(proposal.get_absolute_url(), {"act": "accept", "version": "1"}).status_code == 404
    assert state(proposal) == ("", "")


def test_an_accepted_request_is_a_change_by_the_decider_that_names_the_requester(client, milestone_setup):
    proposal, site, ana, lead = milestone_setup
    decide(client, proposal, "accept")
    site.refresh_from_db()
    event = StatusEvent.objects.get(status="TERMINATED")
    assert (site.status, event.author) == ("TERMINATED", lead.actor)
    assert event.reason == f"Change request {proposal.pk} of {ana}: The ward closes"
    assert StatusEvent.objects.filter(status="ACTIVE_NOT_RECRUITING", effective_on=days_ago(1).isoformat()).exists()
    assert state(proposal) == ("ACCEPTED", lead.actor)


def test_the_rules_are_checked_again_on_acceptance(client, milestone_setup):
    proposal, site, _, _ = milestone_setup
    an_event(site, "COMPLETED", days_ago(0).isoformat())
    page = decide(client, proposal, "accept")
    assert "The site cannot change directly from its current status" in text_of(page)
    assert state(proposal) == ("", "")


def test_the_decider_accepts_a_warning_once(client, milestone_setup):
    proposal, site, _, _ = milestone_setup
    with authored("test"):
        Proposal.objects.filter(pk=proposal.pk).update(
            decision="WITHDRAWN", decided_by="test", decided_at=timezone.now()
        )
    new = {"status": "TERMINATED", "since": days_ago(0).isoformat()}
    unusual = propose(site, kind="STATUS", new=new, why="x", author=proposal.proposed_by, version=site.version)
    page = decide(client, unusual, "accept")
    assert "This change is unusual for a site" in text_of(page)
    decide(client, unusual, "accept", accept_warnings="on")
    assert state(unusual)[0] == "ACCEPTED"


def test_a_declined_request_has_a_comment_shown_until_acknowledged(client, milestone_setup):
    proposal, _, ana, _ = milestone_setup
    assert "Enter a comment for the requester." in text_of(decide(client, proposal, "decline"))
    decide(client, proposal, "decline", decision_note="Two people are still treated")
    client.force_login(ana)
    listed = text_of(client.get("/work/"))
    assert "Declined: Recruiting → Terminated" in listed
    assert "Leo Lead: Two people are still treated" in listed
    decide(client, proposal, "note")
    assert "Declined:" not in text_of(client.get("/work/"))


def test_a_decision_is_shown_for_a_week(client, milestone_setup):
    proposal, _, ana, _ = milestone_setup
    decide(client, proposal, "accept")
    client.force_login(ana)
    for days, is_shown in ((6, True), (8, False)):
        with authored("test"):
            Proposal.objects.update(decided_at=timezone.now() - timedelta(days=days))
        assert ("Accepted:" in text_of(client.get("/work/"))) is is_shown


def test_the_requester_withdraws_the_request(client, milestone_setup):
    proposal, _, ana, lead = milestone_setup
    assert client.post(proposal.get_absolute_url(), {"act": "withdraw", "version": "1"}).status_code == 404
    client.force_login(ana)
    decide(client, proposal, "withdraw")
    assert state(proposal) == ("WITHDRAWN", ana.actor)
    client.force_login(lead)
    assert "Change request:" not in text_of(client.get("/work/"))


def test_an_outdated_request_shows_both_values_and_can_be_accepted(client, milestone_setup):
    proposal, site, _, _ = milestone_setup
    an_event(site, "SUSPENDED", days_ago(2).isoformat())
    page = client.get(proposal.get_absolute_url())
    assert "The record was changed after the request" in text_of(page)
    assert rows_of(page)[0] == "Status Recruiting Suspended Terminated"
    decide(client, proposal, "accept")
    assert state(proposal)[0] == "ACCEPTED"


def test_a_decision_with_a_stale_version_is_refused(client, milestone_setup):
    proposal, site, _, _ = milestone_setup
    seen = client.get(proposal.get_absolute_url()).context["form"]["version"].value()
    an_event(site, "SUSPENDED", days_ago(2).isoformat())
    page = client.post(proposal.get_absolute_url(), {"act": "accept", "version": seen})
    assert page.status_code == 409
    assert "Not decided: another user changed this record" in text_of(page)
    assert state(proposal) == ("", "")
    again = page.context["form"]["version"].value()
    client.post(proposal.get_absolute_url(), {"act": "accept", "version": again})
    assert state(proposal)[0] == "ACCEPTED"


def test_a_later_confirmation_does_not_make_a_request_outdated(client, milestone_setup):
    proposal, site, _, _ = milestone_setup
    a_confirmation(site, days_ago(0))
    page = text_of(client.get(proposal.get_absolute_url()))
    assert site.facility.name in page
    assert "changed after" not in page


def test_a_second_decision_names_the_first_decider(client, milestone_setup):
    proposal, site, _, lead = milestone_setup
    seen = {"act": "accept", "version": site.version}
    for _ in range(2):
        page = client.post(proposal.get_absolute_url(), seen, follow=True)
        assert "Already" not in text_of(page)
    assert StatusEvent.objects.filter(status="TERMINATED").count() == 1
    client.force_login(a_user("boss", is_superuser=True))
    page = client.post(
        proposal.get_absolute_url(), {"act": "decline", "version": "1", "decision_note": "No"}, follow=True
    )
    assert "Already accepted by Leo Lead." in text_of(page)
    assert state(proposal) == ("ACCEPTED", lead.actor)


def test_an_accepted_facility_correction_applies_to_all_its_trials(client, milestone_setup):
    _, site, ana, _ = milestone_setup
    make_other_site(site.facility)
    client.force_login(ana)
    client.post(f"/work/sites/{site.pk}/propose/hospital/", propose_facility_correction(site))
    proposal = Proposal.objects.get(kind="FACILITY")
    with authored("test"):
        Facility.objects.update(zip="650-0001")
    client.force_login(a_user("boss", is_superuser=True))
    assert "Hospital 1 → Harbour Hospital" in text_of(client.get("/work/")), "every administrator's"
    assert "in all 2 public listings" in text_of(client.get(proposal.get_absolute_url()))
    decide(client, proposal, "accept")
    facility = Facility.objects.get()
    assert (facility.name, facility.zip) == ("Harbour Hospital", "650-0001")


def test_a_change_request_of_others_is_a_404(client, milestone_setup):
    proposal, *_ = milestone_setup
    client.force_login(a_user("stranger"))
    theirs = [client.get(proposal.get_absolute_url()), client.get("/work/proposals/999999/")]
    assert [answer.status_code for answer in theirs] == [404, 404]
    assert client.post(proposal.get_absolute_url(), {"act": "accept", "version": "1"}).status_code == 404
    assert "Terminated" not in text_of(client.get("/work/proposals/"))


def test_an_unknown_action_is_refused(client, milestone_setup):
    assert client.post(milestone_setup[0].get_absolute_url(), {"act": "explode", "version": "1"}).status_code == 400


@pytest.mark.parametrize("values", [{"why": "Other"}, {"new": {}}, {"proposed_by": "user:1"}])
def test_the_database_refuses_changes_of_requested_values(milestone_setup, values):
    with pytest.raises(DatabaseError), transaction.atomic(), authored("test"):
        Proposal.objects.update(**values)


def test_the_database_refuses_a_second_decision(client, milestone_setup):
    decide(client, milestone_setup[0], "accept")
    with pytest.raises(DatabaseError), transaction.atomic(), authored("test"):
        Proposal.objects.update(decision="WITHDRAWN")


def test_a_decided_request_shows_the_values_at_the_decision(client, milestone_setup):
    _, site, ana, _ = milestone_setup
    new_values = {"name": "Harbour Hospital"}
    proposal = propose(
        site, kind="FACILITY", new=new_values, why="Renamed", author=ana.actor, version=site.facility.version
    )
    decide(client, proposal, "decline", decision_note="Not in the register")
    before = rows_of(client.get(proposal.get_absolute_url()))
    with authored("test"):
        Facility.objects.update(name="Port Hospital", city="Osaka")
    page = client.get(proposal.get_absolute_url())
    assert rows_of(page) == before
    assert [row.label for row in page.context["rows"] if row.is_changed] == ["Name"]
