"""Requests that are rolled back, and the comparable part of their responses."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.http import HttpResponse
from django.test import Client

from tests.access.loaded_once import LoadedOnce, SharedSavepoint

_TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="[^"]*"|"csrf[^"]*": "[^"]*"')
_VARIABLE_HEADERS = ("Set-Cookie", "Content-Length", "ETag", "Last-Modified", "Expires", "X-Request-ID")


class PlainClient(Client):
    """A test client without the record of rendered templates and contexts; an exception becomes a response."""

    def request(self, **request) -> HttpResponse:
        response = self.handler(self._base_environ(**request))
        self.cookies.update(response.cookies)
        return response


@dataclass(frozen=True)
class Answer:
    """Status, headers and body of a response, without CSRF tokens and variable headers."""

    status: int
    head: str
    body: str

    @property
    def text(self) -> str:
        return f"{self.head}\n{self.body}"

    def anonymized(self, names: dict[str, str]) -> "Answer":
        """The response with all names of the requested object replaced."""
        return Answer(self.status, _strip_names(self.head, names), _strip_names(self.body, names))


def _strip_names(text: str, names: dict[str, str]) -> str:
    for name in sorted(set(names.values()), key=len, reverse=True):
        text = text.replace(name, "ID")
    return text


class RequestSender:
    """Sends requests as one user, each with the same cookies, and counts them. For one test."""

    def __init__(self, client: Client):
        self.client, self.cookies, self.count = client, client.cookies.copy(), 0
        self.loaded_once, self.savepoint = LoadedOnce(), SharedSavepoint()

    def ask(self, method: str, address: str, data: dict | None = None) -> Answer:
        self.count += 1
        self.client.cookies = self.cookies.copy()
        with self.savepoint.rolled_back(), self.loaded_once.during_request():
            response = getattr(self.client, method)(address, data)
            body = b"".join(_response_parts(response)).decode("utf-8", "replace")
        head = "\n".join(f"{name}: {value}" for name, value in response.items() if name not in _VARIABLE_HEADERS)
        return Answer(response.status_code, head, _TOKEN.sub("", body))


def _response_parts(response) -> Iterator[bytes]:
    return iter(response.streaming_content) if response.streaming else iter([response.content])
