"""Keeping the findings as new as the last commit: who reads them first has the trials judged that changed."""

import logging
from datetime import date

from django.db import DatabaseError
from django.db.models import QuerySet

from trials.models import Trial
from work.findings.judging import AT_A_TIME, judge, marked
from work.models import JudgeMark

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
