"""All rules that a saved trial can be asked, wherever they live.

Rooms to the right of this one know more about a trial (its sites, its contacts); they add themselves with `judges`.
"""

from collections.abc import Callable, Iterator
from datetime import date

from trials.models import Trial
from trials.rule import Rule, broken
from trials.rules import TRIAL_RULES

Judge = Callable[[Trial, date], list[Rule]]
_judges: list[Judge] = []


def judges(judge: Judge) -> Judge:
    """Decorator: a function that names the broken rules of a trial in its surroundings."""
    _judges.append(judge)
    return judge


def broken_by_itself(trial: Trial, *, on: date) -> list[Rule]:
    return broken(TRIAL_RULES, trial, on=on)


def broken_by_its_surroundings(trial: Trial, *, on: date) -> Iterator[Rule]:
    """What does not go together with the trial's sites and contacts, as they are in the database."""
    for judge in _judges:
        yield from judge(trial, on)
