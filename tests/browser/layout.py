"""Checks of the layout of a loaded page: its width, in both themes and at several widths of the window."""

SCROLL_WIDTH = "document.documentElement.scrollWidth"
#: The browser calls observers of sizes after the callbacks of the next frame.
OBSERVERS_CALLED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"


def wait_for_observers(page) -> None:
    """Wait until scripts that observe sizes have run."""
    page.evaluate(OBSERVERS_CALLED)


def resize(page, width: int, height: int = 900) -> None:
    """Change the window, and wait for scripts that observe sizes."""
    page.set_viewport_size({"width": width, "height": height})
    wait_for_observers(page)


def assert_no_sideways_scrolling(page, addresses) -> None:
    """Each page opens and is no wider than the window, in the light and in the dark theme."""
    for address in addresses:
        assert page.goto(address).status == 200, address
        for scheme in ("dark", "light"):
            page.emulate_media(color_scheme=scheme)
            assert page.evaluate(SCROLL_WIDTH) <= page.viewport_size["width"], (address, scheme)
