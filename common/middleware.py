"""Middleware for the text of requests: Unicode normalization, and rejection of control characters."""

import re
from collections.abc import Callable

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, QueryDict

from common.text import has_control_characters, is_blank, normalize

_IN_PATH = re.compile(r"[\x00-\x1f\x7f]")
#: The API authenticates first and reports invalid parameters by name, in JSON.
API = "/api/"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
#: Passwords are not normalized.
_UNCHANGED_NAMES = ("password",)


class ComposedTextMiddleware:
    """Normalizes the text of parameters and forms to Unicode NFC.

    macOS and some spreadsheets send decomposed letters ("e" and a combining accent for "é"). A value without visible
    characters, such as a single zero-width space, becomes "". Uploaded files are not changed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = normalize_query_dict(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        """Runs after the CSRF check, which reads the form anyway."""
        if request.method == "POST":
            request.POST = normalize_query_dict(request.POST)


def normalize_query_dict(parameters: QueryDict) -> QueryDict:
    """The parameters in NFC; the given object when nothing changes."""
    values = [(name, value, _normalize_value(name, value)) for name, texts in parameters.lists() for value in texts]
    if all(value == changed for _, value, changed in values):
        return parameters
    result = QueryDict(mutable=True, encoding=parameters.encoding)
    for name, _, changed in values:
        result.appendlist(normalize(name), changed)
    result._mutable = False
    return result


def _normalize_value(name: str, value: str) -> str:
    if any(part in name for part in _UNCHANGED_NAMES):
        return value
    return "" if is_blank(value) else normalize(value)


class ControlCharactersMiddleware:
    """Responds 400 to control characters in the URL or its parameters, and to a NUL in a form.

    PostgreSQL cannot store NUL, and a line feed in a URL is an attack.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        if request.path.startswith(API):
            return
        if _IN_PATH.search(request.path) or any(map(has_control_characters, _texts(request.GET))):
            raise BadRequest("Control characters in the address.")
        if request.content_type in _FORMS and any("\x00" in text for text in _texts(request.POST)):
            raise BadRequest("A NUL in the form.")


def _texts(parameters):
    yield from parameters
    for texts in parameters.lists():
        yield from texts[1]
