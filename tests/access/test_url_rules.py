"""Deny by default: every URL has an access rule here, and anonymous requests are answered by it."""

import re

import pytest
from django.urls import get_resolver

from tests.factories import a_user

PUBLIC, KEY, STAFF, LOGGED_IN = "everybody", "partners with a key", "staff", "whoever is signed in"

#: The first rule that matches an address's pattern counts. An address without a rule fails the test.
RULES = [
    (r"^admin/login/$|^admin/logout/$|^admin/jsi18n/$", PUBLIC),
    (r"^admin/", STAFF),
    (
        r"^accounts/(login|logout|signup|inactive|password/reset|login/code|oidc|2fa/webauthn/login|\^password/reset|\^confirm-email|confirm-email)",
        PUBLIC,
    ),
    (r"^accounts/", LOGGED_IN),
    (r"^work/", LOGGED_IN),
    (r"^people/", LOGGED_IN),
    (r"^trials/<str:key>/(enrollment|activation)/", LOGGED_IN),
    (r"^trials/<str:key>/report(ed)?/$", PUBLIC),
    (r"^registry/|^trials/<str:key>/registry/", LOGGED_IN),
    (r"^api/docs/$|^api/v1/schema/$", PUBLIC),
    (r"^api/v1/", KEY),
    (r"^(|trials/<str:key>/|trials/<str:key>/sites/|facilities/<slug:slug>/|about/statuses/|dates/|healthz)$", PUBLIC),
]
FILLED = {
    "str:key": "NCT90000009",
    "slug:slug": "nowhere-9",
    "int:pk": "9",
    "int:site": "9",
    "id": "9",
    "path:object_id": "9",
}


def patterns(resolver=None, prefix: str = ""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from patterns(pattern, route)
        else:
            yield route


def rule_of(pattern: str) -> str:
    rules = next((who for expression, who in RULES if re.search(expression, pattern)), None)
    assert rules, f"{pattern} says nowhere who may see it: add a line to RULES in tests/access/test_url_rules.py."
    return rules


def address_of(pattern: str) -> str | None:
    """An address of that pattern; None for a regular expression, whose addresses are tested by its own app."""
    if "^" in pattern or "(?P" in pattern:
        return None
    return "/" + re.sub(r"<([^>]+)>", lambda name: FILLED.get(name[1], "9"), pattern)


@pytest.mark.parametrize("pattern", sorted(set(patterns())))
def test_every_address_has_a_rule(pattern):
    assert rule_of(pattern)


@pytest.mark.django_db
@pytest.mark.parametrize("pattern", sorted(set(patterns())))
@pytest.mark.parametrize("method", ["get", "post"])
def test_anonymous_users_get_what_the_rule_says(client, pattern, method):
    address, who = address_of(pattern), rule_of(pattern)
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
@pytest.mark.parametrize("pattern", [pattern for pattern in sorted(set(patterns())) if rule_of(pattern) == STAFF])
def test_a_signed_in_user_without_staff_role_cannot_open_the_admin(client, pattern):
    client.force_login(a_user("reader", is_staff=False))
    assert client.get(address_of(pattern)).status_code in (302, 403, 404)
