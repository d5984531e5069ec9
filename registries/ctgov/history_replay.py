"""Rebuilds the rows that bulk imports inserted without audit trail, from the records as received.

With `history.trail.rebuild` they give every row of a table: the bulk inserts, and the later changes in the trail.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from contacts.models import Person, Role
from publishing.trial_data import LIST_MODELS, Row, TrialData, columns_of
from registries.ctgov.new_study_rows import IdAllocation, build_trial_rows, new_facilities, status_events
from registries.ctgov.parser import read_study
from registries.ctgov.schema import Study
from registries.models import StudyVersion
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial


def replay_bulk_inserts(model) -> Iterator[Row]:
    """Every row of a model that a bulk import inserted, as inserted: {attname: value}."""
    names = columns_of(model)
    versions = StudyVersion.objects.filter(id_allocation__isnull=False).order_by("pk")
    for received, allocation in versions.values_list("received", "id_allocation").iterator(chunk_size=100):
        for row in _rows(model, read_study(received.encode()), cast(IdAllocation, allocation)):
            yield {name: row[name] for name in names}


def _rows(model, study: Study, allocation: IdAllocation) -> Iterator[Row]:
    if model is Facility:
        yield from new_facilities(study, allocation).values()
        return
    facilities: dict[int, Row] = {pk: {} for pk in allocation["facilities"]}
    bundle = build_trial_rows(study, allocation, facilities)
    if model is StatusEvent:
        moment = {"recorded_at": datetime.fromisoformat(allocation["at"])}
        yield from (event | moment for event in status_events(bundle, allocation))
    else:
        yield from _table_rows(model, bundle)


def _table_rows(model, bundle: TrialData) -> list[Row]:
    roles = bundle.roles + [role for site in bundle.sites for role in site["roles"]]
    people = {role["person_id"]: role["person"] for role in roles}
    tables: dict[Any, list[Row]] = {Trial: [bundle.trial], TrialSite: bundle.sites, Role: roles}
    tables[Person] = list(people.values())
    tables |= {part: bundle.lists[name] for name, part in LIST_MODELS.items()}
    return tables[model]
