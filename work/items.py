"""One thing that needs somebody, and the order of consequence."""

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
    CONFLICT = 4
    NEW = 5


@dataclass(frozen=True, slots=True)
class Item:
    """`what` is so, by which `rule`, and by when; about a site, or about a trial with an address where it is mended."""

    kind: Kind
    trial: Trial
    what: str
    rule: str
    due_on: date | None = None
    site: TrialSite | None = None
    url: str = ""
    act: str = ""

    @property
    def is_done_in_the_admin(self) -> bool:
        """Whether its address opens for staff only."""
        return self.site is None and self.kind not in (Kind.CONFLICT, Kind.NEW)

    @property
    def order(self) -> tuple:
        """By consequence, then the longest overdue; the key and the number make it the same every time."""
        return self.kind, self.due_on or date.max, self.trial.key, self.site.pk if self.site else 0
