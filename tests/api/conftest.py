"""Fixtures of a partner with an API key."""

import pytest
from knox.models import AuthToken

from history.authorship import authored
from tests.factories import a_partner


@pytest.fixture
def partner(db):
    return a_partner()


@pytest.fixture
def key(partner) -> str:
    with authored("test"):
        return AuthToken.objects.create(partner.user)[1]


@pytest.fixture
def ask(client, key):
    """`ask("/api/v1/trials/", {"status": "RECRUITING"})` with the partner's key."""

    def ask(address, query=None, **headers):
        return client.get(address, query or {}, headers={"authorization": f"Bearer {key}"} | headers)

    return ask
