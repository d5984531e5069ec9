"""Which rules trials, their sites and their people break on a day: asked of the tables, a few queries for any number.

Each finder is asked `finder(trials, day)`; a further one is one more line in `FINDERS`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F, Q
from django.db.models.functions import Coalesce

from common.rules import Level, Rule, broken
from contacts.models import Role
from contacts.rules import CONTACT_RULES, Contact
from sites.rules import OVERALL_RULES
from trials.models import Trial
from trials.rule_checks import broken_by_itself, broken_by_their_surroundings
from work.deadlines import error_clock
from work.trial_status.suggestions import advice_on

ADVISED = frozenset(rule.id for rule in OVERALL_RULES)


@dataclass(frozen=True, slots=True)
class Broken:
    """A rule, whom it is about, and by when it is to be mended if there is a day for it."""

    trial_id: int
    rule: Rule
    trial_site_id: int | None = None
    role_id: int | None = None
    due_on: date | None = None

    @property
    def about(self) -> tuple:
        return self.trial_id, self.rule.id, self.trial_site_id, self.role_id


def broken_by(trials: Sequence[Trial], *, on: date) -> Iterator[Broken]:
    for finder in FINDERS:
        yield from finder(trials, on)


def _by_trials(trials: Sequence[Trial], on: date) -> Iterator[Broken]:
    around = broken_by_their_surroundings(trials, on=on)
    advised = {advice.trial.pk: advice for advice in advice_on(trials, on=on)}
    for trial in trials:
        for rule in [*broken_by_itself(trial, on=on), *around[trial.pk]]:
            advice = advised.get(trial.pk) if rule.id in ADVISED else None
            due_on = advice.due_on if advice and rule in advice.rules else _due_on(rule, on)
            yield Broken(trial.pk, rule, due_on=due_on)


def _by_roles(trials: Sequence[Trial], on: date) -> Iterator[Broken]:
    ids = [trial.pk for trial in trials]
    held = Role.objects.held_on(on).filter(Q(trial__in=ids) | Q(trial_site__trial__in=ids), person__erased_at=None)
    of_trial = Coalesce(F("trial"), F("trial_site__trial"))
    told = held.order_by().values_list(
        of_trial, "trial_site", "pk", "kind", "role", "person__name", "person__phone", "person__email"
    )
    for trial_id, site_id, role_id, *contact in told.iterator():
        for rule in broken(CONTACT_RULES, Contact(*contact), on=on):
            yield Broken(trial_id, rule, site_id, role_id, _due_on(rule, on))


def _due_on(rule: Rule, on: date) -> date | None:
    """An error that is found on this day is mended within its clock; what asks or tells has no day."""
    return error_clock().last_day(on) if rule.level is Level.ERROR else None


FINDERS: tuple[Callable[[Sequence[Trial], date], Iterable[Broken]], ...] = (
    _by_trials,
    _by_roles,
)
