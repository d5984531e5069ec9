"""Data checks of a trial's overall status against its site statuses."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date

from common.rule_types import Rule, violations
from sites.models import TrialSite
from sites.rules import OVERALL_RULES, TrialSitesInput
from trials.models import Trial
from trials.rule_evaluation import register_related_check


@register_related_check
def check_sites(trials: Sequence[Trial], on: date) -> dict[int, list[Rule]]:
    """The violated rules, by trial id. One query."""
    statuses = defaultdict(list)
    rows = TrialSite.objects.filter(trial__in=[trial.pk for trial in trials]).order_by()
    for trial_id, status in rows.values_list("trial_id", "status"):
        statuses[trial_id].append(status)
    return {trial.pk: violations(OVERALL_RULES, _rule_input(trial, statuses[trial.pk]), on=on) for trial in trials}


def _rule_input(trial: Trial, statuses: Sequence[str]) -> TrialSitesInput:
    return TrialSitesInput(trial.overall_status, statuses, trial.last_known_status)
