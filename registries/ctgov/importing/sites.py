"""Sites of a new version: found again by what they are, never by their place in the list; none is ever deleted."""

from typing import TYPE_CHECKING

from msgspec import to_builtins

from publishing.trial_data import Row
from registries.ctgov import rows_to_study, study_to_rows
from registries.ctgov.importing.contacts import PersonRoleRows, accept_theirs, sync_roles, update_site_roles
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.merge import MergeChange, MergeConflict
from registries.ctgov.new_study_rows import AUTHOR
from registries.ctgov.parser import read_study
from registries.ctgov.redaction import strip_tombstones
from registries.ctgov.schema import Location
from registries.ctgov.site_matching import KnownSite, match_locations
from registries.models import StudyVersion
from sites.choices import Listing, Source
from sites.models import StatusEvent, TrialSite
from sites.services.status import current_event

if TYPE_CHECKING:
    from registries.ctgov.importing.update import StudyUpdate

LOCATIONS_PATH = "protocolSection.contactsLocationsModule.locations"


def update_sites(cursor, update: "StudyUpdate", book: FacilityResolver) -> None:
    """Match the new version's locations with the trial's sites; take in what changed; mark what left the record."""
    locations = study_to_rows.locations_of(update.incoming.study)
    sites = {site["id"]: site for site in update.bundle.sites}
    base = {pk: printed for pk, site in sites.items() if (printed := _last_listed_location(site, update))}
    known = [
        KnownSite(pk, base.get(pk) or rows_to_study.build_location(site), pk in base) for pk, site in sites.items()
    ]
    found = match_locations(known, locations)
    base |= {pk: _base_of_relisted(sites[pk], update) for pk in found.site_id_by_index.values() if pk not in base}
    facilities = _resolve_facilities(cursor, book, found, locations, base)
    for place, pk in sorted(found.site_id_by_index.items()):
        _update_site(update, sites[pk], base[pk], locations[place], place, facilities.get(place))
    for place in found.new:
        _add_site(update, locations[place], place, facilities[place])
    for pk in found.delisted:
        if pk in base:
            _delist(update, sites[pk], base[pk])


def _last_listed_location(site: Row, update: "StudyUpdate") -> Location | None:
    """How the record last taken in printed a site; None when it did not list it."""
    printed = study_to_rows.locations_of(update.base)
    is_listed = site["listing"] == Listing.LISTED and site["position"] < len(printed)
    return printed[site["position"]] if is_listed else None


def _base_of_relisted(site: Row, update: "StudyUpdate") -> Location:
    """The base of a site that the record last taken in did not list: how the last one that did printed it.

    Of a site that was never listed its place is known, the rest was never said.
    """
    if site["listing"] == Listing.DELISTED and (printed := _version_before_delisting(site["id"], update.trial_id)):
        return printed
    location = rows_to_study.build_location(site)
    location.status, location.contacts = "", []
    return location


def _version_before_delisting(site_id: int, trial_id: int) -> Location | None:
    """What the version before the one without the site printed for it."""
    versions = StudyVersion.objects.filter(trial=trial_id)
    left = versions.filter(delisted_sites__has_key=str(site_id)).order_by("-number").first()
    if left is None:
        return None
    before = versions.get(number=left.number - 1)
    return study_to_rows.locations_of(read_study(strip_tombstones(before.received).encode()))[
        left.delisted_sites[str(site_id)]
    ]


def _resolve_facilities(cursor, book, matches, locations: list[Location], base: dict[int, Location]) -> dict[int, Row]:
    """The facilities of new sites and of sites whose printed place changed, by place in the list."""
    moved = [
        place
        for place, pk in matches.site_id_by_index.items()
        if study_to_rows.facility_columns(locations[place]) != study_to_rows.facility_columns(base[pk])
    ]
    wanted = sorted([*moved, *matches.new])
    settled = book.resolve(cursor, [study_to_rows.facility_columns(locations[place]) for place in wanted])
    return {place: facility for place, (facility, _) in zip(wanted, settled, strict=True)}


