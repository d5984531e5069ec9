"""What the queue of conflicts can be asked."""

from datetime import timedelta

import django_filters
from django.utils import timezone

from common import dates
from registries.codes import Thing
from registries.deciding.by_rule import RULES
from registries.models import Conflict
from trials.asking.strict_filters import StrictFilterSet
from trials.models import Trial
from trials.searching import trial_key

AGES = [("7", "More than 7 days"), ("30", "More than 30 days"), ("90", "More than 90 days")]


class ConflictFilterSet(StrictFilterSet):
    """Filters on open conflicts; `rule` leaves those that a rule would decide."""

    trial = django_filters.CharFilter(label="Trial", method="of_trial")
    thing = django_filters.ChoiceFilter(label="Kind of thing", choices=Thing)
    open_for = django_filters.ChoiceFilter(label="Open for", choices=AGES, method="open_since")
    rule = django_filters.ChoiceFilter(label="Rule", choices=[(rule.id, rule.text) for rule in RULES], method="by_rule")

    class Meta(StrictFilterSet.Meta):
        model = Conflict
        fields: list[str] = []

    def of_trial(self, conflicts, name, key):
        trial = Trial.objects.with_key(trial_key(key))
        return conflicts.filter(trial=trial) if trial else conflicts.none()

    def open_since(self, conflicts, name, days):
        return conflicts.filter(raised_at__lte=timezone.now() - timedelta(days=int(days)))

    def by_rule(self, conflicts, name, rule_id):
        return RULES_BY_ID[rule_id].picks(conflicts, dates.today())


RULES_BY_ID = {rule.id: rule for rule in RULES}
