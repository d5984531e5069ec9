"""Partners and the keys with which they read the API. A key is shown once; only its digest is kept."""

from django.db import transaction
from django.utils.text import slugify
from knox.models import get_token_model

from accounts.models import Partner, User
from history.authorship import authored


@transaction.atomic
def add_partner(*, name: str, author: str, reason: str = "", **values) -> Partner:
    """A partner with a user of its own, which cannot sign in."""
    with authored(author, reason=reason):
        user = User(username=_free_username(name))
        user.set_unusable_password()
        user.save()
        return Partner.objects.create(name=name, user=user, **values)


def create_key(partner: Partner, *, author: str, reason: str) -> str:
    """A new key, in clear: nobody can read it again."""
    with authored(author, reason=reason):
        _, key = get_token_model().objects.create(user=partner.user)
    return key


def keys_of(partner: Partner):
    """The partner's keys, newest first: `token_key` is the beginning by which it is recognised."""
    return get_token_model().objects.filter(user=partner.user).order_by("-created")


def revoke_key(partner: Partner, *, beginning: str, digest: str, author: str, reason: str) -> bool:
    """Whether there was such a key of this partner; it opens nothing from now on."""
    with authored(author, reason=reason):
        deleted, _ = keys_of(partner).filter(token_key=beginning, digest=digest).delete()
    return bool(deleted)


def _free_username(name: str) -> str:
    stem = f"partner-{slugify(name)[:100] or 'unnamed'}"
    taken = set(User.objects.filter(username__startswith=stem).values_list("username", flat=True))
    return next(
        free for number in range(len(taken) + 1) if (free := f"{stem}-{number}" if number else stem) not in taken
    )
