"""Knowing erased people again without keeping anything of them: keyed digests of their signatures."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from contacts.models import ErasedKey, ErasureSecret
from contacts.person_matching import Values, shown_signatures

#: How a value that was erased begins in the text of a received record.
TOMBSTONE_PREFIX = "[erased "


@dataclass(frozen=True)
class SuppressionList:
    """Tells whether a contact is somebody who was erased."""

    secret: bytes
    digests: frozenset[bytes]

    def matches(self, name: str, phone: str, email: str, place: str) -> bool:
        shown = shown_signatures(Values(name, phone, email), place)
        return any(digest(self.secret, one.text) in self.digests for one in shown)

    def tombstone(self, *values: str) -> str:
        """What stands in place of a contact's values: the same for the same values, and telling nothing of them."""
        return f"{TOMBSTONE_PREFIX}{digest(self.secret, chr(31).join(values)).hex()[:16]}]"


def digest(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, text.encode(), sha256).digest()


def load_suppression_list() -> SuppressionList | None:
    """All who were ever erased; None when nobody was. One query then, else two."""
    digests = frozenset(bytes(known) for known in ErasedKey.objects.values_list("digest", flat=True))
    return SuppressionList(get_hmac_key(), digests) if digests else None


def get_hmac_key() -> bytes:
    """The secret of the digests, made when it is first needed."""
    if not ErasureSecret.objects.exists():
        ErasureSecret.objects.bulk_create([ErasureSecret(pk=1, secret=secrets.token_bytes(32))], ignore_conflicts=True)
    return bytes(ErasureSecret.objects.get().secret)


def add_to_suppression_list(erasure, signatures: Iterable[str]) -> SuppressionList:
    """Keep the digests of these signatures for good; gives who they are."""
    secret = get_hmac_key()
    digests = frozenset(digest(secret, one) for one in signatures)
    ErasedKey.objects.bulk_create(
        [ErasedKey(erasure=erasure, digest=known) for known in sorted(digests)], ignore_conflicts=True
    )
    return SuppressionList(secret, digests)
