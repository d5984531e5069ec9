"""Where the next page of a list begins: after which row. Opaque to readers; a place, not a right to read.

A cursor is signed together with the list and the filters that it was made for, so that no other list takes it.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

_CURSOR = re.compile(r"([ndor])([0-9.e+-]{0,30})_([0-9]{1,18})", re.ASCII)
_SALT = "publishing.search.cursor"
_LONGEST = 200
INVALID_CURSOR = "This is not a cursor of this list with these filters."


class Cursor(NamedTuple):
    """The last row of the page before.

    `order`: n by date of update, r by rank, o by rank with the open ones first, d by id alone.
    """

    order: str
    place: str
    pk: int

    def signed(self, query: str) -> str:
        """As the parameter of an address. `query` is what `query_key` gives for the list."""
        place = urlsafe_b64encode(f"{self.order}{self.place}_{self.pk}".encode()).decode().rstrip("=")
        signature = _signer().signature(_signed_payload(place, query))
        return f"{place}.{signature}"

    @classmethod
    def parse(cls, text: str, order: str, query: str) -> Self:
        """ValueError, in words, for anything that `signed` did not make for this query in this order."""
        place, _, signature = text.partition(".")
        if len(text) > _LONGEST or not text.isascii():
            raise ValueError(INVALID_CURSOR)
        try:
            _signer().unsign(f"{_signed_payload(place, query)}:{signature}")
            readable = urlsafe_b64decode(place + "=" * (-len(place) % 4)).decode()
        except (BadSignature, binascii.Error, ValueError):
            raise ValueError(INVALID_CURSOR) from None
        found = _CURSOR.fullmatch(readable)
        if not found or found[1] != order:
            raise ValueError(INVALID_CURSOR)
        return cls(found[1], found[2], int(found[3]))


def query_key(name: str, query: QueryDict, *, without: tuple[str, ...]) -> str:
    """The list `name` with its filters: the same for parameters in another order, and for blank ones left out."""
    pairs = sorted((key, value) for key, values in query.lists() for value in values if value.strip())
    return f"{name}?{urlencode([pair for pair in pairs if pair[0] not in without])}"


def _signed_payload(place: str, query: str) -> str:
    return f"{place}@{query}"


def _signer() -> Signer:
    return Signer(salt=_SALT)
