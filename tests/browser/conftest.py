"""A real browser against the live server. Nothing may leave the machine, and no page may complain in the console.

Without Chromium these tests are skipped; with SITELIGHT_REQUIRE_BROWSER=1 that is a failure
(tests/plugins/required.py).
"""

import shutil
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def chromium():
    """The browser's own program."""
    return shutil.which("chromium") or pytest.skip("Chromium is not installed (Debian's package chromium).")


@pytest.fixture(scope="module")
def browser(chromium):
    """Its loop runs in this thread, where Django's own guard would take every query of a test for an async one."""
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            running = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
            yield running
            running.close()


def complains(said, page) -> bool:
    """Errors and warnings; that the page itself is a refusal (404, 409) is no complaint."""
    is_refusal = said.text.startswith("Failed to load resource") and said.location.get("url") == page.url
    return said.type in ("error", "warning") and not is_refusal


@pytest.fixture
def open_page(browser, live_server):
    """`open_page(width, scripts=True)`: a page of a fresh visitor. What it complained of fails the test at its end."""
    here, complaints, contexts = urlsplit(live_server.url).netloc, [], []

    def only_here(route):
        address = urlsplit(route.request.url)
        if address.scheme in ("http", "https") and address.netloc != here:
            complaints.append(f"left the machine: {route.request.url}")
            route.abort()
        else:
            route.continue_()

    def failed(request):
        """A request that the next page made needless is no failure."""
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"failed: {request.url} {request.failure}")

    def open_one(viewport=WIDE, *, scripts=True, scheme="light"):
        context = browser.new_context(
            base_url=live_server.url, viewport=viewport, java_script_enabled=scripts, color_scheme=scheme
        )
        contexts.append(context)
        context.route("**/*", only_here)
        page = context.new_page()
        page.on("console", lambda said: complaints.append(said.text) if complains(said, page) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", failed)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert complaints == []
