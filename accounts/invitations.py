"""Invitations: an e-mail with a link with which a new user sets the password."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse

from accounts.models import User

DAYS = settings.PASSWORD_RESET_TIMEOUT // 86_400


def send_invitation(user: User) -> None:
    """Send a link that works once, until a password is set, and for `DAYS` days. Raises errors of the mail server."""
    key = default_token_generator.make_token(user)
    path = reverse("account_reset_password_from_key", kwargs={"uidb36": user_pk_to_url_str(user), "key": key})
    context = {"user": user, "address": settings.PUBLIC_URL + path, "days": DAYS, "site": settings.PUBLIC_URL}
    text = render_to_string("account/email/invitation.txt", context)
    send_mail("Sitelight: your account", text, settings.DEFAULT_FROM_EMAIL, [user.email])
