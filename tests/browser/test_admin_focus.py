"""Focus in long forms of the admin is never hidden (WCAG 2.4.11)."""

import pytest

from tests.factories import a_contact, a_facility, a_site, a_trial, a_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
VIEWPORT = {"width": 1280, "height": 720}
MOST_STOPS = 600
#: The focused field, and whether the bar with the buttons covers it or it is outside of the window.
FOCUSED = """() => {
    const field = document.activeElement, bar = document.querySelector('.submit-row');
    if (!field || field === document.body) return null;
    const box = field.getBoundingClientRect(), over = bar.getBoundingClientRect();
    const overlaps = !bar.contains(field) && box.bottom > over.top && box.top < over.bottom
        && box.right > over.left && box.left < over.right;
    const outside = box.bottom <= 0 || box.top >= innerHeight;
    return {name: field.name || field.id || field.textContent.trim(), inBar: bar.contains(field), outside, overlaps};
}"""


@pytest.fixture
def trial():
    trial = a_trial(overall_status="RECRUITING")
    for number in (1, 2, 3):
        a_contact(site=a_site(trial, a_facility(number), status="RECRUITING", since="2026-01-01"))
    return trial


def test_the_bar_with_the_buttons_covers_no_focused_field_of_a_trial(open_page, trial):
    a_user("administrator", is_superuser=True)
    page = open_page(VIEWPORT, username="administrator")
    page.goto(f"/admin/trials/trial/{trial.pk}/change/")
    assert page.evaluate("getComputedStyle(document.querySelector('.submit-row')).position") == "sticky"
    stops = []
    for key in ("Tab", "Shift+Tab"):
        for _ in range(MOST_STOPS):
            page.keyboard.press(key)
            focused = page.evaluate(FOCUSED)
            if focused is None or (key == "Shift+Tab" and focused["name"] == "Skip to main content"):
                break
            stops.append((key, focused))
    assert len(stops) > 200
    assert any(focused["inBar"] for _, focused in stops)
    assert [(key, focused["name"]) for key, focused in stops if focused["overlaps"] or focused["outside"]] == []
