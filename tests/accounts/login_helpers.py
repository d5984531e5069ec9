"""Signing in by URL, in tests."""

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.test import Client

from accounts.models import User
from history.authorship import authored

PASSWORD = "dull-test-password"  # of every user of the factories
SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


def add_authenticator(user: User) -> User:
    """Give the user an authenticator app with SECRET, and recovery codes."""
    with authored("test"):
        TOTP.activate(user, SECRET)
        RecoveryCodes.activate(user)
    return user


def recovery_codes(user: User) -> list[str]:
    """The unused recovery codes."""
    return user.authenticator_set.get(type="recovery_codes").wrap().get_unused_codes()


def submit_password(client: Client, username: str, password: str = PASSWORD, **headers):
    return client.post("/accounts/login/", {"login": username, "password": password}, **headers)


def submit_code(client: Client, code: str):
    return client.post("/accounts/2fa/authenticate/", {"code": code})


def logged_in_client(user: User, **headers) -> Client:
    """A new client, signed in with the password."""
    client = Client(**headers)
    assert submit_password(client, user.username).status_code == 302
    return client


def is_logged_in(client: Client) -> bool:
    return client.get("/accounts/").status_code == 200
