"""Rules of a trial's overall status and its sites, of the change of a site's status, of new sites and of enrollment.

Each table has a subject of its own, made by whoever has the facts: see `sites.subjects`.
"""

from collections.abc import Callable

from sites.codes import SiteStatus
from sites.enrollment_rules import ENROLLMENT_RULES
from sites.milestone_rules import MILESTONE_RULES
from sites.querysets import OPEN
from sites.subjects import NewSite, StatusChange, TrialWithSites
from sites.transitions import may_end
from trials.codes import OverallStatus
from trials.partial_dates import compare_at_coarser
from trials.rule import Level, Rule
from trials.rules import ENDED

S, O = SiteStatus, OverallStatus  # noqa: E741

PRS = "PRS definition of overall recruitment status; 42 CFR 11.10(b)"
CTRP = "NCI CTRP"
INFERRED = "inferred from the registry's definitions"
BACKDATING_DAYS = 30
ENTERED_WITH_A_LATER_END = frozenset({S.RECRUITING, S.ENROLLING_BY_INVITATION})
DONE = frozenset({S.COMPLETED, S.TERMINATED, S.WITHDRAWN})

#: Which site statuses an overall status goes with, where the sites' are known.
ALLOWED_SETS = {
    O.NOT_YET_RECRUITING: {S.NOT_YET_RECRUITING, S.WITHDRAWN},
    O.ACTIVE_NOT_RECRUITING: {S.ACTIVE_NOT_RECRUITING, S.SUSPENDED, *DONE},
    O.COMPLETED: DONE,
    O.TERMINATED: DONE,
    O.WITHDRAWN: {S.WITHDRAWN},
}


def goes_with(overall: str, status: str) -> bool:
    """Whether one site's status goes with an overall status; a blank one says nothing."""
    if overall == O.SUSPENDED:
        return status not in OPEN
    if overall == O.ENROLLING_BY_INVITATION:
        return status != S.RECRUITING
    return not status or status in ALLOWED_SETS.get(overall, {status})


def _only_allowed(overall: str) -> Callable:
    return lambda trial, on: trial.overall_status != overall or trial.known <= ALLOWED_SETS[overall]


def _invitation_fits(trial: TrialWithSites, on) -> bool:
    if trial.overall_status != O.ENROLLING_BY_INVITATION or not trial.known:
        return True
    return S.ENROLLING_BY_INVITATION in trial.known and S.RECRUITING not in trial.known


def _suspension_fits(trial: TrialWithSites, on) -> bool:
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
        text="The trial has ended, but not all of its sites: close them in one reviewed step.",
        source=CTRP,
        check=lambda trial, on: trial.overall_status not in ENDED or trial.known <= DONE,
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
    if known <= DONE:
        return O.COMPLETED if S.COMPLETED in known else O.TERMINATED
    return None


def _is_later_than_entered(change: StatusChange, on) -> bool:
    if change.start not in ENTERED_WITH_A_LATER_END or not change.since:
        return True
    both_are_days = change.since.is_full and change.effective_on.is_full
    return compare_at_coarser(change.effective_on, change.since) > (0 if both_are_days else -1)


def _is_not_before_present(change: StatusChange, on) -> bool:
    return not change.since or change.is_correction or compare_at_coarser(change.effective_on, change.since) >= 0


def _is_recent_or_explained(change: StatusChange, on) -> bool:
    return bool(change.reason.strip()) or (on - change.effective_on.last_day).days <= BACKDATING_DAYS


