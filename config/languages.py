"""The language of a response: that of the path's prefix, such as `/zh-hans/`; English without one.

Only the search page `/` redirects a first visit to the language that the browser prefers. Every other address has one
language, so that shared caches need no header to tell responses apart.
"""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import translation
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation.trans_real import parse_accept_lang_header

_PREFIXED = {code for code, _ in settings.LANGUAGES} - {settings.LANGUAGE_CODE}


class LanguageMiddleware:
    """Activates the language of the path and names it in `Content-Language`."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix = request.path_info[1:].partition("/")[0]
        language = prefix if prefix in _PREFIXED else settings.LANGUAGE_CODE
        if request.path_info == "/" and (preferred := _preferred_language(request)) != language:
            return _redirect_to(preferred)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        if response.get("Content-Type", "").startswith("text/html"):
            response.headers.setdefault("Content-Language", language)
            if request.path_info == "/":
                patch_vary_headers(response, ["Accept-Language"])
        return response


def _preferred_language(request: HttpRequest) -> str:
    """The first language of Accept-Language that pages have; English for a link from here, or with parameters."""
    is_followed_link = urlsplit(request.headers.get("Referer", "")).netloc == request.get_host()
    if request.method not in ("GET", "HEAD") or request.GET or is_followed_link:
        return settings.LANGUAGE_CODE
    for accepted, _ in parse_accept_lang_header(request.headers.get("Accept-Language", "").lower()):
        try:
            return translation.get_supported_language_variant(accepted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _redirect_to(language: str) -> HttpResponse:
    """A temporary redirect that no cache keeps: a reader who chooses English must get it."""
    response = HttpResponseRedirect(f"/{language}/")
    patch_cache_control(response, private=True, no_store=True)
    patch_vary_headers(response, ["Accept-Language"])
    return response
