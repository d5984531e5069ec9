"""Evaluates the rules for trials and stores findings: opened when a rule is violated, closed when it is resolved.

Readers evaluate pending trials first, so that findings are as current as the last commit.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db import DatabaseError, transaction
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone

from common.advisory_locks import LockKey, lock_transaction
from common.rule_types import Level, Rule, violations
from contacts.models import Role
from contacts.rules import CONTACT_RULES, ContactInput
from sites.rules import OVERALL_RULES
from trials.models import Trial
from trials.rule_evaluation import own_violations, related_violations_by_trial
from work.models import Finding, PendingEvaluation
from work.status_change.suggestions import suggest_statuses

SUGGESTION_RULES = frozenset(rule.id for rule in OVERALL_RULES)

BATCH_SIZE = 200
#: Long columns that no rule reads.
_DEFERRED_FIELDS = (
    "condition_mesh", "condition_ancestors", "intervention_mesh", "intervention_ancestors", "conditions", "keywords",
    "study_population", "ipd_description", "ipd_access_criteria", "biospecimen_description",
)  # fmt: skip
_KEY_FIELDS = ("trial_id", "rule", "trial_site_id", "role_id")
LOCK_TIMEOUT = "2s"
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Violation:
    """A violated rule, its subject, and its due date if it has one."""

    trial_id: int
    rule: Rule
    trial_site_id: int | None = None
    role_id: int | None = None
    due_on: date | None = None

    @property
    def key(self) -> tuple:
        return self.trial_id, self.rule.id, self.trial_site_id, self.role_id


def find_violations(trials: Sequence[Trial], *, on: date) -> Iterator[Violation]:
    for check in CHECKS:
        yield from check(trials, on)


def _check_trials(trials: Sequence[Trial], on: date) -> Iterator[Violation]:
    related = related_violations_by_trial(trials, on=on)
    suggestions = {suggestion.trial.pk: suggestion for suggestion in suggest_statuses(trials, on=on)}
    for trial in trials:
        for rule in [*own_violations(trial, on=on), *related[trial.pk]]:
            suggestion = suggestions.get(trial.pk) if rule.id in SUGGESTION_RULES else None
            due_on = suggestion.due_on if suggestion and rule in suggestion.rules else _due_on(rule, on)
            yield Violation(trial.pk, rule, due_on=due_on)


def _check_contacts(trials: Sequence[Trial], on: date) -> Iterator[Violation]:
    ids = [trial.pk for trial in trials]
    roles = Role.objects.active_on(on).filter(Q(trial__in=ids) | Q(trial_site__trial__in=ids), person__erased_at=None)
    trial_id = Coalesce(F("trial"), F("trial_site__trial"))
    rows = roles.order_by().values_list(
        trial_id, "trial_site", "pk", "kind", "role", "person__name", "person__phone", "person__email"
    )
    for trial_id, site_id, role_id, *contact in rows.iterator():
        for rule in violations(CONTACT_RULES, ContactInput(*contact), on=on):
            yield Violation(trial_id, rule, site_id, role_id, _due_on(rule, on))


def _due_on(rule: Rule, on: date) -> date | None:
    """The due date of an error found on this day, by 42 CFR 11.64; None for warnings and notes."""
    return on + timedelta(days=settings.STATUS_DUE_DAYS) if rule.level is Level.ERROR else None


CHECKS: tuple[Callable[[Sequence[Trial], date], Iterable[Violation]], ...] = (
    _check_trials,
    _check_contacts,
)


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """The numbers of trials evaluated and of findings opened and closed."""

    trials: int
    opened: int
    closed: int


def evaluate_trials(trial_ids: Collection[int], *, on: date, lock_timeout: str = "0") -> EvaluationResult:
    """Evaluate trials as they are now.

    Waits for another evaluation; DatabaseError after `lock_timeout` ("2s"; "0" waits without limit). Pending rows are
    deleted before the trials are read: changes committed in between are read, later ones add a new pending row.
    """
    with transaction.atomic():
        lock_transaction(LockKey.EVALUATION, timeout=lock_timeout)
        PendingEvaluation.objects.filter(trial_id__in=trial_ids).delete()
        trials = list(Trial.objects.filter(pk__in=trial_ids).order_by("pk").defer(*_DEFERRED_FIELDS))
        violations = {violation.key: violation for violation in find_violations(trials, on=on)}
        return EvaluationResult(len(trials), *_sync_findings(trials, violations, on))


def evaluate_all(*, on: date) -> Iterator[EvaluationResult]:
    """Evaluate every trial, one batch for each transaction; finds violations that arise as days pass."""
    last = 0
    while batch := list(Trial.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        yield evaluate_trials(batch, on=on)
        last = batch[-1]


def evaluate_pending(*, on: date) -> Iterator[EvaluationResult]:
    """Evaluate every pending trial, one batch for each transaction."""
    while batch := pending_trial_ids(PendingEvaluation.objects.all(), BATCH_SIZE):
        yield evaluate_trials(batch, on=on)


def pending_trial_ids(pending: QuerySet[PendingEvaluation], limit: int) -> list[int]:
    """The first `limit` trial ids of the pending rows."""
    return list(pending.order_by("trial_id").values_list("trial_id", flat=True).distinct()[:limit])


def _sync_findings(trials: list[Trial], violations: Mapping[tuple, Violation], on: date) -> tuple[int, int]:
    """Open and close findings; returns (opened, closed). Continuing violations keep their row."""
    known = {}
    for pk, level, *key in Finding.objects.open().filter(trial__in=trials).values_list("pk", "level", *_KEY_FIELDS):
        known[tuple(key)] = pk, level
    resolved = [pk for key, (pk, _) in known.items() if key not in violations]
    new = [_build_finding(violation, on) for key, violation in violations.items() if key not in known]
    if resolved:
        Finding.objects.filter(pk__in=resolved).update(closed_at=timezone.now())
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    _update_levels(violations, known)
    return len(new), len(resolved)


def _build_finding(violation: Violation, on: date) -> Finding:
    return Finding(
        trial_id=violation.trial_id,
        trial_site_id=violation.trial_site_id,
        role_id=violation.role_id,
        rule=violation.rule.id,
        level=violation.rule.level,
        since=on,
        due_on=violation.due_on,
    )


def _update_levels(violations: Mapping[tuple, Violation], known: Mapping[tuple, tuple[int, str]]) -> None:
    """Update the level of open findings whose rule has another level in this release."""
    for key, (pk, level) in known.items():
        if key in violations and violations[key].rule.level != level:
            Finding.objects.filter(pk=pk).update(level=violations[key].rule.level)


def evaluate_pending_batch(trials: QuerySet[Trial] | None = None, *, on: date, limit: int = BATCH_SIZE) -> bool:
    """Evaluate at most `limit` pending trials (of `trials`, or all); returns whether more are pending.

    One query if nothing is pending. Database errors are logged, not raised, and the trials stay pending.
    """
    pending = PendingEvaluation.objects.all()
    if trials is not None:
        pending = pending.filter(trial_id__in=trials.order_by().values("pk"))
    due = pending_trial_ids(pending, limit)
    try:
        if due:
            evaluate_trials(due, on=on, lock_timeout=LOCK_TIMEOUT)
    except DatabaseError:
        log.exception("Pending trials could not be evaluated")
        return True
    return len(due) == limit and pending.exists()
