"""What is asked of everybody who is signed in, before their page."""

from django.conf import settings
from django.shortcuts import redirect

from accounts.mfa.policy import must_set_up_mfa
from accounts.sessions import touch_session

#: Where one sets up a second factor, or leaves.
EXEMPT_PREFIXES = ("/accounts/", "/healthz", settings.STATIC_URL)


class LastSeenMiddleware:
    """Keeps the list of one's sessions true. One query a page."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated:
            touch_session(request)
        return self.get_response(request)


class SecondFactorMiddleware:
    """Nothing opens for those who need a second factor and have none, but the pages where they set one up."""

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
