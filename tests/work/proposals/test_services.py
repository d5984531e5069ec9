"""Proposing and deciding, asked of the services themselves: what is refused, what is kept, and what counts once."""

import pytest
from django.core.exceptions import ValidationError

from history.authorship import authored
from history.trail import trail_of
from history.versioning import StaleVersion
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


def a_proposal(site, **said) -> Proposal:
    """Of another name of the hospital, unless said otherwise."""
    asked = {"kind": "FACILITY", "new": NAME, "why": "Renamed", "author": "user:7", "version": site.facility.version}
    return propose(site, **asked | said)


def test_a_proposal_is_kept_with_what_stood_and_why(site):
    proposal = a_proposal(site, why=" Renamed in May ")
    assert (proposal.old["name"], proposal.new, proposal.why) == ("Hospital 1", NAME, "Renamed in May")
    assert trail_of(proposal)[0].reason.strip() == "Renamed in May"


def test_a_proposal_from_an_old_view_is_refused(site):
    seen = site.facility.version
    with authored("test"):
        Facility.objects.update(city="Osaka")
    with pytest.raises(StaleVersion):
        a_proposal(TrialSite.objects.get(), version=seen)
    assert not Proposal.objects.exists()


@pytest.mark.parametrize("why", ["", " "])
def test_a_proposal_says_why(site, why):
    with pytest.raises(ValidationError) as refused:
        a_proposal(site, why=why)
    assert list(refused.value.message_dict) == ["why"]


def test_one_value_that_differs_is_a_proposal_and_none_is_not(site):
    same = {"name": site.facility.name, "state": ""}
    with pytest.raises(ValidationError, match="these are the current values"):
        a_proposal(site, new=same)
    assert a_proposal(site, new=same | {"city": "Osaka"}).pk


def test_the_same_again_is_the_first_one(site):
    assert a_proposal(site) == a_proposal(site)


@pytest.mark.parametrize("other", [{"author": "user:8"}, {"why": "Moved"}, {"new": {"name": "Port Hospital"}}])
def test_by_somebody_else_for_another_reason_or_with_another_value_it_waits(site, other):
    a_proposal(site)
    with pytest.raises(ValidationError, match="Another change request"):
        a_proposal(site, **other)
    assert Proposal.objects.count() == 1


def test_a_hospitals_proposal_is_open_at_all_its_sites_another_kind_at_its_own_only(site):
    elsewhere = make_other_site(site.facility)
    target = propose(site, kind="TARGET", new={"target": "25"}, why="x", author="user:7", version=site.version)
    hospital = a_proposal(site)
    assert (open_proposal(elsewhere, "FACILITY"), open_proposal(elsewhere, "TARGET")) == (hospital, None)
    assert (open_proposal(site, "TARGET"), open_proposal(site, "STATUS")) == (target, None)
    withdraw(target, author="user:7")
    assert open_proposal(site, "TARGET") is None


def test_a_status_that_asks_is_proposed_once_it_was_read(site):
    said = {
        "to": "TERMINATED", "effective_on": days_ago(0), "reason": "The ward closes", "author": "user:7",
        "version": site.version,
    }  # fmt: skip
    with pytest.raises(ValidationError, match="unusual"):
        propose_status(site, accept_warnings=False, **said)
    proposal = propose_status(site, accept_warnings=True, **said)
    assert proposal.new == {"status": "TERMINATED", "since": days_ago(0).isoformat()}
    assert proposal.why == "The ward closes"


def test_what_is_accepted_with_words_keeps_them_in_its_row_and_its_trail(site):
    boss = a_user("boss", is_superuser=True)
    decided = accept(a_proposal(site), user=boss, version=site.facility.version, decision_note=" Thank you ")
    assert (decided.decision, decided.decided_by, decided.decision_note) == ("ACCEPTED", boss.actor, "Thank you")
    assert trail_of(decided)[0].reason == "Thank you"
    assert Facility.objects.get().name == "Harbour Hospital"


def test_declining_says_why(site):
    proposal = a_proposal(site)
    with pytest.raises(ValidationError, match="Enter a comment"):
        decline(proposal, author="user:8", decision_note=" ")
    assert decline(proposal, author="user:8", decision_note="No ").decision_note == "No"


def test_what_is_decided_is_decided_once(site):
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


def test_an_outcome_is_noted_once_and_its_own_alone(site):
    first = decline(a_proposal(site), author="user:8", decision_note="No")
    second = decline(a_proposal(site), author="user:8", decision_note="No")
    acknowledge(first, author="user:7")
    first.refresh_from_db()
    second.refresh_from_db()
    noted_at = first.acknowledged_at
    assert (noted_at is None, second.acknowledged_at) == (False, None)
    acknowledge(first, author="user:7")
    first.refresh_from_db()
    assert first.acknowledged_at == noted_at
