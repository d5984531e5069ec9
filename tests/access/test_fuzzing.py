"""Invalid requests to every URL and every form: no server error, in bounded time, and no partial write.

The URLs of the admin come from its registry, so that new pages and actions are covered: no write without history.
"""

import logging
import time
from collections.abc import Iterator
from functools import cache
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import RequestFactory
from django.urls import URLPattern, URLResolver

from common.permissions import UserRole
from tests.access.fixtures import World
from tests.access.loaded_once import SharedSavepoint
from tests.access.page_forms import PageForm, post_forms
from tests.access.url_catalogue import ObjectRoute, all_patterns, build_url, placeholder_values, route_for
from tests.access.users import client_for
from tests.access.write_tracking import UNTRACKED, RecordedResponse, Sender, history_tables

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
METHODS = ("head", "put", "patch", "delete", "options")
MALFORMED = ("1\n", "1\x00", "１", "9" * 30, "-1", "a b")
WRONG = "\u0000\u200b½ not one of these ²"
LONG, LONG_OF_MANY = "x" * 100_000, "x" * 20_000
SLOW = 20.0  # seconds for one request, on a machine that does much else
#: Fields at once, for forms that have many: each alone where there are few.
MAX_FIELDS = 40
SIGNED_IN = tuple(role for role in UserRole if role not in (UserRole.PUBLIC, UserRole.PARTNER))
#: A form that an earlier role gets at the same URL is sent less often by the later roles.
SENDING_FORMS = (UserRole.ADMINISTRATOR, UserRole.TRIAL_COORDINATOR, UserRole.SITE_COORDINATOR, UserRole.PUBLIC)
#: URLs that sign in or out; they have their own tests, and the secret of the app in these fixtures is invalid.
EXCLUDED_URLS = (
    "/accounts/logout/",
    "/accounts/login/",
    "/admin/logout/",
    "/admin/login/",
    "/accounts/2fa/reauthenticate/",
)


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    logging.disable(logging.ERROR)
    with django_db_blocker.unblock(), transaction.atomic():
        yield World()
        transaction.set_rollback(True)
    logging.disable(logging.NOTSET)


@pytest.fixture(scope="module")
def everybody(world, django_db_blocker):
    """A sender for each role, created before the tests, whose own rows are rolled back."""
    with django_db_blocker.unblock():
        return {who: Sender(client_for(who, world)) for who in UserRole}


@pytest.fixture
def senders(everybody, record_property):
    """The senders; the report of a run contains the number of requests of each test."""
    for sender in everybody.values():
        sender.count, sender.savepoint = 0, SharedSavepoint()
    yield everybody
    record_property("requests", sum(sender.count for sender in everybody.values()))


class Faults(list):
    """Descriptions of faults, each with its request."""

    def look(self, answer: RecordedResponse, began: float, where: str) -> None:
        if answer.status >= 500:
            self.append(f"{where}: {answer.status}")
        if time.monotonic() - began > SLOW:
            self.append(f"{where}: took {time.monotonic() - began:.0f} s")
        if answer.stays and answer.status in (400, 403, 404, 405, 409):
            self.append(f"{where}: {answer.status}, and wrote {', '.join(sorted(answer.tables))}")

    def send(self, sender: Sender, method: str, address: str, data=None, **extra) -> RecordedResponse:
        began = time.monotonic()
        answer = sender.send(method, address, data, **extra)
        self.look(answer, began, f"{method.upper()} {address[:120]!r}")
        return answer

    def check_empty(self) -> None:
        assert not self, f"{len(self)} faults\n" + "\n".join(self[:60])


def user_urls(world: World) -> Iterator[tuple[str, ObjectRoute | None, str]]:
    """(pattern, route, URL) of each URL once."""
    return iter({address: (pattern, line, address) for pattern, line, address in _of_patterns(world)}.values())


def _of_patterns(world: World) -> Iterator[tuple[str, ObjectRoute | None, str]]:
    values = placeholder_values(world.realms["own"], world.realms["own"])
    for pattern in all_patterns():
        line = route_for(pattern)
        yield pattern, line, build_url(pattern, line.about, values) if line else f"/{pattern}"


def malformed_addresses(world: World) -> Iterator[str]:
    return iter(dict.fromkeys(_malformed(world)))


