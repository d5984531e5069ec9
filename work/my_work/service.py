"""My work: the list, its counts, and what can still be taken back."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from common.dates import local_date
from sites.confirmation_age import confirmation_due_on, needs_confirmation
from sites.models import Confirmation, TrialSite
from work.assignments import sites_of, trials_around, trials_of
from work.findings.evaluate import catch_up
from work.findings.summary import Tally, tallies_of
from work.flags.services import flags_of
from work.listing.notices import Notice, notices_for
from work.my_work.confirmations import undoable
from work.my_work.items import Item, Row, in_rows
from work.my_work.review import review_reasons
from work.my_work.sources import (
    confirmations_due,
    conflicts_of,
    findings_of,
    month_reports_due,
    new_assignments_of,
    proposals_of,
    reports_of,
    verifications_due,
)

#: Where items come from beside the confirmations due: each is asked `source(user, today=day)`, and its number of
#: queries must not grow with what it finds. A further source is one more line.
SOURCES: tuple[Callable[..., Iterable[Item]], ...] = (
    findings_of,
    verifications_due,
    conflicts_of,
    proposals_of,
    reports_of,
    flags_of,
    new_assignments_of,
)


@dataclass(frozen=True, slots=True)
class MyWork:
    """`rows` in the order of consequence; `sites` are all that the user looks after; `reasons` say by the site's id why
    it is confirmed by itself.

    `is_assigned` to any trial or site; `is_behind` while more of their trials changed than could be judged in passing.
    """

    rows: Sequence[Row]
    sites: Sequence[TrialSite]
    tallies: Sequence[Tally]
    today: date
    reasons: Mapping[int, Sequence[str]]
    undoable: Sequence[Confirmation]
    notices: Sequence[Notice]
    is_assigned: bool
    is_behind: bool

    @property
    def items(self) -> Sequence[Item]:
        """The gravest item of each row."""
        return [row.item for row in self.rows]

    @property
    def overdue_count(self) -> int:
        return sum(row.item.due_on is not None and row.item.due_on < self.today for row in self.rows)

    @property
    def timed(self) -> list[TrialSite]:
        """The sites whose status somebody must confirm now and then."""
        return [site for site in self.sites if needs_confirmation(site)]

    @property
    def confirmed_count(self) -> int:
        return sum(
            site.last_confirmed_on is not None and confirmation_due_on(site) >= self.today for site in self.timed
        )

    def rows_in(self, trial_key: str) -> Sequence[Row]:
        """Those about a trial; blank for all."""
        return [row for row in self.rows if trial_key in ("", row.item.trial.key)]

    def others_in(self, trial_key: str) -> Sequence[TrialSite]:
        """The sites that need nothing now, likewise."""
        listed = {row.item.site.pk for row in self.rows if row.item.site}
        return [site for site in self.sites if site.pk not in listed and trial_key in ("", site.trial.key)]

    @property
    def trials(self) -> dict[str, str]:
        """The name of each trial by its key, in the order of the names."""
        trials = [site.trial for site in self.sites] + [row.item.trial for row in self.rows]
        names = {trial.key: trial.acronym or trial.number for trial in trials}
        return dict(sorted(names.items(), key=lambda named: named[1].casefold()))


def my_work(user, *, now: datetime) -> MyWork:
    """Everything that needs the user now; the number of queries does not grow with their sites."""
    today = local_date(now)
    is_behind = catch_up(trials_around(user), on=today)
    sites = list(sites_of(user))
    items = [*confirmations_due(sites, today=today), *month_reports_due(sites, today=today)]
    for source in SOURCES:
        items += source(user, today=today)
    is_assigned = bool(sites or items) or trials_of(user).exists()
    reasons, recent = review_reasons(sites, on=today), undoable(user, now=now)
    notices = notices_for(user)
    return MyWork(in_rows(items), sites, tallies_of(user), today, reasons, recent, notices, is_assigned, is_behind)
