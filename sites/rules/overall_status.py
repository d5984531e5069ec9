"""Rules of new sites, and of the overall status given the site statuses; the overall status that these imply."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from common.rule_types import Level, Rule
from sites.choices import OPEN, SiteStatus
from trials.choices import OverallStatus
from trials.rules import ENDED

PRS = "PRS definition of overall recruitment status; 42 CFR 11.10(b)"
CTRP = "NCI CTRP"
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


@dataclass(frozen=True)
class NewSiteInput:
    """A facility to be added to a trial."""

    overall_status: str
    facility_is_active: bool


def _is_not_closed(site: NewSiteInput, on) -> bool:
    return site.overall_status not in ENDED


NEW_SITE_RULES = (
    Rule(
        id="closed-trial-takes-no-site",
        level=Level.ERROR,
        text="The trial has ended, so no site can be added.",
        source="design",
        check=_is_not_closed,
        fields=("trial",),
    ),
    Rule(
        id="inactive-facility-takes-no-trial",
        level=Level.ERROR,
        text="The facility is inactive, so it cannot join a trial.",
        source="design",
        check=lambda site, on: site.facility_is_active,
        fields=("facility",),
    ),
)


S, O = SiteStatus, OverallStatus  # noqa: E741

CLOSED_STATUSES = frozenset({S.COMPLETED, S.TERMINATED, S.WITHDRAWN})
#: Overall statuses of expanded access that is not available: no site is open or about to open.
NO_ACCESS = frozenset({O.NO_LONGER_AVAILABLE, O.TEMPORARILY_NOT_AVAILABLE, O.APPROVED_FOR_MARKETING})

#: Overall status → the site statuses that match it.
ALLOWED_SETS = {
    O.NOT_YET_RECRUITING: {S.NOT_YET_RECRUITING, S.WITHDRAWN},
    O.ACTIVE_NOT_RECRUITING: {S.ACTIVE_NOT_RECRUITING, S.SUSPENDED, *CLOSED_STATUSES},
    O.COMPLETED: CLOSED_STATUSES,
    O.TERMINATED: CLOSED_STATUSES,
    O.WITHDRAWN: {S.WITHDRAWN},
}


def matches_overall_status(overall: str, status: str) -> bool:
    """Whether one site's status matches an overall status; a blank one always does."""
    if overall == O.SUSPENDED:
        return status not in OPEN
    if overall in NO_ACCESS:
        return status not in OPEN | {S.NOT_YET_RECRUITING}
    if overall == O.ENROLLING_BY_INVITATION:
        return status != S.RECRUITING
    return not status or status in ALLOWED_SETS.get(overall, {status})


def _only_allowed(overall: str) -> Callable:
    return lambda trial, on: trial.overall_status != overall or trial.known <= ALLOWED_SETS[overall]


def _invitation_fits(trial: TrialSitesInput, on) -> bool:
    if trial.overall_status != O.ENROLLING_BY_INVITATION or not trial.known:
        return True
    return S.ENROLLING_BY_INVITATION in trial.known and S.RECRUITING not in trial.known


def _suspension_fits(trial: TrialSitesInput, on) -> bool:
    if trial.overall_status != O.SUSPENDED or not trial.known:
        return True
    return S.SUSPENDED in trial.known and not trial.known & OPEN


def _set_rule(overall: O, text: str, check: Callable | None = None) -> Rule:
    return Rule(
        id=f"sites-of-{overall.value.lower().replace('_', '-')}-trial",
        level=Level.WARNING,
        text=text,
        source=INFERRED,
        check=check or _only_allowed(overall),
        fields=("overall_status",),
    )


OVERALL_RULES = (
    Rule(
        id="recruiting-site-means-recruiting-trial",
        level=Level.ERROR,
        text="At least one site is recruiting, so the overall status should be Recruiting.",
        source=PRS,
        check=lambda trial, on: S.RECRUITING not in trial.known or trial.recruits,
        fields=("overall_status",),
    ),
    Rule(
        id="recruiting-trial-has-a-recruiting-site",
        level=Level.ERROR,
        text="The overall status is Recruiting, but no site is recruiting.",
        source="NCI CTRP",
        check=lambda trial, on: (
            trial.overall_status != O.RECRUITING or not trial.site_statuses or S.RECRUITING in trial.known
        ),
        fields=("overall_status",),
    ),
    _set_rule(O.NOT_YET_RECRUITING, "Sites of a trial not yet recruiting must be not yet recruiting or withdrawn."),
    _set_rule(
        O.ENROLLING_BY_INVITATION,
        "In a trial by invitation only, at least one site must be by invitation only and none recruiting.",
        _invitation_fits,
    ),
    _set_rule(
        O.ACTIVE_NOT_RECRUITING, "The trial is closed to recruitment, but some sites are still open or not yet open."
    ),
    _set_rule(
        O.SUSPENDED, "In a suspended trial, at least one site must be suspended and none open.", _suspension_fits
    ),
    _set_rule(O.COMPLETED, "Sites of a completed trial must be completed, terminated or withdrawn."),
    _set_rule(O.TERMINATED, "Sites of a terminated trial must be completed, terminated or withdrawn."),
    _set_rule(O.WITHDRAWN, "All sites of a withdrawn trial must be withdrawn."),
    Rule(
        id="site-status-is-published-while-recruiting",
        level=Level.NOTE,
        text="ClinicalTrials.gov shows site statuses only while the trial recruits. Others are saved, not shown.",
        source="observed in registry records",
        check=lambda trial, on: trial.recruits or not trial.known,
        fields=("overall_status",),
    ),
    Rule(
        id="closed-trial-has-sites-to-close",
        level=Level.NOTE,
        text="The trial has ended, but not all of its sites. Close the remaining sites.",
        source=CTRP,
        check=lambda trial, on: trial.overall_status not in ENDED or trial.known <= CLOSED_STATUSES,
        fields=("overall_status",),
    ),
    Rule(
        id="sites-imply-another-overall-status",
        level=Level.NOTE,
        text="The site statuses imply another overall status. Update it within 30 days of the change, 15 in the EU.",
        source="42 CFR 11.64; Regulation (EU) 536/2014 art. 36",
        check=lambda trial, on: implied_overall_status(trial.known) in (None, trial.overall_status) or trial.recruits,
        fields=("overall_status",),
    ),
)


def implied_overall_status(known: frozenset[str]) -> O | None:
    """The only overall status that matches these site statuses; None where several do."""
    if not known:
        return None
    if S.RECRUITING in known:
        return O.RECRUITING
    if S.ENROLLING_BY_INVITATION in known:
        return O.ENROLLING_BY_INVITATION
    if known == {S.WITHDRAWN}:
        return O.WITHDRAWN
    if known <= ALLOWED_SETS[O.NOT_YET_RECRUITING]:
        return O.NOT_YET_RECRUITING
    if S.ACTIVE_NOT_RECRUITING in known and known <= ALLOWED_SETS[O.ACTIVE_NOT_RECRUITING]:
        return O.ACTIVE_NOT_RECRUITING
    if S.SUSPENDED in known:
        return O.SUSPENDED
    if known <= CLOSED_STATUSES:
        return O.COMPLETED if S.COMPLETED in known else O.TERMINATED
    return None
