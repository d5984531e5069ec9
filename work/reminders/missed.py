"""Sites whose coordinators have let two reminders pass."""

from collections.abc import Collection
from datetime import date

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce

from sites.models import TrialSite
from work.models import Reminder

MISSED = 2
#: Reminders of the site's own coordinators since it was last confirmed; those of a trial's coordinator do not count.
_TO_THE_SITE = Q(
    reminders__reminder__state=Reminder.State.SENT,
    reminders__reminder__user__assignments__trial_site=F("pk"),
    reminders__reminder__for_day__gt=Coalesce("last_confirmed_on", date.min),
)


def reminded_in_vain(sites: Collection[int], *, before: date) -> set[int]:
    """Those of the sites whose coordinators got `MISSED` reminders on different days before that one, unanswered."""
    counted = Count(
        "reminders__reminder__for_day", filter=_TO_THE_SITE & Q(reminders__reminder__for_day__lt=before), distinct=True
    )
    found = TrialSite.objects.filter(pk__in=sites).order_by().annotate(missed=counted).filter(missed__gte=MISSED)
    return set(found.values_list("pk", flat=True))
