"""Who may open each URL: the table that every new URL needs a line in."""

import re

from django.urls import get_resolver

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
    (r"^overview/|^boards/", LOGGED_IN),
    (r"^people/", LOGGED_IN),
    (r"^facilities/(duplicates/|merges/|<int:pk>/(merge|different|names)/)", LOGGED_IN),
    (r"^trials/<str:key>/(enrollment|activation|health)/", LOGGED_IN),
    (r"^trials/<str:key>/report(ed)?/$", PUBLIC),
    (r"^trials/<str:key>/public/$", LOGGED_IN),
    (r"^registry/|^trials/<str:key>/registry/", LOGGED_IN),
    (r"^trials/<str:key>/(weeks|history|differences)/$", PUBLIC),
    (r"^changes(/|\.csv|\.atom)$", PUBLIC),
    (r"^api/docs/$|^api/v1/schema/$", PUBLIC),
    (r"^api/v1/", KEY),
    (r"^(confirm|unsubscribe)/<str:token>/$|^badges/|^facilities/<slug:slug>/embed/$", PUBLIC),
    (r"^trials/<str:key>/related/$", PUBLIC),
    (r"^feed.atom$|^robots.txt$|^sitemap.xml$|^sitemaps/", PUBLIC),
    (r"^(conditions|sponsors|countries|investigators)/<str:slug>/$", PUBLIC),
    (r"^trials/<str:key>/(contacts|related)/$", PUBLIC),
    (r"^(|trials/<str:key>/|trials/<str:key>/sites/|facilities/<slug:slug>/|about/statuses/|dates/|healthz)$", PUBLIC),
    (
        r"^(|trials/<str:key>/|trials/<str:key>/sites/|facilities/<slug:slug>/|about/statuses/|dates/|places/|healthz)$",
        PUBLIC,
    ),
    (
        r"^(|trials/<str:key>/|trials/<str:key>/sites/|facilities/<slug:slug>/|about/statuses/|dates/|healthz)$",
        PUBLIC,
    ),
    (r"^statistics/$|^maps/land.json$", PUBLIC),
]
FILLED = {
    "str:key": "NCT90000009",
    "slug:slug": "nowhere-9",
    "str:slug": "nowhere-9",
    "int:pk": "9",
    "int:site": "9",
    "id": "9",
    "path:object_id": "9",
}


def url_patterns(resolver=None, prefix: str = ""):
    for pattern in (resolver or get_resolver()).url_patterns:
        route = prefix + str(pattern.pattern)
        if hasattr(pattern, "url_patterns"):
            yield from url_patterns(pattern, route)
        else:
            yield route


def access_rule_for(pattern: str) -> str:
    rules = next((who for expression, who in RULES if re.search(expression, pattern)), None)
    assert rules, f"{pattern} says nowhere who may see it: add a line to RULES in tests/access/url_rules.py."
    return rules


def example_url(pattern: str) -> str | None:
    """An address of that pattern; None for a regular expression, whose addresses are tested by its own app."""
    if "^" in pattern or "(?P" in pattern:
        return None
    return "/" + re.sub(r"<([^>]+)>", lambda name: FILLED.get(name[1], "9"), pattern)
