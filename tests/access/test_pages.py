"""Each protected page is available to the roles in docs/access.md, and to no other role."""

import pytest

from accounts.access_document import PROTECTED_PAGES
from common.permissions import Action
from common.permissions import UserRole as As
from history.authorship import authored
from sites.choices import ActivationStage
from sites.models import Milestone
from tests.access.test_admin_fields import WHO, log_in
from tests.factories import a_contact, a_site, a_trial, a_user, make
from work.models import Proposal, PublicReport

pytestmark = pytest.mark.django_db


@pytest.fixture
def site():
    return a_site(a_trial(overall_status="RECRUITING"), status="RECRUITING", since="2026-01-05", enrollment_target=30)


@pytest.fixture
def url_values(site):
    """The values of the placeholders in URLs."""
    values = {"kind": "TARGET", "old": {"target": "30"}, "new": {"target": "40"}, "seen_version": 1, "why": "More"}
    proposal = make(Proposal, trial_site=site, proposed_by="user:999999", **values)
    report = make(PublicReport, trial=site.trial, trial_site=site, fault="STATUS")
    person = a_contact(site=site).person
    numbers = {"site": site.pk, "proposal": proposal.pk, "report": report.pk, "person": person.pk}
    return {"key": site.trial.key} | {name: str(pk) for name, pk in numbers.items()}


def address_of(page, url_values: dict[str, str]) -> str:
    address = page.address
    for name, key in url_values.items():
        address = address.replace(f"<{name}>", key)
    return address


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("page", PROTECTED_PAGES, ids=lambda page: page.address)
def test_a_page_is_available_by_the_matrix(client, site, url_values, page, who):
    log_in(client, who, site)
    send = client.post if "lock" in page.address else client.get
    answer = send(address_of(page, url_values), {"month": "2026-02", "act": "lock"} if "lock" in page.address else {})
    assert answer.status_code in ((200, 302) if who in page.allowed_roles else (404,))


@pytest.mark.parametrize("who", WHO)
def test_milestones_are_saved_by_the_matrix(client, site, who):
    log_in(client, who, site)
    page = f"/trials/{site.trial.key}/activation/{site.pk}/"
    client.post(page, grid_data(client.get(page), **{"planned_on-ETHICS": "2026-12-01", "target": "31"}))
    site.refresh_from_db()
    can_change = who in (As.TRIAL_COORDINATOR, As.ADMINISTRATOR)
    assert (Milestone.objects.exists(), site.enrollment_target) == (can_change, 31 if can_change else 30)


def grid_data(page, **typed: str) -> dict[str, str]:
    form = page.context["form"]
    seen = {f"seen-{row.stage}": row.seen_values for row in form.rows()}
    assert set(seen) == {f"seen-{stage}" for stage in ActivationStage}
    return seen | {"seen_target": form.seen_target} | typed


@pytest.mark.parametrize("who", WHO)
def test_target_and_note_are_shown_by_the_matrix_on_all_pages(client, site, url_values, who):
    with authored("test"):
        type(site).objects.update(internal_note="They will close", enrollment_target=661)
    log_in(client, who, site)
    key = site.trial.key
    addresses = [
        f"/trials/{key}/sites/", f"/trials/{key}/sites/?format=csv", f"/trials/{key}/activation/{site.pk}/",
        f"/trials/{key}/enrollment/?format=csv", f"/work/bulk/sheet.csv?trial={key}", "/work/proposals/",
        f"/work/proposals/{url_values['proposal']}/", f"/work/sites/{site.pk}/propose/target/", "/work/",
    ]  # fmt: skip
    html = "".join(client.get(address).content.decode() for address in addresses)
    can_change = who in (As.TRIAL_COORDINATOR, As.ADMINISTRATOR)
    assert ("They will close" in html) is can_change  # in the downloaded spreadsheet
    assert "661" in html


def test_a_user_without_a_role_gets_a_404(client, site, url_values):
    client.force_login(a_user("stranger"))
    for page in PROTECTED_PAGES:
        answer = (
            client.post(address_of(page, url_values))
            if "lock" in page.address
            else client.get(address_of(page, url_values))
        )
        assert answer.status_code == 404, page.address


def test_every_page_changes_or_reads():
    assert {page.action for page in PROTECTED_PAGES} == {Action.READ, Action.CHANGE}
