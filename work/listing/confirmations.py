"""Sites whose confirmation is overdue, or due within the week."""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

from django.conf import settings

from sites.freshness import confirmation_due_on, needs_confirmation
from sites.models import TrialSite
from work.items import Item, Kind

SOON = timedelta(days=7)


def confirmations_due(sites: Iterable[TrialSite], *, today: date) -> Iterator[Item]:
    rule = f"A site’s status is confirmed every {settings.CONFIRMATION_DUE_DAYS} days."
    for site in filter(needs_confirmation, sites):
        due_on = confirmation_due_on(site)
        if due_on - today <= SOON:
            kind = Kind.OVERDUE if due_on < today else Kind.DUE
            yield Item(kind, site.trial, _what(site, due_on, today), rule, due_on, site)


def _what(site: TrialSite, due_on: date, today: date) -> str:
    if due_on >= today:
        return "Due this week"
    if site.last_confirmed_on is None:
        return "Not confirmed yet"
    return f"Not confirmed for {(today - site.last_confirmed_on).days} days"
