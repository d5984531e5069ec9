"""Fixtures of browser tests. A request to another server or a message in the console fails the test.

Without Chromium these tests are skipped; with SITELIGHT_REQUIRE_BROWSER=1 that is a failure
(tests/plugins/fail_on_skip.py).
"""

import shutil
from collections import defaultdict
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from tests.browser.login_helpers import session_cookie

ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
NO_SERVER = "http://127.0.0.1:9"
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 320, "height": 640}


@pytest.fixture(scope="session")
def chromium():
    """The browser's own program."""
    return shutil.which("chromium") or pytest.skip("Chromium is not installed (Debian's package chromium).")


@pytest.fixture(scope="module")
def browser(chromium, live_server):
    """A browser that reaches the live server only: its proxy for all other addresses does not exist.

    Playwright's event loop runs in this thread, where Django would refuse the queries of tests as asynchronous ones.
    """
    live_server_only = f"--proxy-bypass-list=<-loopback>;{urlsplit(live_server.url).netloc}"
    arguments = [*ARGUMENTS, f"--proxy-server={NO_SERVER}", live_server_only]
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=arguments)
            yield browser
            browser.close()


def is_complaint(message, page) -> bool:
    """Whether the message of the console is an error or a warning of the page.

    The refusal of the page itself (404, 409) is none. Nor is a preloaded font that a slow machine has not used within
    seconds; tests/browser/test_typeface.py checks that pages use it.
    """
    is_refusal = message.text.startswith("Failed to load resource") and message.location.get("url") == page.url
    is_slow_preload = "was preloaded using link preload but not used within a few seconds" in message.text
    return message.type in ("error", "warning") and not is_refusal and not is_slow_preload


@pytest.fixture(scope="module")
def idle_contexts(browser):
    """Browser contexts without pages and cookies, by whether scripts run. Their caches spare loading static files."""
    return defaultdict(list)


@pytest.fixture
def open_page(browser, live_server, idle_contexts):
    """`open_page(viewport, username=…, scripts=True)`: a page of another visitor each time.

    With a username the user is signed in. A message in the console fails the test at its end.
    """
    complaints, contexts = [], defaultdict(list)

    def failed(request):
        """A request to the live server that the next page made unnecessary is no failure."""
        if request.failure != "net::ERR_ABORTED" or not request.url.startswith(live_server.url):
            complaints.append(f"failed: {request.url} {request.failure}")

    def open_context(scripts: bool):
        if idle_contexts[scripts]:
            return idle_contexts[scripts].pop()
        return browser.new_context(base_url=live_server.url, java_script_enabled=scripts, color_scheme="light")

    def open_one(viewport=WIDE, *, username="", scripts=True):
        context = open_context(scripts)
        contexts[scripts].append(context)
        if username:
            context.add_cookies([session_cookie(username, live_server.url)])
        page = context.new_page()
        page.set_viewport_size(viewport)
        page.on("console", lambda message: complaints.append(message.text) if is_complaint(message, page) else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("requestfailed", failed)
        return page

    yield open_one
    for scripts, used in contexts.items():
        for context in used:
            for page in context.pages:
                page.close()
            context.clear_cookies()
        idle_contexts[scripts] += used
    assert complaints == []
