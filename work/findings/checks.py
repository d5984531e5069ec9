"""Checks that find the rule violations of trials, sites and contacts on a day.

A check is called as `check(trials, day)` and listed in `CHECKS`. The number of queries does not depend on the trials.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from common.rules import Level, Rule, violations
from contacts.models import Role
from contacts.rules import CONTACT_RULES, ContactInput
from sites.rules import OVERALL_RULES
from trials.models import Trial
from trials.rule_checks import own_violations, related_violations_by_trial
from work.deadlines import error_deadline
from work.trial_status.suggestions import suggest_statuses

SUGGESTION_RULES = frozenset(rule.id for rule in OVERALL_RULES)


@dataclass(frozen=True, slots=True)
class Violation:
    """A violated rule, its subject, and its due date if it has one."""

    trial_id: int
    rule: Rule
    trial_site_id: int | None = None
    role_id: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple:
        return self.trial_id, self.rule.id, self.trial_site_id, self.role_id


def find_violations(trials: Sequence[Trial], *, on: date) -> Iterator[Violation]:
    for check in CHECKS:
        yield from check(trials, on)


def _check_trials(trials: Sequence[Trial], on: date) -> Iterator[Violation]:
    related = related_violations_by_trial(trials, on=on)
    suggestions = {suggestion.trial.pk: suggestion for suggestion in suggest_statuses(trials, on=on)}
    for trial in trials:
        for rule in [*own_violations(trial, on=on), *related[trial.pk]]:
            suggestion = suggestions.get(trial.pk) if rule.id in SUGGESTION_RULES else None
            due_on = suggestion.due_on if suggestion and rule in suggestion.rules else _due_on(rule, on)
            yield Violation(trial.pk, rule, due_on=due_on)


def _check_contacts(trials: Sequence[Trial], on: date) -> Iterator[Violation]:
    ids = [trial.pk for trial in trials]
    roles = Role.objects.active_on(on).filter(Q(trial__in=ids) | Q(trial_site__trial__in=ids), person__erased_at=None)
    trial_id = Coalesce(F("trial"), F("trial_site__trial"))
    rows = roles.order_by().values_list(
        trial_id, "trial_site", "pk", "kind", "role", "person__name", "person__phone", "person__email"
    )
    for trial_id, site_id, role_id, *contact in rows.iterator():
        for rule in violations(CONTACT_RULES, ContactInput(*contact), on=on):
            yield Violation(trial_id, rule, site_id, role_id, _due_on(rule, on))


def _due_on(rule: Rule, on: date) -> date | None:
    """The due date of an error found on this day; None for warnings and notes."""
    return error_deadline().last_day(on) if rule.level is Level.ERROR else None


CHECKS: tuple[Callable[[Sequence[Trial], date], Iterable[Violation]], ...] = (
    _check_trials,
    _check_contacts,
)
