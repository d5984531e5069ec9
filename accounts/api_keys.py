"""API partners and their keys. A key is shown once; only its digest is stored."""

from django.db import transaction
from django.utils.text import slugify
from knox.models import get_token_model

from accounts.models import Partner, User
from history.authorship import authored


@transaction.atomic
def add_partner(*, name: str, author: str, reason: str = "", **values) -> Partner:
    """A partner with its own user, which cannot sign in."""
    with authored(author, reason=reason):
        user = User(username=_free_username(name))
        user.set_unusable_password()
        user.save()
        return Partner.objects.create(name=name, user=user, **values)


def create_key(partner: Partner, *, author: str, reason: str) -> str:
    """A new key in plain text; it cannot be read again."""
    with authored(author, reason=reason):
        _, key = get_token_model().objects.create(user=partner.user)
    return key


def keys_of(partner: Partner):
    """The partner's keys, newest first; `token_key` is the key's prefix."""
    return get_token_model().objects.filter(user=partner.user).order_by("-created")


def revoke_key(partner: Partner, *, prefix: str, digest: str, author: str, reason: str) -> bool:
    """Delete a key; returns whether the partner had it."""
    with authored(author, reason=reason):
        deleted, _ = keys_of(partner).filter(token_key=prefix, digest=digest).delete()
    return bool(deleted)


def _free_username(name: str) -> str:
    stem = f"partner-{slugify(name)[:100] or 'unnamed'}"
    used = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    candidates = (f"{stem}-{number}" if number else stem for number in range(len(used) + 1))
    return next(name for name in candidates if name not in used)