def _malformed(world: World) -> Iterator[str]:
    own = placeholder_values(world.realms["own"], world.realms["own"])
    for pattern, line, _ in _of_patterns(world):
        for wrong in MALFORMED if line and "<" in pattern else ():
            values = own | dict.fromkeys((line.about, "key", "slug", "site"), wrong)
            values |= {"key": f"{own['key']}{wrong}", "slug": f"lyon-{wrong}"}
            yield quote(build_url(pattern, line.about, values), safe="/?=&:")


@pytest.mark.parametrize("who", [UserRole.ADMINISTRATOR, UserRole.PUBLIC])
def test_no_method_at_any_address_is_a_server_error(who, world, senders):
    faults, sender = Faults(), senders[who]
    for _, _, address in user_urls(world):
        for method in METHODS if address not in EXCLUDED_URLS else ():
            faults.send(sender, method, address)
    faults.check_empty()


@pytest.mark.parametrize("who", [UserRole.ADMINISTRATOR, UserRole.PUBLIC])
def test_a_malformed_address_is_a_4xx(who, world, senders):
    faults, sender = Faults(), senders[who]
    for address in malformed_addresses(world):
        for method in ("get", "post") if who == UserRole.ADMINISTRATOR else ("get",):
            answer = faults.send(sender, method, address)
            if answer.status == 200 and who == UserRole.PUBLIC:
                faults.append(f"{address!r}: 200")
    faults.check_empty()


@pytest.mark.parametrize("who", [UserRole.ADMINISTRATOR, UserRole.PARTNER])
def test_a_malformed_parameter_is_no_server_error(who, world, senders):
    faults, sender = Faults(), senders[who]
    names_of_all = "q page p trial site facility words sort month o e _popup _to_field next"
    for _, _, address in user_urls(world):
        for wrong in ("a%00b", "%EF%BC%91", "9" * 30, quote("²"), "%FF"):
            query = "&".join(f"{name}={wrong}" for name in names_of_all.split())
            faults.send(sender, "get", f"{address}?{query}")
    faults.check_empty()


def forms_of(sender: Sender, world: World) -> Iterator[tuple[str, PageForm]]:
    """(URL, form) of each form on the sender's pages; a form that is on several pages once."""
    seen = set()
    for _, line, address in _of_patterns(world):
        values = placeholder_values(world.realms["own"], world.realms["own"])
        for query in line.queries if line else ("",):
            suffix = query.format(**values)
            page = sender.send("get", address + suffix)
            for form in post_forms(page.body) if page.status == 200 else ():
                target = form.action if form.action.startswith("/") else address + (form.action or suffix)
                key = key_of(target, form)
                if key not in seen and not target.startswith(EXCLUDED_URLS):
                    seen.add(key)
                    yield target, form


def key_of(target: str, form: PageForm) -> tuple[str, tuple[str, ...]]:
    return target.partition("?")[0], tuple(sorted(form.fields))


@pytest.fixture(scope="module")
def forms_shown(everybody, world):
    """`forms_shown(who)`: the list of `forms_of`, loaded once."""
    return cache(lambda who: list(forms_of(everybody[who], world)))


def form_data(form: PageForm, **changes: str) -> dict:
    return {name: changes.get(name, values) for name, values in form.fields.items()} | changes


def field_groups(form: PageForm, *, few: int = 6) -> Iterator[list[str]]:
    """Groups of fields: single fields for a small form, MAX_FIELDS for a large one."""
    typed = [name for name in form.typed if name != "csrfmiddlewaretoken"]
    size = 1 if len(typed) <= few else MAX_FIELDS
    yield from (typed[start : start + size] for start in range(0, len(typed), size))


def wrong_values(form: PageForm, *, is_repeated: bool) -> Iterator[dict[str, str]]:
    """The invalid values to send, by field."""
    plain = WRONG.replace("\u0000", "")
    yield dict.fromkeys(form.typed, "")
    if is_repeated:
        yield from (dict.fromkeys(form.typed, wrong) for wrong in (plain, WRONG))
        return
    long = LONG if len(form.typed) <= MAX_FIELDS else LONG_OF_MANY
    for wrong, few in ((plain, 6), (WRONG, 0), (long, 0)):
        yield from (dict.fromkeys(some, wrong) for some in field_groups(form, few=few))


