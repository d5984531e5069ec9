"""Loads trials, facilities and sites."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from demo import content
from demo.notations import HistoryEvent, days_ago, parse_history, parse_relative_date
from publishing.trial_data import LIST_MODELS
from sites.choices import Listing
from sites.models import Facility, TrialSite
from sites.place_names import is_placeholder_name
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


@dataclass(frozen=True, slots=True)
class DemoSite:
    """A site's row with its status history and the confirmation and enrollment of its table."""

    row: TrialSite
    trial: str
    facility: str
    history: list[HistoryEvent]
    confirmed_on: date | None
    enrolled: int

    @property
    def begins_on(self) -> date | None:
        return self.history[0].as_of if self.history else None


def load_sites(trials: dict[str, Trial], today: date) -> list[DemoSite]:
    facilities = _load_facilities()
    lines = content.table("sites")
    rows = TrialSite.objects.bulk_create(_rows(lines, trials, facilities))
    return [_site(row, line, today) for row, line in zip(rows, lines, strict=True)]


def _load_facilities() -> dict[str, Facility]:
    lines = content.table("facilities")
    rows = Facility.objects.bulk_create(_facility(dict(line)) for line in lines)
    return {line["key"]: row for line, row in zip(lines, rows, strict=True)}


def _facility(line: dict[str, str]) -> Facility:
    del line["key"]
    point = {axis: float(line.pop(axis)) for axis in ("latitude", "longitude")}
    return Facility(**line, **point, is_masked=is_placeholder_name(line["name"]))


def _rows(lines: list[dict[str, str]], trials: dict[str, Trial], facilities: dict[str, Facility]):
    next_positions: dict[str, int] = defaultdict(int)
    for line in lines:
        yield TrialSite(
            trial=trials[line["trial"]],
            facility=facilities[line["facility"]],
            duplicate_index=int(line["duplicate_index"]),
            position=next_positions[line["trial"]],
            listing=Listing.LISTED if trials[line["trial"]].nct_id else Listing.OURS,
            stage=line["stage"],
            enrollment_target=int(line["target"]),
        )
        next_positions[line["trial"]] += 1


def _site(row: TrialSite, line: dict[str, str], today: date) -> DemoSite:
    return DemoSite(
        row=row,
        trial=line["trial"],
        facility=line["facility"],
        history=parse_history(line["history"], today=today),
        confirmed_on=days_ago(int(line["confirmed"]), today=today) if line["confirmed"] else None,
        enrolled=int(line["enrolled"] or 0),
    )
