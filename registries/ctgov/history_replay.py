"""Rebuilds the rows that bulk imports inserted without audit trail, from the records as received.

With the audit trail they give every row of a table (`history.verification`): the bulk inserts, and the later changes.
"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from typing import Any, cast

from contacts.models import Person, Role
from history.verification import register_replay
from publishing.trial_data import LIST_MODELS, Row
from registries.ctgov.new_study_rows import IdAllocation, build_trial_rows, new_facilities, status_events
from registries.ctgov.parser import read_study
from registries.ctgov.schema import Study
from registries.models import StudyVersion
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial

_BATCH_SIZE = 100  # studies


def replay_bulk_inserts() -> Iterator[tuple[Any, list[Row]]]:
    """Every row that a bulk import inserted, as inserted: batches of (model, rows)."""
    versions = StudyVersion.objects.filter(id_allocation__isnull=False).order_by("pk")
    received = versions.values_list("received", "id_allocation").iterator(chunk_size=_BATCH_SIZE)
    while batch := list(islice(received, _BATCH_SIZE)):
        tables: dict[Any, list[Row]] = defaultdict(list)
        for record, allocation in batch:
            for model, rows in _tables(read_study(record.encode()), cast(IdAllocation, allocation)).items():
                tables[model] += rows
        yield from tables.items()


def _tables(study: Study, allocation: IdAllocation) -> dict[Any, list[Row]]:
    """The rows of one study by model."""
    facilities: dict[int, Row] = {pk: {} for pk in allocation["facilities"]}
    trial_data = build_trial_rows(study, allocation, facilities)
    moment = {"recorded_at": datetime.fromisoformat(allocation["at"])}
    roles = trial_data.roles + [role for site in trial_data.sites for role in site["roles"]]
    people = {role["person_id"]: role["person"] for role in roles}
    return {
        Facility: list(new_facilities(study, allocation).values()),
        StatusEvent: [event | moment for event in status_events(trial_data, allocation)],
        Trial: [trial_data.trial],
        TrialSite: trial_data.sites,
        Role: roles,
        Person: list(people.values()),
        **{part: trial_data.lists[name] for name, part in LIST_MODELS.items()},
    }


register_replay(replay_bulk_inserts)
