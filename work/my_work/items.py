"""Tasks of My work in the order of their severity, and the notices above them.

Apps that import `work` register their own sources of notices when they are loaded.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from sites.models import TrialSite
from trials.models import Trial


class ItemType(IntEnum):
    """The kind of a task, most severe first."""

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
    """One task: its text, the rule behind it and its due date; about a site, or about a trial as a whole.

    `url` and `action_label` are those of its action, if that is more than to confirm or change the site; a URL in the
    admin is `staff_only`.
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
    def is_confirmation(self) -> bool:
        """Whether the task is to confirm the status of a site."""
        return self.site is not None and not self.url and self.kind in (ItemType.OVERDUE, ItemType.DUE)

    @property
    def sort_key(self) -> tuple:
        """By severity, then the longest overdue; trial key and site id make the order stable."""
        return self.kind, self.due_on or date.max, self.trial.key, self.site.pk if self.site else 0


@dataclass(frozen=True, slots=True)
class WorkRow:
    """One row of the list: the most severe task, and the other tasks of the same site."""

    item: WorkItem
    other_items: Sequence[WorkItem] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A sentence, and the URL and label of its action; both blank if the reader has none."""

    text: str
    url: str = ""
    action_label: str = ""


NOTICE_SOURCES: list[Callable[..., Notice | None]] = []


def register_notice_source(source: Callable[..., Notice | None]) -> None:
    """Add a source: `source(user)` returns a notice or None in a fixed number of queries."""
    NOTICE_SOURCES.append(source)
