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
from work.findings.checks import Broken, broken_by
from work.models import Finding, JudgeMark

AT_A_TIME = 200
#: Advisory lock: one judges at a time.
JUDGING = 7_420_003

#: The columns that no rule reads; what a trial holds in them may be long.
_UNREAD = (
    "condition_mesh", "condition_ancestors", "intervention_mesh", "intervention_ancestors", "conditions", "keywords",
    "study_population", "ipd_description", "ipd_access_criteria", "biospecimen_description",
)  # fmt: skip


_LOCK = "SELECT set_config('lock_timeout', %s, true), pg_advisory_xact_lock(%s), set_config('lock_timeout', '0', true)"
_ABOUT = ("trial_id", "rule", "trial_site_id", "role_id")


@dataclass(frozen=True, slots=True)
class Judgement:
    """How many trials were judged, and how many findings were opened and closed by that."""

    trials: int
    opened: int
    closed: int


def judge(trial_ids: Collection[int], *, on: date, patience: str = "0") -> Judgement:
    """Judge some trials as they are now. Waits for others who judge; DatabaseError when that takes longer than our
    patience ("2s"; "0" waits for ever).

    The marks go first and the rows are read after: what commits in between has gone into the rows that are read, what
    commits later leaves a mark that stays.
    """
    with transaction.atomic():
        _hold(patience)
        JudgeMark.objects.filter(trial_id__in=trial_ids).delete()
        trials = list(Trial.objects.filter(pk__in=trial_ids).order_by("pk").defer(*_UNREAD))
        found = {broken.about: broken for broken in broken_by(trials, on=on)}
        return Judgement(len(trials), *_keep(trials, found, on))


def judge_all(*, on: date) -> Iterator[Judgement]:
    """Judge every trial, a batch a transaction; what passes with the days is found by this."""
    last = 0
    while batch := list(Trial.objects.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:AT_A_TIME]):
        yield judge(batch, on=on)
        last = batch[-1]


def judge_marked(*, on: date) -> Iterator[Judgement]:
    """Judge every trial that changed, likewise."""
    while batch := marked(JudgeMark.objects.all(), AT_A_TIME):
        yield judge(batch, on=on)


def marked(marks: QuerySet[JudgeMark], limit: int) -> list[int]:
    """The first so many trials of the marks."""
    return list(marks.order_by("trial_id").values_list("trial_id", flat=True).distinct()[:limit])


def _hold(patience: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [patience, JUDGING])


def _keep(trials: list[Trial], found: Mapping[tuple, Broken], on: date) -> tuple[int, int]:
    """How many were opened and how many closed. What is broken still stays as it is."""
    known = {}
    for pk, level, *about in Finding.objects.open().filter(trial__in=trials).values_list("pk", "level", *_ABOUT):
        known[tuple(about)] = pk, level
    mended = [pk for about, (pk, _) in known.items() if about not in found]
    new = [_finding(broken, on) for about, broken in found.items() if about not in known]
    if mended:
        Finding.objects.filter(pk__in=mended).update(closed_at=timezone.now())
    Finding.objects.bulk_create(new, ignore_conflicts=True)
    _relevel(found, known)
    return len(new), len(mended)


def _finding(broken: Broken, on: date) -> Finding:
    return Finding(
        trial_id=broken.trial_id,
        trial_site_id=broken.trial_site_id,
        role_id=broken.role_id,
        rule=broken.rule.id,
        level=broken.rule.level,
        since=on,
        due_on=broken.due_on,
    )


def _relevel(found: Mapping[tuple, Broken], known: Mapping[tuple, tuple[int, str]]) -> None:
    """A rule can become graver or milder from one release to the next."""
    for about, (pk, level) in known.items():
        if about in found and found[about].rule.level != level:
            Finding.objects.filter(pk=pk).update(level=found[about].rule.level)


PATIENCE = "2s"
log = logging.getLogger(__name__)


def catch_up(trials: QuerySet[Trial] | None = None, *, on: date, limit: int = AT_A_TIME) -> bool:
    """Judge at most `limit` of the trials (all, unless said) that changed; whether more of them still wait.

    One query when nothing changed. Never an error for a reader: what cannot be judged now is logged and waits on.
    """
    marks = JudgeMark.objects.all()
    if trials is not None:
        marks = marks.filter(trial_id__in=trials.order_by().values("pk"))
    due = marked(marks, limit)
    try:
        if due:
            judge(due, on=on, patience=PATIENCE)
    except DatabaseError:
        log.exception("The findings could not be brought up to date")
        return True
    return len(due) == limit and marks.exists()
