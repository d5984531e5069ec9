"""Merges the sites of a new version: matched by facility and contacts, not by position; no site is deleted."""

from msgspec import to_builtins

from publishing.trial_data import Row
from registries.ctgov import field_map, merge, parser, redaction, rows_to_study, site_matching, study_to_rows
from registries.ctgov.importing.contacts import PersonRoleRows, sync_roles, update_site_roles
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.studies import StudyUpdate
from registries.ctgov.new_study_rows import AUTHOR
from registries.ctgov.schema import Location
from registries.models import StudyVersion
from sites.choices import Listing, Source
from sites.models import StatusEvent, TrialSite
from sites.services import current_event


def update_sites(cursor, update: StudyUpdate, resolver: FacilityResolver) -> None:
    """Match the locations of the new version with the trial's sites; update, add and delist sites."""
    locations = study_to_rows.locations_of(update.incoming.study)
    sites = {site["id"]: site for site in update.trial_data.sites}
    base = {pk: location for pk, site in sites.items() if (location := _last_listed_location(site, update))}
    known = [
        site_matching.KnownSite(pk, base.get(pk) or rows_to_study.build_location(site), pk in base)
        for pk, site in sites.items()
    ]
    matches = site_matching.match_locations(known, locations)
    base |= {pk: _base_of_relisted(sites[pk], update) for pk in matches.site_id_by_index.values() if pk not in base}
    moved = {
        index
        for index, pk in sorted(matches.site_id_by_index.items())
        if _accepts_facility(update, sites[pk], base[pk], locations[index])
    }
    facilities = _resolve_facilities(cursor, resolver, sorted(moved.union(matches.new)), locations)
    for index, pk in sorted(matches.site_id_by_index.items()):
        _update_site(update, sites[pk], base[pk], locations[index], index, facilities.get(index))
    for index in matches.new:
        _add_site(update, locations[index], index, facilities[index])
    for pk in matches.delisted:
        if pk in base:
            _delist(update, sites[pk], base[pk])


def _last_listed_location(site: Row, update: StudyUpdate) -> Location | None:
    """The location of a site in the last imported record; None when that record did not list it."""
    locations = study_to_rows.locations_of(update.base)
    is_listed = site["listing"] == Listing.LISTED and site["position"] < len(locations)
    return locations[site["position"]] if is_listed else None


def _base_of_relisted(site: Row, update: StudyUpdate) -> Location:
    """The base of a site that the last imported record did not list: its location in the last record that did.

    A site that was never listed has its own facility as base, without status and contacts.
    """
    if site["listing"] == Listing.DELISTED and (listed := _version_before_delisting(site["id"], update.trial_id)):
        return listed
    location = rows_to_study.build_location(site)
    location.status, location.contacts = "", []
    return location


def _version_before_delisting(site_id: int, trial_id: int) -> Location | None:
    """The location of a site in the version before the one that no longer listed it."""
    versions = StudyVersion.objects.filter(trial=trial_id)
    delisting = versions.filter(delisted_sites__has_key=str(site_id)).order_by("-number").first()
    if delisting is None:
        return None
    before = versions.get(number=delisting.number - 1)
    locations = study_to_rows.locations_of(parser.read_study(redaction.strip_tombstones(before.received).encode()))
    return locations[delisting.delisted_sites[str(site_id)]]


def _accepts_facility(update: StudyUpdate, site: Row, base: Location, theirs: Location) -> bool:
    versions = (base, theirs, rows_to_study.build_location(site))
    return update.accepts(f"{_site_path(site)}.facility", *map(study_to_rows.facility_columns, versions))


def _resolve_facilities(
    cursor, resolver: FacilityResolver, indexes: list[int], locations: list[Location]
) -> dict[int, Row]:
    """The facilities of the locations at these indexes, by index."""
    resolved = resolver.resolve(cursor, [study_to_rows.facility_columns(locations[index]) for index in indexes])
    return {index: facility for index, (facility, _) in zip(indexes, resolved, strict=True)}


