"""Simulates the year day by day: reminders are sent, some are answered, status changes are entered."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from math import log
from random import Random

from django.utils import timezone

from accounts.models import User
from benchmarks.year.assumptions import Assumptions
from benchmarks.year.world import World, make_world
from sites.confirmation_age import needs_confirmation
from sites.models import TrialSite
from sites.permissions import authority_over
from sites.services import change_status
from work.models import Reminder
from work.my_work.confirmations import confirm_sites
from work.my_work.items import ItemType
from work.reminders.digests import build_digest, send_reminders


@dataclass(slots=True)
class Year:
    """Results: the share of sites confirmed in time on each day, and (date of change, date of publication)."""

    plan: Assumptions
    first: date
    shares: list[float] = field(default_factory=list)
    published: list[tuple[date, date]] = field(default_factory=list)
    unpublished: list[date] = field(default_factory=list)
    mails: int = 0
    escalated: int = 0


def simulate(plan: Assumptions, *, seed: int, first: date) -> Year:
    """`first` must be so early that the year is over: future days cannot be confirmed."""
    chance = Random(seed)
    world, year = make_world(chance, plan, first), Year(plan, first)
    answers: defaultdict[date, list[int]] = defaultdict(list)
    for number in range(plan.days):
        day = first + timedelta(days=number)
        year.mails += send_reminders(now=_morning(day)).sent
        for user, delay in _answers_to_todays_mails(world, chance, plan, day):
            answers[day + timedelta(days=delay)].append(user)
        for user in sorted(set(answers.pop(day, []))):
            _answer(world, year, User.objects.get(pk=user), day)
        year.shares.append(_share_in_time(day))
    year.unpublished = [since for steps in world.steps.values() for _, since in steps]
    return year


def _morning(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(6)))


def _answers_to_todays_mails(world: World, chance: Random, plan: Assumptions, day: date) -> Iterator[tuple[int, int]]:
    """(user id, days until the answer) of users who answer."""
    sent = Reminder.objects.filter(for_day=day, state=Reminder.State.SENT).order_by("user")
    for user, name in sent.values_list("user", "user__username"):
        median = plan.escalation_median if name.startswith("trial-") else plan.answer_median
        delay = chance.lognormvariate(log(median), plan.spread)
        if user not in world.silent:
            yield user, int(delay)


def _answer(world: World, year: Year, user: User, day: date) -> None:
    """The user updates or confirms every site that a reminder would name now."""
    digest = build_digest(user, now=_morning(day))
    sites = [item.site for item in digest.items if item.site and item.kind in (ItemType.OVERDUE, ItemType.DUE)]
    year.escalated += len({site.pk for site in sites} & set(digest.escalated))
    still_true = {site.pk: site.version for site in sites if not _report_changes(world, year, user, site, day)}
    if still_true:
        confirm_sites(user, still_true, on=day)


def _report_changes(world: World, year: Year, user: User, site: TrialSite, day: date) -> bool:
    """Enter the actual changes that are not recorded yet; returns whether there were any."""
    steps = world.steps[site.pk]
    happened = [step for step in steps if step[1] <= day]
    for status, since in happened:
        change_status(
            site, to=status, effective_on=since, author=user.actor, authority=authority_over(user, site),
            reason="Told when asked", accept_warnings=True, as_of=day,
        )  # fmt: skip
        year.published.append((since, day))
        steps.remove((status, since))
    return bool(happened)


def _share_in_time(day: date) -> float:
    """The share of sites confirmed within 30 days, of those that need confirmation."""
    sites = [site for site in TrialSite.objects.only("status", "last_confirmed_on") if needs_confirmation(site)]
    in_time = sum((day - site.last_confirmed_on).days <= 30 for site in sites)
    return in_time / len(sites) if sites else 1.0
