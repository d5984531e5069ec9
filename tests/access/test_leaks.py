"""Requests to every URL with every method as every role, for own, other, unpublished and missing objects.

No response contains a value that the user may not read, and an object out of scope responds like a missing one.
"""

import logging
from dataclasses import dataclass, field

import pytest
from django.conf import settings
from django.db import transaction
from django.test import override_settings

from common.permissions import UserRole
from tests.access.fixtures import World
from tests.access.requests import Answer, RequestSender
from tests.access.url_catalogue import (
    EVERYBODY,
    EXTRA_OBJECTS,
    ObjectRoute,
    all_patterns,
    autocomplete_urls,
    build_url,
    placeholder_values,
    route_for,
)
from tests.access.users import STRANGER, USERS, client_for, may_read, role_of, roles_over

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
UNUSUAL = ("head", "put", "delete")
#: Whether a view accepts a method depends only on whether the user finds the object.
UNUSUAL_METHOD_USERS = (UserRole.SITE_COORDINATOR, UserRole.TRIAL_COORDINATOR, STRANGER)
#: Private fields that these roles must see, which shows that the crawl reaches private values.
VISIBLE_PRIVATE_FIELDS = {
    UserRole.SITE_COORDINATOR: {"mobile"},
    UserRole.TRIAL_COORDINATOR: {"mobile", "internal_note"},
}


#: Middleware that decides about no value of a response and has tests of its own.
NOT_UNDER_TEST = {
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "config.middleware.TrackingParametersMiddleware",
    "accounts.drafts.middleware.DraftMiddleware",
    "accounts.middleware.LastSeenMiddleware",
    "work.middleware.EvaluateFindingsMiddleware",
}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    assert set(settings.MIDDLEWARE) >= NOT_UNDER_TEST
    middleware = [path for path in settings.MIDDLEWARE if path not in NOT_UNDER_TEST]
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic(), override_settings(MIDDLEWARE=middleware):
        yield World()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@dataclass
class Crawl:
    """The result of one user's requests: faults, sentinel values seen, and the number of requests."""

    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    probes: int = 0


@pytest.fixture(scope="module")
def crawls(world):
    """`crawls(who)`: the crawl of a user, run once for all tests."""
    results: dict[str, Crawl] = {}

    def crawl_of(who: str) -> Crawl:
        if who not in results:
            results[who] = crawl(who, world)
        return results[who]

    return crawl_of


def record_answer(result: Crawl, who: str, world: World, answer: Answer, where: str) -> None:
    """Add the sentinel values of a response to the result, and a fault for each that the user may not read."""
    canaries = world.sentinels_in(answer.text)
    result.seen |= {canary.word for canary in canaries}
    hidden = [canary for canary in canaries if not may_read(who, canary)]
    result.faults += [f"{where}: {one.about} {one.field} of {one.realm} ({one.word})" for one in hidden]
    result.faults += [f"{where}: answers {answer.status}"] if answer.status >= 500 else []


def can_find(who: str, realm: str, line: ObjectRoute) -> bool:
    return bool(line.roles_with_access & roles_over(who, realm, line.about)) or role_of(who) in line.anywhere


def realms_for(who: str) -> tuple[str, ...]:
    """The realms to request for a role: own, another one where the role differs, and hidden."""
    other_realm = {UserRole.SITE_COORDINATOR: "sibling", UserRole.TRIAL_COORDINATOR: "other"}.get(role_of(who))
    return tuple(filter(None, ("own", other_realm, "hidden")))


def build_requests(pattern: str, line: ObjectRoute | None, values: dict[str, str], *, is_unusual: bool):
    """(method, URL, data) of each request; unusual methods come last."""
    address = build_url(pattern, line.about, values) if line else f"/{pattern}"
    for query in line.queries if line else ("",):
        yield "get", address + query.format(**values), None
    for post in line.posts if line else ({},):
        yield "post", address, {name: value.format(**values) for name, value in post.items()}
    for method in UNUSUAL if is_unusual else ():
        yield method, address, None


def all_requests():
    yield from ((pattern, route_for(pattern)) for pattern in all_patterns())
    yield from ((line.pattern, line) for line in EXTRA_OBJECTS)


