"""Merges contacts and officials: a list that only the registry changed is stored; a person keeps their row."""

from collections import defaultdict
from datetime import datetime
from itertools import chain
from typing import Protocol

from common import dates
from common.degrees_and_job_titles import is_job_title
from common.person_names import is_same_name
from contacts.choices import RoleKind
from contacts.models import Person, Role
from publishing.trial_data import Row
from registries.ctgov import rows_to_study, study_to_rows
from registries.ctgov.importing.studies import StudyUpdate

PersonRoleRows = list[tuple[Row, Row]]


class RoleSyncContext(Protocol):
    """What `sync_roles` needs: `person_updates` collects (role, new values of its person) for `update_people`."""

    now: datetime
    person_updates: PersonRoleRows


def update_trial_roles(update: StudyUpdate) -> None:
    """Central contacts and officials."""
    theirs = update.incoming.study.protocol_section.contacts_locations_module
    base = update.base.protocol_section.contacts_locations_module
    ours = rows_to_study.build_study(update.trial_data).protocol_section.contacts_locations_module
    target_roles = list(study_to_rows.trial_roles(update.incoming.study))
    lists = [
        (RoleKind.CENTRAL_CONTACT, "central_contacts", "centralContacts"),
        (RoleKind.OFFICIAL, "overall_officials", "overallOfficials"),
    ]
    for kind, attribute, name in lists:
        versions = [getattr(module, attribute) for module in (base, theirs, ours)]
        if update.accepts(f"protocolSection.contactsLocationsModule.{name}", *versions):
            of_kind = [(person, role) for person, role in target_roles if role["kind"] == kind]
            current_roles = rows_to_study.active_roles(update.trial_data.roles, kind)
            sync_roles(current_roles, of_kind, update, trial_id=update.trial_id)


def update_site_roles(update: StudyUpdate, site: Row, path: str, base, theirs) -> None:
    """The contacts of one site; `base` and `theirs` are its locations in the two versions."""
    ours = rows_to_study.build_contacts(site["roles"], RoleKind.SITE_CONTACT)
    if update.accepts(f"{path}.contacts", base.contacts, theirs.contacts, ours):
        current_roles = rows_to_study.active_roles(site["roles"], RoleKind.SITE_CONTACT)
        sync_roles(current_roles, list(study_to_rows.site_roles(theirs)), update, trial_site_id=site["id"])


def sync_roles(current_roles: list[Row], target_roles: PersonRoleRows, update: RoleSyncContext, **place: int) -> None:
    """Make the roles equal `target_roles`; a role that is no longer listed ends on the day of the import.

    `place` is the foreign key of a new role: `trial_id` or `trial_site_id`.
    """
    matched = _match_roles(current_roles, target_roles)
    for number, (person, role) in enumerate(target_roles):
        current = matched.get(number)
        if current is None:
            Role.objects.create(person=Person.objects.create(**person), **role, **place)
            continue
        _update_row(Role, current, role)
        if not person.items() <= current["person"].items():
            update.person_updates.append((current, person))
    matched_ids = {role["id"] for role in matched.values()}
    ended = [role["id"] for role in current_roles if role["id"] not in matched_ids]
    Role.objects.filter(pk__in=ended).update(ends_before=dates.local_date(update.now))


def _match_roles(current_roles: list[Row], target_roles: PersonRoleRows) -> dict[int, Row]:
    """Index of a target role → its current role: matched by all values, then the exact name, then a similar name."""
    unmatched, matched = list(current_roles), {}
    for is_match in (_has_equal_values, _has_equal_name, _has_same_person_name):
        for number, (person, _) in enumerate(target_roles):
            if number in matched:
                continue
            current = next((role for role in unmatched if is_match(role["person"], person)), None)
            if current:
                matched[number] = current
                unmatched.remove(current)
    return matched


def _has_equal_values(ours: Row, theirs: Row) -> bool:
    return theirs.items() <= ours.items()


def _has_equal_name(ours: Row, theirs: Row) -> bool:
    return bool(theirs["name"]) and ours["name"] == theirs["name"]


def _has_same_person_name(ours: Row, theirs: Row) -> bool:
    return is_same_name(ours["name"], theirs["name"]) and not is_job_title(theirs["name"])


def update_people(update: RoleSyncContext) -> None:
    """Write the new values of people, after all roles are synced.

    A person with several roles changes only if all of these roles get the same values; otherwise the roles that differ
    get a new person.
    """
    role_ids: defaultdict[int, dict[tuple, list[int]]] = defaultdict(lambda: defaultdict(list))
    for role, person in update.person_updates:
        role_ids[role["person_id"]][tuple(person.items())].append(role["id"])
    for person_id, role_ids_by_values in role_ids.items():
        others = Role.objects.filter(person=person_id, ends_before=None).exclude(
            pk__in=chain(*role_ids_by_values.values())
        )
        is_in_use = others.exists()
        for values, roles in role_ids_by_values.items():
            if is_in_use:
                Role.objects.filter(pk__in=roles).update(person=Person.objects.create(**dict(values)))
            else:
                Person.objects.filter(pk=person_id).update(**dict(values))
            is_in_use = True


def _update_row(model, row: Row, values: Row) -> None:
    changed = {name: value for name, value in values.items() if row[name] != value}
    if changed:
        model.objects.filter(pk=row["id"]).update(**changed)
