"""Navigation between the pages of My work, and between those of a trial."""

import re

import pytest

from tests.factories import a_manager, a_user
from tests.pages.html_reader import read
from tests.work.my_work_fixtures import a_confirmed_site, a_recruiting_trial, make_coordinator

pytestmark = pytest.mark.django_db
MY_WORK_PAGES = ["/work/", "/work/sites/", "/work/proposals/", "/work/bulk/", "/registry/", "/work/reminders/"]
TRIAL, RULES = "/trials/NCT00000001/", "/work/trials/NCT00000001/"
TRIAL_PAGES = [f"{TRIAL}{name}/" for name in ("sites", "weeks", "history", "enrollment", "activation", "registry")] + [
    RULES
]
#: Not for managers, who change no site; site coordinators add no trial.
NEW_SITE, NEW_TRIAL = f"{RULES}new-site/", "/work/new-trial/"
#: For readers of the audit trail.
PUBLIC_ON_DAY = f"{TRIAL}public/"
#: For those who see the figures of every site.
HEALTH = f"{TRIAL}health/"


@pytest.fixture
def site():
    return a_confirmed_site(a_recruiting_trial(1), 1, 3)


def navigation_links(page) -> tuple[list[str], list[str]]:
    """The links of the navigation and the current one, without the history, which is in the admin."""
    rooms = re.search(r'<nav class="section-nav no-print".*?</nav>', page.content.decode(), re.DOTALL)[0]
    return re.findall(r'href="((?!/admin/)[^"]+)"', rooms), re.findall(r'href="([^"]+)" aria-current="page"', rooms)


@pytest.mark.parametrize("ways", [MY_WORK_PAGES, [*TRIAL_PAGES, NEW_SITE]], ids=["around My work", "of a trial"])
@pytest.mark.parametrize("whole_trial", [True, False], ids=["the trial's coordinator", "a site's coordinator"])
def test_each_page_links_to_the_others_and_marks_itself(client, site, ways, whole_trial):
    client.force_login(make_coordinator(trial=site.trial) if whole_trial else make_coordinator(site))
    if whole_trial:
        ways = [*ways, *([NEW_TRIAL] if ways is MY_WORK_PAGES else [PUBLIC_ON_DAY, HEALTH])]
    for address in ways:
        page = client.get(address)
        assert page.status_code == 200, address
        assert (sorted(navigation_links(page)[0]), navigation_links(page)[1]) == (sorted(ways), [address])


def test_a_manager_can_open_all_pages_of_a_trial(client, site):
    client.force_login(a_manager())
    for address in TRIAL_PAGES:
        assert client.get(address).status_code == 200, address


def test_a_user_without_assignments_sees_only_accessible_links(client):
    client.force_login(a_user())
    assert {"/work/bulk/", "/work/proposals/"}.isdisjoint(read(client.get("/work/")).links)
