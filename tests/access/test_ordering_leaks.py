"""Values that a user may not read do not affect the order or the counts that the user sees."""

import re

import pytest

from history.authorship import authored
from sites.models import EnrollmentReport, TrialSite
from tests.factories import a_facility, a_report, a_site, a_trial, a_user, assign

pytestmark = pytest.mark.django_db
ORDERS = ["", "enrolled", "-enrolled", "site", "since", "confirmed"]


@pytest.fixture
def sites():
    trial = a_trial(overall_status="RECRUITING")
    sites = [a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-05") for number in (1, 2, 3)]
    for number, site in enumerate(sites, start=1):
        a_report(site, "2026-05", enrolled=number)
    return sites


def answers(client) -> list[str]:
    responses = [client.get("/trials/NCT00000001/sites/", {"sort": order} if order else {}) for order in ORDERS]
    return [re.sub(r'value="[A-Za-z0-9]{64}"', "", answer.content.decode()) for answer in responses]


@pytest.mark.parametrize("who", ["nobody", "stranger", "site coordinator"])
def test_enrollment_out_of_scope_does_not_change_the_order(client, sites, who):
    user = a_user()
    if who == "site coordinator":
        assign(user, site=sites[0])
    if who != "nobody":
        client.force_login(user)
    before = answers(client)
    with authored("test"):
        for number, site in enumerate(sites[1:]):
            EnrollmentReport.objects.filter(trial_site=site).update(enrolled=500 - number * 100, screened=900)
            TrialSite.objects.filter(pk=site.pk).update(enrollment_target=1000, internal_note="x", stage="CONTRACT")
    assert answers(client) == before
