"""What trials' sites have to say about their overall status."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from common.rules import Rule, broken
from sites.models import TrialSite
from sites.rules import OVERALL_RULES
from sites.rules.inputs import TrialWithSites
from trials.models import Trial
from trials.rule_checks import judges


@judges
def judge_by_sites(trials: Sequence[Trial], on: date) -> dict[int, list[Rule]]:
    """One query."""
    statuses = defaultdict(list)
    rows = TrialSite.objects.filter(trial__in=[trial.pk for trial in trials]).order_by()
    for trial_id, status in rows.values_list("trial_id", "status"):
        statuses[trial_id].append(status)
    return {trial.pk: broken(OVERALL_RULES, _with_sites(trial, statuses[trial.pk]), on=on) for trial in trials}


def _with_sites(trial: Trial, statuses: Sequence[str]) -> TrialWithSites:
    return TrialWithSites(trial.overall_status, statuses, trial.last_known_status)
