"""How a site's status is published, given its trial's overall status: as functions, and as Q conditions.

Used by the trial page, search, facility pages, boards, documents and the API. Reasons: docs/decisions/0014.
"""

from collections.abc import Callable, Iterator
from functools import cache

from django.db.models import Q

from sites.choices import SiteStatus, StatusPublication
from sites.rules import matches_overall_status
from trials.choices import OverallStatus

#: Overall statuses that do not say what the registry holds.
_NOT_KNOWN = frozenset({OverallStatus.UNKNOWN, OverallStatus.WITHHELD})


def entered_status(overall: str, last_known: str) -> str:
    """The last known status where the overall status is UNKNOWN, else the overall status."""
    return last_known or overall if overall == OverallStatus.UNKNOWN else overall


def is_recruiting(overall: str, last_known: str) -> bool:
    """Whether the trial recruits, or did when its status was last known."""
    return entered_status(overall, last_known) == OverallStatus.RECRUITING


def status_publication(overall: str, last_known: str, status: str) -> StatusPublication:
    """How one site's status is published, from the statuses as entered.

    A site of a trial that has not begun can be ahead of it: its status is shown with a note.
    Any other status that contradicts the overall status is outdated, and held back.
    """
    entered = entered_status(overall, last_known)
    if not status or (entered not in _NOT_KNOWN and matches_overall_status(entered, status)):
        return StatusPublication.SHOWN
    if entered == OverallStatus.NOT_YET_RECRUITING:
        return StatusPublication.AHEAD_OF_TRIAL
    return StatusPublication.HELD_BACK


def public_status(overall: str, last_known: str, status: str) -> str:
    """The site's public status; blank where it is held back."""
    is_held_back = status_publication(overall, last_known, status) is StatusPublication.HELD_BACK
    return "" if is_held_back else status


#: Overall status as entered → the site statuses at which contacts are published; "" is a site without a status.
#: Measured on the 28,954 locations of 2,000 registry records, none of them of expanded access: 1,534 of 2,858 sites
#: that are about to recruit and 5,689 of 12,252 that recruit name a contact, in trials that recruit; 306 of 913 without
#: a status, in trials that have not begun; none of 12,670 others. Trials that are unknown follow the status before (246
#: of 261). Expanded access: PRS data element definitions, where "Available" is what "Recruiting" is for a trial.
JOINABLE_STATUSES = {
    "": (SiteStatus.NOT_YET_RECRUITING, SiteStatus.RECRUITING),
    OverallStatus.NOT_YET_RECRUITING: ("", SiteStatus.NOT_YET_RECRUITING, SiteStatus.RECRUITING),
    OverallStatus.RECRUITING: (SiteStatus.NOT_YET_RECRUITING, SiteStatus.RECRUITING),
    OverallStatus.AVAILABLE: ("", SiteStatus.AVAILABLE),
}


def is_site_joinable(overall: str, last_known: str, status: str) -> bool:
    """Whether people could join at the site, so that its contacts are published."""
    return status in JOINABLE_STATUSES.get(entered_status(overall, last_known), ())


def is_trial_joinable(overall: str, last_known: str) -> bool:
    """Whether people could join the trial, so that its central contacts are published.

    Measured likewise: 512 of 550 that recruit, 133 of 141 that have not begun, 172 of 197 unknown ones from these; none
    of 1,112 others.
    """
    entered = entered_status(overall, last_known)
    return bool(entered) and entered in JOINABLE_STATUSES


@cache
def held_back_q(prefix: str = "") -> Q:
    """A condition on TrialSite (or on a model related to it by `prefix`): the status is held back."""
    return _status_condition(lambda *statuses: status_publication(*statuses) is StatusPublication.HELD_BACK, prefix)


@cache
def joinable_sites_q(prefix: str = "") -> Q:
    """The condition of `is_site_joinable`, with a `prefix` as in `held_back_q`."""
    return _status_condition(is_site_joinable, prefix)


@cache
def joinable_trials_q(prefix: str = "") -> Q:
    """The condition of `is_trial_joinable` on Trial (or on a model related to it by `prefix`)."""
    open_now = [overall for overall in JOINABLE_STATUSES if overall]
    return Q(**{f"{prefix}overall_status__in": open_now}) | Q(
        **{f"{prefix}overall_status": OverallStatus.UNKNOWN, f"{prefix}last_known_status__in": open_now}
    )


def _status_condition(predicate: Callable[[str, str, str], bool], prefix: str) -> Q:
    """A predicate over all combinations of statuses as a condition on rows, grouped by the overall status."""
    condition = Q(pk__in=[])
    for overall, last_known in _overall_statuses():
        if statuses := [status for status in ("", *SiteStatus.values) if predicate(overall, last_known, status)]:
            trial = {"overall_status": overall}
            if overall == OverallStatus.UNKNOWN:
                trial["last_known_status"] = last_known
            of_trial = {f"{prefix}trial__{name}": value for name, value in trial.items()}
            condition |= Q(**of_trial, **{f"{prefix}status__in": statuses})
    return condition


def _overall_statuses() -> Iterator[tuple[str, str]]:
    """Every (overall status, last known status) pair; only UNKNOWN has a last known status."""
    for overall in ("", *OverallStatus.values):
        for last_known in ("", *OverallStatus.values) if overall == OverallStatus.UNKNOWN else ("",):
            yield overall, last_known
