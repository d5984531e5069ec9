"""My work: the list, its counts, and what can still be taken back."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sites.models import Confirmation, TrialSite
from work.clocks import confirmation_due_on, needs_confirmation
from work.confirmations import confirmations_due
from work.findings import findings_of
from work.items import Item
from work.news import conflicts_of, new_assignments_of
from work.proposals.items import proposals_of
from work.reports.items import reports_of
from work.scope import sites_of
from work.undoing import undoable

SHOWN = 100

#: Where items come from beside the confirmations due: each is asked `source(user, today=day)`, and its number of
#: queries must not grow with what it finds. A further source is one more line.
SOURCES: tuple[Callable[..., Iterable[Item]], ...] = (
    findings_of,
    conflicts_of,
    proposals_of,
    reports_of,
    new_assignments_of,
)


@dataclass(frozen=True, slots=True)
class MyWork:
    """`items` in the order of consequence; `others` are the sites that need nothing now. Both are cut at `SHOWN`."""

    items: Sequence[Item]
    sites: Sequence[TrialSite]
    today: date
    undoable: Sequence[Confirmation]

    @property
    def shown(self) -> Sequence[Item]:
        return self.items[:SHOWN]

    @property
    def hidden_count(self) -> int:
        return max(0, len(self.items) - SHOWN)

    @property
    def overdue_count(self) -> int:
        return sum(item.due_on is not None and item.due_on < self.today for item in self.items)

    @property
    def confirmable(self) -> list[int]:
        """The shown sites that one button confirms."""
        return [item.site.pk for item in self.shown if item.site and needs_confirmation(item.site)]

    @property
    def timed(self) -> list[TrialSite]:
        """The sites whose status somebody must confirm now and then."""
        return [site for site in self.sites if needs_confirmation(site)]

    @property
    def confirmed_count(self) -> int:
        return sum(
            site.last_confirmed_on is not None and confirmation_due_on(site) >= self.today for site in self.timed
        )

    @property
    def others(self) -> Sequence[TrialSite]:
        listed = {item.site.pk for item in self.items if item.site}
        return [site for site in self.sites if site.pk not in listed][:SHOWN]


def my_work(user, *, now: datetime) -> MyWork:
    """Everything that needs the user now; the number of queries does not grow with their sites."""
    today = now.date()
    sites = list(sites_of(user))
    items = [*confirmations_due(sites, today=today)]
    for source in SOURCES:
        items += source(user, today=today)
    items.sort(key=lambda item: item.order)
    return MyWork(_each_site_once(items), sites, today, undoable(user, now=now))


def _each_site_once(items: Iterable[Item]) -> list[Item]:
    """A site stands in the list once, with its gravest reason: of items in order, the first."""
    listed: set[int] = set()
    kept = []
    for item in items:
        if item.site is None or item.site.pk not in listed:
            kept.append(item)
        if item.site:
            listed.add(item.site.pk)
    return kept
