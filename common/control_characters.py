"""Rejects requests with control characters: PostgreSQL cannot store NUL, and a line feed in a URL is an attack."""

import re

from django.core.exceptions import BadRequest

#: All except the tab, which occurs in pasted cells.
CONTROL_CHARACTERS = r"\x00-\x08\x0a-\x1f\x7f"
_IN_QUERY = re.compile(f"[{CONTROL_CHARACTERS}]")
_IN_PATH = re.compile(r"[\x00-\x1f\x7f]")
#: The API authenticates first and reports invalid parameters by name, in JSON.
API = "/api/"
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def has_control_characters(text: str) -> bool:
    """Whether a text has control characters other than the tab."""
    return _IN_QUERY.search(text) is not None


class ControlCharactersMiddleware:
    """Answers 400 to control characters in the address or its parameters, and to a NUL in a form."""

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
