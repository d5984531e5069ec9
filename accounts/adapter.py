"""allauth's account adapter: accounts by invitation only, rate limits, authorship of sign-in and sign-out."""

import time

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.core import ratelimit
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal.ratelimit import get_ip
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.sessions import end_sessions_of
from history.authorship import authored, current_author

#: The longest period of a limit in ACCOUNT_RATE_LIMITS, in minutes.
LOGIN_WAIT_MINUTES = 5
DEFAULT_WAIT_MINUTES = 1
USERNAME_LIMIT = "login_failed_everywhere"  # in ACCOUNT_RATE_LIMITS


def rate_limited_response(request: HttpRequest, minutes: int = DEFAULT_WAIT_MINUTES) -> HttpResponse:
    """The 429 page, with a Retry-After header in seconds."""
    response = render(request, "429.html", {"minutes": minutes}, status=429)
    response.headers["Retry-After"] = str(minutes * 60)
    return response


def _is_username_rate_limited(request: HttpRequest, credentials: dict) -> bool:
    """Whether the username has reached the limit of failed sign-ins from all IP addresses together."""
    return not ratelimit.consume(request, action=USERNAME_LIMIT, key=_username(credentials), dry_run=True)


def _record_failed_login(request: HttpRequest, credentials: dict) -> None:
    """Count a failed sign-in for the username."""
    ratelimit.consume(request, action=USERNAME_LIMIT, key=_username(credentials))


def _username(credentials: dict) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").lower()


SIGNED_IN = "Signed in"


def is_fresh_login_without_mfa(request) -> bool:
    """Whether the user signed in within REAUTHENTICATION_TIMEOUT and has no second factor yet."""
    at = max((record["at"] for record in get_authentication_records(request, request.user)), default=0.0)
    is_fresh = time.time() - at < app_settings.REAUTHENTICATION_TIMEOUT
    return is_fresh and not Authenticator.objects.filter(user=request.user).exists()


class InviteOnlyAdapter(DefaultAccountAdapter):
    """Account adapter without sign-up."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "username_password_mismatch": "The username or the password is not correct.",
        "email_password_mismatch": "The e-mail address or the password is not correct.",
        "incorrect_password": "This password is not correct.",
        "enter_current_password": "This is not your current password.",
        "too_many_login_attempts": f"Too many wrong attempts. Wait {LOGIN_WAIT_MINUTES} minutes, then try again.",
        "rate_limited": f"Too many wrong attempts. Wait {LOGIN_WAIT_MINUTES} minutes, then try again.",
    }

    def login(self, request, user) -> None:
        with authored(user.actor, reason=SIGNED_IN):
            super().login(request, user)

    def post_login(self, request, user, **flow):
        """Adds the session to the user's list and removes ended sessions from it."""
        with authored(user.actor, reason=SIGNED_IN):
            return super().post_login(request, user, **flow)

    def logout(self, request) -> None:
        with authored(request.user.actor, reason="Signed out"):
            UserSession.objects.filter(session_key=request.session.session_key).delete()
        super().logout(request)

    def set_password(self, user, password: str) -> None:
        """By the user: signed in, or with the link of an e-mail, which ends all sessions."""
        is_signed_in = current_author() is not None
        with authored(user.actor, reason="Password changed" if is_signed_in else "Password set with an e-mailed link"):
            super().set_password(user, password)
            if not is_signed_in:
                end_sessions_of(user)

    def get_login_redirect_url(self, request) -> str:
        """The overview for users of whole trials, My work for other staff and coordinators, else the search page."""
        user = request.user
        if user.reads_everything or (user.oversees_trials and not user.coordinates_sites):
            return reverse("overview")
        return reverse("work" if user.is_staff or user.has_any_assignment else "search")

    def is_open_for_signup(self, request) -> bool:
        return False

    def pre_authenticate(self, request, **credentials) -> None:
        """Counts the attempt; past the limit no password is checked, so that right and wrong ones look the same."""
        if _is_username_rate_limited(request, credentials):
            raise ImmediateHttpResponse(rate_limited_response(request, LOGIN_WAIT_MINUTES))
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as error:
            raise ImmediateHttpResponse(rate_limited_response(request, LOGIN_WAIT_MINUTES)) from error

    def authentication_failed(self, request, **credentials) -> None:
        _record_failed_login(request, credentials)

    def _get_login_attempts_cache_key(self, request, **credentials) -> str:
        """A key by username and IP address, so that attempts from one address do not lock out the user elsewhere."""
        return f"{super()._get_login_attempts_cache_key(request, **credentials)}:{get_ip(request)}"

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Not for a user who has just signed in and must set up the first second factor."""
        return super().is_reauthentication_required(app=app) and not is_fresh_login_without_mfa(self.request)

    def get_reauthentication_methods(self, user) -> list[dict]:
        labels = {
            "reauthenticate": "Use your password",
            "mfa_reauthenticate": "Use a code",
            "mfa_reauthenticate:webauthn": "Use a passkey",
        }
        methods = super().get_reauthentication_methods(user)
        return [method | {"description": labels.get(method["id"], method["description"])} for method in methods]