def crawl(who: str, world: World) -> Crawl:
    result, sender = Crawl(), RequestSender(client_for(who, world))
    missing_values = placeholder_values(None, world.realms["own"])
    for pattern, line in all_requests():
        requests = build_requests(pattern, line, missing_values, is_unusual=who in UNUSUAL_METHOD_USERS)
        missing = [sender.ask(*request) for request in requests]
        if line is None:
            for answer in missing:
                record_answer(result, who, world, answer, pattern)
            continue
        as_missing = [answer.anonymized(missing_values) for answer in missing]
        for realm in realms_for(who):
            values = placeholder_values(world.realms[realm], world.realms["own"])
            is_unusual = realm == "hidden" and who in UNUSUAL_METHOD_USERS
            requests = build_requests(pattern, line, values, is_unusual=is_unusual)
            for request, expected in zip(requests, as_missing, strict=False):
                answer, where = sender.ask(*request), " ".join(map(str, request))
                record_answer(result, who, world, answer, where)
                if not can_find(who, realm, line) and answer.anonymized(values) != expected:
                    result.faults.append(f"{where}: {answer.status} tells that {line.about} of {realm} exists")
    result.probes = sender.count
    return result


@pytest.mark.parametrize("who", USERS)
def test_no_answer_tells_what_one_may_not_read_nor_that_it_exists(who, world, crawls, record_property):
    result = crawls(who)
    record_property("probes", result.probes)
    assert not result.faults, "\n".join(result.faults[:60])
    assert VISIBLE_PRIVATE_FIELDS.get(who, set()) <= {world.canaries[word].field for word in result.seen}
    assert result.probes >= 500


LISTS = [
    "/?words={}", "/?condition={}", "/?nct_id={}", "/trials/{key}/sites/?words={}", "/trials/{key}/sites/?country={}",
    "/api/v1/trials/?words={}", "/api/v1/sites/?city={}", "/api/v1/facilities/?name={}", "/api/v1/facilities/?city={}",
    "/admin/trials/trial/?q={}", "/admin/sites/trialsite/?q={}", "/admin/sites/facility/?q={}",
    "/admin/contacts/person/?q={}", "/admin/contacts/person/?q={}@example.org", "/admin/accounts/user/?q={}",
    "/admin/accounts/partner/?q={}", "/admin/accounts/assignment/?q={}", "/admin/registries/conflict/?q={}",
    "/admin/registries/importrun/?q={}", "/admin/contacts/person/?mobile__startswith={}",
    "/admin/contacts/person/?notes__contains={}", "/admin/sites/trialsite/?internal_note__startswith={}",
    "/admin/sites/trialsite/?trial__brief_summary__contains={}", "/admin/trials/trial/?brief_summary__contains={}",
    "/admin/sites/facility/?name__startswith={}", "/admin/accounts/user/?email__startswith={}",
    "/people/?words={}", "/people/{own_person}/replace/?words={}", "/trials/{key}/enrollment/?words={}",
    "/trials/{key}/activation/?words={}", "/trials/{key}/enrollment/?words={}&format=csv",
]  # fmt: skip
NONSENSE = "zq999x"


@pytest.mark.parametrize("who", USERS)
def test_no_filter_of_a_list_reveals_a_hidden_value(world, who):
    """A query with a hidden value responds like the same query with a value that does not exist."""
    sender = RequestSender(client_for(who, world))
    values = placeholder_values(world.realms["own"], world.realms["own"])
    hidden = [canary.word for canary in world.canaries.values() if not may_read(who, canary) and canary.word[0] == "z"]
    # One value of each field, from the most distant realm.
    by_field = {(world.canaries[word].permission_table.title, world.canaries[word].field): word for word in hidden}
    faults = []
    for template in [*LISTS, *(f"{address}&term={{}}" for address in autocomplete_urls())]:
        address = template.replace("{key}", values["key"]).replace("{own_person}", values["own_person"])
        without_match = sender.ask("get", address.format(NONSENSE)).anonymized({"words": NONSENSE})
        if without_match.status not in (200, 400):
            continue
        # A 400 does not depend on the value: one query is enough.
        for kind, word in list(by_field.items())[: 1 if without_match.status == 400 else None]:
            answer = sender.ask("get", address.format(word)).anonymized({"words": word})
            if answer != without_match:
                faults.append(f"{address.format(word)} tells of {kind}")
    assert not faults, "\n".join(faults[:40])


def test_the_administrator_sees_every_readable_sentinel_value(world, crawls):
    """Shows that the crawl reaches the pages on which the values are."""
    unreadable = {word for word, canary in world.canaries.items() if not may_read(UserRole.ADMINISTRATOR, canary)}
    requested = {word for word, canary in world.canaries.items() if canary.realm in realms_for(UserRole.ADMINISTRATOR)}
    missed = [world.canaries[word] for word in requested - crawls(UserRole.ADMINISTRATOR).seen - unreadable]
    assert not missed, "; ".join(sorted({f"{one.realm} {one.about} {one.field}" for one in missed}))


@pytest.mark.parametrize("pattern", all_patterns())
def test_every_url_of_an_object_has_a_route(pattern):
    line = route_for(pattern)
    assert line is None or line.roles_with_access <= EVERYBODY
