"""What the list of a trial's findings can be asked."""

from datetime import datetime, timedelta

import django_filters
from django.utils import timezone

from common.number_fields import StrictIntegerField
from trials.asking.strict_filters import StrictFilterSet
from work.models import Finding

IN_VIEW = timedelta(days=90)
OPEN, MENDED = "open", "mended"


class WholeNumberFilter(django_filters.NumberFilter):
    field_class = StrictIntegerField


class FindingFilterSet(StrictFilterSet):
    """`state`: what is open (unless asked otherwise) or what was mended within 90 days; `site`: one of them."""

    state = django_filters.ChoiceFilter(choices=[(OPEN, "Open"), (MENDED, "Mended")], method="in_state")
    site = WholeNumberFilter("trial_site", min_value=1, max_value=2**63 - 1)

    class Meta(StrictFilterSet.Meta):
        model = Finding
        fields = ()

    @property
    def shows_mended(self) -> bool:
        return self.data.get("state") == MENDED

    @property
    def qs(self):
        return super().qs if self.shows_mended else super().qs.open()

    def in_state(self, findings, name, state):
        return findings.closed_since(_moment()) if state == MENDED else findings


def _moment() -> datetime:
    return timezone.now() - IN_VIEW
