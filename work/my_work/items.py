"""One thing that needs somebody, and the order of consequence."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sites.models import TrialSite
from trials.models import Trial


class ItemType(IntEnum):
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
class WorkItem:
    """`what` is so, by which `rule`, and by when; about a site, or about a trial as a whole.

    `url` and `act` say where something is done about it, when that is more than to confirm or change the site; an
    address in the admin is `for_staff`.
    """

    kind: ItemType
    trial: Trial
    text: str
    rule: str
    due_on: date | None = None
    site: TrialSite | None = None
    url: str = ""
    action_label: str = ""
    staff_only: bool = False

    @property
    def sort_key(self) -> tuple:
        """By consequence, then the longest overdue; the key and the number make it the same every time."""
        return self.kind, self.due_on or date.max, self.trial.key, self.site.pk if self.site else 0


@dataclass(frozen=True, slots=True)
class WorkRow:
    """What stands on the list: the gravest item, and for a site the other reasons why it is there."""

    item: WorkItem
    other_items: Sequence[WorkItem] = ()


def group_items(items: Iterable[WorkItem]) -> list[WorkRow]:
    """In the order of consequence; a site stands there once."""
    together: dict[object, list[WorkItem]] = {}
    for item in sorted(items, key=lambda item: item.sort_key):
        together.setdefault(item.site or id(item), []).append(item)
    return [WorkRow(first, others) for first, *others in together.values()]
