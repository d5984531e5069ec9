"""Results of imports for display: previews, imported trials and held records."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import orjson

from common.date_parsing import format_iso_date
from common.enum_labels import choice_label
from history.authorship import actor_names
from publishing.trial_data import LIST_MODELS
from registries.ctgov import completeness, field_map, path_resolution, redaction
from registries.display import format_value, path_label
from registries.models import ImportRun, QuarantinedRecord, RegistryLink
from registries.templatetags.registry_values import as_text
from sites.models import TrialSite
from trials.models import Trial

MAX_TRIALS_SHOWN = 100  # listed on the page of an import; all are counted


@dataclass(frozen=True, slots=True)
class TrialPreview:
    """`changes`: (field, current value, new value); `conflicts`: (field, our value, registry value)."""

    nct_id: str
    title: str
    is_new: bool
    changes: Sequence[tuple[str, str, str]]
    conflicts: Sequence[tuple[str, str, str]]


def previews_of(report: Iterable[Mapping]) -> list[TrialPreview]:
    """The trials of `ImportRun.report`; one query for the sites, and one for each list that changes."""
    report = list(report)
    lines = [line for outcome in report for line in (*outcome["changes"], *outcome["conflicts"])]
    names = _names_of([path_resolution.parse_path(path) for path, *_ in lines])
    return [
        TrialPreview(
            outcome["nct_id"],
            outcome["title"],
            outcome["is_new"],
            [_line(names, path, before, after) for path, before, after in outcome["changes"]],
            [_line(names, path, ours, theirs) for path, _, theirs, ours in outcome["conflicts"]],
        )
        for outcome in report
    ]


def imported_trials(run: ImportRun) -> list[tuple[Trial, bool]]:
    """(trial, whether it was created) of an import, created ones first; at most `MAX_TRIALS_SHOWN`."""
    versions = run.versions.select_related("trial").order_by("trial__nct_id", "number")
    trials = {version.trial: version.number == 1 for version in reversed(versions)}
    return sorted(trials.items(), key=lambda item: (not item[1], item[0].number))[:MAX_TRIALS_SHOWN]


def _line(names: Mapping[tuple[str, int | None], str], path: str, before, after) -> tuple[str, str, str]:
    target = path_resolution.parse_path(path)
    label = path_label(path, names.get((target.field_path, target.row), ""))
    return label, _value(target, before), _value(target, after)


def _value(target: path_resolution.PathTarget, value) -> str:
    return format_value(target, value) if target.is_known else as_text(value)


def _names_of(targets: Iterable[path_resolution.PathTarget]) -> dict[tuple[str, int | None], str]:
    """The names of sites and list entries, by the path of the list and the row id."""
    ids = defaultdict(set)
    for target in targets:
        if target.row:
            ids[target.field_path].add(target.row)
    sites = TrialSite.objects.filter(pk__in=ids.pop(field_map.LOCATIONS_PATH, ())).select_related("facility")
    names = {(field_map.LOCATIONS_PATH, site.pk): site.facility.title for site in sites}
    for list_path, rows in ids.items():
        model = LIST_MODELS.get(field_map.RELATION_BY_PATH.get(list_path, ""))
        entries = model.objects.in_bulk(rows) if model else {}
        names |= {(list_path, pk): str(entry) for pk, entry in entries.items()}
    return names


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
    before = orjson.loads(redaction.strip_tombstones(link.latest.received)) if link else {}
    lost_fields = [
        (path_label(path), _format_lost_value(path, completeness.value_at(before, path))) for path in record.losses
    ]
    is_superseded = link is not None and link.latest.run_id > record.run_id
    decided_by = names[record.decided_by] if record.decided_by else ""
    return HeldRecord(record, link and link.trial, lost_fields, is_superseded, decided_by)


def _format_lost_value(path: str, value: object) -> object:
    """For sites their names, for site statuses the number of sites with each, for site contacts the names.

    A date is formatted; a section that is stored as received is described by its size.
    """
    if path == completeness.STATUSES_OF_SITES:
        return [
            f"{choice_label(code, 'SiteStatus')} at {number} sites"
            if number > 1
            else f"{choice_label(code, 'SiteStatus')} at 1 site"
            for code, number in Counter(value).items()
        ]
    if path == completeness.CONTACTS_OF_SITES:
        return [contact.get("name") or "without a name" for contacts in value for contact in contacts]
    if isinstance(value, str) and path.lower().endswith("date"):
        return format_iso_date(value)
    if path.endswith(".locations") and isinstance(value, list):
        sites = [site for site in value if isinstance(site, dict)]
        return [site.get("facility") or site.get("city") or "without a name" for site in sites]
    return f"{len(orjson.dumps(value)):,} bytes" if path.endswith("Section") and value else value
