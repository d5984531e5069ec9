"""Counts of open findings by trial and level, and the texts of their warnings."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field

from django.db.models import Count

from common.rules import Level, level_counts_text
from trials.models import Trial
from work.assignments import TRIAL_LIST_FIELDS, assigned_findings
from work.models.findings import RULES_BY_ID


@dataclass(slots=True)
class TrialSummary:
    """A trial with the number of its open findings by level, and the texts of its warnings, each with its number."""

    trial: Trial
    by_level: Counter[str] = field(default_factory=Counter)
    warnings: list[tuple[str, int]] = field(default_factory=list)

    @property
    def text(self) -> str:
        return level_counts_text(self.by_level)


def get_trial_summaries(user) -> list[TrialSummary]:
    """Summaries of the user's trials with open findings, those with most errors first. Two queries."""
    counts = assigned_findings(user).open().order_by().values_list("trial", "level", "rule").annotate(Count("pk"))
    by_trial = defaultdict(list)
    for trial_id, *counted in counts:
        by_trial[trial_id].append(counted)
    trials = Trial.objects.only(*TRIAL_LIST_FIELDS).in_bulk(by_trial) if by_trial else {}
    summaries = [_summarize(trial, by_trial[pk]) for pk, trial in trials.items()]
    return sorted(summaries, key=lambda summary: (-summary.by_level[Level.ERROR], summary.trial.key))


def _summarize(trial: Trial, counted: list) -> TrialSummary:
    summary = TrialSummary(trial)
    for level, rule, number in sorted(counted):
        summary.by_level[level] += number
        if level == Level.WARNING and rule in RULES_BY_ID:
            summary.warnings.append((RULES_BY_ID[rule].text, number))
    return summary
