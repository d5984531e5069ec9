"""Deny by default: every URL has a rule (tests/access/url_rules.py), and anonymous requests are answered by it."""

import pytest

from tests.access.url_rules import KEY, LOGGED_IN, STAFF, access_rule_for, example_url, url_patterns
from tests.factories import a_user


@pytest.mark.parametrize("pattern", sorted(set(url_patterns())))
def test_every_address_has_a_rule(pattern):
    assert access_rule_for(pattern)


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", sorted(set(url_patterns())))
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_users_get_what_the_rule_says(client, pattern, method):
    address, who = example_url(pattern), access_rule_for(pattern)
    if address is None:
        return
    answer = getattr(client, method)(address)
    if who in (STAFF, LOGGED_IN):
        assert answer.status_code in (302, 404, 405), answer.status_code
        assert answer.status_code != 302 or "login" in answer.headers["Location"]
    elif who == KEY:
        assert answer.status_code in (401, 405)
    else:
        assert answer.status_code in (200, 302, 400, 404, 405)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "pattern", [pattern for pattern in sorted(set(url_patterns())) if access_rule_for(pattern) == STAFF]
)
def test_a_signed_in_user_without_staff_role_cannot_open_the_admin(client, pattern):
    client.force_login(a_user("reader", is_staff=False))
    assert client.get(example_url(pattern)).status_code in (302, 403, 404)
