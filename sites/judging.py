"""What a trial's sites have to say about its overall status."""

from datetime import date

from sites.rules import OVERALL_RULES
from sites.subjects import TrialWithSites
from trials.judging import judges
from trials.models import Trial
from trials.rule import Rule, broken


@judges
def judge_by_sites(trial: Trial, on: date) -> list[Rule]:
    """One query."""
    statuses = list(trial.trial_sites.order_by().values_list("status", flat=True))
    return broken(OVERALL_RULES, TrialWithSites(trial.overall_status, statuses, trial.last_known_status), on=on)
