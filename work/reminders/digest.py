"""Sites whose coordinators have let two reminders pass.

What a reminder says: the list of My work, without what is first of all somebody else's.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q
from django.db.models.functions import Coalesce
from django.template.loader import render_to_string

from accounts.models import Assignment
from common.dates import local_date
from sites.models import TrialSite
from work.models import Reminder
from work.my_work.items import ItemType, WorkItem, WorkRow
from work.my_work.service import build_my_work

MISSED_REMINDERS = 2
#: Reminders of the site's own coordinators since it was last confirmed; those of a trial's coordinator do not count.
_SENT_TO_SITE_COORDINATOR = Q(
    reminders__reminder__state=Reminder.State.SENT,
    reminders__reminder__user__assignments__trial_site=F("pk"),
    reminders__reminder__for_day__gt=Coalesce("last_confirmed_on", date.min),
)


def sites_with_missed_reminders(sites: Collection[int], *, before: date) -> set[int]:
    """Those of the sites whose coordinators got `MISSED` reminders on different days before that one, unanswered."""
    counted = Count(
        "reminders__reminder__for_day",
        filter=_SENT_TO_SITE_COORDINATOR & Q(reminders__reminder__for_day__lt=before),
        distinct=True,
    )
    found = (
        TrialSite.objects.filter(pk__in=sites).order_by().annotate(missed=counted).filter(missed__gte=MISSED_REMINDERS)
    )
    return set(found.values_list("pk", flat=True))


MAX_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Digest:
    """`escalated` are the ids of sites whose own coordinators did not answer."""

    user: object
    items: Sequence[WorkItem]
    escalated: Collection[int]

    @property
    def overdue_sites(self) -> list[TrialSite]:
        return [item.site for item in self.items if item.site and item.kind is ItemType.OVERDUE]

    @property
    def subject(self) -> str:
        number = len(self.items)
        return f"{number} thing{'' if number == 1 else 's'} need{'s' if number == 1 else ''} you in Sitelight"

    def text(self, *, address: str, today) -> str:
        """The mail. `address` is where My work is; reading it changes nothing."""
        shown = [(item, item.site is not None and item.site.pk in self.escalated) for item in self.items[:MAX_ITEMS]]
        context = {
            "digest": self, "shown": shown, "more": len(self.items) - len(shown), "address": address, "today": today,
        }  # fmt: skip
        return render_to_string("work/reminders/digest.txt", context)


def build_digest(user, *, now: datetime) -> Digest:
    """What needs the user, as told by mail.

    A site with a coordinator of its own is that person's first; the trial's coordinator hears of it when two reminders
    have been missed. A site that nobody looks after is the trial's coordinator's at once.
    """
    items = [item for row in build_my_work(user, now=now).rows for item in _row_items(row)]
    theirs = _sites_of_other_coordinators(user, [item.site.pk for item in items if item.site], now)
    escalated = sites_with_missed_reminders(theirs, before=local_date(now))
    return Digest(user, list(_exclude_sites(items, theirs - escalated)), escalated)


def _row_items(row: WorkRow) -> Iterator[WorkItem]:
    """The gravest reason, and the month that is not reported where something else is graver."""
    yield row.item
    yield from (item for item in row.other_items if item.kind is ItemType.MONTH_REPORT)


def _exclude_sites(items: Sequence[WorkItem], silent: Collection[int]) -> Iterator[WorkItem]:
    return (item for item in items if item.site is None or item.site.pk not in silent)


def _sites_of_other_coordinators(user, sites: Collection[int], now: datetime) -> set[int]:
    """The sites that have a coordinator, who is not this user."""
    day = local_date(now)
    in_force = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    held = in_force.filter(trial_site__in=sites, user__is_active=True).values_list("trial_site", "user")
    mine = {site for site, holder in held if holder == user.pk}
    return {site for site, _ in held} - mine
