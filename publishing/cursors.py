"""Where the next page of a list begins: after which row. Opaque to readers; a place, not a right to read."""

import binascii
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from typing import NamedTuple, Self

_CURSOR = re.compile(r"([ndr])([0-9.e+-]{0,30})_([0-9]{1,18})", re.ASCII)
NOT_OURS = "This is not a cursor of this list."


class Cursor(NamedTuple):
    """The last row of the page before. `order`: n by date of update, r by rank, d by id alone."""

    order: str
    place: str
    pk: int

    @property
    def text(self) -> str:
        said = f"{self.order}{self.place}_{self.pk}"
        return urlsafe_b64encode(said.encode()).decode().rstrip("=")

    @classmethod
    def parse(cls, text: str, order: str) -> Self:
        """ValueError, in words, for anything that `text` did not make for a list in this order."""
        try:
            said = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
        except (binascii.Error, ValueError):
            raise ValueError(NOT_OURS) from None
        found = _CURSOR.fullmatch(said)
        if not found or found[1] != order:
            raise ValueError(NOT_OURS)
        if order == "r":
            _refuse_no_number(found[2])
        return cls(found[1], found[2], int(found[3]))


def _refuse_no_number(place: str) -> None:
    try:
        float(place)
    except ValueError:
        raise ValueError(NOT_OURS) from None
