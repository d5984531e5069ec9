"""Too many attempts: wrong passwords for one name from anywhere, and what is said to whoever must wait."""

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: The longest that a limit in ACCOUNT_RATE_LIMITS makes people wait, in minutes.
AFTER_WRONG_PASSWORDS = 5
OTHERWISE = 1
EVERYWHERE = "login_failed_everywhere"  # in ACCOUNT_RATE_LIMITS


def too_many(request: HttpRequest, minutes: int = OTHERWISE) -> HttpResponse:
    """The page that says how long to wait, to people and to programs."""
    answer = render(request, "429.html", {"minutes": minutes}, status=429)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer


def is_guessed_everywhere(request: HttpRequest, credentials: dict) -> bool:
    """Whether many addresses together tried so many wrong passwords for a name that nobody may for a while."""
    return not ratelimit.consume(request, action=EVERYWHERE, key=_name_in(credentials), dry_run=True)


def count_everywhere(request: HttpRequest, credentials: dict) -> None:
    ratelimit.consume(request, action=EVERYWHERE, key=_name_in(credentials))


def _name_in(credentials: dict) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()
