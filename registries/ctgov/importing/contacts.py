"""Contacts and officials of a new version: a list that only the registry changed comes in; a person keeps their row."""

from collections import defaultdict
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Protocol

from msgspec import to_builtins

from common import dates
from common.credentials import is_job_title
from common.person_names import is_same_name
from contacts.choices import RoleKind
from contacts.models import Person, Role
from publishing.trial_data import Row
from registries.ctgov import rows_to_study, study_to_rows
from registries.ctgov.merge import MergeChange, MergeConflict

if TYPE_CHECKING:
    from registries.ctgov.importing.update import StudyUpdate

PersonRoleRows = list[tuple[Row, Row]]


class RoleSyncContext(Protocol):
    """Who takes roles in: `people` are those whose values are said anew, as (role, values), for `update_people`."""

    now: datetime
    person_updates: PersonRoleRows


def update_trial_roles(update: "StudyUpdate") -> None:
    """Central contacts and officials."""
    theirs = update.incoming.study.protocol_section.contacts_locations_module
    base = update.base.protocol_section.contacts_locations_module
    ours = rows_to_study.build_study(update.bundle).protocol_section.contacts_locations_module
    wanted = list(study_to_rows.trial_roles(update.incoming.study))
    lists = [
        (RoleKind.CENTRAL_CONTACT, "central_contacts", "centralContacts"),
        (RoleKind.OFFICIAL, "overall_officials", "overallOfficials"),
    ]
    for kind, attribute, name in lists:
        versions = [getattr(module, attribute) for module in (base, theirs, ours)]
        if accept_theirs(update, f"protocolSection.contactsLocationsModule.{name}", *versions):
            of_kind = [(person, role) for person, role in wanted if role["kind"] == kind]
            sync_roles(rows_to_study.active_roles(update.bundle.roles, kind), of_kind, update, trial_id=update.trial_id)


def update_site_roles(update: "StudyUpdate", site: Row, path: str, base, theirs) -> None:
    """The contacts of one site; `base` and `theirs` are its locations in the two versions."""
    ours = rows_to_study.build_contacts(site["roles"], RoleKind.SITE_CONTACT)
    if accept_theirs(update, f"{path}.contacts", base.contacts, theirs.contacts, ours):
        have = rows_to_study.active_roles(site["roles"], RoleKind.SITE_CONTACT)
        sync_roles(have, list(study_to_rows.site_roles(theirs)), update, trial_site_id=site["id"])


def accept_theirs(update: "StudyUpdate", path: str, base, theirs, ours) -> bool:
    """Whether the registry's value is to come in; notes the change, or a clash where people changed the same thing."""
    if theirs in (base, ours):
        if theirs != base:
            update.converged.append(path)
        return False
    if ours != base:
        update.conflicts.append(MergeConflict(path, to_builtins(base), to_builtins(theirs), to_builtins(ours)))
        return False
    update.changes.append(MergeChange(path, to_builtins(base), to_builtins(theirs)))
    return True


def sync_roles(current_roles: list[Row], target_roles: PersonRoleRows, update: RoleSyncContext, **place: int) -> None:
    """Make the roles equal `wanted`. Same name, same person; who is no longer listed keeps a role that has ended."""
    matched = _match_roles(current_roles, target_roles)
    for number, (person, role) in enumerate(target_roles):
        known = matched.get(number)
        if known is None:
            Role.objects.create(person=Person.objects.create(**person), **role, **place)
            continue
        _update_row(Role, known, role)
        if not person.items() <= known["person"].items():
            update.person_updates.append((known, person))
    kept = {role["id"] for role in matched.values()}
    ended = [role["id"] for role in current_roles if role["id"] not in kept]
    Role.objects.filter(pk__in=ended).update(ends_on=dates.local_date(update.now))


def _match_roles(current_roles: list[Row], target_roles: PersonRoleRows) -> dict[int, Row]:
    """The role of each wanted one, by its place: all alike, then the name as printed, then in another spelling."""
    left, matched = list(current_roles), {}
    for is_alike in (_has_equal_values, _has_equal_name, _has_same_person_name):
        for number, (person, _) in enumerate(target_roles):
            if number in matched:
                continue
            known = next((role for role in left if is_alike(role["person"], person)), None)
            if known:
                matched[number] = known
                left.remove(known)
    return matched


def _has_equal_values(ours: Row, theirs: Row) -> bool:
    return theirs.items() <= ours.items()


def _has_equal_name(ours: Row, theirs: Row) -> bool:
    return bool(theirs["name"]) and ours["name"] == theirs["name"]


def _has_same_person_name(ours: Row, theirs: Row) -> bool:
    return is_same_name(ours["name"], theirs["name"]) and not is_job_title(theirs["name"])


def update_people(update: RoleSyncContext) -> None:
    """After all roles: what the registry says anew of the people in them.

    One row may serve several roles. It changes when all of them say the same anew; who differs gets a row of their own.
    """
    said: defaultdict[int, dict[tuple, list[int]]] = defaultdict(lambda: defaultdict(list))
    for role, wanted in update.person_updates:
        said[role["person_id"]][tuple(wanted.items())].append(role["id"])
    for person_id, roles_of in said.items():
        others = Role.objects.filter(person=person_id, ends_on=None).exclude(pk__in=chain(*roles_of.values()))
        stays = others.exists()
        for values, roles in roles_of.items():
            if stays:
                Role.objects.filter(pk__in=roles).update(person=Person.objects.create(**dict(values)))
            else:
                Person.objects.filter(pk=person_id).update(**dict(values))
            stays = True


def _update_row(model, row: Row, values: Row) -> None:
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        model.objects.filter(pk=row["id"]).update(**changed)
