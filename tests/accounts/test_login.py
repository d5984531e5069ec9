"""Signing in: one page, and its redirects."""

import pytest

from tests.factories import a_site, a_user, assign

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_staff", "target"), [(True, "/work/"), (False, "/")])
def test_sign_in_redirects_to_my_work_or_to_the_search(client, is_staff, target):
    a_user("ana", password="a long test password", is_staff=is_staff)
    answer = client.post("/accounts/login/", {"login": "ana", "password": "a long test password"})
    assert answer.headers["Location"] == target


def test_a_user_with_an_assignment_starts_at_my_work_without_being_staff(client):
    user = a_user("ana", password="a long test password", is_staff=False)
    assign(user, site=a_site())
    answer = client.post("/accounts/login/", {"login": "ana", "password": "a long test password"})
    assert answer.headers["Location"] == "/work/"


def test_the_admin_redirects_to_the_sign_in_page_and_back(client):
    a_user("ana", password="a long test password", is_staff=True)
    page = client.get("/admin/sites/trialsite/", follow=True)
    assert page.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    answer = client.post(
        page.request["PATH_INFO"] + "?" + page.request["QUERY_STRING"],
        {"login": "ana", "password": "a long test password", "next": "/admin/sites/trialsite/"},
    )
    assert answer.headers["Location"] == "/admin/sites/trialsite/"


def test_the_error_is_the_same_for_known_and_unknown_usernames(client):
    a_user("ana", password="a long test password")
    known = client.post("/accounts/login/", {"login": "ana", "password": "wrong"}).content.decode()
    unknown = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert "not correct" in known
    assert "not correct" in unknown


def test_sign_up_is_closed(client):
    assert "closed" in client.get("/accounts/signup/").content.decode().lower()
