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
from work.my_work.items import Item, Kind, Row
from work.my_work.service import my_work

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


SHOWN = 20


@dataclass(frozen=True, slots=True)
class Digest:
    """`escalated` are the ids of sites whose own coordinators did not answer."""

    user: object
    items: Sequence[Item]
    escalated: Collection[int]

    @property
    def overdue_sites(self) -> list[TrialSite]:
        return [item.site for item in self.items if item.site and item.kind is Kind.OVERDUE]

    @property
    def subject(self) -> str:
        number = len(self.items)
        return f"{number} thing{'' if number == 1 else 's'} need{'s' if number == 1 else ''} you in Sitelight"

    def text(self, *, address: str, today) -> str:
        """The mail. `address` is where My work is; reading it changes nothing."""
        shown = [(item, item.site is not None and item.site.pk in self.escalated) for item in self.items[:SHOWN]]
        context = {
            "digest": self, "shown": shown, "more": len(self.items) - len(shown), "address": address, "today": today,
        }  # fmt: skip
        return render_to_string("work/reminders/digest.txt", context)


def digest_of(user, *, now: datetime) -> Digest:
    """What needs the user, as told by mail.

    A site with a coordinator of its own is that person's first; the trial's coordinator hears of it when two reminders
    have been missed. A site that nobody looks after is the trial's coordinator's at once.
    """
    items = [item for row in my_work(user, now=now).rows for item in _of_row(row)]
    theirs = _looked_after_by_others(user, [item.site.pk for item in items if item.site], now)
    escalated = reminded_in_vain(theirs, before=local_date(now))
    return Digest(user, list(_told(items, theirs - escalated)), escalated)


def _of_row(row: Row) -> Iterator[Item]:
    """The gravest reason, and the month that is not reported where something else is graver."""
    yield row.item
    yield from (item for item in row.others if item.kind is Kind.MONTH_REPORT)


def _told(items: Sequence[Item], silent: Collection[int]) -> Iterator[Item]:
    return (item for item in items if item.site is None or item.site.pk not in silent)


def _looked_after_by_others(user, sites: Collection[int], now: datetime) -> set[int]:
    """The sites that have a coordinator, who is not this user."""
    day = local_date(now)
    in_force = Assignment.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day), starts_on__lte=day)
    held = in_force.filter(trial_site__in=sites, user__is_active=True).values_list("trial_site", "user")
    mine = {site for site, holder in held if holder == user.pk}
    return {site for site, _ in held} - mine
