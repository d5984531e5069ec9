"""Rate limits of sign-in attempts by username, and the 429 response."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: The longest period of a limit in ACCOUNT_RATE_LIMITS, in minutes.
LOGIN_WAIT_MINUTES = 5
DEFAULT_WAIT_MINUTES = 1
USERNAME_LIMIT = "login_failed_everywhere"  # in ACCOUNT_RATE_LIMITS


def rate_limited_response(request: HttpRequest, minutes: int = DEFAULT_WAIT_MINUTES) -> HttpResponse:
    """The 429 page, with a Retry-After header in seconds."""
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def is_username_rate_limited(request: HttpRequest, credentials: dict) -> bool:
    """Whether the username has reached the limit of failed sign-ins from all IP addresses together."""
    return not ratelimit.consume(request, action=USERNAME_LIMIT, key=_username(credentials), dry_run=True)


def record_failed_login(request: HttpRequest, credentials: dict) -> None:
    """Count a failed sign-in for the username."""
    ratelimit.consume(request, action=USERNAME_LIMIT, key=_username(credentials))


def _username(credentials: dict) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()
