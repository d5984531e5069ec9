"""What the rules of sites look at: plain facts, gathered by whoever asks.

Where the rules of sites come from, as their tables name it.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from common.partial_dates import PartialDate
from sites.status_transitions import Authority, Transition, check_path
from trials.choices import OverallStatus

PRS = "PRS definition of overall recruitment status; 42 CFR 11.10(b)"
CTRP = "NCI CTRP"
MONTHLY = "design: numbers are kept month by month; days after its end by ENROLLMENT_REPORT_DUE_DAYS (10)"
INFERRED = "inferred from the registry's definitions"


@dataclass(frozen=True)
class TrialSitesInput:
    """A trial's overall status beside the statuses of all its sites, blanks included."""

    overall_status: str
    site_statuses: Sequence[str]
    last_known_status: str = ""

    @cached_property
    def known(self) -> frozenset[str]:
        """The statuses that sites have; a blank one says nothing."""
        return frozenset(status for status in self.site_statuses if status)

    @property
    def recruits(self) -> bool:
        recruiting = OverallStatus.RECRUITING
        return self.overall_status == recruiting or (
            self.overall_status == OverallStatus.UNKNOWN and self.last_known_status == recruiting
        )


#: What happened in between and was never entered: statuses, each with its day, in their order.
IntermediateStatuses = Sequence[tuple[str, PartialDate]]


@dataclass(frozen=True)
class StatusChangeInput:
    """What somebody wants to record: from `start` over `interim` (status, day) pairs to `to`.

    `enrolled` and `people_in_study` are None when nobody has reported them.
    """

    start: str
    since: PartialDate | None
    to: str
    effective_on: PartialDate
    authority: Authority = Authority.SITE_COORDINATOR
    reason: str = ""
    interim: IntermediateStatuses = ()
    facility_is_active: bool = True
    enrolled: int | None = None
    people_in_study: int | None = None

    @property
    def steps(self) -> list[str]:
        return [*(status for status, _ in self.interim), self.to]

    @property
    def days(self) -> list[PartialDate]:
        return [*(day for _, day in self.interim), self.effective_on]

    @cached_property
    def transitions(self) -> Sequence[Transition]:
        return check_path(self.start, self.steps, authority=self.authority, enrolled_nobody=self.enrolled == 0)

    @property
    def is_correction(self) -> bool:
        return any(step.is_correction for step in self.transitions)


@dataclass(frozen=True)
class NewSiteInput:
    """A facility that is to take part in a trial."""

    overall_status: str
    facility_is_active: bool


Counts = dict[str, int | None]


@dataclass(frozen=True)
class EnrollmentInput:
    """A site's cumulative counts of a month, after those of the months before (oldest first); None is not known.

    `later` are the counts of the next month that is reported, where nobody said why they are lower.
    """

    counts: Counts
    earlier: Sequence[Counts] = field(default=())
    reason: str = ""
    later: Counts = field(default_factory=dict)
    month: PartialDate | None = None
    is_locked: bool = False

    def known_before(self, name: str) -> int | None:
        """The last count before this month that somebody knew."""
        known = (earlier[name] for earlier in reversed(self.earlier) if earlier.get(name) is not None)
        return next(known, None)


@dataclass(frozen=True)
class MonthlyReportInput:
    """A month that is over at a site of a trial that keeps numbers: whether it is owed, and whether it is there.

    `people_in_study` is by the last report, None when there is none; a report of a later month covers this one.
    """

    month: PartialDate
    due_on: date
    was_open: bool = False
    people_in_study: int | None = None
    is_reported: bool = False
    is_locked: bool = False
    last_reported: PartialDate | None = None

    @property
    def is_owed(self) -> bool:
        """Whether the site was recruiting or had people in the study, and its numbers can be entered."""
        is_active = self.was_open or bool(self.people_in_study)
        return is_active and not self.is_locked
