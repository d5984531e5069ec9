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
    PROPOSAL = 5
    REPORT = 6
    NEW = 7


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
