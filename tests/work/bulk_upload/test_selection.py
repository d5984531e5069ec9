"""Selecting the sites of a board: they are sent in the body, because a URL is too short for them."""

import re

import pytest

from sites.board.queries import SITES_ON_A_PAGE
from tests.pages.html_reader import text_of
from tests.work.my_work_fixtures import make_coordinator, make_sites

pytestmark = pytest.mark.django_db
CHOOSE, REMIND, BOARD = "/work/bulk/choose/", "/work/remind/", "/trials/NCT00000001/sites/"


def test_the_board_posts_the_selected_sites(client):
    trial, _ = make_sites(2)
    client.force_login(make_coordinator(trial=trial))
    forms = re.findall(r"<form[^>]*>", client.get(BOARD).content.decode())
    assert [form for form in forms if CHOOSE in form and 'method="post"' in form]


@pytest.mark.parametrize("address", [CHOOSE, REMIND])
def test_a_full_page_of_sites_can_be_selected(client, address):
    """With the ids of a large installation, selected one by one and by the button for the page."""
    trial, sites = make_sites(3)
    client.force_login(make_coordinator(trial=trial))
    mine = [f"{site.pk}:{site.version}" for site in sites]
    padding = ",".join(f"{site.pk:0>8}:{site.version}" for site in sites * (SITES_ON_A_PAGE // 3))
    page = client.post(
        address, {"site": mine * (SITES_ON_A_PAGE // 3), "all": padding if address == REMIND else "", "choose": "1"}
    )
    assert page.status_code == 200
    assert "Hospital 3" in text_of(page)


def test_selecting_sites_changes_nothing_and_shows_the_form(client):
    trial, sites = make_sites(1)
    client.force_login(make_coordinator(trial=trial))
    chosen = {"site": f"{sites[0].pk}:{sites[0].version}"}
    page = client.post(CHOOSE, chosen | {"choose": "1"})
    assert "There is a problem" not in text_of(page)
    assert client.post(CHOOSE, chosen).status_code == 400
