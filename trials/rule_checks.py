"""All rules that a saved trial can be asked, wherever they live.

Rooms to the right of this one know more about a trial (its sites, its contacts); they add themselves with `judges`.
"""

from collections.abc import Callable, Sequence
from datetime import date

from common.rules import Rule, broken
from trials.models import Trial
from trials.rules import TRIAL_RULES

Judge = Callable[[Sequence[Trial], date], dict[int, list[Rule]]]
_judges: list[Judge] = []


def judges(judge: Judge) -> Judge:
    """Decorator: a function that names, by trial id, the broken rules of trials in their surroundings."""
    _judges.append(judge)
    return judge


def broken_by_itself(trial: Trial, *, on: date) -> list[Rule]:
    return broken(TRIAL_RULES, trial, on=on)


def broken_by_its_surroundings(trial: Trial, *, on: date) -> list[Rule]:
    """What does not go together with the trial's sites and contacts, as they are in the database."""
    return broken_by_their_surroundings([trial], on=on)[trial.pk]


def broken_by_their_surroundings(trials: Sequence[Trial], *, on: date) -> dict[int, list[Rule]]:
    """The same of many trials, by their ids; as many queries as for one."""
    found: dict[int, list[Rule]] = {trial.pk: [] for trial in trials}
    for judge in _judges:
        for trial_id, rules in judge(trials, on).items():
            found[trial_id] += rules
    return found
