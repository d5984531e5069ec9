"""How much the rules found, trial by trial, and what they ask beside the errors."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from common.rules import Level, levels_in_words
from trials.models import Trial
from work.assignments import TOLD_OF_A_TRIAL, findings_at
from work.models.findings import BY_ID


@dataclass(slots=True)
class Tally:
    """A trial with the number of its open findings by level, and the texts of its warnings, each with its number."""

    trial: Trial
    by_level: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[str, int]] = field(default_factory=list)

    @property
    def words(self) -> str:
        return levels_in_words(self.by_level)


def tallies_of(user) -> list[Tally]:
    """The trials that somebody looks after, in whole or in part, as far as a rule found something; two queries."""
    found = findings_at(user).open().order_by().values_list("trial", "level", "rule").annotate(Count("pk"))
    by_trial = defaultdict(list)
    for trial_id, *counted in found:
        by_trial[trial_id].append(counted)
    trials = Trial.objects.only(*TOLD_OF_A_TRIAL).in_bulk(by_trial) if by_trial else {}
    tallies = [_tally(trial, by_trial[pk]) for pk, trial in trials.items()]
    return sorted(tallies, key=lambda tally: (-tally.by_level[Level.ERROR], tally.trial.key))


def _tally(trial: Trial, counted: list) -> Tally:
    tally = Tally(trial)
    for level, rule, number in sorted(counted):
        tally.by_level[level] += number
        if level == Level.WARNING and rule in BY_ID:
            tally.warnings.append((BY_ID[rule].text, number))
    return tally
