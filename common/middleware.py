"""What every request passes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, QueryDict

from common.text import is_blank, normalize

#: A password is what was typed, to the byte.
_UNCHANGED_NAMES = ("password",)


class ComposedTextMiddleware:
    """Text in parameters and forms comes in composed letters (Unicode NFC), whichever the browser's system sends.

    macOS and some spreadsheets decompose them ("e" and a combining accent for "é"); what is stored, compared and
    searched here has one form. What has nothing visible in it, such as a zero-width space alone, comes as nothing.
    Files that are uploaded are not touched.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.GET = normalize_query_dict(request.GET)
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> None:
        """Behind the check of the request's forgery token, which reads the form anyway."""
        if request.method == "POST":
            request.POST = normalize_query_dict(request.POST)


def normalize_query_dict(parameters: QueryDict) -> QueryDict:
    """The same parameters in composed letters; the very ones given when nothing differs."""
    found = [(name, value, _normalize_value(name, value)) for name, values in parameters.lists() for value in values]
    if all(value == changed for _, value, changed in found):
        return parameters
    result = QueryDict(mutable=True, encoding=parameters.encoding)
    for name, _, changed in found:
        result.appendlist(normalize(name), changed)
    result._mutable = False
    return result


def _normalize_value(name: str, value: str) -> str:
    if any(part in name for part in _UNCHANGED_NAMES):
        return value
    return "" if is_blank(value) else normalize(value)
