"""Requesting changes that need approval: status, facility, target."""

import pytest

from history.authorship import authored
from sites.models import Facility, StatusEvent
from tests.factories import a_user
from tests.pages.html_reader import queries_of, rows_of, text_of
from tests.work.my_work_fixtures import make_coordinator
from tests.work.proposals.fixtures import (
    make_other_site,
    make_site_and_users,
    propose_facility_correction,
    proposed_status,
)
from work.models import Proposal

pytestmark = pytest.mark.django_db


@pytest.fixture
def site(client):
    site, ana, _ = make_site_and_users()
    client.force_login(ana)
    return site


def change_page(site) -> str:
    return f"/work/sites/{site.pk}/change/"


def correction_page(site, what: str) -> str:
    return f"/work/sites/{site.pk}/propose/{what}/"


def proposed() -> list[tuple]:
    return list(Proposal.objects.order_by("pk").values_list("kind", "new"))


def test_a_status_that_needs_approval_becomes_a_change_request(client, site):
    page = client.post(change_page(site), proposed_status(site), follow=True)
    site.refresh_from_db()
    assert site.status == "RECRUITING"
    (proposal,) = Proposal.objects.all()
    assert page.redirect_chain == [(f"/work/proposals/{proposal.pk}/", 302)]
    assert "The trial coordinators see this request" in text_of(page)
    assert proposal.new["status"] == "TERMINATED"
    assert "Active, not recruiting since" in text_of(page)


def test_a_change_request_needs_a_reason(client, site):
    page = client.post(change_page(site), proposed_status(site, why=" "))
    assert "Enter a reason for the trial coordinator" in text_of(page)
    assert proposed() == []


def test_a_change_that_the_rules_refuse_cannot_be_requested(client, site):
    page = client.post(change_page(site), proposed_status(site, effective_on="2099-01-01"))
    assert "The effective date cannot be in the future" in text_of(page)
    assert proposed() == []


def test_a_repeated_change_request_is_saved_once(client, site):
    answers = [client.post(change_page(site), proposed_status(site)) for _ in range(2)]
    assert len({answer.headers["Location"] for answer in answers}) == 1
    assert len(proposed()) == 1


def test_a_second_change_request_of_a_kind_is_refused_while_one_is_open(client, site):
    client.post(change_page(site), proposed_status(site))
    page = client.post(change_page(site), proposed_status(site, why="Another reason"))
    assert "Another change request about this is open" in text_of(page)
    assert "Open change request: Recruitment status" in text_of(page)
    assert len(proposed()) == 1


def test_a_facility_correction_has_only_the_changed_fields(client, site):
    client.post(correction_page(site, "hospital"), propose_facility_correction(site))
    assert proposed() == [("FACILITY", {"name": "Harbour Hospital"})]
    assert Facility.objects.get().name == "Hospital 1"


def test_a_correction_that_changes_nothing_is_refused(client, site):
    same = propose_facility_correction(site, name=site.facility.name)
    assert "No change: these are the current values" in text_of(client.post(correction_page(site, "hospital"), same))
    assert proposed() == []


def test_a_target_is_requested(client, site):
    post_data = {"target": "25", "why": "Two more doctors", "version": site.version}
    page = client.post(correction_page(site, "target"), post_data, follow=True)
    assert rows_of(page) == ["Enrollment target Not set 25 participants"]


def test_an_open_request_from_another_trial_is_mentioned_without_a_link(client, site):
    client.post(correction_page(site, "hospital"), propose_facility_correction(site))
    other = make_other_site(site.facility)
    client.force_login(make_coordinator(other, name="bea"))
    page = client.get(correction_page(other, "hospital"))
    assert "A change request about this is open" in text_of(page)
    assert "/work/proposals/" not in page.content.decode()
    assert "Open change request" not in text_of(client.get(change_page(other)))


@pytest.mark.parametrize("target", ["-1", "many", "12345678"])
def test_an_invalid_target_is_refused(client, site, target):
    client.post(correction_page(site, "target"), {"target": target, "why": "x", "version": site.version})
    assert proposed() == []


def test_a_trial_coordinator_saves_with_the_same_form(client, site):
    client.force_login(site.trial.assignments.get().user)
    assert "Request a change" not in text_of(client.get(correction_page(site, "hospital")))
    client.post(correction_page(site, "hospital"), propose_facility_correction(site))
    client.post(correction_page(site, "target"), {"target": "25", "why": "x", "version": site.version})
    site.refresh_from_db()
    assert (Facility.objects.get().name, site.enrollment_target) == ("Harbour Hospital", 25)
    assert proposed() == []


def test_the_identity_of_another_facility_is_refused_with_a_message(client, site):
    with authored("test"):
        Facility.objects.create(name="Harbour Hospital", city="Kobe", country="Japan")
    client.force_login(site.trial.assignments.get().user)
    page = client.post(correction_page(site, "hospital"), propose_facility_correction(site))
    assert "This facility is already here" in text_of(page)


def test_a_stale_correction_shows_both_versions_and_keeps_its_input(client, site):
    post_data = propose_facility_correction(site)
    with authored("test"):
        Facility.objects.update(name="Port Hospital")
    page = client.post(correction_page(site, "hospital"), post_data)
    assert page.status_code == 409
    assert rows_of(page) == ["Name Harbour Hospital Port Hospital"]
    assert page.context["form"]["name"].value() == "Harbour Hospital"
    again = post_data | {"version": page.context["form"]["version"].value()}
    client.post(correction_page(site, "hospital"), again)
    assert proposed() == [("FACILITY", {"name": "Harbour Hospital"})]


@pytest.mark.parametrize("what", ["hospital", "target"])
def test_a_site_of_others_and_an_unknown_kind_are_404(client, site, what):
    assert client.get(correction_page(site, "nothing")).status_code == 404
    client.force_login(a_user("stranger"))
    assert client.get(correction_page(site, what)).status_code == 404
    assert client.post(correction_page(site, what), {"why": "x"}).status_code == 404


def test_a_status_within_the_authority_is_saved_directly(client, site):
    post_data = proposed_status(site, "SUSPENDED", first_status="", first_since="")
    client.post(change_page(site), post_data)
    assert StatusEvent.objects.filter(status="SUSPENDED").exists()
    assert proposed() == []


@pytest.mark.parametrize("number", [3, 30])
def test_the_number_of_queries_of_the_list_is_constant(client, site, number):
    for count in range(number):
        client.post(change_page(site), proposed_status(site, why=f"Reason {count}"))
        last = Proposal.objects.order_by("-pk").first()
        client.post(f"/work/proposals/{last.pk}/", {"act": "withdraw", "version": "1"})
    assert queries_of(client, "/work/proposals/") == 6
