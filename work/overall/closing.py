"""Sites that no longer go with their trial's overall status, and the way on for each. Closing a trial closes none."""

from collections.abc import Sequence
from dataclasses import dataclass

from sites.codes import SiteStatus
from sites.models import TrialSite
from sites.rules import goes_with
from sites.transitions import Authority, check_transition, next_statuses
from trials.models import Trial

S = SiteStatus
#: The one status between that this page asks for; what needs more is entered at the site.
BETWEEN = S.ACTIVE_NOT_RECRUITING


@dataclass(frozen=True, slots=True)
class Way:
    """One site, the statuses to which it may go on, and the one to suggest; none where no ordinary change leads on."""

    site: TrialSite
    offered: Sequence[SiteStatus]
    suggested: str

    @property
    def asks_between(self) -> bool:
        """Whether one of them is reached over `BETWEEN`."""
        return any(lies_between(self.site.status, status) for status in self.offered)


def ways_of(trial: Trial, authority: Authority) -> list[Way]:
    """One query. In the order of the record."""
    sites = trial.trial_sites.select_related("facility", "trial").order_by("position", "pk")
    return [way_of(site, authority) for site in sites if not goes_with(trial.overall_status, site.status)]


def way_of(site: TrialSite, authority: Authority) -> Way:
    overall = site.trial.overall_status
    fitting = [status for status in next_statuses(site, authority) if goes_with(overall, status)]
    offered = [status for status in fitting if _missing(site.status, status) in ((), (BETWEEN,))]
    return Way(site, offered, _suggested(overall, site.status, offered))


def lies_between(start: str, to: str) -> bool:
    return _missing(start, to) == (BETWEEN,)


def _missing(start: str, to: str) -> tuple[str, ...]:
    return check_transition(start, to).missing


def _suggested(overall: str, status: str, offered: Sequence[SiteStatus]) -> str:
    """A site that never opened is withdrawn; another one ends as its trial does."""
    wanted = S.WITHDRAWN if status == S.NOT_YET_RECRUITING else overall
    return wanted if wanted in offered else next(iter(offered), "")