CHANGE_RULES = (
    Rule(
        id="change-is-a-change",
        level=Level.ERROR,
        text="The site already has this status. To say that it is still true, confirm it.",
        source="design",
        check=lambda change, on: not any(step.is_no_change for step in change.transitions),
        fields=("to",),
    ),
    Rule(
        id="no-status-in-between-is-missing",
        level=Level.ERROR,
        text="Something lies between the present status and the new one: enter it first, with its date.",
        source=CTRP,
        check=lambda change, on: not any(step.missing and not step.is_allowed for step in change.transitions),
        fields=("to", "interim"),
    ),
    Rule(
        id="no-way-back",
        level=Level.ERROR,
        text="No ordinary change leads from the present status to this one. A manager can record a correction.",
        source=CTRP,
        check=lambda change, on: (
            not any(not step.is_allowed and not step.missing and not step.is_no_change for step in change.transitions)
        ),
        fields=("to",),
    ),
    Rule(
        id="unusual-change-is-meant",
        level=Level.WARNING,
        text="This change is unusual for a site. Save again if it is what happened.",
        source=CTRP,
        check=lambda change, on: (
            not any(step.level is Level.WARNING and not step.is_correction for step in change.transitions)
        ),
        fields=("to",),
    ),
    Rule(
        id="correction-says-why",
        level=Level.ERROR,
        text="This goes back on what was recorded: say why.",
        source="real records do reopen and correct",
        check=lambda change, on: not change.is_correction or bool(change.reason.strip()),
        fields=("reason",),
    ),
    Rule(
        id="correction-comes-alone",
        level=Level.ERROR,
        text="A correction is recorded on its own. Save it first, then what followed.",
        source="design",
        check=lambda change, on: not any(step.is_correction for step in change.transitions[1:]),
        fields=("to", "interim"),
    ),
    Rule(
        id="early-end-is-decided-by-the-trial",
        level=Level.ERROR,
        text="A site coordinator cannot set Terminated or Withdrawn. Propose it to the trial's coordinator.",
        source="design",
        check=lambda change, on: all(may_end(to, change.authority) for to in change.steps),
        fields=("to",),
    ),
    Rule(
        id="change-is-not-ahead",
        level=Level.ERROR,
        text="A status begins today at the latest. Record it on the day it begins.",
        source="design: a status is what is so, not what is planned",
        check=lambda change, on: all(day.first_day <= on for day in change.days),
        fields=("effective_on",),
    ),
    Rule(
        id="leaving-open-has-a-later-date",
        level=Level.ERROR,
        text="A site stops enrolling on a later day than it began.",
        source=CTRP,
        check=_is_later_than_entered,
        fields=("effective_on",),
    ),
    Rule(
        id="change-is-not-before-the-present-status",
        level=Level.ERROR,
        text="The new status cannot begin before the present one did.",
        source="design",
        check=_is_not_before_present,
        fields=("effective_on",),
    ),
    Rule(
        id="days-are-in-order",
        level=Level.ERROR,
        text="The statuses in between begin one after the other, and before the new one.",
        source="design",
        check=lambda change, on: all(
            compare_at_coarser(first, second) <= 0 for first, second in zip(change.days, change.days[1:], strict=False)
        ),
        fields=("interim", "effective_on"),
    ),
    Rule(
        id="back-dated-change-says-why",
        level=Level.ERROR,
        text=f"The change is dated back by more than {BACKDATING_DAYS} days: say why.",
        source="design",
        check=_is_recent_or_explained,
        fields=("reason", "effective_on"),
    ),
    Rule(
        id="inactive-facility-opens-no-site",
        level=Level.ERROR,
        text="The facility is inactive, so its site cannot be activated.",
        source="design",
        check=lambda change, on: change.facility_is_active or change.to not in OPEN,
        fields=("to",),
    ),
    Rule(
        id="completed-site-has-nobody-in-the-study",
        level=Level.ERROR,
        text="People at this site are still in the study, so it is not completed.",
        source="design; the latest enrollment report",
        check=lambda change, on: change.to != S.COMPLETED or not change.people_in_study,
        fields=("to",),
    ),
)


def _is_not_closed(site: NewSite, on) -> bool:
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

TABLES = {
    "The overall status and its sites": OVERALL_RULES,
    "The change of a site's status": CHANGE_RULES,
    "New sites": NEW_SITE_RULES,
    "Enrollment at a site": ENROLLMENT_RULES,
    "Milestones of a site": MILESTONE_RULES,
}
