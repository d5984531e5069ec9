"""Rules of a status change of a site: transitions, dates, reasons and authority."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from common.partial_dates import PartialDate, compare_at_coarser
from common.rule_types import Level, Rule
from sites.choices import OPEN
from sites.choices import SiteStatus as S
from sites.status_transitions import Authority, Transition, check_path, may_set_status, unusual_steps

CTRP = "NCI CTRP"
#: Missing earlier statuses, each with its date, in order.
IntermediateStatuses = Sequence[tuple[str, PartialDate]]

BACKDATING_DAYS = 30
REQUIRES_LATER_END = frozenset({S.RECRUITING, S.ENROLLING_BY_INVITATION})


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


def ends_too_early(change: StatusChangeInput) -> list[int]:
    """The indexes of `change.days` that end an open status on the day it began or before."""
    periods = zip([(change.start, change.since), *change.interim], change.days, strict=True)
    return [
        index
        for index, ((status, since), end) in enumerate(periods)
        if since and status in REQUIRES_LATER_END and not _is_later(end, since)
    ]


def _is_later(end: PartialDate, since: PartialDate) -> bool:
    return compare_at_coarser(end, since) > (0 if since.is_full and end.is_full else -1)


def _is_not_before_present(change: StatusChangeInput, on) -> bool:
    return not change.since or change.is_correction or compare_at_coarser(change.days[0], change.since) >= 0


def reason_required(change: StatusChangeInput, *, on: date) -> bool:
    """Whether a status change needs a reason: a correction, or one backdated by more than `BACKDATING_DAYS`.

    The reason is optional for other changes. A request for a change always needs one: see `work.proposals.services`.
    """
    return change.is_correction or is_backdated(change, on)


def is_backdated(change: StatusChangeInput, on: date) -> bool:
    """Whether the last day of the effective date is more than `BACKDATING_DAYS` before `on`."""
    return (on - change.effective_on.last_day).days > BACKDATING_DAYS


def _is_explained(change: StatusChangeInput, on: date) -> bool:
    return bool(change.reason.strip()) or not reason_required(change, on=on)


CHANGE_RULES = (
    Rule(
        id="change-is-a-change",
        level=Level.ERROR,
        text="The site already has this status. Use Confirm instead.",
        source="design",
        check=lambda change, on: not any(step.is_no_change for step in change.transitions),
        fields=("to",),
    ),
    Rule(
        id="no-status-in-between-is-missing",
        level=Level.ERROR,
        text="Enter the missing earlier status first, with its date.",
        source=CTRP,
        check=lambda change, on: not any(step.missing and not step.is_allowed for step in change.transitions),
        fields=("to", "interim"),
    ),
    Rule(
        id="no-way-back",
        level=Level.ERROR,
        text="The site cannot change directly from its current status to this one. "
        "If the current status is wrong, correct it in the status history.",
        source=CTRP,
        check=lambda change, on: (
            not any(not step.is_allowed and not step.missing and not step.is_no_change for step in change.transitions)
        ),
        fields=("to",),
    ),
    Rule(
        id="unusual-change-is-meant",
        level=Level.WARNING,
        text="This change is unusual for a site. Check that it is correct.",
        source=CTRP,
        check=lambda change, on: (
            not any(step.level is Level.WARNING and not step.is_correction for step in change.transitions)
        ),
        fields=("to",),
        detail=lambda change: " ".join(unusual_steps(change.start, change.steps, authority=change.authority)),
    ),
    Rule(
        id="correction-says-why",
        level=Level.ERROR,
        text="This reverses a recorded status. Give a reason.",
        source="design",
        check=lambda change, on: not change.is_correction or _is_explained(change, on),
        fields=("reason",),
    ),
    Rule(
        id="correction-comes-alone",
        level=Level.ERROR,
        text="A correction cannot have earlier statuses. Save it first, then the later changes.",
        source="design",
        check=lambda change, on: not change.interim or not change.is_correction,
        fields=("to", "interim"),
    ),
    Rule(
        id="early-end-is-decided-by-the-trial",
        level=Level.ERROR,
        text="A site coordinator cannot set Terminated or Withdrawn. Request the change from the trial coordinator.",
        source="design",
        check=lambda change, on: all(may_set_status(to, change.authority) for to in change.steps),
        fields=("to",),
    ),
    Rule(
        id="change-is-not-ahead",
        level=Level.ERROR,
        text="The effective date cannot be in the future.",
        source="design",
        check=lambda change, on: all(day.first_day <= on for day in change.days),
        fields=("effective_on",),
    ),
    Rule(
        id="leaving-open-has-a-later-date",
        level=Level.ERROR,
        text="The end date must be after the date on which the site opened.",
        source=CTRP,
        check=lambda change, on: not ends_too_early(change),
        fields=("effective_on",),
    ),
    Rule(
        id="change-is-not-before-the-present-status",
        level=Level.ERROR,
        text="The effective date cannot be before that of the current status.",
        source="design",
        check=_is_not_before_present,
        fields=("effective_on",),
    ),
    Rule(
        id="days-are-in-order",
        level=Level.ERROR,
        text="The dates of the earlier statuses must be in order, and before the new status.",
        source="design",
        check=lambda change, on: all(
            compare_at_coarser(first, second) <= 0 for first, second in zip(change.days, change.days[1:], strict=False)
        ),
        fields=("interim", "effective_on"),
    ),
    Rule(
        id="back-dated-change-says-why",
        level=Level.ERROR,
        text=f"The effective date is more than {BACKDATING_DAYS} days ago. Give a reason.",
        source="design",
        check=lambda change, on: not is_backdated(change, on) or _is_explained(change, on),
        fields=("reason", "effective_on"),
    ),
    Rule(
        id="inactive-facility-opens-no-site",
        level=Level.ERROR,
        text="The facility is inactive, so its site cannot be opened.",
        source="design",
        check=lambda change, on: change.facility_is_active or change.to not in OPEN,
        fields=("to",),
    ),
    Rule(
        id="completed-site-has-nobody-in-the-study",
        level=Level.ERROR,
        text="People at this site are still in the study, so it cannot be completed.",
        source="design",
        check=lambda change, on: change.to != S.COMPLETED or not change.people_in_study,
        fields=("to",),
    ),
)
