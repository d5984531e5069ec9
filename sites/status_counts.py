"""How many sites are in which status, each count leading to these sites."""

from collections.abc import Mapping
from dataclasses import dataclass

from common.query_params import Asked
from sites.filters import NOT_PUBLISHED
from sites.site_cards import STATUS_ORDER


@dataclass(frozen=True, slots=True)
class Tallied:
    """`url` shows only these sites, or all of them again when only these are shown."""

    status: str
    count: int
    is_asked: bool
    url: str


def counted(counts: Mapping[str, int], asked: Asked) -> list[Tallied]:
    """Open statuses first."""
    return [_tallied(status, counts[status], asked) for status in sorted(counts, key=STATUS_ORDER.__getitem__)]


def _tallied(status: str, count: int, asked: Asked) -> Tallied:
    code = status or NOT_PUBLISHED
    is_asked = asked.value("status") == code
    return Tallied(status, count, is_asked, asked.without("page", "format").saying(status="" if is_asked else code).url)
