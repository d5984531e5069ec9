"""Deciding many conflicts by one rule: which ones it picks, and for whom it decides."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from registries.codes import Decision, Thing

OVERALL = "protocolSection.statusModule.overallStatus"


@dataclass(frozen=True, slots=True)
class AcceptRule:
    """`picks` narrows open conflicts, as of a day, to those that the rule decides."""

    id: str
    text: str
    decision: Decision
    picks: Callable[[QuerySet, date], QuerySet]


def _unconfirmed(conflicts: QuerySet, today: date) -> QuerySet:
    since = today - timedelta(days=settings.CONFIRMATION_AMBER_DAYS)
    old = Q(trial_site__last_confirmed_on__isnull=True) | Q(trial_site__last_confirmed_on__lt=since)
    return conflicts.filter(old, thing=Thing.SITE_STATUS)


def _confirmed(conflicts: QuerySet, today: date) -> QuerySet:
    since = today - timedelta(days=settings.CONFIRMATION_DUE_DAYS)
    return conflicts.filter(thing=Thing.SITE_STATUS, trial_site__last_confirmed_on__gte=since)


def _all_but_status(conflicts: QuerySet, today: date) -> QuerySet:
    return conflicts.exclude(thing=Thing.SITE_STATUS).exclude(path=OVERALL)


RULES = [
    AcceptRule(
        "theirs-where-unconfirmed",
        f"Their status for sites not confirmed for {settings.CONFIRMATION_AMBER_DAYS} days",
        Decision.THEIRS,
        _unconfirmed,
    ),
    AcceptRule(
        "ours-where-confirmed",
        f"Our status for sites confirmed within {settings.CONFIRMATION_DUE_DAYS} days",
        Decision.OURS,
        _confirmed,
    ),
    AcceptRule("theirs-but-status", "Theirs for everything but statuses", Decision.THEIRS, _all_but_status),
]
