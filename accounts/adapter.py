"""How people come in: by invitation of an administrator only."""

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse


class ClosedDoorAdapter(DefaultAccountAdapter):
    """Nobody signs up by themselves."""

    def get_login_redirect_url(self, request) -> str:
        """Those who work here begin at their work, everybody else at the search."""
        user = request.user
        return reverse("work" if user.is_staff or user.is_granted_anything else "search")

    def is_open_for_signup(self, request) -> bool:
        return False
