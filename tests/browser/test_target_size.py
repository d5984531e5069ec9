"""Links that stand one below the other on a trial's page can be hit with a thumb (WCAG 2.5.8: 24 by 24 px)."""

import pytest

from publishing.rebuild import publish
from tests.browser.conftest import NARROW, WIDE
from tests.factories import a_contact, a_facility, a_site, a_trial

pytestmark = pytest.mark.django_db(transaction=True)

SMALL = """() => [...document.querySelectorAll('#content a, #content summary')]
    .filter(link => link.closest('.standing, .sites, .people, .regions, .country, .tally') && link.checkVisibility())
    .map(link => [link.textContent.trim(), link.getBoundingClientRect()])
    .filter(([words, box]) => box.height < 24 || box.width < 24)
    .map(([words, box]) => `${words}: ${box.width} x ${box.height}`)"""


@pytest.mark.parametrize("viewport", [NARROW, WIDE])
def test_no_link_of_a_site_or_a_contact_is_smaller_than_24_pixels(open_page, viewport):
    trial = a_trial(overall_status="RECRUITING")
    a_contact(trial=trial)
    for number in range(4):
        a_contact(site=a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-01"))
    publish([trial.pk])
    page = open_page(viewport)
    page.goto(trial.get_absolute_url())
    assert page.locator("#content a[href^='tel:']").count() == 5
    assert page.get_by_role("link", name="Report a problem").count() == 5
    assert page.evaluate(SMALL) == []
