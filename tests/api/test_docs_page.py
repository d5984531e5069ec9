"""The documentation page in a real browser, with the content security policy."""

import shutil

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]


@pytest.fixture
def page(monkeypatch):
    """A page of Debian's Chromium; skips where there is none."""
    if not CHROMIUM:
        pytest.skip("Chromium is not installed.")
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the driver runs its own loop in this thread
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser.new_page()
        browser.close()


def test_the_page_allows_no_inline_code(client):
    answer = client.get("/api/docs/")
    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "<style" not in answer.text
    assert " onload=" not in answer.text


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_shows_the_schema_without_external_requests(live_server, page):
    requests, complaints = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(f"{live_server.url}/api/docs/")
    page.get_by_text("/api/v1/facilities/", exact=False).first.wait_for()
    assert page.locator(".opblock-get").count() == 6
    assert complaints == []
    assert all(url.startswith((live_server.url, "data:")) for url in requests)
