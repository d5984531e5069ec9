"""A study that is not here yet, as a bundle of complete rows. Pure: the same study and manifest, the same rows.

The importer copies the bundle's rows into the tables without a trail row for each; what rebuilds the tables from the
trail calls `bundle_of` again with the ids that the import noted (`StudyVersion.manifest`).
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
    """What the import decided for a new study. `first` ids start a run of consecutive ones, by kind of row.

    facilities: id of each location's facility, in order · made: places in the list whose facility is new with this
    study · printed_overrides: what a location prints differently from its facility, by its place in the list (as text) ·
    as_of: the day for which the record speaks (`yyyy-MM-dd`) · at: the moment of the import (ISO 8601).
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


def count_ids(study: Study) -> Counter[str]:
    """How many rows of each kind the study can bring, facilities aside."""
    locations = study_to_rows.locations_of(study)
    needed = Counter({name: len(found) for name, found in study_to_rows.part_rows(study).items()})
    needed["site"] = len(locations)
    needed["event"] = sum(1 for location in locations if location.status)
    needed["role"] = len(study_to_rows.central_contacts_of(study)) + len(study_to_rows.officials_of(study))
    needed["role"] += sum(len(location.contacts) for location in locations)
    needed["person"] = needed["role"]
    return needed


def build_trial_rows(study: Study, allocation: IdAllocation, facilities: dict[int, Row]) -> TrialData:
    """The complete rows of a new study. `facilities`: the rows of those that its sites stand at, by id."""
    first = allocation["first"]
    trial = _DEFAULT_ROWS[Trial] | study_to_rows.trial_row(study) | {"id": allocation["trial"]}
    parts = {name: _list_rows(found, name, allocation) for name, found in study_to_rows.part_rows(study).items()}
    people = _PersonDeduplicator(first.get("person", 0), first.get("role", 0))
    trial_roles = [people.role(*pair, trial_id=trial["id"]) for pair in study_to_rows.trial_roles(study)]
    return TrialData(trial, parts, _site_rows(study, allocation, facilities, people), trial_roles)


def new_facilities(study: Study, allocation: IdAllocation) -> dict[int, Row]:
    """The facilities that came with the study, by id."""
    locations = study_to_rows.locations_of(study)
    made = {allocation["facilities"][place]: locations[place] for place in allocation["made"]}
    return {
        pk: _DEFAULT_ROWS[Facility] | study_to_rows.facility_row(study_to_rows.facility_columns(location)) | {"id": pk}
        for pk, location in made.items()
    }


def status_events(bundle: TrialData, allocation: IdAllocation) -> list[Row]:
    """The first status event of each site whose status the record publishes."""
    published = [site for site in bundle.sites if site["status"]]
    said = {"as_of": allocation["as_of"], "source": Source.REGISTRY, "author": AUTHOR, "recorded_at": allocation["at"]}
    return [
        _DEFAULT_ROWS[StatusEvent]
        | said
        | {"id": allocation["first"]["event"] + number, "trial_site_id": site["id"], "status": site["status"]}
        for number, site in enumerate(published)
    ]


def _list_rows(rows: list[Row], name: str, allocation: IdAllocation) -> list[Row]:
    first, trial_id = allocation["first"].get(name, 0), allocation["trial"]
    defaults = _DEFAULT_ROWS[LIST_MODELS[name]]
    return [defaults | row | {"id": first + place, "trial_id": trial_id} for place, row in enumerate(rows)]


def _site_rows(
    study: Study, allocation: IdAllocation, facilities: dict[int, Row], people: "_PersonDeduplicator"
) -> list[Row]:
    twins: Counter[int] = Counter()
    sites = []
    for place, location in enumerate(study_to_rows.locations_of(study)):
        facility_id = allocation["facilities"][place]
        twins[facility_id] += 1
        pk = allocation["first"]["site"] + place
        sites.append(
            _DEFAULT_ROWS[TrialSite]
            | {
                "id": pk,
                "trial_id": allocation["trial"],
                "facility_id": facility_id,
                "duplicate_index": twins[facility_id],
                "position": place,
                "listing": Listing.LISTED,
                "printed_overrides": allocation["printed_overrides"].get(str(place)),
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
        self.known: dict[tuple, Row] = {}
        self.next_person, self.next_role = first_person, first_role

    def role(self, person: Row, role: Row, **place: int) -> Row:
        made = _DEFAULT_ROWS[Role] | role | place | {"id": self.next_role}
        made["person"] = self._person(person)
        made["person_id"] = made["person"]["id"]
        self.next_role += 1
        return made

    def _person(self, person: Row) -> Row:
        signature = tuple(person.values())
        known = self.known.get(signature) if any(signature) else None
        if known is None:
            known = self.known[signature] = _DEFAULT_ROWS[Person] | person | {"id": self.next_person}
            self.next_person += 1
        return known
