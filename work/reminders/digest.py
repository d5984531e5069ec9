"""The digest of a user: their open tasks, without sites that first go to another coordinator."""

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
#: Reminders sent to the site's own coordinators since it was last confirmed.
_SENT_TO_SITE_COORDINATOR = Q(
    reminders__reminder__state=Reminder.State.SENT,
    reminders__reminder__user__assignments__trial_site=F("pk"),
    reminders__reminder__for_day__gt=Coalesce("last_confirmed_on", date.min),
)


def sites_with_missed_reminders(sites: Collection[int], *, before: date) -> set[int]:
    """The ids of sites with `MISSED_REMINDERS` unanswered reminders on different days before a day."""
    counted = Count(
        "reminders__reminder__for_day",
        filter=_SENT_TO_SITE_COORDINATOR & Q(reminders__reminder__for_day__lt=before),
        distinct=True,
    )
    missed_sites = (
        TrialSite.objects.filter(pk__in=sites).order_by().annotate(missed=counted).filter(missed__gte=MISSED_REMINDERS)
    )
    return set(missed_sites.values_list("pk", flat=True))


MAX_ITEMS = 20


@dataclass(frozen=True, slots=True)
class Digest:
    """The tasks in a mail; `escalated` are the ids of sites whose own coordinators did not respond."""

    user: object
    items: Sequence[WorkItem]
    escalated: Collection[int]
    today: date

    @property
    def overdue_sites(self) -> list[TrialSite]:
        return [item.site for item in self.items if item.site and item.kind is ItemType.OVERDUE]

    @property
    def subject(self) -> str:
        return f"Sitelight: {self.summary}"

    @property
    def summary(self) -> str:
        """Such as "8 open tasks, 6 overdue"."""
        number = len(self.items)
        overdue = sum(item.due_on is not None and item.due_on < self.today for item in self.items)
        return f"{number} open task{'' if number == 1 else 's'}" + (f", {overdue} overdue" if overdue else "")

    def text(self, *, address: str, today) -> str:
        """The text of the mail. `address` is the URL of My work."""
        shown = [(item, item.site is not None and item.site.pk in self.escalated) for item in self.items[:MAX_ITEMS]]
        context = {
            "digest": self, "shown": shown, "more": len(self.items) - len(shown), "address": address, "today": today,
        }  # fmt: skip
        return render_to_string("work/reminders/digest.txt", context)


def build_digest(user, *, now: datetime) -> Digest:
    """Build the digest of a user.

    Sites with their own coordinator are included for the trial's coordinators only after `MISSED_REMINDERS`; sites
    without one are included at once.
    """
    today = local_date(now)
    items = [item for row in build_my_work(user, now=now).rows for item in _row_items(row)]
    delegated = _sites_of_other_coordinators(user, [item.site.pk for item in items if item.site], now)
    escalated = sites_with_missed_reminders(delegated, before=today)
    return Digest(user, list(_exclude_sites(items, delegated - escalated)), escalated, today)


def _row_items(row: WorkRow) -> Iterator[WorkItem]:
    """The most severe task, and a missing monthly report if another task is more severe."""
    yield row.item
    yield from (item for item in row.other_items if item.kind is ItemType.MONTH_REPORT)


def _exclude_sites(items: Sequence[WorkItem], site_ids: Collection[int]) -> Iterator[WorkItem]:
    return (item for item in items if item.site is None or item.site.pk not in site_ids)


def _sites_of_other_coordinators(user, sites: Collection[int], now: datetime) -> set[int]:
    """The ids of sites that have coordinators, none of whom is this user."""
    day = local_date(now)
    in_force = Assignment.objects.in_force(day).filter(trial_site__in=sites, user__is_active=True)
    assignments = in_force.values_list("trial_site", "user")
    own = {site for site, coordinator in assignments if coordinator == user.pk}
    return {site for site, _ in assignments} - own
