"""What the registry's rules demand of an overall status after its sites changed: proposed, never applied silently."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from common.rules import Level, Rule, broken
from sites.models import TrialSite
from sites.rules import OVERALL_RULES, implied_overall_status
from sites.rules.inputs import TrialWithSites
from trials.models import Trial
from work.deadlines import Clock, overall_status_clock

#: The note that offers another status where no error demands one.
PROPOSING = "sites-imply-another-overall-status"


@dataclass(frozen=True, slots=True)
class Advice:
    """The rules that ask for another overall status, which one (blank: several would do), and by when."""

    trial: Trial
    rules: Sequence[Rule]
    status: str
    changed_on: date
    clock: Clock

    @property
    def due_on(self) -> date:
        return self.clock.last_day(self.changed_on)


@dataclass(frozen=True, slots=True)
class _Site:
    status: str
    changed_on: date | None
    country: str


def advice_on(trials: Iterable[Trial], *, on: date) -> list[Advice]:
    """One query. Nothing for a trial whose overall status goes with its sites."""
    trials = list(trials)
    sites = defaultdict(list)
    rows = TrialSite.objects.filter(trial__in=[trial.pk for trial in trials]).order_by()
    for trial_id, status, as_of, country in rows.values_list("trial_id", "status", "status_as_of", "facility__country"):
        sites[trial_id].append(_Site(status, as_of.last_day if as_of else None, country))
    found = (_advice(trial, sites[trial.pk], on) for trial in trials)
    return [advice for advice in found if advice]


def _advice(trial: Trial, sites: Sequence[_Site], on: date) -> Advice | None:
    """The clock runs from the last change of a site, by the law of the place where it changed."""
    subject = TrialWithSites(trial.overall_status, [site.status for site in sites], trial.last_known_status)
    rules = [
        rule for rule in broken(OVERALL_RULES, subject, on=on) if rule.level is Level.ERROR or rule.id == PROPOSING
    ]
    known = [site for site in sites if site.changed_on]
    if not rules or not known:
        return None
    last = max(known, key=lambda site: site.changed_on)
    status = implied_overall_status(subject.known)
    return Advice(trial, rules, status or "", min(last.changed_on, on), overall_status_clock(last.country))
