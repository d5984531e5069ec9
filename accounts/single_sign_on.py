"""Single sign-on with an organization's OpenID Connect provider, where one is configured."""

from functools import wraps

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from allauth.socialaccount.providers.openid_connect import views
from django.conf import settings
from django.http import Http404
from django.shortcuts import render
from requests.exceptions import RequestException

from accounts.models import User


class ExistingUsersOnlyAdapter(DefaultSocialAccountAdapter):
    """Signs in existing users only, found on each sign-in by an e-mail address that the provider has verified.

    No data of the provider is stored: a user whose e-mail address is removed can no longer sign in this way.
    """

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin) -> None:
        """Does nothing: allauth's implementation would delete the user's password."""

    def on_authentication_error(self, request, provider, *, error=None, **_) -> None:
        """A page for sign-ins cancelled at the provider; allauth would redirect to a disabled URL."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(render(request, "socialaccount/login_cancelled.html"))

    def pre_social_login(self, request, sociallogin) -> None:
        user = find_user(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown_account.html", status=403))
        sociallogin.user = user


def find_user(sociallogin) -> User | None:
    """The only active user with a verified e-mail address of this login; None for no user or several."""
    addresses = [address.email for address in sociallogin.email_addresses if address.verified in (True, "true")]
    users = [user for address in addresses for user in User.objects.filter(email__iexact=address, is_active=True)[:2]]
    return users[0] if len(users) == 1 else None


def _if_configured(view):
    """Decorator: a 404 without a configured provider and for linking accounts; a 502 page when the provider fails."""

    @wraps(view)
    def wrapper(request, **kwargs):
        if not settings.OIDC_SERVER_URL or "process" in request.GET:
            raise Http404
        try:
            return view(request, **kwargs)
        except (RequestException, LookupError):
            return render(request, "socialaccount/authentication_error.html", status=502)

    return wrapper


log_in = _if_configured(views.login)
callback = _if_configured(views.callback)
