"""Structured logs: one line for each request and each log record, with the request's id.

No line has personal values or secrets: no query, no user name, no part of a link from an e-mail, and of an exception
neither its message nor source lines, which may quote values; `TextFormatter`, for development, has the full traceback.
"""

import json
import logging
import re
import time
import traceback
import uuid
from contextvars import ContextVar
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, resolve
from django.utils.functional import LazyObject, empty

REQUEST_ID_HEADER = "X-Request-ID"
_VALID_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
#: Pages whose URLs may contain the secret of a link that was sent by e-mail.
_PRIVATE_PREFIXES = ("/accounts/", "/confirm/", "/unsubscribe/")
_MAX_PATH_LENGTH = 300
#: Attributes of records, set by RequestFilter and RequestLogMiddleware, in the order of the line.
_FIELDS = ("request_id", "method", "path", "user_id", "status", "duration_ms")

_current_request: ContextVar[HttpRequest | None] = ContextVar("current_request", default=None)
_logger = logging.getLogger("sitelight.request")


class RequestLogMiddleware:
    """Gives the request an id, returns it in the response header, and logs the request. Must be the first middleware.

    Static files are logged only when the response is an error.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started_at = time.monotonic()
        request.request_id = _request_id(request)
        token = _current_request.set(request)
        try:
            response = self.get_response(request)
            response.headers[REQUEST_ID_HEADER] = request.request_id
            if response.status_code >= 400 or not request.path.startswith(settings.STATIC_URL):
                duration = round(1000 * (time.monotonic() - started_at))
                _logger.info("Request", extra={"status": response.status_code, "duration_ms": duration})
            return response
        finally:
            _current_request.reset(token)


def _request_id(request: HttpRequest) -> str:
    """The id of a trusted proxy, so that its log can be matched with ours; else a new one."""
    header = request.headers.get(REQUEST_ID_HEADER, "") if settings.BEHIND_PROXY else ""
    return header if _VALID_ID.fullmatch(header) else uuid.uuid4().hex


def current_request_id() -> str:
    """The id of the request that this thread handles; "" outside of requests."""
    return getattr(_current_request.get(), "request_id", "")


class RequestFilter(logging.Filter):
    """Adds the request's id, method, path and user id to each record; removes the path from Django's own messages."""

    def filter(self, record: logging.LogRecord) -> bool:
        request = _current_request.get()
        if request is not None:
            record.request_id = current_request_id()
            record.method, record.path, record.user_id = request.method, _logged_path(request), _user_id(request)
            if record.name.startswith("django.security"):  # quotes headers: Referer, Origin, Host
                record.msg, record.args = "Refused", ()
            elif record.name.startswith("django"):
                record.msg, record.args = record.getMessage().replace(request.path, record.path), ()
        return True


def _logged_path(request: HttpRequest) -> str:
    """The path without query, percent-encoded; at or like a private prefix the URL's name in place of values."""
    path = request.path
    prefix = next((prefix for prefix in _PRIVATE_PREFIXES if prefix in path.lower()), None)
    if prefix:
        try:
            match = resolve(request.path_info)
        except Resolver404:
            path = f"{prefix}*"
        else:
            path = f"{prefix}{match.view_name}" if match.kwargs else path
    return quote(path[:_MAX_PATH_LENGTH], safe="/*")


def _user_id(request: HttpRequest) -> int | None:
    """The id of the signed-in user; None where the user was not loaded, as logging runs no query."""
    user = getattr(request, "user", None)
    if isinstance(user, LazyObject) and user._wrapped is empty:
        return None
    return getattr(user, "pk", None)


class JsonFormatter(logging.Formatter):
    """A record as one line of JSON, without the fields that have no value; times in UTC."""

    converter = time.gmtime

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": f"{self.formatTime(record, '%Y-%m-%dT%H:%M:%S')}.{int(record.msecs):03}+00:00",
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {name: value for name in _FIELDS if (value := getattr(record, name, None)) is not None}
        if record.exc_info and record.exc_info[1]:
            line |= _describe_exception(record.exc_info[1])
        return json.dumps(line)


class TextFormatter(logging.Formatter):
    """A record as plain text with its traceback, for development."""

    def __init__(self):
        super().__init__("{asctime} {levelname} {name}: {message}", style="{")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        values = [f"{name}={value}" for name in _FIELDS if (value := getattr(record, name, None)) is not None]
        return " ".join([super().formatMessage(record), *values])


def _describe_exception(error: BaseException) -> dict:
    """The classes of an exception and of its causes, the violated constraint, and the lines of code, without texts."""
    chain, seen = [], error
    while seen is not None and not any(seen is one for one in chain):
        chain.append(seen)
        seen = seen.__cause__ or seen.__context__
    diagnostics = next((one.diag for one in chain if hasattr(one, "diag")), None)
    frames = traceback.extract_tb(error.__traceback__, limit=-20)
    description = {
        "exception": [f"{type(one).__module__}.{type(one).__qualname__}" for one in chain],
        "constraint": getattr(diagnostics, "constraint_name", None),
        "traceback": [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames],
    }
    return {name: value for name, value in description.items() if value}
