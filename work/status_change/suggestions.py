"""Suggestions of an overall status from the site statuses, by the registry's rules, with their regulatory deadlines.

Never applied automatically.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings

from common.rule_types import Level, Rule, violations
from sites.models import TrialSite
from sites.rules import OVERALL_RULES, TrialSitesInput, implied_overall_status
from trials.models import Trial

#: Member states as the registry spells them. Source: Regulation (EU) 536/2014 applies in the member states.
EUROPEAN_UNION = frozenset(
    {
        "Austria", "Belgium", "Bulgaria", "Croatia", "Cyprus", "Czech Republic", "Czechia", "Denmark", "Estonia",
        "Finland", "France", "Germany", "Greece", "Hungary", "Ireland", "Italy", "Latvia", "Lithuania", "Luxembourg",
        "Malta", "Netherlands", "Poland", "Portugal", "Romania", "Slovakia", "Slovenia", "Spain", "Sweden",
    }
)  # fmt: skip

#: The note that suggests another status if no error requires one.
SUGGESTION_RULE = "sites-imply-another-overall-status"


@dataclass(frozen=True, slots=True)
class Deadline:
    """A number of days and the regulation that sets it."""

    days: int
    source: str

    def last_day(self, since: date) -> date:
        return since + timedelta(days=self.days)


@dataclass(frozen=True, slots=True)
class StatusSuggestion:
    """The violated rules, the suggested status (blank if several would match), and the deadline."""

    trial: Trial
    rules: Sequence[Rule]
    status: str
    changed_on: date
    deadline: Deadline

    @property
    def due_on(self) -> date:
        return self.deadline.last_day(self.changed_on)


@dataclass(frozen=True, slots=True)
class _SiteState:
    status: str
    changed_on: date | None
    country: str


def suggest_statuses(trials: Iterable[Trial], *, on: date) -> list[StatusSuggestion]:
    """Suggestions for the trials whose overall status does not match their sites. One query."""
    trials = list(trials)
    sites = defaultdict(list)
    rows = TrialSite.objects.filter(trial__in=[trial.pk for trial in trials]).order_by()
    for trial_id, status, as_of, country in rows.values_list("trial_id", "status", "status_as_of", "facility__country"):
        sites[trial_id].append(_SiteState(status, as_of.last_day if as_of else None, country))
    suggestions = (_suggest(trial, sites[trial.pk], on) for trial in trials)
    return [suggestion for suggestion in suggestions if suggestion]


def _suggest(trial: Trial, sites: Sequence[_SiteState], on: date) -> StatusSuggestion | None:
    """The deadline counts from the last change of a site, by the law of that site's country."""
    subject = TrialSitesInput(trial.overall_status, [site.status for site in sites], trial.last_known_status)
    rules = [
        rule
        for rule in violations(OVERALL_RULES, subject, on=on)
        if rule.level is Level.ERROR or rule.id == SUGGESTION_RULE
    ]
    known = [site for site in sites if site.changed_on]
    if not rules or not known:
        return None
    last = max(known, key=lambda site: site.changed_on)
    status = implied_overall_status(subject.known)
    return StatusSuggestion(
        trial, rules, status or "", min(last.changed_on, on), _overall_status_deadline(last.country)
    )


def _overall_status_deadline(country: str) -> Deadline:
    """The deadline for updating the overall status after a site of this country changed."""
    if country in EUROPEAN_UNION:
        return Deadline(settings.STATUS_DUE_DAYS_EU, "Regulation (EU) 536/2014, article 36")
    return Deadline(settings.STATUS_DUE_DAYS, "42 CFR 11.64")
