"""Private and unpublished values are on no public page, in no API response and in no export."""

import re

import pytest

from contacts.choices import ContactRole, RoleKind
from contacts.models import Person, Role
from registries.ctgov.export import export_ndjson
from sites.models import Milestone, MonthLock
from tests.api.conftest import ask, key, partner  # noqa: F401 - fixtures
from tests.factories import a_facility, a_report, a_site, a_trial, make
from trials.models import Trial

pytestmark = pytest.mark.django_db

CANARY = "canary7f3a"
HIDDEN = "hidden9c2d"
PRIVATE = dict.fromkeys(("mobile", "private_email", "notes"), CANARY)
PAGES = [
    "/", "/?words={word}", "/?condition={word}", "/?sponsor_class=INDUSTRY", "/?country=France", "/?status=RECRUITING",
    "/trials/{trial}/", "/trials/{trial}/sites/", "/trials/{trial}/sites/?format=csv", "/facilities/{facility}/",
]  # fmt: skip
API = ["trials/", "trials/{trial}/", "sites/", "sites/{site}/", "facilities/", "facilities/{facility}/"]


@pytest.fixture
def site():
    """A public trial's site whose every private column holds the canary."""
    trial = a_trial(1, overall_status="RECRUITING", conditions=["Asthma"])
    site = a_site(trial, status="RECRUITING", internal_note=CANARY, stage="ETHICS", enrollment_target=987_654)
    a_report(site, "2026-05", enrolled=876_543, screened=876_544)
    make(Milestone, trial_site=site, stage="CONTRACT", planned_on="2031-03-04", forecast_on="2031-03-05")
    make(MonthLock, trial=trial, month="2031-06", locked_by="test", unlock_reason=CANARY)
    for place in ({"trial": trial}, {"trial_site": site}):
        kind = RoleKind.CENTRAL_CONTACT if "trial" in place else RoleKind.SITE_CONTACT
        make(Role, person=make(Person, name="Shown Contact", **PRIVATE), kind=kind, role=ContactRole.CONTACT, **place)
    return site


@pytest.fixture
def hidden():
    """A site of a trial that is not published, at a facility that has no other."""
    trial = a_trial(2, brief_title=HIDDEN, conditions=[HIDDEN], lead_sponsor=HIDDEN, is_public=False)
    return a_site(trial, a_facility(2, name=HIDDEN), status="RECRUITING")


def addresses(templates, site) -> list[str]:
    filled = {
        "trial": site.trial.key,
        "site": site.pk,
        "facility": site.facility.slug,
        "word": site.trial.conditions[0],
    }
    return [template.format(**filled) for template in templates]


def test_no_private_value_is_on_a_page_in_the_api_or_in_an_export(client, ask, site):  # noqa: F811
    answers = [client.get(address) for address in addresses(PAGES, site)]
    answers += [ask(f"/api/v1/{address}") for address in addresses(API, site)]
    assert {answer.status_code for answer in answers} == {200}
    exported = b"".join(export_ndjson(Trial.objects.all())).decode()
    content = "".join(answer.content.decode() for answer in answers)
    assert "Shown Contact" in content
    for canary in (CANARY, "987654", "987,654", "876543", "876,543", "ETHICS", "Ethics approval", "2031"):
        assert canary not in content + exported


def test_what_is_not_published_looks_like_what_does_not_exist(client, ask, site, hidden):  # noqa: F811
    for get, templates in ((client.get, PAGES[6:]), (ask, [f"/api/v1/{one}" for one in API if "{" in one])):
        for address in addresses(templates, hidden):
            answer = get(address)
            nowhere = get(re.sub(r"\d+(/|/sites/.*)$", r"99999999\1", address).replace("NCT00000002", "NCT99999999"))
            assert (answer.status_code, nowhere.status_code) == (404, 404), address
            assert HIDDEN not in answer.content.decode()


def test_what_is_not_published_is_in_no_list_and_no_count(client, ask, site, hidden):  # noqa: F811
    for address in ("/", f"/facilities/{site.facility.slug}/"):
        assert HIDDEN not in client.get(address).content.decode()
    for address in addresses(PAGES[1:3], hidden):
        page = client.get(address).content.decode()
        assert hidden.trial.key not in page
        assert not re.search(r"\b1 trial\b", page)
    for name in ("trials", "sites", "facilities"):
        body = ask(f"/api/v1/{name}/").json()
        assert HIDDEN not in str(body)
        assert len(body["results"]) == 1


def test_a_public_site_does_not_reveal_a_hidden_one_at_the_same_facility(client, ask, site, hidden):  # noqa: F811
    a_site(hidden.trial, site.facility, status="RECRUITING")
    page = client.get(f"/facilities/{site.facility.slug}/").content.decode()
    assert HIDDEN not in page
    assert ask(f"/api/v1/facilities/{site.facility.slug}/").json()["sites_total"] == 1
