"""Whoever is a contact may sign in as well: the account is ended or renamed by hand."""

from django.urls import reverse

from accounts.models import Partner, User
from contacts.erasure.free_text.registry import FreeTextField, register_free_text

register_free_text(
    FreeTextField(
        model=User,
        fields=("first_name", "last_name", "email", "username"),
        label="A login",
        location=str,
        edit_url=lambda user: reverse("admin:accounts_user_change", args=[user.pk]),
        is_redactable=False,
    ),
    FreeTextField(
        model=Partner,
        fields=("name",),
        label="A partner",
        location=str,
        edit_url=lambda partner: reverse("admin:accounts_partner_change", args=[partner.pk]),
        is_redactable=False,
    ),
)
