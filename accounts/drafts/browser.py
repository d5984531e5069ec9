"""A signed cookie with the browser's last user, which outlives the session: drafts are shown to this user only."""

from dataclasses import dataclass

from django.conf import settings
from django.core.signing import BadSignature
from django.utils.crypto import get_random_string

NAME, SALT = "sitelight_browser", "accounts.drafts.browser"
HAS_DRAFTS = "sitelight_drafts"
DAYS = 30


@dataclass(frozen=True)
class Browser:
    user: int
    key: str


def browser_of(request) -> Browser | None:
    """The browser of a valid cookie, or None."""
    try:
        user, key = request.get_signed_cookie(NAME, salt=SALT, max_age=DAYS * 86_400).split(":")
    except (KeyError, BadSignature, ValueError):
        return None
    return Browser(int(user), key)


def set_browser_cookie(response, user_pk: int) -> None:
    value = f"{user_pk}:{get_random_string(32)}"
    response.set_signed_cookie(NAME, value, salt=SALT, max_age=DAYS * 86_400, **_cookie_options())


def set_drafts_cookie(response, seconds: int) -> None:
    response.set_cookie(HAS_DRAFTS, "1", max_age=seconds, **_cookie_options())


def delete_cookies(response) -> None:
    for name in (NAME, HAS_DRAFTS):
        response.delete_cookie(name, samesite="Lax")


def _cookie_options() -> dict:
    return {"httponly": True, "secure": settings.SESSION_COOKIE_SECURE, "samesite": "Lax"}
