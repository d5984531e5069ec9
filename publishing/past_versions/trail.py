"""Who changed what of a trial in a period, when and why: from the audit trail, for those who may read it.

For investigation only: no product decision reads this. Of contact details, only columns that are published are shown.
A fixed number of queries.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Model, OuterRef, Q, Subquery

from contacts.models import PERSONAL_FIELDS, Person, Role
from history.authorship import actor_names
from history.related_trail import RelatedEntry, resolve_names
from history.trail import Change, Entry, entry_of
from publishing.documents import CONTACT
from sites.models import Confirmation, Facility, StatusEvent, TrialSite
from trials.models import Trial

#: Rows of each table that are read, newest first.
LIMIT = 200
#: The trail has the time at which a transaction began: a change that was saved after `start` may have begun before.
LONGEST_WRITE = timedelta(minutes=1)
#: Columns of a site that follow from its status events and confirmations.
_DERIVED = ("status", "status_since", "status_as_of", "last_confirmed_on")


@dataclass(frozen=True, slots=True)
class TrailLine:
    """One write: `about` is the row, `changes` its changed values."""

    when: datetime
    user_name: str
    about: str
    action: str
    changes: list[Change]
    reason: str


def trail_between(trial: Trial, start: datetime | None, end: datetime, user) -> list[TrailLine]:
    """The writes after `start` (None: without limit) up to `end` of the trial, sites and contacts, newest first."""
    entries = [entry for entry in _entries(trial, start, end) if entry.entry.changes or entry.entry.action == "delete"]
    entries = resolve_names(entries, user)
    names = actor_names(entry.entry.actor for entry in entries)
    lines = [
        TrailLine(when, names[entry.actor] or "Unknown", about, entry.action, entry.changes, entry.reason)
        for when, about, entry in entries
    ]
    return sorted(lines, key=lambda line: line.when, reverse=True)


def _entries(trial: Trial, start: datetime | None, end: datetime) -> Iterator[RelatedEntry]:
    sites = {site.pk: site for site in trial.trial_sites.select_related("facility")}
    of_sites = Q(trial_site__in=list(sites))
    roles = list(Role.objects.filter(Q(trial=trial) | of_sites).values_list("person", "trial_site"))
    people = sorted({person for person, _ in roles})
    period = Q(pgh_created_at__lte=end) & (Q(pgh_created_at__gt=start - LONGEST_WRITE) if start else Q())

    def title(site_id: int | None) -> str:
        site = sites.get(site_id or 0)
        return site.facility.title if site else "Trial"

    for row, entry in _rows(Trial.trail_model, Q(pgh_obj_id=trial.pk) & period):
        yield RelatedEntry(row.pgh_created_at, "Trial", entry)
    for row, entry in _rows(TrialSite.trail_model, Q(pgh_obj_id__in=list(sites)) & period, without=_DERIVED):
        yield RelatedEntry(row.pgh_created_at, title(row.pgh_obj_id), entry)
    for model, label in ((StatusEvent, "status"), (Confirmation, "confirmation")):
        for row, entry in _rows(model.trail_model, of_sites & period, without=("trial_site", "author", "source")):
            yield RelatedEntry(row.pgh_created_at, f"{title(row.trial_site_id)}: {label}", entry)
    for row, entry in _rows(Role.trail_model, (Q(trial=trial) | of_sites) & period, without=("trial", "trial_site")):
        yield RelatedEntry(row.pgh_created_at, f"{title(row.trial_site_id)}: contact", entry)
    facilities = {site.facility_id: site.facility.title for site in sites.values()}
    for row, entry in _rows(Facility.trail_model, Q(pgh_obj_id__in=list(facilities)) & period):
        yield RelatedEntry(row.pgh_created_at, f"{facilities[row.pgh_obj_id]}: facility", entry)
    private = [name for name in PERSONAL_FIELDS if name not in CONTACT]
    for row, entry in _rows(Person.values_model, Q(pgh_obj_id__in=people) & period, without=private):
        yield RelatedEntry(row.pgh_created_at, "Contact details", entry)


def _rows(trail: type[Model], condition: Q, *, without: Collection[str] = ()) -> Iterator[tuple[Any, Entry]]:
    """The trail rows, each with its comparison to the row before; two queries."""
    before = trail.objects.filter(pgh_obj_id=OuterRef("pgh_obj_id"), pgh_id__lt=OuterRef("pgh_id")).order_by("-pgh_id")
    rows = trail.objects.filter(condition).exclude(pgh_label="found").order_by("-pgh_id")
    rows = list(rows.select_related("pgh_context").annotate(before=Subquery(before.values("pgh_id")[:1]))[:LIMIT])
    earlier = trail.objects.in_bulk([row.before for row in rows if row.before])
    return ((row, entry_of(row, earlier.get(row.before), without)) for row in rows)
