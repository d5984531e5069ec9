"""What is settled from the address alone, before any view: its length, and what mailings append to it."""

import re
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.http import escape_leading_slashes

from config.errors import address_too_long, is_api

_TRACKING = re.compile(r"(?:utm_.*|mc_.*|_hs.*|fbclid|gclid)", re.IGNORECASE | re.DOTALL)


class AddressLengthMiddleware:
    """An address longer than LONGEST_ADDRESS is a 414."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        length = len(request.path) + len(request.META.get("QUERY_STRING", ""))
        return address_too_long(request) if length > settings.LONGEST_ADDRESS else self.get_response(request)


class TrackingParametersMiddleware:
    """Pages lead to their plain address, and may refuse what else they do not know. The API refuses these, too."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request) -> HttpResponse:
        query = request.META.get("QUERY_STRING", "")
        if not query or request.method not in ("GET", "HEAD") or is_api(request):
            return self.get_response(request)
        pairs = query.split("&")
        kept = [pair for pair in pairs if not _is_tracking(pair)]
        if len(kept) == len(pairs):
            return self.get_response(request)
        rest = "&".join(filter(None, kept))
        path = escape_leading_slashes(request.get_full_path().partition("?")[0])
        return HttpResponseRedirect(f"{path}?{rest}" if rest else path)


def _is_tracking(pair: str) -> bool:
    return _TRACKING.fullmatch(unquote_plus(pair.partition("=")[0])) is not None
