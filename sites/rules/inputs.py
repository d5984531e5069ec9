"""Inputs of the rules of sites, and the sources that several rules cite."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from common.partial_dates import PartialDate
from sites.status_transitions import Authority, Transition, check_path
from trials.choices import OverallStatus

PRS = "PRS definition of overall recruitment status; 42 CFR 11.10(b)"
CTRP = "NCI CTRP"
MONTHLY = "design: enrollment is reported monthly, due ENROLLMENT_REPORT_DUE_DAYS (10) days after the month"
INFERRED = "inferred from the registry's definitions"


@dataclass(frozen=True)
class TrialSitesInput:
    """A trial's overall status and the statuses of all its sites, blank ones included."""

    overall_status: str
    site_statuses: Sequence[str]
    last_known_status: str = ""

    @cached_property
    def known(self) -> frozenset[str]:
        """The distinct statuses of sites, without blank ones."""
        return frozenset(status for status in self.site_statuses if status)

    @property
    def recruits(self) -> bool:
        recruiting = OverallStatus.RECRUITING
        return self.overall_status == recruiting or (
            self.overall_status == OverallStatus.UNKNOWN and self.last_known_status == recruiting
        )


#: Missing earlier statuses, each with its date, in order.
IntermediateStatuses = Sequence[tuple[str, PartialDate]]


@dataclass(frozen=True)
class StatusChangeInput:
    """A status change from `start` over `interim` (status, date) pairs to `to`.

    `enrolled` and `people_in_study` are None when not reported.
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
    """A facility to be added to a trial."""

    overall_status: str
    facility_is_active: bool


Counts = dict[str, int | None]


@dataclass(frozen=True)
class EnrollmentInput:
    """A site's cumulative counts of a month, with those of earlier months (oldest first); None means not known.

    `later` are the counts of the next reported month, empty where it has a reason for lower counts.
    """

    counts: Counts
    earlier: Sequence[Counts] = field(default=())
    reason: str = ""
    later: Counts = field(default_factory=dict)
    month: PartialDate | None = None
    is_locked: bool = False

    def known_before(self, name: str) -> int | None:
        """The last known count of an earlier month; None without any."""
        known = (earlier[name] for earlier in reversed(self.earlier) if earlier.get(name) is not None)
        return next(known, None)


@dataclass(frozen=True)
class MonthlyReportInput:
    """The report of a past month of a site, in a trial with enrollment data: whether it is owed and reported.

    `people_in_study` is from the last report, None without one; a report of a later month covers this one.
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
        """Whether the site was recruiting or had people in the study, and the month is not locked."""
        is_active = self.was_open or bool(self.people_in_study)
        return is_active and not self.is_locked
