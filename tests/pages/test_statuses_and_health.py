"""The status glossary and the health check."""

import pytest
from django.db import OperationalError, connection

from tests.pages.html_reader import text_of
from trials.choices import OverallStatus


def test_every_status_is_explained(client, db):
    page = text_of(client.get("/about/statuses/"))
    assert [label for label in OverallStatus.labels if label not in page] == []
    assert "Confirmed 180 days ago" in page


def test_the_health_check_is_ok_while_the_database_responds(client, db):
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-cache" in response.headers["Cache-Control"]


def test_the_health_check_fails_without_details_when_it_does_not(client, monkeypatch):
    def refuse(*args):
        raise OperationalError("the password is hunter2")

    monkeypatch.setattr(connection, "cursor", refuse)
    response = client.get("/healthz")
    assert (response.status_code, response.content) == (503, b"not ok")


@pytest.mark.parametrize("address", ["/", "/about/statuses/", "/healthz"])
def test_pages_accept_safe_methods_only(client, db, address):
    assert client.post(address).status_code == 405
