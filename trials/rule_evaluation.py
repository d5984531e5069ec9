"""Evaluates all rules about a saved trial.

Apps that depend on this one (sites, contacts) add their checks with `register_related_check`.
"""

from collections.abc import Callable, Sequence
from datetime import date

from common.rule_types import Rule, violations
from trials.models import Trial
from trials.rules import TRIAL_RULES

RelatedCheck = Callable[[Sequence[Trial], date], dict[int, list[Rule]]]
_related_checks: list[RelatedCheck] = []


def register_related_check(check: RelatedCheck) -> RelatedCheck:
    """Decorator for a function that returns, by trial id, the violated rules that involve related rows."""
    _related_checks.append(check)
    return check


def own_violations(trial: Trial, *, on: date) -> list[Rule]:
    return violations(TRIAL_RULES, trial, on=on)


def related_violations(trial: Trial, *, on: date) -> list[Rule]:
    """Violations that involve the trial's sites and contacts, as stored in the database."""
    return related_violations_by_trial([trial], on=on)[trial.pk]


def related_violations_by_trial(trials: Sequence[Trial], *, on: date) -> dict[int, list[Rule]]:
    """`related_violations` of many trials, by id; the number of queries does not depend on how many."""
    result: dict[int, list[Rule]] = {trial.pk: [] for trial in trials}
    for check in _related_checks:
        for trial_id, rules in check(trials, on).items():
            result[trial_id] += rules
    return result
