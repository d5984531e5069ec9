"""Loads trials and the lists of their protocols."""

from datetime import date
from typing import Any

from demo import content
from demo.relative_dates import parse_relative_date
from publishing.trial_data import LIST_MODELS
from trials.models import Trial
from trials.models.trial import DATE_FIELDS

_NOT_COLUMNS = {*LIST_MODELS, "central_contacts", "officials"}


def load_trials(today: date) -> dict[str, Trial]:
    """File name → trial."""
    values_by_name = content.trials()
    rows = Trial.objects.bulk_create(_trial(values, today) for values in values_by_name.values())
    trials = dict(zip(values_by_name, rows, strict=True))
    for relation, model in LIST_MODELS.items():
        model.objects.bulk_create(
            model(trial=trials[name], position=position, **entry)
            for name, values in values_by_name.items()
            for position, entry in enumerate(values.get(relation, []))
        )
    return trials


def _trial(content_values: dict[str, Any], today: date) -> Trial:
    columns = {key: value for key, value in content_values.items() if key not in _NOT_COLUMNS}
    dates = {key: parse_relative_date(columns[key], today=today) for key in DATE_FIELDS if key in columns}
    return Trial(**columns | dates)
