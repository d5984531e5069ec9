"""A study that is not here yet, as a bundle of complete rows. Pure: the same study and manifest, the same rows.

The importer copies the bundle's rows into the tables without a trail row for each; what rebuilds the tables from the
trail calls `bundle_of` again with the ids that the import noted (`StudyVersion.manifest`).
"""

from collections import Counter
from typing import TypedDict

from contacts.models import Person, Role
from publishing.trial_data import PARTS, Bundle, Row
from registries.ctgov import study_to_rows
from registries.ctgov.schema import Study
from sites.choices import Listing, Source
from sites.models import Facility, StatusEvent, TrialSite
from trials.models import Trial

AUTHOR = "import:ctgov"


class Manifest(TypedDict):
    """What the import decided for a new study. `first` ids start a run of consecutive ones, by kind of row.

    facilities: id of each location's facility, in order · made: places in the list whose facility is new with this
    study · listed_as: what a location prints differently from its facility, by its place in the list (as text) ·
    as_of: the day for which the record speaks (`yyyy-MM-dd`) · at: the moment of the import (ISO 8601).
    """

    trial: int
    first: dict[str, int]
    facilities: list[int]
    made: list[int]
    listed_as: dict[str, Row]
    as_of: str
    at: str


def blank(model) -> Row:
    """A new row of a model: every stored column with its default."""
    return {column.attname: column.get_default() for column in model._meta.concrete_fields if not column.generated}


_BLANK = {model: blank(model) for model in (Trial, Facility, TrialSite, Person, Role, StatusEvent, *PARTS.values())}


def ids_needed(study: Study) -> Counter[str]:
    """How many rows of each kind the study can bring, facilities aside."""
    locations = study_to_rows.locations_of(study)
    needed = Counter({name: len(found) for name, found in study_to_rows.part_rows(study).items()})
    needed["site"] = len(locations)
    needed["event"] = sum(1 for location in locations if location.status)
    needed["role"] = len(study_to_rows.central_contacts_of(study)) + len(study_to_rows.officials_of(study))
    needed["role"] += sum(len(location.contacts) for location in locations)
    needed["person"] = needed["role"]
    return needed


def bundle_of(study: Study, manifest: Manifest, facilities: dict[int, Row]) -> Bundle:
    """The complete rows of a new study. `facilities`: the rows of those that its sites stand at, by id."""
    first = manifest["first"]
    trial = _BLANK[Trial] | study_to_rows.trial_row(study) | {"id": manifest["trial"]}
    parts = {name: _parts(found, name, manifest) for name, found in study_to_rows.part_rows(study).items()}
    people = _People(first.get("person", 0), first.get("role", 0))
    trial_roles = [people.role(*pair, trial_id=trial["id"]) for pair in study_to_rows.trial_roles(study)]
    return Bundle(trial, parts, _sites(study, manifest, facilities, people), trial_roles)


def new_facilities(study: Study, manifest: Manifest) -> dict[int, Row]:
    """The facilities that came with the study, by id."""
    locations = study_to_rows.locations_of(study)
    made = {manifest["facilities"][place]: locations[place] for place in manifest["made"]}
    return {
        pk: _BLANK[Facility] | study_to_rows.facility_row(study_to_rows.place_of(location)) | {"id": pk}
        for pk, location in made.items()
    }


def status_events(bundle: Bundle, manifest: Manifest) -> list[Row]:
    """The first status event of each site whose status the record publishes."""
    published = [site for site in bundle.sites if site["status"]]
    said = {"as_of": manifest["as_of"], "source": Source.REGISTRY, "author": AUTHOR, "recorded_at": manifest["at"]}
    return [
        _BLANK[StatusEvent]
        | said
        | {"id": manifest["first"]["event"] + number, "trial_site_id": site["id"], "status": site["status"]}
        for number, site in enumerate(published)
    ]


def _parts(found: list[Row], name: str, manifest: Manifest) -> list[Row]:
    first, trial_id = manifest["first"].get(name, 0), manifest["trial"]
    defaults = _BLANK[PARTS[name]]
    return [defaults | row | {"id": first + place, "trial_id": trial_id} for place, row in enumerate(found)]


def _sites(study: Study, manifest: Manifest, facilities: dict[int, Row], people: "_People") -> list[Row]:
    twins: Counter[int] = Counter()
    sites = []
    for place, location in enumerate(study_to_rows.locations_of(study)):
        facility_id = manifest["facilities"][place]
        twins[facility_id] += 1
        pk = manifest["first"]["site"] + place
        sites.append(
            _BLANK[TrialSite]
            | {
                "id": pk,
                "trial_id": manifest["trial"],
                "facility_id": facility_id,
                "twin": twins[facility_id],
                "position": place,
                "listing": Listing.LISTED,
                "listed_as": manifest["listed_as"].get(str(place)),
                "status": location.status,
                "status_as_of": manifest["as_of"] if location.status else None,
                "facility": facilities[facility_id],
                "roles": [people.role(*pair, trial_site_id=pk) for pair in study_to_rows.site_roles(location)],
            }
        )
    return sites


class _People:
    """One person for each distinct contact of a record: same name, phone and address; ids in order of appearance."""

    def __init__(self, first_person: int, first_role: int):
        self.known: dict[tuple, Row] = {}
        self.next_person, self.next_role = first_person, first_role

    def role(self, person: Row, role: Row, **place: int) -> Row:
        made = _BLANK[Role] | role | place | {"id": self.next_role}
        made["person"] = self._person(person)
        made["person_id"] = made["person"]["id"]
        self.next_role += 1
        return made

    def _person(self, person: Row) -> Row:
        signature = tuple(person.values())
        known = self.known.get(signature) if any(signature) else None
        if known is None:
            known = self.known[signature] = _BLANK[Person] | person | {"id": self.next_person}
            self.next_person += 1
        return known
