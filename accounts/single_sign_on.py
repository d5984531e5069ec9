"""Coming in through an organization's own door (OpenID Connect), where one is set."""

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
    """Only people with an account here come in, each time found by an address that the provider calls verified.

    Nothing of the provider is kept: whose address an administrator takes away does not come in any more.
    """

    def is_open_for_signup(self, request, sociallogin) -> bool:
        return False

    def authenticate_by_email(self, sociallogin) -> None:
        """Not allauth's way, which erases the password of whoever comes in so."""

    def on_authentication_error(self, request, provider, *, error=None, **_) -> None:
        """Whoever goes back at the provider's is told so here: allauth would lead to an address that is not open."""
        if error == AuthError.CANCELLED:
            raise ImmediateHttpResponse(render(request, "socialaccount/login_cancelled.html"))

    def pre_social_login(self, request, sociallogin) -> None:
        user = find_user(sociallogin)
        if user is None:
            raise ImmediateHttpResponse(render(request, "socialaccount/unknown_account.html", status=403))
        sociallogin.user = user


def find_user(sociallogin) -> User | None:
    """The one user with a verified address of this login. Two with the same address are nobody."""
    addresses = [told.email for told in sociallogin.email_addresses if told.verified in (True, "true")]
    users = [user for address in addresses for user in User.objects.filter(email__iexact=address, is_active=True)[:2]]
    return users[0] if len(users) == 1 else None


def _if_configured(view):
    """Without a provider in the settings there is no such page; nor for linking one to an account that is open.
    A provider that is away, or says what nobody understands, is told in words.
    """

    @wraps(view)
    def only_where_set(request, **kwargs):
        if not settings.OIDC_SERVER_URL or "process" in request.GET:
            raise Http404
        try:
            return view(request, **kwargs)
        except (RequestException, LookupError):
            return render(request, "socialaccount/authentication_error.html", status=502)

    return only_where_set


log_in = _if_configured(views.login)
callback = _if_configured(views.callback)
