"""All rules that a saved trial can be asked, wherever they live.

Rooms to the right of this one know more about a trial (its sites, its contacts); they add themselves with `judges`.
"""

from collections.abc import Callable, Sequence
from datetime import date

from common.rules import Rule, violations
from trials.models import Trial
from trials.rules import TRIAL_RULES

RelatedCheck = Callable[[Sequence[Trial], date], dict[int, list[Rule]]]
_related_checks: list[RelatedCheck] = []


def register_related_check(check: RelatedCheck) -> RelatedCheck:
    """Decorator: a function that names, by trial id, the broken rules of trials in their surroundings."""
    _related_checks.append(check)
    return check


def own_violations(trial: Trial, *, on: date) -> list[Rule]:
    return violations(TRIAL_RULES, trial, on=on)


def related_violations(trial: Trial, *, on: date) -> list[Rule]:
    """What does not go together with the trial's sites and contacts, as they are in the database."""
    return related_violations_by_trial([trial], on=on)[trial.pk]


def related_violations_by_trial(trials: Sequence[Trial], *, on: date) -> dict[int, list[Rule]]:
    """The same of many trials, by their ids; as many queries as for one."""
    found: dict[int, list[Rule]] = {trial.pk: [] for trial in trials}
    for judge in _related_checks:
        for trial_id, rules in judge(trials, on).items():
            found[trial_id] += rules
    return found
