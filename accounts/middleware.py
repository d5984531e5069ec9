"""Middleware for signed-in users: last use of the session, and the second factor requirement."""

from django.conf import settings
from django.shortcuts import redirect

from accounts.mfa import must_set_up_mfa
from accounts.sessions import touch_session

#: Paths that stay available without a second factor.
EXEMPT_PREFIXES = ("/accounts/", "/healthz", settings.STATIC_URL)


class LastSeenMiddleware:
    """Updates when the session was last used. One query a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            touch_session(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Redirects users who need a second factor and have none to the page to set one up."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if (
            request.path.startswith(EXEMPT_PREFIXES)
            or not request.user.is_authenticated
            or not must_set_up_mfa(request.user)
        ):
            return self.get_response(request)
        return redirect("second_factor_set_up")
