"""Middleware that sets the author of writes in requests of signed-in users."""

import re
import uuid

from django.urls import Resolver404, resolve

from history.authorship import authored

_READS = {"GET", "HEAD", "OPTIONS", "TRACE"}
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")


class AuthorMiddleware:
    """Must follow AuthenticationMiddleware. Without a signed-in user, tracked tables reject writes."""

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
    """The proxy's X-Request-ID if valid, so that its log can be matched with the trail; else a new one."""
    header = request.headers.get("X-Request-ID", "")
    return header if _REQUEST_ID.fullmatch(header) else str(uuid.uuid4())
