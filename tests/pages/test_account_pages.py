"""Sign-in and sign-out pages, and error pages."""

import re
from pathlib import Path

import pytest
from django.template.loader import render_to_string

from tests.factories import a_user

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
OTHER_WORDS = re.compile(r"\blog(ged|ging|s)?[ -](in|out)\b", re.IGNORECASE)


def test_the_login_page_uses_the_base_layout(client):
    page = client.get("/accounts/login/").content.decode()
    assert "<h1>Sign in</h1>" in page
    assert 'class="brand"' in page
    assert "sign up" not in page.lower()


def test_a_wrong_password_is_in_the_error_summary(client):
    page = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert 'role="alert"' in page
    assert "not correct" in page


def test_a_missing_field_is_in_the_error_summary_and_beside_the_field(client):
    page = client.post("/accounts/login/", {"login": "", "password": ""}).content.decode()
    assert page.count("This field is required.") == 4
    assert page.count('aria-invalid="true"') == 2


def test_the_navigation_marks_the_current_page(client):
    page = client.get("/accounts/login/").content.decode()
    assert '<a href="/accounts/login/" aria-current="page">Sign in</a>' in page
    assert page.count("aria-current") == 1


def test_on_the_sign_out_page_only_its_link_is_current(client):
    client.force_login(a_user("coordinator"))
    page = client.get("/accounts/logout/").content.decode()
    assert page.count("aria-current") == 1
    assert '<a href="/accounts/logout/" aria-current="page">Sign out</a>' in page


OWN_PAGES = ["", "logout/", "password/change/", "reauthenticate/"]


@pytest.mark.parametrize("page", OWN_PAGES)
def test_account_pages_use_the_base_layout(client, page):
    user = a_user("coordinator", email="c@example.org", password="a long enough passphrase")
    client.force_login(user)
    answer = client.get(f"/accounts/{page}")
    assert answer.status_code == 200
    html = answer.content.decode()
    assert html.count("<h1>") == 1
    assert "Sign out" in html
    assert "Menu:" not in html


def test_a_missing_page_gives_advice(client):
    answer = client.get("/no/such/page/")
    assert answer.status_code == 404
    assert "Page not found" in answer.content.decode()


@pytest.mark.parametrize("name", ["400", "403", "403_csrf", "404", "500"])
def test_an_error_page_needs_no_context(name):
    page = render_to_string(f"{name}.html")
    assert page.count("<h1>") == 1
    assert 'href="/"' in page


def test_templates_use_the_terms_sign_in_and_sign_out_only():
    places = (("templates", "*.html"), ("templates", "*.txt"), ("accounts", "*.py"), ("docs", "*.md"))
    matches = [path for app, ending in places for path in (ROOT / app).rglob(ending)]
    files = [path for path in matches if "migrations" not in path.parts]
    assert len(files) > 100
    assert not [str(path.relative_to(ROOT)) for path in files if OTHER_WORDS.search(path.read_text())]
