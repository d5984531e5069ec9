"""Focus that nothing covers, text at 200 %, forced colours, reduced motion, and the main ways by keyboard alone."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from sites.models import Confirmation
from tests.browser.conftest import NARROW, WIDE
from tests.browser.layout import SCROLL_WIDTH, wait_for_observers
from tests.demo_rows import put_demo

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TRIAL = "/trials/NCT00000001/"
PAGES = [
    ("", "/?words=cancer"), ("", "/?near=Lyon, France&within=1000"), ("", TRIAL), ("", f"{TRIAL}sites/"),
    ("", f"{TRIAL}weeks/"), ("", "/statistics/"), ("manager", "/overview/"), ("manager", "/boards/"),
    ("coordinator", "/work/"), ("trialcoordinator", f"{TRIAL}enrollment/"),
]  # fmt: skip
MOST_STOPS = 120
#: The focused element, and whether something else lies over its visible middle or it is outside of the window.
FOCUSED = """() => {
    const one = document.activeElement
    if (!one || one === document.body) return null
    const box = [...one.getClientRects()].find(part => part.width && part.height) ?? one.getBoundingClientRect()
    const x = (Math.max(box.left, 0) + Math.min(box.right, innerWidth)) / 2
    const y = (Math.max(box.top, 0) + Math.min(box.bottom, innerHeight)) / 2
    const top = document.elementFromPoint(x, y)
    const label = one.labels?.[0]
    const visible = top && (one.contains(top) || top.contains(one) || label?.contains(top))
    return {name: `${one.tagName} ${one.name || one.textContent.trim().slice(0, 40)}`, hidden: !visible,
        // the parts of a date field have outlines of their own
        outline: getComputedStyle(one).outlineStyle !== 'none' || one.matches('main, [type=date]')}
}"""
MOVING = """() => [...document.querySelectorAll('*')].filter(one => {
    const style = getComputedStyle(one)
    const lasts = [...style.transitionDuration.split(','), ...style.animationDuration.split(',')]
    return lasts.some(time => parseFloat(time) > 0.01) || style.scrollBehavior === 'smooth'
}).map(one => one.tagName)"""
#: Statuses whose icon or text vanishes into the background.
INVISIBLE = """() => [...document.querySelectorAll('.status')].filter(one => one.checkVisibility()).filter(one => {
    const behind = getComputedStyle(document.body).backgroundColor
    const icon = one.querySelector('svg'), text = getComputedStyle(one).color
    const paint = icon && getComputedStyle(icon)
    return text === behind || !one.textContent.trim()
        || (icon && [paint.color, paint.fill, paint.stroke].every(colour => colour === behind || colour === 'none'))
}).map(one => one.outerHTML.slice(0, 200))"""


@pytest.fixture
def demo():
    put_demo(timezone.localdate())


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_focus_is_visible_and_covered_by_nothing(open_page, demo, viewport):
    hidden, stops = [], 0
    for username, address in PAGES:
        page = open_page(viewport, username=username)
        page.emulate_media(reduced_motion="reduce")  # scrolling has ended when the key has been handled
        page.goto(address)
        for _ in range(MOST_STOPS):
            page.keyboard.press("Tab")
            focused = page.evaluate(FOCUSED)
            if focused is None:
                break
            stops += 1
            if focused["hidden"] or not focused["outline"]:
                hidden.append((address, focused))
    assert not hidden, hidden
    assert stops > 300


def test_text_of_twice_the_size_loses_nothing(open_page, demo):
    """WCAG 1.4.4: at 1280 px with letters of 200 %, no page scrolls sideways."""
    wide = []
    for username, address in PAGES:
        page = open_page(WIDE, username=username)
        page.goto(address)
        before = page.evaluate("getComputedStyle(document.querySelector('main p, main td, main h1')).fontSize")
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        wait_for_observers(page)
        after = page.evaluate("getComputedStyle(document.querySelector('main p, main td, main h1')).fontSize")
        assert float(after[:-2]) > 1.5 * float(before[:-2]), address
        if page.evaluate(SCROLL_WIDTH) > WIDE["width"]:
            wide.append(address)
    assert wide == []


def test_the_size_of_letters_that_the_reader_chose_is_respected(open_page, demo):
    """Rem lengths follow the font size set in the browser, which a size in pixels on the root element would ignore."""
    page = open_page()
    page.goto("/")
    fonts = """() => [...document.styleSheets].filter(sheet => sheet.media.mediaText !== 'print')
        .flatMap(sheet => [...sheet.cssRules]).filter(rule => rule.selectorText === 'html')
        .map(rule => rule.style.getPropertyValue('font')).filter(Boolean)"""
    assert [font.partition("/")[0] for font in page.evaluate(fonts)] == ["100%"]


def test_statuses_are_visible_in_forced_colours(open_page, demo):
    seen, invisible = 0, []
    for username, address in PAGES:
        page = open_page(username=username)
        page.emulate_media(forced_colors="active")
        page.goto(address)
        seen += page.locator(".status").count()
        invisible += [(address, one) for one in page.evaluate(INVISIBLE)]
        page.emulate_media(forced_colors="none")
    assert seen > 50
    assert invisible == []


def test_nothing_moves_where_less_motion_is_preferred(open_page, demo):
    for username, address in PAGES:
        page = open_page(username=username)
        page.emulate_media(reduced_motion="reduce")
        page.goto(address)
        assert page.evaluate(MOVING) == [], address
        page.emulate_media(reduced_motion="no-preference")


def test_a_visitor_finds_a_telephone_number_by_keyboard(open_page, demo):
    page = open_page()
    page.goto("/")
    go_to(page, "input[name=words]")
    page.keyboard.type("cancer")
    page.keyboard.press("Enter")
    page.wait_for_url("**/?*words=cancer*")
    go_to(page, f"a[href^='{TRIAL}']")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{TRIAL}*")
    go_to(page, "a[href^='tel:']")


def test_a_coordinator_confirms_a_site_by_keyboard(open_page, demo):
    page = open_page(username="coordinator")
    page.goto("/work/")
    before = Confirmation.objects.count()
    go_to(page, "button[data-confirm]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="onfirmed").first).to_be_visible()
    assert Confirmation.objects.count() == before + 1


def go_to(page, selector: str) -> None:
    """Press Tab until an element that matches the selector has the focus."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"No stop of {MOST_STOPS} is {selector}.")
