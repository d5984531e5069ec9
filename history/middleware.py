"""Signs what logged-in people write through pages."""

import re
import uuid

from django.urls import Resolver404, resolve

from history.authorship import authored

_READS = {"GET", "HEAD", "OPTIONS", "TRACE"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class AuthorMiddleware:
    """Stands after AuthenticationMiddleware. Nobody signed in means nobody signed: tracked tables refuse the write."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.method in _READS or not request.user.is_authenticated:
            return self.get_response(request)
        with authored(f"user:{request.user.pk}", route=_route(request), request_id=_request_id(request)):
            return self.get_response(request)


def _route(request) -> str:
    try:
        return resolve(request.path_info, getattr(request, "urlconf", None)).route
    except Resolver404:
        return ""


def _request_id(request) -> str:
    """The proxy's, if it sent a sane one, so that its log and the trail can be read together."""
    sent = request.headers.get("X-Request-ID", "")
    return sent if _REQUEST_ID.fullmatch(sent) else str(uuid.uuid4())
