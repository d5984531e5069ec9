"""Filters of the list of open conflicts, and rules that resolve many conflicts at once."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

import django_filters
from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils import timezone

from common import dates
from common.query_params import StrictFilterSet
from registries.choices import ConflictCategory, Decision
from registries.models import Conflict
from trials.models import Trial
from trials.text_search import trial_key

OVERALL_STATUS_PATH = "protocolSection.statusModule.overallStatus"


@dataclass(frozen=True, slots=True)
class BulkRule:
    """`filter_conflicts` filters open conflicts, as of a day, to those that the rule resolves with `decision`."""

    id: str
    text: str
    decision: Decision
    filter_conflicts: Callable[[QuerySet, date], QuerySet]


def _at_unconfirmed_sites(conflicts: QuerySet, today: date) -> QuerySet:
    since = today - timedelta(days=settings.CONFIRMATION_AMBER_DAYS)
    unconfirmed = Q(trial_site__last_confirmed_on__isnull=True) | Q(trial_site__last_confirmed_on__lt=since)
    return conflicts.filter(unconfirmed, category=ConflictCategory.SITE_STATUS)


def _at_confirmed_sites(conflicts: QuerySet, today: date) -> QuerySet:
    since = today - timedelta(days=settings.CONFIRMATION_DUE_DAYS)
    return conflicts.filter(category=ConflictCategory.SITE_STATUS, trial_site__last_confirmed_on__gte=since)


def _except_statuses(conflicts: QuerySet, today: date) -> QuerySet:
    return conflicts.exclude(category=ConflictCategory.SITE_STATUS).exclude(path=OVERALL_STATUS_PATH)


RULES = [
    BulkRule(
        "theirs-where-unconfirmed",
        f"Use the registry status for sites not confirmed for {settings.CONFIRMATION_AMBER_DAYS} days",
        Decision.THEIRS,
        _at_unconfirmed_sites,
    ),
    BulkRule(
        "ours-where-confirmed",
        f"Keep the local status for sites confirmed within {settings.CONFIRMATION_DUE_DAYS} days",
        Decision.OURS,
        _at_confirmed_sites,
    ),
    BulkRule("theirs-but-status", "Use the registry value for all except status", Decision.THEIRS, _except_statuses),
]


AGE_CHOICES = [("7", "More than 7 days"), ("30", "More than 30 days"), ("90", "More than 90 days")]


class ConflictFilterSet(StrictFilterSet):
    """Filters on open conflicts; `rule`: those that a rule would resolve."""

    trial = django_filters.CharFilter(label="Trial", method="of_trial")
    category = django_filters.ChoiceFilter(label="Field group", choices=ConflictCategory)
    open_for = django_filters.ChoiceFilter(label="Open for", choices=AGE_CHOICES, method="open_since")
    rule = django_filters.ChoiceFilter(label="Rule", choices=[(rule.id, rule.text) for rule in RULES], method="by_rule")

    class Meta(StrictFilterSet.Meta):
        model = Conflict
        fields: list[str] = []

    def of_trial(self, conflicts, name, key):
        trial = Trial.objects.first_by_key(trial_key(key))
        return conflicts.filter(trial=trial) if trial else conflicts.none()

    def open_since(self, conflicts, name, days):
        return conflicts.filter(raised_at__lte=timezone.now() - timedelta(days=int(days)))

    def by_rule(self, conflicts, name, rule_id):
        return RULES_BY_ID[rule_id].filter_conflicts(conflicts, dates.today())


RULES_BY_ID = {rule.id: rule for rule in RULES}
