"""Keeping the findings as new as the last commit: who reads them first has the trials judged that changed."""

import logging
from datetime import date

from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from trials.models import Trial
from work.judging import AT_A_TIME, judge
from work.models import JudgeMark

PATIENCE = "2s"
log = logging.getLogger(__name__)


def catch_up(trials: QuerySet[Trial], *, on: date) -> bool:
    """Judge those of the trials that changed, at most a batch of them; whether more of them still wait.

    One query when nothing changed. Never an error for a reader: what cannot be judged now is logged and waits on.
    """
    waiting = JudgeMark.objects.filter(trial_id__in=trials.order_by().values("pk"))
    try:
        return work_off(waiting, on=on) and waiting.exists()
    except DatabaseError:
        log.exception("The findings could not be brought up to date")
        return True


def work_off(marks: QuerySet[JudgeMark], *, on: date, limit: int = AT_A_TIME) -> int:
    """Judge at most `limit` of the trials that are marked so; how many.

    DatabaseError when somebody else judges for longer than our patience.
    """
    due = list(marks.order_by("trial_id").values_list("trial_id", flat=True).distinct()[:limit])
    if due:
        with transaction.atomic():
            _be_patient()
            judge(due, on=on)
    return len(due)


def _be_patient() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, true)", [PATIENCE])
