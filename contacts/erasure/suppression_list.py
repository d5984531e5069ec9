"""The suppression list: keyed digests (HMAC-SHA256) of erased people's signatures, without their values."""

import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256

from contacts.models import ErasedKey, ErasureSecret
from contacts.person_matching import ContactValues, shown_signatures

#: How the tombstone of an erased value begins in a received record.
TOMBSTONE_PREFIX = "[erased "


@dataclass(frozen=True)
class SuppressionList:
    """Whether a contact of a record is an erased person."""

    secret: bytes
    digests: frozenset[bytes]

    def matches(self, name: str, phone: str, email: str, place: str) -> bool:
        shown = shown_signatures(ContactValues(name, phone, email), place)
        return any(digest(self.secret, one.text) in self.digests for one in shown)

    def tombstone(self, *values: str) -> str:
        """The text that replaces a contact's values: equal for equal values, and not reversible."""
        return f"{TOMBSTONE_PREFIX}{digest(self.secret, chr(31).join(values)).hex()[:16]}]"


def digest(secret: bytes, text: str) -> bytes:
    return hmac.new(secret, text.encode(), sha256).digest()


def load_suppression_list() -> SuppressionList | None:
    """The list of all erased people; None when there are none. One query then, else two."""
    digests = frozenset(bytes(value) for value in ErasedKey.objects.values_list("digest", flat=True))
    return SuppressionList(get_hmac_key(), digests) if digests else None


def get_hmac_key() -> bytes:
    """The secret of the digests, created on first use."""
    if not ErasureSecret.objects.exists():
        ErasureSecret.objects.bulk_create([ErasureSecret(pk=1, secret=secrets.token_bytes(32))], ignore_conflicts=True)
    return bytes(ErasureSecret.objects.get().secret)


def add_to_suppression_list(erasure, signatures: Iterable[str]) -> SuppressionList:
    """Save the digests of these signatures permanently, and return the list of them."""
    secret = get_hmac_key()
    digests = frozenset(digest(secret, one) for one in signatures)
    ErasedKey.objects.bulk_create(
        [ErasedKey(erasure=erasure, digest=value) for value in sorted(digests)], ignore_conflicts=True
    )
    return SuppressionList(secret, digests)
