"""Too many attempts: what is said to whoever must wait."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

#: The longest that a limit in ACCOUNT_RATE_LIMITS makes people wait, in minutes.
AFTER_WRONG_PASSWORDS = 5
OTHERWISE = 1


def too_many(request: HttpRequest, minutes: int = OTHERWISE) -> HttpResponse:
    """The page that says how long to wait, to people and to programs."""
    answer = render(request, "429.html", {"minutes": minutes}, status=429)
    answer.headers["Retry-After"] = str(minutes * 60)
    return answer
