"""Writes one value of a record into our rows, in the same way as an import."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from msgspec import convert, to_builtins

from common.dates import local_date
from contacts.choices import RoleKind
from history import set_session_author
from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.ctgov import field_map, merge, path_resolution, rows_to_study, study_to_rows
from registries.ctgov.importing.contacts import PersonRoleRows, sync_roles, update_people
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.sites import site_facility_columns
from registries.ctgov.schema import Contact, Official, Study
from sites.choices import Source
from sites.models import StatusEvent, TrialSite
from trials.models import Trial


@dataclass(slots=True)
class ValueApplier:
    """Applies values with an author, a moment and a reason; `trial_data` has the current rows of the locked trial."""

    trial_data: TrialData
    author: str
    now: datetime
    reason: str = ""
    person_updates: PersonRoleRows = field(default_factory=list)

    def apply(self, target: path_resolution.PathTarget, theirs: Any) -> None:
        """Store `theirs` at the target, in the caller's authored transaction. TargetMissing if the row is deleted.

        Where ours has this value already, nothing is written.
        """
        if target.is_known and merge.has_same_value(theirs, path_resolution.current_value(target, self.trial_data)):
            return
        if target.site_id is not None:
            site = next((site for site in self.trial_data.sites if site["id"] == target.site_id), None)
            if site is None:
                raise path_resolution.TargetMissing(target.path)
            {"status": self._apply_status, "facility": self._apply_facility, "contacts": self._apply_site_contacts}[
                target.entry_key
            ](site, theirs)
        elif target.field_path in path_resolution.ROLE_KIND_BY_PATH:
            self._apply_trial_contacts(path_resolution.ROLE_KIND_BY_PATH[target.field_path], theirs)
        elif target.is_entry:
            self._apply_entry(target, theirs)
        else:
            self._apply_column(target, theirs)

    def _apply_status(self, site: Row, theirs: Any) -> None:
        """The status is known as of today, when a person decides that the registry is right."""
        today = local_date(self.now).isoformat()
        StatusEvent.objects.create(
            trial_site_id=site["id"],
            status=theirs or "",
            as_of=max(today, site["status_as_of"] or today),
            source=Source.REGISTRY,
            author=self.author,
            reason=self.reason,
        )

    def _apply_facility(self, site: Row, theirs: Row) -> None:
        with connection.cursor() as cursor:
            set_session_author(cursor)
            ((facility, _),) = FacilityResolver().resolve(cursor, [theirs])
        TrialSite.objects.filter(pk=site["id"]).update(**site_facility_columns(site, theirs, facility))

    def _apply_site_contacts(self, site: Row, theirs: Any) -> None:
        contacts = convert(theirs or [], list[Contact])
        self._sync_roles(site["roles"], RoleKind.SITE_CONTACT, contacts, trial_site_id=site["id"])

    def _apply_trial_contacts(self, kind: RoleKind, theirs: Any) -> None:
        list_type: Any = list[Official] if kind == RoleKind.OFFICIAL else list[Contact]
        contacts = convert(theirs or [], list_type)
        self._sync_roles(self.trial_data.roles, kind, contacts, trial_id=self.trial_data.trial["id"])

    def _sync_roles(self, roles: list[Row], kind: RoleKind, contacts: list, **place: int) -> None:
        target_roles = [
            (study_to_rows.person_row(contact), study_to_rows.role_row(contact, kind, position))
            for position, contact in enumerate(contacts)
        ]
        sync_roles(rows_to_study.active_roles(roles, kind), target_roles, self, **place)
        update_people(self)
        self.person_updates.clear()

    def _apply_column(self, target: path_resolution.PathTarget, theirs: Any) -> None:
        study = convert(_nest_value(target.field_path, theirs), Study)
        value = study_to_rows.trial_row(study)[target.column]
        Trial.objects.filter(pk=self.trial_data.trial["id"]).update(**{target.column: value})

    def _apply_entry(self, target: path_resolution.PathTarget, theirs: Any) -> None:
        model = LIST_MODELS[field_map.RELATION_BY_PATH[target.field_path]]
        if target.row is None:
            self._add_entry(model, target, theirs)
            return
        row = model.objects.filter(pk=target.row, trial=self.trial_data.trial["id"])
        values = _entry_columns(target.field_path, {target.entry_key: theirs} if theirs is not None else {})
        changed_rows = row.update(**{target.column: values[target.column]}) if target.entry_key else row.delete()[0]
        if not changed_rows:
            raise path_resolution.TargetMissing(target.path)

    def _add_entry(self, model, target: path_resolution.PathTarget, theirs: Row) -> None:
        """Add an entry at the end of its list."""
        kind = (
            {"kind": field_map.OUTCOME_KIND_BY_PATH[target.field_path]}
            if target.field_path in field_map.OUTCOME_KIND_BY_PATH
            else {}
        )
        entries = model.objects.filter(trial=self.trial_data.trial["id"], **kind)
        last = entries.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        values = _entry_columns(target.field_path, theirs)
        model.objects.create(trial_id=self.trial_data.trial["id"], position=position, **kind, **values)


def _entry_columns(list_path: str, entry: Row) -> Row:
    """The columns of a list's row, from an entry of the record."""
    entry_type, fields = rows_to_study.LIST_ENTRY_TYPES[field_map.RELATION_BY_PATH[list_path]]
    parsed = convert(entry, entry_type)
    return {column: to_builtins(getattr(parsed, attribute)) for column, attribute in fields.items()}


def _nest_value(path: str, value: Any) -> Row:
    """A record with one value at a dotted path; empty for None."""
    if value is None:
        return {}
    for key in reversed(path.split(".")):
        value = {key: value}
    return value