@pytest.mark.parametrize("who", SENDING_FORMS)
def test_no_form_breaks_whatever_is_sent(who, senders, forms_shown):
    faults, sender, count = Faults(), senders[who], 0
    earlier = SENDING_FORMS[: SENDING_FORMS.index(who)]
    sent_already = {key_of(*shown) for role in earlier for shown in forms_shown(role)}
    for target, form in forms_shown(who):
        count += 1
        faults.send(sender, "post", target, {})
        for wrong in wrong_values(form, is_repeated=key_of(target, form) in sent_already):
            faults.send(sender, "post", target, form_data(form, **wrong))
        for name in form.files:
            faults.send(
                sender, "post", target, form_data(form) | {name: SimpleUploadedFile("a.xlsx", b"PK\x03\x04 nothing")}
            )
    assert count
    faults.check_empty()


def admin_addresses(world: World) -> Iterator[str]:
    """The URLs of all admin pages in the registry."""
    known = {f"/{pattern}" for pattern in all_patterns()}
    values = placeholder_values(world.realms["own"], world.realms["own"])
    for model, model_admin in admin.site._registry.items():
        meta = model._meta
        for route in routes(model_admin.get_urls()):
            pattern = f"/admin/{meta.app_label}/{meta.model_name}/{route}"
            if pattern not in known:
                continue  # Django's redirect of former addresses
            line = route_for(pattern.removeprefix("/"))
            yield build_url(pattern.removeprefix("/"), line.about, values) if line else pattern


def routes(patterns, prefix: str = "") -> Iterator[str]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from routes(pattern.url_patterns, prefix + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield prefix + str(pattern.pattern)


@pytest.mark.parametrize("who", SIGNED_IN)
def test_no_page_of_the_admin_writes_without_a_trail(who, world, senders):
    """GET and POST with valid, changed, invalid and empty data, and every action of every list."""
    faults, sender, written = Faults(), senders[who], set()
    allowed = history_tables().keys() | UNTRACKED.keys()

    def check(answer: RecordedResponse, where: str) -> None:
        written.update(answer.tables)
        if answer.tables - allowed:
            faults.append(f"{where}: wrote {', '.join(sorted(answer.tables - allowed))}")
        if answer.actors - {actor_of(who, world, sender)}:
            faults.append(f"{where}: author {answer.actors}")

    for address in admin_addresses(world):
        page = faults.send(sender, "get", address)
        check(page, f"GET {address}")
        if page.tables - UNTRACKED.keys():
            faults.append(f"GET {address}: wrote {page.tables}")
        forms = post_forms(page.body) if page.status == 200 else []
        for form in forms:
            target = form.action if form.action.startswith("/") else address
            if target.startswith(EXCLUDED_URLS):
                continue
            valid = form_data(form, why="Because") | dict(form.buttons[:1])
            changed = valid | {name: f"{form.fields[name][0]} 2" for name in changeable(form)}
            for data in (valid, changed, form_data(form, **dict.fromkeys(form.typed[:MAX_FIELDS], WRONG))):
                check(faults.send(sender, "post", target, data), f"POST {target}")
        check(faults.send(sender, "post", address, {"why": "Because"}), f"POST {address}")
    for address, data in actions(who, world, sender):
        check(faults.send(sender, "post", address, data), f"POST {address} {data}")
    faults.check_empty()
    if who == UserRole.ADMINISTRATOR:
        assert {"accounts_user", "knox_authtoken", "trials_trial", "sites_facility", "contacts_person"} <= written


def changeable(form: PageForm) -> list[str]:
    names_of_texts = {"name", "city", "acronym", "internal_note", "first_name", "notes", "reason"}
    return [name for name in form.fields if name in names_of_texts]


def actor_of(who: str, world: World, sender: Sender) -> str:
    return f"user:{sender.client.session['_auth_user_id']}"


def actions(who: str, world: World, sender: Sender) -> Iterator[tuple[str, dict]]:
    request = RequestFactory().get("/admin/")
    request.user = get_user_model().objects.get(pk=sender.client.session["_auth_user_id"])
    for model, model_admin in admin.site._registry.items():
        if not model_admin.has_view_permission(request):
            continue
        address = f"/admin/{model._meta.app_label}/{model._meta.model_name}/"
        pk = next((row.pk for row in world.realms["own"].rows.values() if type(row) is model), 1)
        for name in [*model_admin.get_actions(request), "delete_selected", "no_such_action"]:
            sent_by_list = {"action": name, "_selected_action": str(pk)}
            yield address, sent_by_list
            yield address, sent_by_list | {"post": "yes", "why": "Because", "reason": "Because"}
            yield address, {"action": name, "_selected_action": "²"}