def _site_path(site: Row) -> str:
    """By the site's id: the index in the record belongs to another site in the next version."""
    return f"{field_map.LOCATIONS_PATH}[#{site['id']}]"


def _update_site(
    update: StudyUpdate, site: Row, base: Location, theirs: Location, index: int, facility: Row | None
) -> None:
    """`facility`: the site's new facility; None where it stays."""
    path = _site_path(site)
    changed: Row = {"position": index, "listing": Listing.LISTED}
    if facility is not None:
        changed |= site_facility_columns(site, study_to_rows.facility_columns(theirs), facility)
    changed = {name: value for name, value in changed.items() if site[name] != value}
    if changed:
        TrialSite.objects.filter(pk=site["id"]).update(**changed)
    _update_status(update, site, f"{path}.status", base, theirs)
    update_site_roles(update, site, path, base, theirs)


def site_facility_columns(site: Row, place: Row, facility: Row) -> Row:
    """The columns of a site at a facility; `place` is the facility as the record prints it."""
    duplicate_index = (
        site["duplicate_index"]
        if facility["id"] == site["facility_id"]
        else _next_duplicate_index(site["trial_id"], facility["id"])
    )
    return {
        "facility_id": facility["id"],
        "duplicate_index": duplicate_index,
        "printed_overrides": study_to_rows.printed_overrides(place, facility),
    }


def _add_site(update: StudyUpdate, location: Location, index: int, facility: Row) -> None:
    site = TrialSite.objects.create(
        trial_id=update.trial_id,
        facility_id=facility["id"],
        duplicate_index=_next_duplicate_index(update.trial_id, facility["id"]),
        position=index,
        listing=Listing.LISTED,
        printed_overrides=study_to_rows.printed_overrides(study_to_rows.facility_columns(location), facility),
    )
    update.changes.append(merge.MergeChange(f"{field_map.LOCATIONS_PATH}[{index}]", None, to_builtins(location)))
    if location.status:
        _record_status(update, site.pk, location, as_of=update.as_of)
    contacts: PersonRoleRows = list(study_to_rows.site_roles(location))
    sync_roles([], contacts, update, trial_site_id=site.pk)


def _update_status(update: StudyUpdate, site: Row, path: str, base: Location, theirs: Location) -> None:
    """Store the registry's status, unless a person reported another one, or the same one on a later day."""
    as_of = site["status_as_of"] or update.as_of
    confirmed_later = as_of > update.as_of and _is_reported_by_person(site["id"])
    if update.accepts(path, base.status, theirs.status, site["status"], confirmed_later=confirmed_later):
        _record_status(update, site["id"], theirs, as_of=max(as_of, update.as_of))


def _is_reported_by_person(site_id: int) -> bool:
    event = current_event(TrialSite(pk=site_id))
    return event is not None and event.source == Source.PERSON


def _record_status(update: StudyUpdate, site_id: int, location: Location, *, as_of: str) -> None:
    """Add the registry's status event. `as_of` is at least that of the current status, also for a late old version."""
    StatusEvent.objects.create(
        trial_site_id=site_id,
        status=location.status,
        as_of=as_of,
        source=Source.REGISTRY,
        author=AUTHOR,
        recorded_at=update.now,
    )


def _next_duplicate_index(trial_id: int, facility_id: int) -> int:
    sites = TrialSite.objects.filter(trial=trial_id, facility=facility_id)
    return max(sites.values_list("duplicate_index", flat=True), default=0) + 1


def _delist(update: StudyUpdate, site: Row, base: Location) -> None:
    """Mark a site that is no longer in the record; it is not deleted."""
    TrialSite.objects.filter(pk=site["id"]).update(listing=Listing.DELISTED)
    update.delisted_sites[site["id"]] = site["position"]
    update.changes.append(merge.MergeChange(f"{field_map.LOCATIONS_PATH}[{site['position']}]", to_builtins(base), None))
