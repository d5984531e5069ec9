"""One cell's change in words: old → new."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sites.codes import SiteStatus
from sites.models import TrialSite
from trials.partial_dates import PartialDate
from work.bulk.cells import PLAN_OF, Wish
from work.bulk.columns import IN_BETWEEN

PLANS = {name: column.value for column, name in PLAN_OF.items()}
NO_STATUS, NOTHING, NOT_ENTERED = "No status yet", "None", "Nothing"


@dataclass(frozen=True, slots=True)
class Change:
    what: str
    old: str
    new: str


def status_change(site: TrialSite, wish: Wish) -> Change:
    """With its date, since the two go together."""
    return Change("Status", _status(site.status, site.status_since), _status(wish.status, wish.since))


def interim_changes(wish: Wish) -> Iterator[Change]:
    """What was never entered before the new status."""
    for (what, _), (status, since) in zip(IN_BETWEEN, wish.interim or (), strict=False):
        yield Change(what, NOT_ENTERED, _status(status, since))


def confirmation(site: TrialSite) -> Change:
    last = site.last_confirmed_on
    return Change("Last confirmed", f"{last:%-d %B %Y}" if last else "Never", "Today: still true")


def new_plans(site: TrialSite, wish: Wish) -> dict[str, int | str | None]:
    """The columns that get another value than they have."""
    return {name: value for name, value in wish.plans.items() if value != _as_typed(getattr(site, name))}


def plan_changes(site: TrialSite, plans: Mapping[str, int | str | None]) -> Iterator[Change]:
    for name, value in plans.items():
        yield Change(PLANS[name], _plan(getattr(site, name)), _plan(value))


def _as_typed(value: int | str | None) -> int | str | None:
    """A text as a sheet brings it back, without what surrounds it."""
    return "\n".join(value.strip().splitlines()) if isinstance(value, str) else value


def _status(status: str, since: PartialDate | None) -> str:
    if not status:
        return NO_STATUS
    words = SiteStatus(status).label
    return f"{words}, since {since.in_words()}" if since else words


def _plan(value: int | str | None) -> str:
    return NOTHING if value in (None, "") else f"{value:,}" if isinstance(value, int) else value
