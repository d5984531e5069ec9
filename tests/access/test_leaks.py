"""Every address, by every method, as every role, about one's own, another's, an unpublished and a missing object.

What one may not read is nowhere in an answer, and what one may not find answers like what does not exist.
"""

import logging
from dataclasses import dataclass, field

import pytest
from django.db import transaction

from common.permissions import Role
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

pytestmark = pytest.mark.django_db
UNUSUAL = ("head", "put", "delete")
#: Whether a view takes a method does not depend on who asks, only on whether they find the object.
UNUSUAL_METHOD_USERS = (Role.SITE_COORDINATOR, Role.TRIAL_COORDINATOR, STRANGER)
#: Private fields that somebody must meet: else the hunt looks where nothing is.
VISIBLE_PRIVATE_FIELDS = {Role.SITE_COORDINATOR: {"mobile"}, Role.TRIAL_COORDINATOR: {"mobile", "internal_note"}}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@dataclass
class Crawl:
    """Somebody at every address: what went wrong, which canaries they met, and how often they asked."""

    faults: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)
    probes: int = 0


@pytest.fixture(scope="module")
def crawls(world):
    """`walked(who)`: the walk, taken once, whichever test asks first."""
    walks: dict[str, Crawl] = {}

    def walk_of(who: str) -> Crawl:
        if who not in walks:
            walks[who] = crawl(who, world)
        return walks[who]

    return walk_of


def record_answer(taken: Crawl, who: str, world: World, answer: Answer, where: str) -> None:
    """Notes what the answer tells, and what of it the person may not read."""
    found = world.found_in(answer.text)
    taken.seen |= {canary.word for canary in found}
    hidden = [canary for canary in found if not may_read(who, canary)]
    taken.faults += [f"{where}: {one.about} {one.field} of {one.realm} ({one.word})" for one in hidden]
    taken.faults += [f"{where}: answers {answer.status}"] if answer.status >= 500 else []


def can_find(who: str, realm: str, line: ObjectRoute) -> bool:
    return bool(line.found_by & roles_over(who, realm, line.about)) or role_of(who) in line.anywhere


def realms_for(who: str) -> tuple[str, ...]:
    """Where somebody is the same over several realms, one of them tells all."""
    somebody_elses = {Role.SITE_COORDINATOR: "sibling", Role.TRIAL_COORDINATOR: "other"}.get(role_of(who))
    return tuple(filter(None, ("own", somebody_elses, "hidden")))


def build_requests(pattern: str, line: ObjectRoute | None, values: dict[str, str], *, is_unusual: bool):
    """The method, the address and what is sent; unusual methods come last."""
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
    taken, asker, nowhere = (
        Crawl(),
        RequestSender(client_for(who, world)),
        placeholder_values(None, world.realms["own"]),
    )
    for pattern, line in all_requests():
        asks = build_requests(pattern, line, nowhere, is_unusual=who in UNUSUAL_METHOD_USERS)
        missing = [asker.ask(*asked) for asked in asks]
        if line is None:
            for answer in missing:
                record_answer(taken, who, world, answer, pattern)
            continue
        as_missing = [answer.about_nobody(nowhere) for answer in missing]
        for realm in realms_for(who):
            told = placeholder_values(world.realms[realm], world.realms["own"])
            asks = build_requests(pattern, line, told, is_unusual=realm == "hidden" and who in UNUSUAL_METHOD_USERS)
            for asked, expected in zip(asks, as_missing, strict=False):
                answer, where = asker.ask(*asked), " ".join(map(str, asked))
                record_answer(taken, who, world, answer, where)
                if not can_find(who, realm, line) and answer.about_nobody(told) != expected:
                    taken.faults.append(f"{where}: {answer.status} tells that {line.about} of {realm} exists")
    taken.probes = asker.count
    return taken


@pytest.mark.parametrize("who", USERS)
def test_no_answer_tells_what_one_may_not_read_nor_that_it_exists(who, world, crawls, record_property):
    taken = crawls(who)
    record_property("probes", taken.probes)
    assert not taken.faults, "\n".join(taken.faults[:60])
    assert VISIBLE_PRIVATE_FIELDS.get(who, set()) <= {world.canaries[word].field for word in taken.seen}
    assert taken.probes >= 500


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
def test_no_list_can_be_asked_whether_a_hidden_value_exists(world, who):
    """A question with a hidden value answers like the same question with a value that nothing has."""
    asker = RequestSender(client_for(who, world))
    told = placeholder_values(world.realms["own"], world.realms["own"])
    hidden = [canary.word for canary in world.canaries.values() if not may_read(who, canary) and canary.word[0] == "z"]
    # One of each kind of field, from the realm that is the furthest away.
    by_field = {(world.canaries[word].permission_table.title, world.canaries[word].field): word for word in hidden}
    faults = []
    for template in [*LISTS, *(f"{address}&term={{}}" for address in autocomplete_urls())]:
        address = template.replace("{key}", told["key"]).replace("{own_person}", told["own_person"])
        nothing = asker.ask("get", address.format(NONSENSE)).about_nobody({"asked": NONSENSE})
        if nothing.status not in (200, 400):
            continue
        # What is refused is refused whatever is asked: one question shows that.
        for kind, word in list(by_field.items())[: 1 if nothing.status == 400 else None]:
            answer = asker.ask("get", address.format(word)).about_nobody({"asked": word})
            if answer != nothing:
                faults.append(f"{address.format(word)} tells of {kind}")
    assert not faults, "\n".join(faults[:40])


def test_the_hunt_would_find_them(world, crawls):
    """The administrator meets every canary that anybody may read: else the hunt looks where nothing is."""
    unread = {word for word, canary in world.canaries.items() if not may_read(Role.ADMINISTRATOR, canary)}
    asked = {word for word, canary in world.canaries.items() if canary.realm in realms_for(Role.ADMINISTRATOR)}
    missed = [world.canaries[word] for word in asked - crawls(Role.ADMINISTRATOR).seen - unread]
    assert not missed, "; ".join(sorted({f"{one.realm} {one.about} {one.field}" for one in missed}))


@pytest.mark.parametrize("pattern", all_patterns())
def test_every_address_about_an_object_says_about_which(pattern):
    line = route_for(pattern)
    assert line is None or line.found_by <= EVERYBODY
