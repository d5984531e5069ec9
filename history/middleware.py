"""Middleware that sets the author of writes in requests of signed-in users."""

import uuid

from django.urls import Resolver404, resolve

from history.authorship import authored

_READS = {"GET", "HEAD", "OPTIONS", "TRACE"}


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
    """The id that the log has for this request; a new one where no middleware gave it an id."""
    return getattr(request, "request_id", "") or uuid.uuid4().hex
