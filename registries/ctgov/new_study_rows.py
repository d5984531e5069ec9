"""Builds the complete rows of a new study. Pure: the same study and id allocation give the same rows.

The importer copies these rows into the tables without audit trail; `history_replay` builds them again with the ids
that the import saved (`StudyVersion.id_allocation`).
"""

from collections import Counter
from typing import TypedDict

from contacts.models import Person, Role
from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.ctgov import study_to_rows
from registries.ctgov.schema import Study
from sites.choices import Listing, Source
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial

AUTHOR = "import:ctgov"


class IdAllocation(TypedDict):
    """The ids and dates that an import assigned to a new study.

    first: the first of the consecutive ids of each kind of row · facilities: id of each location's facility, in order ·
    made: indexes of the locations whose facility is new with this study · printed_overrides: values that a location
    prints differently from its facility, by index (as text) · as_of: the date of the record (`yyyy-MM-dd`) · at: the
    moment of the import (ISO 8601).
    """

    trial: int
    first: dict[str, int]
    facilities: list[int]
    made: list[int]
    printed_overrides: dict[str, Row]
    as_of: str
    at: str


def default_row(model) -> Row:
    """A new row of a model: every stored column with its default."""
    return {column.attname: column.get_default() for column in model._meta.concrete_fields if not column.generated}


_DEFAULT_ROWS = {
    model: default_row(model)
    for model in (Trial, Facility, TrialSite, Person, Role, StatusEvent, *LIST_MODELS.values())
}


def build_trial_rows(study: Study, allocation: IdAllocation, facilities: dict[int, Row]) -> TrialData:
    """The complete rows of a new study. `facilities`: the facility rows of its sites, by id."""
    first = allocation["first"]
    trial = _DEFAULT_ROWS[Trial] | study_to_rows.trial_row(study) | {"id": allocation["trial"]}
    parts = {name: _list_rows(rows, name, allocation) for name, rows in study_to_rows.part_rows(study).items()}
    people = _PersonDeduplicator(first.get("person", 0), first.get("role", 0))
    trial_roles = [people.role(*pair, trial_id=trial["id"]) for pair in study_to_rows.trial_roles(study)]
    return TrialData(trial, parts, _site_rows(study, allocation, facilities, people), trial_roles)


def new_facilities(study: Study, allocation: IdAllocation) -> dict[int, Row]:
    """The facilities that are new with the study, by id."""
    locations = study_to_rows.locations_of(study)
    new = {allocation["facilities"][index]: locations[index] for index in allocation["made"]}
    return {
        pk: _DEFAULT_ROWS[Facility] | study_to_rows.facility_row(study_to_rows.facility_columns(location)) | {"id": pk}
        for pk, location in new.items()
    }


def status_events(trial_data: TrialData, allocation: IdAllocation) -> list[Row]:
    """The first status event of each site whose status the record publishes."""
    published = [site for site in trial_data.sites if site["status"]]
    values = {
        "as_of": allocation["as_of"], "source": Source.REGISTRY, "author": AUTHOR, "recorded_at": allocation["at"],
    }  # fmt: skip
    return [
        _DEFAULT_ROWS[StatusEvent]
        | values
        | {"id": allocation["first"]["event"] + number, "trial_site_id": site["id"], "status": site["status"]}
        for number, site in enumerate(published)
    ]


def _list_rows(rows: list[Row], name: str, allocation: IdAllocation) -> list[Row]:
    first, trial_id = allocation["first"].get(name, 0), allocation["trial"]
    defaults = _DEFAULT_ROWS[LIST_MODELS[name]]
    return [defaults | row | {"id": first + index, "trial_id": trial_id} for index, row in enumerate(rows)]


def _site_rows(
    study: Study, allocation: IdAllocation, facilities: dict[int, Row], people: "_PersonDeduplicator"
) -> list[Row]:
    listings: Counter[int] = Counter()
    sites = []
    for index, location in enumerate(study_to_rows.locations_of(study)):
        facility_id = allocation["facilities"][index]
        listings[facility_id] += 1
        pk = allocation["first"]["site"] + index
        sites.append(
            _DEFAULT_ROWS[TrialSite]
            | {
                "id": pk,
                "trial_id": allocation["trial"],
                "facility_id": facility_id,
                "duplicate_index": listings[facility_id],
                "position": index,
                "listing": Listing.LISTED,
                "printed_overrides": allocation["printed_overrides"].get(str(index)),
                "status": location.status,
                "status_as_of": allocation["as_of"] if location.status else None,
                "facility": facilities[facility_id],
                "roles": [people.role(*pair, trial_site_id=pk) for pair in study_to_rows.site_roles(location)],
            }
        )
    return sites


class _PersonDeduplicator:
    """One person for each distinct contact of a record: same name, phone and address; ids in order of appearance."""

    def __init__(self, first_person: int, first_role: int):
        self.people: dict[tuple, Row] = {}
        self.next_person, self.next_role = first_person, first_role

    def role(self, person: Row, role: Row, **place: int) -> Row:
        row = _DEFAULT_ROWS[Role] | role | place | {"id": self.next_role}
        row["person"] = self._person(person)
        row["person_id"] = row["person"]["id"]
        self.next_role += 1
        return row

    def _person(self, person: Row) -> Row:
        key = tuple(person.values())
        row = self.people.get(key) if any(key) else None
        if row is None:
            row = self.people[key] = _DEFAULT_ROWS[Person] | person | {"id": self.next_person}
            self.next_person += 1
        return row
