"""Middleware around all views: the URL's length, tracking parameters, and compressed pages."""

import re
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.middleware.gzip import GZipMiddleware
from django.utils.http import escape_leading_slashes

from config.views import address_too_long, is_api

_TRACKING = re.compile(r"(?:utm_.*|mc_.*|_hs.*|fbclid|gclid)", re.IGNORECASE | re.DOTALL)


class AddressLengthMiddleware:
    """Responds 414 to a URL longer than LONGEST_ADDRESS."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        length = len(request.path) + len(request.META.get("QUERY_STRING", ""))
        return address_too_long(request) if length > settings.LONGEST_ADDRESS else self.get_response(request)


class TrackingParametersMiddleware:
    """Redirects pages to their URL without tracking parameters. The API rejects these as unknown."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if not query or request.method not in ("GET", "HEAD") or is_api(request):
            return self.get_response(request)
        pairs = query.split("&")
        remaining = [pair for pair in pairs if not _is_tracking(pair)]
        if len(remaining) == len(pairs):
            return self.get_response(request)
        query_string = "&".join(filter(None, remaining))
        path = escape_leading_slashes(request.get_full_path().partition("?")[0])
        return HttpResponseRedirect(f"{path}?{query_string}" if query_string else path)


def _is_tracking(pair: str) -> bool:
    return _TRACKING.fullmatch(unquote_plus(pair.partition("=")[0])) is not None


class PageCompressionMiddleware(GZipMiddleware):
    """Compresses HTML pages.

    Answers of the API and files are left as they are: compression would weaken their ETags, and files are streams or
    compressed already. Django adds random bytes, so that the size of a page says nothing about a secret in it (BREACH).
    """

    def process_response(self, request, response) -> HttpResponse:
        is_page = response.get("Content-Type", "").startswith("text/html") and not response.streaming
        return super().process_response(request, response) if is_page else response
