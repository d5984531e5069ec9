"""No cell of a list is blank."""

from html.parser import HTMLParser

import pytest

from accounts.models import User
from tests.factories import a_facility, a_manager, a_site, a_trial, an_event
from tests.work.my_work_fixtures import make_coordinator

pytestmark = pytest.mark.django_db
TRIAL = "/trials/NCT00000001/"


class _Cells(HTMLParser):
    """The text of each table cell, including accessible names of images; cells with a checkbox count as filled."""

    def __init__(self):
        super().__init__()
        self.cells, self.depth = [], 0

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag in ("td", "th"):
            self.cells.append("")
            self.depth = 1
            if "choose" in values.get("class", "") or "action-checkbox" in values.get("class", ""):
                self.cells[-1] = "a box"
        elif self.depth and self.cells:
            self.cells[-1] += values.get("aria-label", "") + values.get("alt", "")

    def handle_endtag(self, tag):
        if tag in ("td", "th"):
            self.depth = 0

    def handle_data(self, words):
        if self.depth:
            self.cells[-1] += words.strip()


def blank_cells(response) -> int:
    assert response.status_code == 200
    cells = _Cells()
    cells.feed(response.content.decode())
    assert cells.cells
    return sum(not words or words in ("-", "–") for words in cells.cells)


@pytest.fixture(params=["RECRUITING", "NOT_YET_RECRUITING", "COMPLETED", "WITHDRAWN"])
def facility(request):
    """Of a trial with sites of which everything, something and nothing is known."""
    trial = a_trial(1, overall_status=request.param)
    known = a_site(trial, a_facility(1), status="RECRUITING", since="2026-03-01", enrollment_target=9)
    a_site(trial, a_facility(2))
    old = a_site(trial, a_facility(3, city="", country=""))
    an_event(old, "COMPLETED", None, "2020-01-01")
    make_coordinator(trial=trial)
    make_coordinator(known, name="site")
    return known.facility


@pytest.mark.parametrize("reader", ["", "coordinator", "site", "boss"])
def test_no_cell_of_a_list_is_blank(client, facility, reader):
    a_manager("boss", is_superuser=True)
    if reader:
        client.force_login(User.objects.get(username=reader))
    addresses = [f"{TRIAL}sites/", *(site.facility.get_absolute_url() for site in facility.trial_sites.all())]
    if reader:
        addresses += [f"{TRIAL}enrollment/", f"{TRIAL}activation/"]
    if reader == "boss":
        addresses += ["/admin/sites/trialsite/", "/admin/sites/facility/", "/admin/trials/trial/"]
        addresses += ["/admin/accounts/user/", "/admin/accounts/assignment/"]
    for address in addresses:
        assert blank_cells(client.get(address)) == 0, address


def test_a_board_says_why_it_shows_no_contact(client, facility):
    texts = client.get(f"{TRIAL}sites/").content.decode()
    recruits = facility.trial_sites.get().trial.overall_status in ("RECRUITING", "NOT_YET_RECRUITING")
    assert ("No contact listed" in texts) is recruits
    assert "Contacts are shown while the site recruits" in texts
    assert "No status to confirm" in texts
