"""Held records for display: the fields that each would empty, with their current values."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import orjson

from common.date_parsing import format_iso_date
from common.enum_labels import choice_label
from history.authorship import actor_names
from registries.ctgov.completeness import CONTACTS_OF_SITES, STATUSES_OF_SITES, value_at
from registries.ctgov.redaction import strip_tombstones
from registries.models import QuarantinedRecord, RegistryLink
from registries.path_labels import path_label


@dataclass(frozen=True, slots=True)
class HeldRecord:
    """`lost_fields`: (label, value in the version before). `trial` is None when it was deleted."""

    record: QuarantinedRecord
    trial: object
    lost_fields: Sequence[tuple[str, object]]
    is_superseded: bool
    decided_by: str

    @property
    def is_open(self) -> bool:
        return not (self.record.decision or self.is_superseded)


def held_records(records: Iterable[QuarantinedRecord]) -> list[HeldRecord]:
    """In the order of the records, in a fixed number of queries."""
    records = list(records)
    links = RegistryLink.objects.filter(nct_id__in={record.nct_id for record in records})
    link_by_number = {link.nct_id: link for link in links.select_related("trial", "latest")}
    names = actor_names(record.decided_by for record in records if record.decided_by)
    return [_held_record(record, link_by_number.get(record.nct_id), names) for record in records]


def _held_record(record: QuarantinedRecord, link: RegistryLink | None, names) -> HeldRecord:
    before = orjson.loads(strip_tombstones(link.latest.received)) if link else {}
    lost_fields = [(path_label(path), _format_lost_value(path, value_at(before, path))) for path in record.losses]
    is_superseded = link is not None and link.latest.run_id > record.run_id
    decided_by = names[record.decided_by] if record.decided_by else ""
    return HeldRecord(record, link and link.trial, lost_fields, is_superseded, decided_by)


def _format_lost_value(path: str, value: object) -> object:
    """For sites their names, for site statuses the number of sites with each, for site contacts the names.

    A date is formatted; a section that is stored as received is described by its size.
    """
    if path == STATUSES_OF_SITES:
        return [
            f"{choice_label(code, 'SiteStatus')} at {number} sites"
            if number > 1
            else f"{choice_label(code, 'SiteStatus')} at 1 site"
            for code, number in Counter(value).items()
        ]
    if path == CONTACTS_OF_SITES:
        return [contact.get("name") or "without a name" for contacts in value for contact in contacts]
    if isinstance(value, str) and path.lower().endswith("date"):
        return format_iso_date(value)
    if path.endswith(".locations") and isinstance(value, list):
        sites = [site for site in value if isinstance(site, dict)]
        return [site.get("facility") or site.get("city") or "without a name" for site in sites]
    return f"{len(orjson.dumps(value)):,} bytes" if path.endswith("Section") and value else value