def _update_site(update, site: Row, base: Location, theirs: Location, place: int, facility: Row | None) -> None:
    path = f"{LOCATIONS_PATH}[#{site['id']}]"  # a place in the list is another site's in the next version
    changed: Row = {"position": place, "listing": Listing.LISTED}
    if facility is not None:
        changed |= _merge_facility(update, path, site, base, theirs, facility)
    changed = {name: value for name, value in changed.items() if site[name] != value}
    if changed:
        TrialSite.objects.filter(pk=site["id"]).update(**changed)
    _update_status(update, site, f"{path}.status", base, theirs)
    update_site_roles(update, site, path, base, theirs)


def _merge_facility(update, path: str, site: Row, base: Location, theirs: Location, facility: Row) -> Row:
    """The site's new facility, when people left it where the registry had it."""
    places = [
        study_to_rows.facility_columns(location) for location in (base, theirs, rows_to_study.build_location(site))
    ]
    if places[2] not in places[:2]:
        update.conflicts.append(MergeConflict(f"{path}.facility", *places))
        return {}
    update.changes.append(MergeChange(f"{path}.facility", *places[:2]))
    return site_facility_columns(site, places[1], facility)


def site_facility_columns(site: Row, place: Row, facility: Row) -> Row:
    """The columns of a site whose facility this is, where the record prints that place."""
    twin = (
        site["duplicate_index"]
        if facility["id"] == site["facility_id"]
        else _next_duplicate_index(site["trial_id"], facility["id"])
    )
    return {
        "facility_id": facility["id"],
        "duplicate_index": twin,
        "printed_overrides": study_to_rows.printed_overrides(place, facility),
    }


def _add_site(update: "StudyUpdate", location: Location, place: int, facility: Row) -> None:
    site = TrialSite.objects.create(
        trial_id=update.trial_id,
        facility_id=facility["id"],
        duplicate_index=_next_duplicate_index(update.trial_id, facility["id"]),
        position=place,
        listing=Listing.LISTED,
        printed_overrides=study_to_rows.printed_overrides(study_to_rows.facility_columns(location), facility),
    )
    update.changes.append(MergeChange(f"{LOCATIONS_PATH}[{place}]", None, to_builtins(location)))
    if location.status:
        _record_status(update, site.pk, location, as_of=update.as_of)
    contacts: PersonRoleRows = list(study_to_rows.site_roles(location))
    sync_roles([], contacts, update, trial_site_id=site.pk)


def _update_status(update: "StudyUpdate", site: Row, path: str, base: Location, theirs: Location) -> None:
    """Take in the registry's status, unless a person said otherwise, or said the same again later."""
    known_on = site["status_as_of"] or update.as_of
    said_since = known_on > update.as_of and _is_reported_by_person(site["id"])
    if said_since and theirs.status not in (base.status, site["status"]):
        update.conflicts.append(MergeConflict(path, base.status, theirs.status, site["status"]))
    elif accept_theirs(update, path, base.status, theirs.status, site["status"]):
        _record_status(update, site["id"], theirs, as_of=max(known_on, update.as_of))


def _is_reported_by_person(site_id: int) -> bool:
    event = current_event(TrialSite(pk=site_id))
    return event is not None and event.source == Source.PERSON


def _record_status(update: "StudyUpdate", site_id: int, location: Location, *, as_of: str) -> None:
    """`as_of` is never before what is known already: an older version that arrives late is the last word, too."""
    StatusEvent.objects.create(
        trial_site_id=site_id,
        status=location.status,
        as_of=as_of,
        source=Source.REGISTRY,
        author=AUTHOR,
        recorded_at=update.now,
    )


def _next_duplicate_index(trial_id: int, facility_id: int) -> int:
    twins = TrialSite.objects.filter(trial=trial_id, facility=facility_id).values_list("duplicate_index", flat=True)
    return max(twins, default=0) + 1


def _delist(update: "StudyUpdate", site: Row, base: Location) -> None:
    """A site that left the record stays, marked."""
    TrialSite.objects.filter(pk=site["id"]).update(listing=Listing.DELISTED)
    update.delisted_sites[site["id"]] = site["position"]
    update.changes.append(MergeChange(f"{LOCATIONS_PATH}[{site['position']}]", to_builtins(base), None))
