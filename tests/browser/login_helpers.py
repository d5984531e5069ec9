"""Signing in with a browser, and the codes of an authenticator app."""

import base64
import hashlib
import hmac
import struct
import time

from django.conf import settings
from django.test import Client

from accounts.models import User

PERIOD = 30  # seconds


def totp_code(secret: str, *, periods: int = 0) -> str:
    """The present code of an app (RFC 6238), or that of so many periods later; each code works once."""
    counter = struct.pack(">Q", int(time.time()) // PERIOD + periods)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def session_cookie(username: str, url: str) -> dict:
    """The cookie of a new session, for tests whose subject is not the login page."""
    client = Client()
    client.force_login(User.objects.get(username=username))
    name = settings.SESSION_COOKIE_NAME
    return {"name": name, "value": client.cookies[name].value, "url": url}


def log_in(page, username: str, password: str, secret: str | None = None, *, leads_to: str = "**/work/"):
    """Sign in by keyboard, with the code of an app if a secret is given; returns the page after the redirect."""
    page.goto("/accounts/login/")
    page.get_by_label("E-mail or username").focus()
    page.keyboard.type(username)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")
    if secret:
        page.get_by_label("Code", exact=True).focus()
        page.keyboard.type(totp_code(secret))
        page.keyboard.press("Enter")
    page.wait_for_url(leads_to)
    return page
