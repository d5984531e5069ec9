"""Whoever is a contact may sign in as well: the account is ended or renamed by hand."""

from django.urls import reverse

from accounts.models import Partner, User
from contacts.erasure.free_text.registry import Texts, may_name_people

may_name_people(
    Texts(
        model=User,
        fields=("first_name", "last_name", "email", "username"),
        words="A login",
        where=str,
        mended_at=lambda user: reverse("admin:accounts_user_change", args=[user.pk]),
        is_blacked_out=False,
    ),
    Texts(
        model=Partner,
        fields=("name",),
        words="A partner",
        where=str,
        mended_at=lambda partner: reverse("admin:accounts_partner_change", args=[partner.pk]),
        is_blacked_out=False,
    ),
)
