"""Sites that no longer go with their trial's overall status, and the way on for each. Closing a trial closes none."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sites.codes import SiteStatus
from sites.models import TrialSite
from sites.rules import goes_with
from sites.transitions import Authority, check_transition, next_statuses
from trials.codes import OverallStatus
from trials.models import Trial
from trials.partial_dates import compare_at_coarser

S = SiteStatus
ENDED = frozenset({OverallStatus.COMPLETED, OverallStatus.TERMINATED})


@dataclass(frozen=True, slots=True)
class Way:
    """One site, the statuses to which it may go on, and the one to suggest; none where no ordinary change leads on."""

    site: TrialSite
    offered: Sequence[SiteStatus]
    suggested: str

    @property
    def between(self) -> set[str]:
        """The statuses over which one of them is reached."""
        return {missing for status in self.offered for missing in between(self.site.status, status)}


def ways_of(trial: Trial, authority: Authority) -> list[Way]:
    """One query. In the order of the record."""
    sites = trial.trial_sites.select_related("facility", "trial").order_by("position", "pk")
    return [way_of(site, authority) for site in sites if not goes_with(trial.overall_status, site.status)]


def way_of(site: TrialSite, authority: Authority) -> Way:
    overall = site.trial.overall_status
    offered = [status for status in next_statuses(site, authority) if goes_with(overall, status)]
    return Way(site, offered, _suggested(overall, site.status, offered))


def prefilled_day(way: Way, *, today: date) -> str:
    """Since when the suggested status is likely so: the day of an ended trial's completion if that has passed.

    A site whose present status began later than that gets today.
    """
    trial, since = way.site.trial, way.site.status_since
    completed = trial.completion_on if trial.overall_status in ENDED and trial.completion_type == "ACTUAL" else None
    if not completed or completed.last_day > today or (since and compare_at_coarser(since, completed) > 0):
        return today.isoformat()
    return str(completed)


def between(start: str, to: str) -> tuple[str, ...]:
    """What comes after `start` and before `to`, in its order."""
    return check_transition(start, to).missing


def _suggested(overall: str, status: str, offered: Sequence[SiteStatus]) -> str:
    """A site that never opened is withdrawn; another one ends as its trial does."""
    wanted = S.WITHDRAWN if status == S.NOT_YET_RECRUITING else overall
    return wanted if wanted in offered else next(iter(offered), "")
