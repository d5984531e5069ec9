"""Cursors for keyset pagination: the last row of the previous page. Opaque; they grant no access.

A cursor is signed together with its list and filters, so that it is invalid for any other list.
"""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple, Self
from urllib.parse import urlencode

from django.core.signing import BadSignature, Signer
from django.http import QueryDict

_CURSOR = re.compile(r"([ndork])([0-9.e+-]{0,30})_([0-9]{1,18})", re.ASCII)
_SALT = "publishing.search.cursor"
_LONGEST = 200
INVALID_CURSOR = "This cursor is not valid for this list and these filters."


class Cursor(NamedTuple):
    """The last row of the previous page.

    `order`: n by date of update, r by rank, o by rank with the open ones first, d by id alone, k by distance.
    """

    order: str
    place: str
    pk: int

    def signed(self, query: str) -> str:
        """The signed value of the query parameter. `query` is the `query_key` of the list."""
        place = urlsafe_b64encode(f"{self.order}{self.place}_{self.pk}".encode()).decode().rstrip("=")
        signature = _signer().signature(_signed_payload(place, query))
        return f"{place}.{signature}"

    @classmethod
    def parse(cls, text: str, order: str, query: str) -> Self:
        """Parse a signed cursor. ValueError with a message when it is not for this query in this order."""
        place, _, signature = text.partition(".")
        if len(text) > _LONGEST or not text.isascii():
            raise ValueError(INVALID_CURSOR)
        try:
            _signer().unsign(f"{_signed_payload(place, query)}:{signature}")
            readable = urlsafe_b64decode(place + "=" * (-len(place) % 4)).decode()
        except (BadSignature, binascii.Error, ValueError):
            raise ValueError(INVALID_CURSOR) from None
        match = _CURSOR.fullmatch(readable)
        if not match or match[1] != order:
            raise ValueError(INVALID_CURSOR)
        return cls(match[1], match[2], int(match[3]))


def query_key(name: str, query: QueryDict, *, without: tuple[str, ...]) -> str:
    """The key of list `name` with its filters; independent of the order of parameters and of blank ones."""
    pairs = sorted((key, value) for key, values in query.lists() for value in values if value.strip())
    return f"{name}?{urlencode([pair for pair in pairs if pair[0] not in without])}"


def _signed_payload(place: str, query: str) -> str:
    return f"{place}@{query}"


def _signer() -> Signer:
    return Signer(salt=_SALT)
