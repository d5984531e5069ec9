"""Free text fields of accounts: a contact may also be a user, whose account is edited by hand."""

from django.urls import reverse

from accounts.models import Partner, User
from contacts.erasure.free_text.fields import FreeTextColumns, register_free_text

register_free_text(
    FreeTextColumns(
        model=User,
        fields=("first_name", "last_name", "email", "username"),
        label="User account",
        location=str,
        edit_url=lambda user: reverse("admin:accounts_user_change", args=[user.pk]),
        is_redactable=False,
    ),
    FreeTextColumns(
        model=Partner,
        fields=("name",),
        label="API partner",
        location=str,
        edit_url=lambda partner: reverse("admin:accounts_partner_change", args=[partner.pk]),
        is_redactable=False,
    ),
)
