"""Writing what the registry says at one place into our rows, by the roads that an import takes."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import Max
from msgspec import convert, to_builtins

from common.dates import local_date
from contacts.choices import RoleKind
from history import sign_transaction
from publishing.trial_data import PARTS, Bundle, Row
from registries.ctgov import rows_to_study, study_to_rows
from registries.ctgov.importing.contacts import Wanted, replace_roles, update_people
from registries.ctgov.importing.facilities import FacilityBook
from registries.ctgov.importing.sites import standing_at
from registries.ctgov.list_paths import KIND_OF, RELATION_OF
from registries.ctgov.path_targets import PEOPLE, Gone, Target
from registries.ctgov.schema import Contact, Official, Study
from registries.ctgov.serializer import nested
from sites.choices import Source
from sites.models import StatusEvent, TrialSite
from trials.models import Trial


@dataclass(slots=True)
class Taking:
    """Who takes something of the registry's in, when and why; `bundle` is the trial as it stands, locked."""

    bundle: Bundle
    author: str
    now: datetime
    reason: str = ""
    people: Wanted = field(default_factory=list)

    def take(self, target: Target, theirs: Any) -> None:
        """Make our rows say `theirs` there. In the caller's signed transaction. Gone when the row is not here."""
        if target.site_id is not None:
            site = next((site for site in self.bundle.sites if site["id"] == target.site_id), None)
            if site is None:
                raise Gone(target.path)
            {"status": self._status, "facility": self._place, "contacts": self._site_contacts}[target.inner](
                site, theirs
            )
        elif target.place in PEOPLE:
            self._people(PEOPLE[target.place], theirs)
        elif target.is_entry:
            self._entry(target, theirs)
        else:
            self._column(target, theirs)

    def _status(self, site: Row, theirs: Any) -> None:
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

    def _place(self, site: Row, theirs: Row) -> None:
        with connection.cursor() as cursor:
            sign_transaction(cursor)
            ((facility, _),) = FacilityBook().settle(cursor, [theirs])
        TrialSite.objects.filter(pk=site["id"]).update(**standing_at(site, theirs, facility))

    def _site_contacts(self, site: Row, theirs: Any) -> None:
        listed = convert(theirs or [], list[Contact])
        self._roles(site["roles"], RoleKind.SITE_CONTACT, listed, trial_site_id=site["id"])

    def _people(self, kind: RoleKind, theirs: Any) -> None:
        kinds: Any = list[Official] if kind == RoleKind.OFFICIAL else list[Contact]
        listed = convert(theirs or [], kinds)
        self._roles(self.bundle.roles, kind, listed, trial_id=self.bundle.trial["id"])

    def _roles(self, roles: list[Row], kind: RoleKind, listed: list, **place: int) -> None:
        wanted = [
            (study_to_rows.person_row(one), study_to_rows.role_row(one, kind, number))
            for number, one in enumerate(listed)
        ]
        replace_roles(rows_to_study.held(roles, kind), wanted, self, **place)
        update_people(self)
        self.people.clear()

    def _column(self, target: Target, theirs: Any) -> None:
        study = convert(nested(target.place, theirs), Study)
        value = study_to_rows.trial_row(study)[target.column]
        Trial.objects.filter(pk=self.bundle.trial["id"]).update(**{target.column: value})

    def _entry(self, target: Target, theirs: Any) -> None:
        model = PARTS[RELATION_OF[target.place]]
        if target.row is None:
            self._add(model, target, theirs)
            return
        row = model.objects.filter(pk=target.row, trial=self.bundle.trial["id"])
        values = _values(target.place, {target.inner: theirs} if theirs is not None else {})
        done = row.update(**{target.column: values[target.column]}) if target.inner else row.delete()[0]
        if not done:
            raise Gone(target.path)

    def _add(self, model, target: Target, theirs: Row) -> None:
        """An entry that we do not have: last in its list."""
        kind = {"kind": KIND_OF[target.place]} if target.place in KIND_OF else {}
        present = model.objects.filter(trial=self.bundle.trial["id"], **kind)
        last = present.aggregate(last=Max("position"))["last"]
        position = 0 if last is None else last + 1
        values = _values(target.place, theirs)
        model.objects.create(trial_id=self.bundle.trial["id"], position=position, **kind, **values)


def _values(place: str, entry: Row) -> Row:
    """The columns of a row of a list from an entry of the record."""
    name = RELATION_OF[place]
    kind, fields = rows_to_study.ENTRIES[name]
    made = convert(entry, kind)
    return {column: to_builtins(getattr(made, attribute)) for column, attribute in fields.items()}
