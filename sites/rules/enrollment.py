"""Rules of a site's cumulative enrollment counts, and of its monthly reports."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from statistics import fmean

from common.partial_dates import PartialDate
from common.rule_types import Level, Rule

MONTHLY = "design: enrollment is reported monthly, due ENROLLMENT_REPORT_DUE_DAYS (10) days after the month"
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


DESIGN = "design"
#: Pairs of a count and the count that includes it.
PARTS = (("consented", "screened"), ("enrolled", "consented"), ("withdrawn", "enrolled"), ("completed", "enrolled"))
CUMULATIVE = ("screened", "consented", "enrolled", "withdrawn", "completed")
MIN_EARLIER_MONTHS = 3
MAX_GROWTH_FACTOR = 3


def _at_most(part: str, whole: str) -> Callable:
    def check(step: EnrollmentInput, on) -> bool:
        part_count, whole_count = step.counts.get(part), step.counts.get(whole)
        return part_count is None or whole_count is None or part_count <= whole_count

    return check


def _is_lower(now: int | None, before: int | None) -> bool:
    return before is not None and now is not None and now < before


def _falls(step: EnrollmentInput, name: str) -> bool:
    return _is_lower(step.counts.get(name), step.known_before(name))


def _passes_later(step: EnrollmentInput, name: str) -> bool:
    return _is_lower(step.later.get(name), step.counts.get(name))


def _monthly(counts: Sequence[int]) -> list[int]:
    return [after - before for before, after in pairwise(counts)]


def _is_plausible_growth(step: EnrollmentInput, on) -> bool:
    """Whether at most three times the mean monthly number enrolled, given at least three earlier months."""
    known = [earlier["enrolled"] for earlier in step.earlier if earlier.get("enrolled") is not None]
    enrolled = step.counts.get("enrolled")
    if enrolled is None or len(known) <= MIN_EARLIER_MONTHS:
        return True
    mean = fmean(_monthly(known))
    return mean <= 0 or enrolled - known[-1] <= MAX_GROWTH_FACTOR * mean


ENROLLMENT_RULES = (
    Rule(
        id="locked-month-stays",
        level=Level.ERROR,
        text="This month is locked. The trial coordinator can unlock it.",
        source=DESIGN,
        check=lambda step, on: not step.is_locked,
        fields=("month",),
    ),
    Rule(
        id="month-is-not-ahead",
        level=Level.ERROR,
        text="This month has not begun yet.",
        source=DESIGN,
        check=lambda step, on: step.month is None or step.month.first_day <= on,
        fields=("month",),
    ),
    *(
        Rule(
            id=f"{part}-of-{whole}",
            level=Level.ERROR,
            text=f"There cannot be more {part} than {whole}.",
            source=DESIGN,
            check=_at_most(part, whole),
            fields=(part, whole),
        )
        for part, whole in PARTS
    ),
    Rule(
        id="falling-count-says-why",
        level=Level.ERROR,
        text="A cumulative count is lower than in the month before. Correct it or give a reason.",
        source=DESIGN,
        check=lambda step, on: bool(step.reason.strip()) or not any(_falls(step, name) for name in CUMULATIVE),
        fields=("reason",),
    ),
    Rule(
        id="next-month-is-not-lower",
        level=Level.ERROR,
        text="A cumulative count is higher than in the following month. Correct that month or give a reason.",
        source=DESIGN,
        check=lambda step, on: bool(step.reason.strip()) or not any(_passes_later(step, name) for name in CUMULATIVE),
        fields=("reason",),
    ),
    Rule(
        id="unusual-enrollment-is-meant",
        level=Level.WARNING,
        text="More than three times the usual monthly number enrolled. Confirm if correct.",
        source=DESIGN,
        check=_is_plausible_growth,
        fields=("enrolled",),
    ),
)

REPORTING_RULES = (
    Rule(
        id="month-is-reported",
        level=Level.WARNING,
        text="A site that recruited in a month, or had people in the study, must report its enrollment after the "
        "month’s end.",
        source=MONTHLY,
        check=lambda month, on: month.is_reported or not month.is_owed or on <= month.due_on,
        fields=("month",),
    ),
)


def owes_report(month: MonthlyReportInput) -> bool:
    """Whether the report of the month is owed and missing, overdue or not."""
    return month.is_owed and not month.is_reported
