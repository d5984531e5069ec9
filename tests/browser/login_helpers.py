"""The door, as a person goes through it; and what an authenticator app shows."""

import base64
import hashlib
import hmac
import struct
import time

PERIOD = 30  # seconds


def totp_code(secret: str, *, periods: int = 0) -> str:
    """The code that an app shows now (RFC 6238), or so many periods later; each one opens the door once."""
    counter = struct.pack(">Q", int(time.time()) // PERIOD + periods)
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def log_in(page, username: str, password: str, secret: str | None = None, *, leads_to: str = "**/work/"):
    """By keyboard alone; with the secret of an app, by its code too. Returns the page when it is there."""
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
