"""The services of change requests: refusals, saved values, repeated calls."""

import pytest
from django.core.exceptions import ValidationError

from history.authorship import authored
from history.optimistic_locking import StaleVersion
from history.trail import trail_of
from sites.models import Facility, TrialSite
from tests.factories import a_user
from tests.work.my_work_fixtures import days_ago
from tests.work.proposals.fixtures import make_other_site, make_site_and_users
from work.models import Proposal
from work.proposals.services import (
    AlreadyDecidedError,
    accept,
    acknowledge,
    decline,
    open_proposal,
    propose,
    propose_status,
    withdraw,
)

pytestmark = pytest.mark.django_db
NAME = {"name": "Harbour Hospital"}


@pytest.fixture
def site():
    return make_site_and_users()[0]


def a_proposal(site, **values) -> Proposal:
    """A change request of another facility name, or of the given values."""
    defaults = {"kind": "FACILITY", "new": NAME, "why": "Renamed", "author": "user:7", "version": site.facility.version}
    return propose(site, **defaults | values)


def test_a_change_request_is_saved_with_old_values_and_reason(site):
    proposal = a_proposal(site, why=" Renamed in May ")
    assert (proposal.old["name"], proposal.new, proposal.why) == ("Hospital 1", NAME, "Renamed in May")
    assert trail_of(proposal)[0].reason.strip() == "Renamed in May"


def test_a_change_request_with_a_stale_version_is_refused(site):
    seen = site.facility.version
    with authored("test"):
        Facility.objects.update(city="Osaka")
    with pytest.raises(StaleVersion):
        a_proposal(TrialSite.objects.get(), version=seen)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("why", ["", " "])
def test_a_change_request_needs_a_reason(site, why):
    with pytest.raises(ValidationError) as refused:
        a_proposal(site, why=why)
    assert list(refused.value.message_dict) == ["why"]


def test_a_change_request_needs_at_least_one_changed_value(site):
    same = {"name": site.facility.name, "state": ""}
    with pytest.raises(ValidationError, match="these are the current values"):
        a_proposal(site, new=same)
    assert a_proposal(site, new=same | {"city": "Osaka"}).pk


def test_the_same_change_request_returns_the_open_one(site):
    assert a_proposal(site) == a_proposal(site)


@pytest.mark.parametrize("other", [{"author": "user:8"}, {"why": "Moved"}, {"new": {"name": "Port Hospital"}}])
def test_a_different_change_request_is_refused_while_one_is_open(site, other):
    a_proposal(site)
    with pytest.raises(ValidationError, match="Another change request"):
        a_proposal(site, **other)
    assert Proposal.objects.count() == 1


def test_a_facility_request_is_open_at_all_sites_of_the_facility(site):
    elsewhere = make_other_site(site.facility)
    target = propose(site, kind="TARGET", new={"target": "25"}, why="x", author="user:7", version=site.version)
    hospital = a_proposal(site)
    assert (open_proposal(elsewhere, "FACILITY"), open_proposal(elsewhere, "TARGET")) == (hospital, None)
    assert (open_proposal(site, "TARGET"), open_proposal(site, "STATUS")) == (target, None)
    withdraw(target, author="user:7")
    assert open_proposal(site, "TARGET") is None


def test_a_status_with_a_warning_is_requested_once_accepted(site):
    change = {
        "to": "TERMINATED", "effective_on": days_ago(0), "reason": "The ward closes", "author": "user:7",
        "version": site.version,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="unusual"):
        propose_status(site, accept_warnings=False, **change)
    proposal = propose_status(site, accept_warnings=True, **change)
    assert proposal.new == {"status": "TERMINATED", "since": days_ago(0).isoformat()}
    assert proposal.why == "The ward closes"


def test_the_comment_of_an_accepted_request_is_saved_and_in_the_trail(site):
    boss = a_user("boss", is_superuser=True)
    decided = accept(a_proposal(site), user=boss, version=site.facility.version, decision_note=" Thank you ")
    assert (decided.decision, decided.decided_by, decided.decision_note) == ("ACCEPTED", boss.actor, "Thank you")
    assert trail_of(decided)[0].reason == "Thank you"
    assert Facility.objects.get().name == "Harbour Hospital"


def test_declining_needs_a_comment(site):
    proposal = a_proposal(site)
    with pytest.raises(ValidationError, match="Enter a comment"):
        decline(proposal, author="user:8", decision_note=" ")
    assert decline(proposal, author="user:8", decision_note="No ").decision_note == "No"


def test_a_change_request_is_decided_once(site):
    proposal = a_proposal(site)
    decline(proposal, author="user:8", decision_note="No")
    for again in (
        lambda: withdraw(proposal, author="user:7"),
        lambda: decline(proposal, author="user:9", decision_note="No"),
        lambda: accept(proposal, user=a_user("boss", is_superuser=True), version=site.facility.version),
    ):
        with pytest.raises(AlreadyDecidedError) as decided:
            again()
        assert decided.value.proposal.decided_by == "user:8"
    assert Facility.objects.get().name == "Hospital 1"


def test_a_decision_is_acknowledged_once(site):
    first = decline(a_proposal(site), author="user:8", decision_note="No")
    second = decline(a_proposal(site), author="user:8", decision_note="No")
    acknowledge(first, author="user:7")
    first.refresh_from_db()
    second.refresh_from_db()
    acknowledged_at = first.acknowledged_at
    assert (acknowledged_at is None, second.acknowledged_at) == (False, None)
    acknowledge(first, author="user:7")
    first.refresh_from_db()
    assert first.acknowledged_at == acknowledged_at
