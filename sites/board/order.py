"""In which order a board stands. Every column can lead; the rest decides among equals, so that pages never overlap."""

from django.db.models import Case, F, IntegerField, OrderBy, QuerySet, Value, When
from django.db.models.functions import Lower, NullIf

from sites.grouping import STATUS_ORDER

OPEN_FIRST = "status"
#: By the name in the address: the words of the choice in both directions, the first one rising.
ORDERS = {
    "status": ("Open sites first", "Closed sites first"),
    "site": ("By name", "By name, backwards"),
    "place": ("By country and town", "By country and town, backwards"),
    "since": ("Longest in this status first", "Newest change first"),
    "confirmed": ("Longest unconfirmed first", "Last confirmed first"),
    "enrolled": ("Fewest enrolled first", "Most enrolled first"),
}


def choices(*, with_enrolled: bool) -> list[tuple[str, str]]:
    """The orders that may be asked for: a column, or a minus and a column."""
    columns = [name for name in ORDERS if with_enrolled or name != "enrolled"]
    return [(sign + name, ORDERS[name][at]) for name in columns for at, sign in enumerate(("", "-"))]


def ordered(sites: QuerySet, order: str) -> QuerySet:
    """The sites in an order of `choices`."""
    name, falls = order.removeprefix("-"), order.startswith("-")
    first = [_towards(part, name, falls) for part in _parts(name)]
    return sites.order_by(*first, rank(), "facility__country", "facility__city", _name(), "twin", "pk")


def _parts(name: str) -> list:
    return {
        "status": [rank()],
        "site": [_name()],
        "place": [_known("facility__country"), _known("facility__city"), _name()],
        "since": [F("status_since")],
        "confirmed": [F("last_confirmed_on")],
        "enrolled": [F("enrolled")],
    }[name]


def _towards(part, name: str, falls: bool) -> OrderBy:
    """What is not known comes last; never confirmed is longer ago than any confirmation."""
    if falls:
        return OrderBy(part, descending=True, nulls_last=True)
    return OrderBy(part, nulls_first=True) if name == "confirmed" else OrderBy(part, nulls_last=True)


def rank() -> Case:
    """Open sites first, by their `shown_status`."""
    whens = [When(shown_status=status, then=Value(rank)) for status, rank in STATUS_ORDER.items()]
    return Case(*whens, output_field=IntegerField())


def _name():
    return _known("facility__name")


def _known(column: str):
    """A text without its capitals; blank is not known."""
    return NullIf(Lower(column), Value(""))
