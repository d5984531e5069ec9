"""Trials, the parts of their protocols, and nothing else."""

from datetime import date
from typing import Any

from demo import content
from demo.relative_dates import read_date
from publishing.trial_data import PARTS
from trials.models import Trial
from trials.models.trial import DATES

_NOT_COLUMNS = {*PARTS, "central_contacts", "officials"}


def load_trials(today: date) -> dict[str, Trial]:
    """The trials by the names of their files."""
    written = content.trials()
    rows = Trial.objects.bulk_create(_trial(told, today) for told in written.values())
    trials = dict(zip(written, rows, strict=True))
    for relation, model in PARTS.items():
        model.objects.bulk_create(
            model(trial=trials[name], position=position, **part)
            for name, told in written.items()
            for position, part in enumerate(told.get(relation, []))
        )
    return trials


def _trial(told: dict[str, Any], today: date) -> Trial:
    columns = {key: value for key, value in told.items() if key not in _NOT_COLUMNS}
    dates = {key: read_date(columns[key], today=today) for key in DATES if key in columns}
    return Trial(**columns | dates)
