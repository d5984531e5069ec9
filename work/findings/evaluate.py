"""Judging trials by every rule, and keeping what is found: opened when it breaks, closed when it is mended.

Keeping the findings as new as the last commit: who reads them first has the trials judged that changed.
"""

import logging
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet
from django.utils import timezone

from trials.models import Trial
from work.findings.checks import Violation, find_violations
from work.models import Finding, PendingEvaluation

BATCH_SIZE = 200
#: Advisory lock: one judges at a time.
EVALUATION_LOCK_KEY = 7_420_003

#: The columns that no rule reads; what a trial holds in them may be long.
_DEFERRED_FIELDS = (
    "condition_mesh", "condition_ancestors", "intervention_mesh", "intervention_ancestors", "conditions", "keywords",
    "study_population", "ipd_description", "ipd_access_criteria", "biospecimen_description",
)  # fmt: skip


_LOCK = "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s), set_config('lock_timeout', '0', true)"
_KEY_FIELDS = ("trial_id", "rule", "trial_site_id", "role_id")


@dataclass(frozen=True, slots=True)
class EvaluationResult:
    """How many trials were judged, and how many findings were opened and closed by that."""

    trials: int
    opened: int
    closed: int


def evaluate_trials(trial_ids: Collection[int], *, on: date, lock_timeout: str = "0") -> EvaluationResult:
    """Judge some trials as they are now. Waits for others who judge; DatabaseError when that takes longer than our
    patience ("2s"; "0" waits for ever).

    The marks go first and the rows are read after: what commits in between has gone into the rows that are read, what
    commits later leaves a mark that stays.
    """
    with transaction.atomic():
        _acquire_lock(lock_timeout)
        PendingEvaluation.objects.filter(trial_id__in=trial_ids).delete()
        trials = list(Trial.objects.filter(pk__in=trial_ids).order_by("pk").defer(*_DEFERRED_FIELDS))
        found = {broken.key: broken for broken in find_violations(trials, on=on)}
        return EvaluationResult(len(trials), *_sync_findings(trials, found, on))


def evaluate_all(*, on: date) -> Iterator[EvaluationResult]:
    """Judge every trial, a batch a transaction; what passes with the days is found by this."""
    last = 0
    while batch := list(Trial.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH_SIZE]):
        yield evaluate_trials(batch, on=on)
        last = batch[-1]


def evaluate_pending(*, on: date) -> Iterator[EvaluationResult]:
    """Judge every trial that changed, likewise."""
    while batch := pending_trial_ids(PendingEvaluation.objects.all(), BATCH_SIZE):
        yield evaluate_trials(batch, on=on)


def pending_trial_ids(pending: QuerySet[PendingEvaluation], limit: int) -> list[int]:
    """The first so many trials of the marks."""
    return list(pending.order_by("trial_id").values_list("trial_id", flat=True).distinct()[:limit])


def _acquire_lock(lock_timeout: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [lock_timeout, EVALUATION_LOCK_KEY])


def _sync_findings(trials: list[Trial], violations: Mapping[tuple, Violation], on: date) -> tuple[int, int]:
    """How many were opened and how many closed. What is broken still stays as it is."""
    known = {}
    for pk, level, *about in Finding.objects.open().filter(trial__in=trials).values_list("pk", "level", *_KEY_FIELDS):
        known[tuple(about)] = pk, level
    mended = [pk for about, (pk, _) in known.items() if about not in violations]
    new = [_build_finding(broken, on) for about, broken in violations.items() if about not in known]
    if mended:
        Finding.objects.filter(pk__in=mended).update(closed_at=timezone.now())
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    _update_levels(violations, known)
    return len(new), len(mended)


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
    """A rule can become graver or milder from one release to the next."""
    for about, (pk, level) in known.items():
        if about in violations and violations[about].rule.level != level:
            Finding.objects.filter(pk=pk).update(level=violations[about].rule.level)


LOCK_TIMEOUT = "2s"
log = logging.getLogger(__name__)


def evaluate_pending_batch(trials: QuerySet[Trial] | None = None, *, on: date, limit: int = BATCH_SIZE) -> bool:
    """Judge at most `limit` of the trials (all, unless said) that changed; whether more of them still wait.

    One query when nothing changed. Never an error for a reader: what cannot be judged now is logged and waits on.
    """
    marks = PendingEvaluation.objects.all()
    if trials is not None:
        marks = marks.filter(trial_id__in=trials.order_by().values("pk"))
    due = pending_trial_ids(marks, limit)
    try:
        if due:
            evaluate_trials(due, on=on, lock_timeout=LOCK_TIMEOUT)
    except DatabaseError:
        log.exception("The findings could not be brought up to date")
        return True
    return len(due) == limit and marks.exists()
