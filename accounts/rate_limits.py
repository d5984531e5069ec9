"""Too many attempts: wrong passwords for one name from anywhere, and what is said to whoever must wait."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: The longest that a limit in ACCOUNT_RATE_LIMITS makes people wait, in minutes.
LOGIN_WAIT_MINUTES = 5
DEFAULT_WAIT_MINUTES = 1
USERNAME_LIMIT = "login_failed_everywhere"  # in ACCOUNT_RATE_LIMITS


def rate_limited_response(request: HttpRequest, minutes: int = DEFAULT_WAIT_MINUTES) -> HttpResponse:
    """The page that says how long to wait, to people and to programs."""
    answer = render(request, "429.html", {"minutes": minutes}, status=429)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer


def is_username_rate_limited(request: HttpRequest, credentials: dict) -> bool:
    """Whether many addresses together tried so many wrong passwords for a name that nobody may for a while."""
    return not ratelimit.consume(request, action=USERNAME_LIMIT, key=_username(credentials), dry_run=True)


def record_failed_login(request: HttpRequest, credentials: dict) -> None:
    ratelimit.consume(request, action=USERNAME_LIMIT, key=_username(credentials))


def _username(credentials: dict) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()
