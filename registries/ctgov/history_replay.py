"""The rows that the bulk road inserted without a trail, told again from the records as received.

With `history.trail.rebuild` these are all of a table: what came in bulk, and what the trail says happened since.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any, cast

from contacts.models import Person, Role
from publishing.trial_data import PARTS, Bundle, Row, columns_of
from registries.ctgov.new_study_rows import Manifest, bundle_of, new_facilities, status_events
from registries.ctgov.parser import read_study
from registries.ctgov.schema import Study
from registries.models import StudyVersion
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial


def bulk_inserted(model) -> Iterator[Row]:
    """Every row of a model that an import copied in, as it was then: {attname: value}."""
    names = columns_of(model)
    arrived = StudyVersion.objects.filter(manifest__isnull=False).order_by("pk")
    for received, manifest in arrived.values_list("received", "manifest").iterator(chunk_size=100):
        for row in _rows(model, read_study(received.encode()), cast(Manifest, manifest)):
            yield {name: row[name] for name in names}


def _rows(model, study: Study, manifest: Manifest) -> Iterator[Row]:
    if model is Facility:
        yield from new_facilities(study, manifest).values()
        return
    facilities: dict[int, Row] = {pk: {} for pk in manifest["facilities"]}
    bundle = bundle_of(study, manifest, facilities)
    if model is StatusEvent:
        moment = {"recorded_at": datetime.fromisoformat(manifest["at"])}
        yield from (event | moment for event in status_events(bundle, manifest))
    else:
        yield from _of_bundle(model, bundle)


def _of_bundle(model, bundle: Bundle) -> list[Row]:
    roles = bundle.roles + [role for site in bundle.sites for role in site["roles"]]
    people = {role["person_id"]: role["person"] for role in roles}
    tables: dict[Any, list[Row]] = {Trial: [bundle.trial], TrialSite: bundle.sites, Role: roles}
    tables[Person] = list(people.values())
    tables |= {part: bundle.parts[name] for name, part in PARTS.items()}
    return tables[model]
