"""Logging in: one door, and where it leads."""

import pytest

from tests.factories import a_trial, a_user, assign

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("is_staff", "leads_to"), [(True, "/work/"), (False, "/")])
def test_the_door_leads_to_ones_work_or_to_the_search(client, is_staff, leads_to):
    a_user("ana", password="a long test password", is_staff=is_staff)
    answer = client.post("/accounts/login/", {"login": "ana", "password": "a long test password"})
    assert answer.headers["Location"] == leads_to


def test_somebody_with_an_assignment_begins_at_their_work_without_being_staff(client):
    user = a_user("ana", password="a long test password", is_staff=False)
    assign(user, trial=a_trial())
    answer = client.post("/accounts/login/", {"login": "ana", "password": "a long test password"})
    assert answer.headers["Location"] == "/work/"


def test_the_admin_sends_to_the_same_door_and_back(client):
    a_user("ana", password="a long test password", is_staff=True)
    door = client.get("/admin/sites/trialsite/", follow=True)
    assert door.redirect_chain[-1][0].startswith("/accounts/login/?next=")
    answer = client.post(
        door.request["PATH_INFO"] + "?" + door.request["QUERY_STRING"],
        {"login": "ana", "password": "a long test password", "next": "/admin/sites/trialsite/"},
    )
    assert answer.headers["Location"] == "/admin/sites/trialsite/"


def test_a_wrong_password_says_no_more_than_that(client):
    a_user("ana", password="a long test password")
    known = client.post("/accounts/login/", {"login": "ana", "password": "wrong"}).content.decode()
    unknown = client.post("/accounts/login/", {"login": "nobody", "password": "wrong"}).content.decode()
    assert "not correct" in known
    assert "not correct" in unknown


def test_nobody_signs_up_by_themselves(client):
    assert "closed" in client.get("/accounts/signup/").content.decode().lower()
