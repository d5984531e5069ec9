"""The actual status changes of each site."""

from datetime import date, timedelta
from random import Random

from sites.choices import SiteStatus

Step = tuple[str, date]
_NEXT = {
    SiteStatus.RECRUITING: {SiteStatus.SUSPENDED: 1, SiteStatus.ACTIVE_NOT_RECRUITING: 2},
    SiteStatus.SUSPENDED: {SiteStatus.RECRUITING: 1},
    SiteStatus.ACTIVE_NOT_RECRUITING: {SiteStatus.COMPLETED: 1},
}


def true_steps(chance: Random, *, first: date, last: date, lasts: float) -> list[Step]:
    """The changes of a site that recruits on `first`: (status, since), in order, at least a day apart."""
    status, day, steps = SiteStatus.RECRUITING, first, []
    while status in _NEXT:
        day += timedelta(days=1 + int(chance.expovariate(1 / lasts)))
        if day > last:
            break
        (status,) = chance.choices(list(_NEXT[status]), _NEXT[status].values())
        steps.append((status, day))
    return steps
