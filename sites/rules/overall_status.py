"""New sites: where a trial may have one more.

The overall status and its sites: what goes with what, and what the sites imply.
"""

from collections.abc import Callable

from common.rules import Level, Rule
from sites.choices import OPEN, SiteStatus
from sites.rules.inputs import CTRP, INFERRED, PRS, NewSiteInput, TrialSitesInput
from trials.choices import OverallStatus
from trials.rules import ENDED


def _is_not_closed(site: NewSiteInput, on) -> bool:
    return site.overall_status not in ENDED


NEW_SITE_RULES = (
    Rule(
        id="closed-trial-takes-no-site",
        level=Level.ERROR,
        text="The trial has ended, so it takes no new site.",
        source="design",
        check=_is_not_closed,
        fields=("trial",),
    ),
    Rule(
        id="inactive-facility-takes-no-trial",
        level=Level.ERROR,
        text="The facility is inactive, so it takes part in no new trial.",
        source="design",
        check=lambda site, on: site.facility_is_active,
        fields=("facility",),
    ),
)


S, O = SiteStatus, OverallStatus  # noqa: E741

CLOSED_STATUSES = frozenset({S.COMPLETED, S.TERMINATED, S.WITHDRAWN})
#: Expanded access that cannot be had: no site gives it, or is about to.
NO_ACCESS = frozenset({O.NO_LONGER_AVAILABLE, O.TEMPORARILY_NOT_AVAILABLE, O.APPROVED_FOR_MARKETING})

#: Which site statuses an overall status goes with, where the sites' are known.
ALLOWED_SETS = {
    O.NOT_YET_RECRUITING: {S.NOT_YET_RECRUITING, S.WITHDRAWN},
    O.ACTIVE_NOT_RECRUITING: {S.ACTIVE_NOT_RECRUITING, S.SUSPENDED, *CLOSED_STATUSES},
    O.COMPLETED: CLOSED_STATUSES,
    O.TERMINATED: CLOSED_STATUSES,
    O.WITHDRAWN: {S.WITHDRAWN},
}


def goes_with(overall: str, status: str) -> bool:
    """Whether one site's status goes with an overall status; a blank one says nothing."""
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
        text="A site recruits, so the overall status is Recruiting.",
        source=PRS,
        check=lambda trial, on: S.RECRUITING not in trial.known or trial.recruits,
        fields=("overall_status",),
    ),
    Rule(
        id="recruiting-trial-has-a-recruiting-site",
        level=Level.ERROR,
        text="The overall status is Recruiting, but none of the sites recruits.",
        source="NCI CTRP; 544 of 545 records keep it",
        check=lambda trial, on: (
            trial.overall_status != O.RECRUITING or not trial.site_statuses or S.RECRUITING in trial.known
        ),
        fields=("overall_status",),
    ),
    _set_rule(O.NOT_YET_RECRUITING, "Sites of a trial not yet recruiting are not yet recruiting or withdrawn."),
    _set_rule(
        O.ENROLLING_BY_INVITATION,
        "In a trial by invitation only, at least one site enrolls by invitation and none recruits.",
        _invitation_fits,
    ),
    _set_rule(O.ACTIVE_NOT_RECRUITING, "The trial no longer recruits, so none of its sites is open or yet to open."),
    _set_rule(O.SUSPENDED, "In a suspended trial at least one site is suspended and none is open.", _suspension_fits),
    _set_rule(O.COMPLETED, "Sites of a completed trial are completed, terminated or withdrawn."),
    _set_rule(O.TERMINATED, "Sites of a terminated trial are completed, terminated or withdrawn."),
    _set_rule(O.WITHDRAWN, "All sites of a withdrawn trial are withdrawn."),
    Rule(
        id="site-status-is-published-while-recruiting",
        level=Level.NOTE,
        text="The registry shows site statuses only while the trial recruits; until then they are kept but not shown.",
        source="measured: 24,610 of 24,612 sites of recruiting trials, 0 of 8,478 others",
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
        text="The sites' statuses imply another overall status: decide within 30 days of the change, 15 in the EU.",
        source="42 CFR 11.64; Regulation (EU) 536/2014 art. 36; proposed with its date, never applied silently",
        check=lambda trial, on: implied_overall_status(trial.known) in (None, trial.overall_status) or trial.recruits,
        fields=("overall_status",),
    ),
)


def implied_overall_status(known: frozenset[str]) -> O | None:
    """The overall status that goes with these site statuses; None where they leave a choice."""
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
