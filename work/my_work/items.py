"""One thing that needs somebody, and the order of consequence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sites.models import TrialSite
from trials.models import Trial


class Kind(IntEnum):
    """Why something is on the list, gravest first."""

    OVERDUE = 1
    INVALID = 2
    DUE = 3
    MONTH_REPORT = 4
    CONFLICT = 5
    PROPOSAL = 6
    REPORT = 7
    NEW = 8


@dataclass(frozen=True, slots=True)
class Item:
    """`what` is so, by which `rule`, and by when; about a site, or about a trial as a whole.

    `url` and `act` say where something is done about it, when that is more than to confirm or change the site; an
    address in the admin is `for_staff`.
    """

    kind: Kind
    trial: Trial
    what: str
    rule: str
    due_on: date | None = None
    site: TrialSite | None = None
    url: str = ""
    act: str = ""
    for_staff: bool = False

    @property
    def order(self) -> tuple:
        """By consequence, then the longest overdue; the key and the number make it the same every time."""
        return self.kind, self.due_on or date.max, self.trial.key, self.site.pk if self.site else 0


@dataclass(frozen=True, slots=True)
class Row:
    """What stands on the list: the gravest item, and for a site the other reasons why it is there."""

    item: Item
    others: Sequence[Item] = ()


def in_rows(items: Iterable[Item]) -> list[Row]:
    """In the order of consequence; a site stands there once."""
    together: dict[object, list[Item]] = {}
    for item in sorted(items, key=lambda item: item.order):
        together.setdefault(item.site or id(item), []).append(item)
    return [Row(first, others) for first, *others in together.values()]
