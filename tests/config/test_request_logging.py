"""Each request is one log line with an id; no line has personal values or secrets."""

import io
import json
import logging

import pytest
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import path

import config.urls
from accounts.models import User
from config.request_logging import JsonFormatter, RequestFilter, TextFormatter
from config.views import server_error
from history import authored
from history.models import Context
from tests.factories import a_facility, a_site, a_trial, a_user, assign

logger = logging.getLogger("publishing.staleness")


def fail(request):
    raise ValueError("of anna.berger@example.org")


def warn(request, pk):
    logger.warning("A warning")
    return HttpResponse()


urlpatterns = [
    path("fail/", fail),
    path("api/v1/fail/", fail),
    path("warn/<int:pk>/", warn),
    path("static/<int:pk>.css", warn),
    *config.urls.urlpatterns,
]
handler500 = server_error


class Lines(list):
    """The lines that a handler wrote, parsed."""

    def of(self, name: str) -> list[dict]:
        return [line for line in self if line["logger"] == name]

    @property
    def request(self) -> dict:
        [line] = self.of("sitelight.request")
        return line


@pytest.fixture
def logged():
    """Call it for the lines logged so far, by handlers with this formatter."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.addFilter(RequestFilter())
    handler.setFormatter(JsonFormatter())
    logging.getLogger().addHandler(handler)
    yield lambda: Lines(json.loads(line) for line in stream.getvalue().splitlines())
    logging.getLogger().removeHandler(handler)


@pytest.fixture
def coordinator(db):
    return a_user("annaberger", first_name="Anna", last_name="Berger", email="anna.berger@example.org")


def test_a_request_is_one_line_without_query_and_name(client, coordinator, logged):
    client.force_login(coordinator)
    response = client.get("/work/?q=Anna+Berger")
    line = logged().request
    assert line["request_id"] == response.headers["X-Request-ID"]
    assert (line["method"], line["path"], line["user_id"]) == ("GET", "/work/", coordinator.pk)
    assert line["status"] == response.status_code
    assert line["duration_ms"] >= 0
    assert set(line) == {
        "time", "level", "logger", "message", "request_id", "method", "path", "user_id", "status", "duration_ms",
    }  # fmt: skip
    assert "nna" not in json.dumps(logged())


def test_an_anonymous_request_has_no_user(client, db, logged):
    client.get("/healthz")
    assert "user_id" not in logged().request


@pytest.mark.urls(__name__)
def test_records_of_a_request_have_its_id(client, logged):
    first, second = client.get("/warn/1/"), client.get("/warn/2/")
    warnings = logged().of("publishing.staleness")
    assert [line["request_id"] for line in warnings] == [first.headers["X-Request-ID"], second.headers["X-Request-ID"]]
    assert [line["path"] for line in warnings] == ["/warn/1/", "/warn/2/"]
    logger.warning("Outside of a request")
    assert "request_id" not in logged()[-1]


@pytest.mark.parametrize(
    ("is_behind_proxy", "header", "is_accepted"),
    [
        (True, "abc-123", True),
        (True, "a b", False),
        (True, "x" * 65, False),
        (True, "", False),
        (False, "abc-123", False),
    ],
)
def test_only_a_trusted_proxy_gives_the_id(client, db, settings, is_behind_proxy, header, is_accepted):
    settings.BEHIND_PROXY = is_behind_proxy
    request_id = client.get("/healthz", headers={"X-Request-ID": header}).headers["X-Request-ID"]
    assert (request_id == header) is is_accepted
    assert len(request_id) in (7, 32)


@pytest.mark.urls(__name__)
def test_an_error_page_shows_the_id_and_the_log_has_no_value_of_the_exception(client, db, logged):
    client.raise_request_exception = False
    response = client.get("/fail/")
    request_id = response.headers["X-Request-ID"]
    assert response.status_code == 500
    assert f"<b>{request_id}</b>" in response.content.decode()
    [error] = logged().of("django.request")
    assert error["request_id"] == logged().request["request_id"] == request_id
    assert error["exception"] == ["builtins.ValueError"]
    assert error["traceback"][-1].endswith(" fail")
    assert "anna" not in json.dumps(logged())


@pytest.mark.urls(__name__)
def test_an_error_of_the_api_has_the_id_in_its_header(client, db):
    client.raise_request_exception = False
    response = client.get("/api/v1/fail/")
    assert response.json() == {"detail": "Something went wrong. We have logged the error."}
    assert response.headers["X-Request-ID"]


def test_a_violated_constraint_is_named_without_its_values(db, logged):
    user = a_user("annaberger")
    with authored("user:7"):
        try:
            with transaction.atomic():
                User(pk=user.pk, username="annaberger").save(force_insert=True)
        except IntegrityError:
            logger.exception("Not saved")
    [line] = logged()
    assert line["exception"][0] == "django.db.utils.IntegrityError"
    assert line["constraint"] == "accounts_user_pkey"
    assert "annaberger" not in json.dumps(line)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("/accounts/password/reset/key/3-abc123/", "/accounts/account_reset_password_from_key"),
        ("/accounts/password/reset/key/a-abc123/", "/accounts/account_reset_password_from_key"),
        ("/accounts/password/reset/key/secret", "/accounts/*"),
        ("/ACCOUNTS/password/reset/key/3-abc123/", "/accounts/*"),
        ("/confirm/abc123:secret:x/", "/confirm/confirm_by_mail"),
        ("/CONFIRM/abc123:secret:x/", "/confirm/*"),
        ("/confirm/abc123:secret:x", "/confirm/*"),
        ("/work/confirm/review/", "/work/confirm/review/"),
        ("/accounts/login/", "/accounts/login/"),
        ("/trials/NCT00000001%0Afaked/", "/trials/NCT00000001%0Afaked/"),
    ],
)
def test_secrets_of_links_and_line_breaks_are_not_in_the_path(client, db, logged, address, expected):
    client.get(address)
    assert {line["path"] for line in logged()} == {expected}
    assert "secret" not in json.dumps(logged())
    assert "abc123" not in json.dumps(logged())


def test_headers_of_a_refused_form_are_not_in_the_message(db, logged):
    client = Client(enforce_csrf_checks=True)
    headers = {"referer": "https://other.example/reset/TOKEN/?email=jane@example.org"}
    assert client.post("/accounts/login/", headers=headers, secure=True).status_code == 403
    [line] = logged().of("django.security.csrf")
    assert line["message"] == "Refused"
    assert "TOKEN" not in json.dumps(logged())


@pytest.mark.urls(__name__)
def test_static_files_are_logged_only_when_missing(client, db, logged):
    assert client.get("/static/1.css").status_code == 200
    assert logged().of("sitelight.request") == []
    assert client.get("/static/missing.css").status_code == 404
    assert logged().request["status"] == 404


def test_the_audit_trail_has_the_same_id(client, coordinator):
    site = a_site(a_trial(), a_facility(), status="RECRUITING")
    assign(coordinator, site=site)
    client.force_login(coordinator)
    response = client.post("/work/confirm/", {"site": site.pk, "seen": f"{site.pk}:{site.version}"})
    assert site.confirmations.count() == 1
    request_ids = {context.metadata.get("request_id") for context in Context.objects.all()}
    assert response.headers["X-Request-ID"] in request_ids


def test_plain_text_for_development_has_the_same_fields():
    record = logging.makeLogRecord({"name": "sitelight.request", "msg": "Request", "levelname": "INFO"})
    record.method, record.path, record.status, record.request_id = "GET", "/trials/", 200, "abc"
    assert (
        TextFormatter()
        .format(record)
        .endswith(" INFO sitelight.request: Request request_id=abc method=GET path=/trials/ status=200")
    )
