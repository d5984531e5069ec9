"""Writing what the registry says at one place into our rows, by the roads that an import takes."""

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
from registries.ctgov import rows_to_study, study_to_rows
from registries.ctgov.importing.contacts import PersonRoleRows, sync_roles, update_people
from registries.ctgov.importing.facilities import FacilityResolver
from registries.ctgov.importing.sites import site_facility_columns
from registries.ctgov.list_paths import OUTCOME_KIND_BY_PATH, RELATION_BY_PATH
from registries.ctgov.path_targets import ROLE_KIND_BY_PATH, PathTarget, TargetMissing
from registries.ctgov.schema import Contact, Official, Study
from registries.ctgov.serializer import nest_value
from sites.choices import Source
from sites.models import StatusEvent, TrialSite
from trials.models import Trial


@dataclass(slots=True)
class ValueApplier:
    """Who takes something of the registry's in, when and why; `bundle` is the trial as it stands, locked."""

    bundle: TrialData
    author: str
    now: datetime
    reason: str = ""
    person_updates: PersonRoleRows = field(default_factory=list)

    def apply(self, target: PathTarget, theirs: Any) -> None:
        """Make our rows say `theirs` there. In the caller's signed transaction. Gone when the row is not here."""
        if target.site_id is not None:
            site = next((site for site in self.bundle.sites if site["id"] == target.site_id), None)
            if site is None:
                raise TargetMissing(target.path)
            {"status": self._apply_status, "facility": self._apply_facility, "contacts": self._apply_site_contacts}[
                target.inner
            ](site, theirs)
        elif target.place in ROLE_KIND_BY_PATH:
            self._apply_trial_contacts(ROLE_KIND_BY_PATH[target.place], theirs)
        elif target.is_entry:
            self._apply_entry(target, theirs)
        else:
            self._apply_column(target, theirs)

    def _apply_status(self, site: Row, theirs: Any) -> None:
        """Known today: it is today that somebody says the registry is right."""
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
        listed = convert(theirs or [], list[Contact])
        self._sync_roles(site["roles"], RoleKind.SITE_CONTACT, listed, trial_site_id=site["id"])

    def _apply_trial_contacts(self, kind: RoleKind, theirs: Any) -> None:
        kinds: Any = list[Official] if kind == RoleKind.OFFICIAL else list[Contact]
        listed = convert(theirs or [], kinds)
        self._sync_roles(self.bundle.roles, kind, listed, trial_id=self.bundle.trial["id"])

    def _sync_roles(self, roles: list[Row], kind: RoleKind, listed: list, **place: int) -> None:
        wanted = [
            (study_to_rows.person_row(one), study_to_rows.role_row(one, kind, number))
            for number, one in enumerate(listed)
        ]
        sync_roles(rows_to_study.active_roles(roles, kind), wanted, self, **place)
        update_people(self)
        self.person_updates.clear()

    def _apply_column(self, target: PathTarget, theirs: Any) -> None:
        study = convert(nest_value(target.place, theirs), Study)
        value = study_to_rows.trial_row(study)[target.column]
        Trial.objects.filter(pk=self.bundle.trial["id"]).update(**{target.column: value})

    def _apply_entry(self, target: PathTarget, theirs: Any) -> None:
        model = LIST_MODELS[RELATION_BY_PATH[target.place]]
        if target.row is None:
            self._add_entry(model, target, theirs)
            return
        row = model.objects.filter(pk=target.row, trial=self.bundle.trial["id"])
        values = _entry_columns(target.place, {target.inner: theirs} if theirs is not None else {})
        done = row.update(**{target.column: values[target.column]}) if target.inner else row.delete()[0]
        if not done:
            raise TargetMissing(target.path)

    def _add_entry(self, model, target: PathTarget, theirs: Row) -> None:
        """An entry that we do not have: last in its list."""
        kind = {"kind": OUTCOME_KIND_BY_PATH[target.place]} if target.place in OUTCOME_KIND_BY_PATH else {}
        present = model.objects.filter(trial=self.bundle.trial["id"], **kind)
        last = present.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        values = _entry_columns(target.place, theirs)
        model.objects.create(trial_id=self.bundle.trial["id"], position=position, **kind, **values)


def _entry_columns(place: str, entry: Row) -> Row:
    """The columns of a row of a list from an entry of the record."""
    name = RELATION_BY_PATH[place]
    kind, fields = rows_to_study.LIST_ENTRY_TYPES[name]
    made = convert(entry, kind)
    return {column: to_builtins(getattr(made, attribute)) for column, attribute in fields.items()}
