"""What a dry run found and what an import did, as their pages tell it: trials, fields and values in words."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from publishing.trial_data import LIST_MODELS
from registries.conflicts.display import format_value
from registries.ctgov.list_paths import RELATION_BY_PATH
from registries.ctgov.path_targets import LOCATIONS_PATH, PathTarget, parse_path
from registries.models import ImportRun
from registries.path_labels import path_label
from registries.templatetags.registry_values import as_text
from sites.models import TrialSite
from trials.models import Trial

SHOWN = 100  # trials that an import names; all are counted


@dataclass(frozen=True, slots=True)
class TrialPreview:
    """`changes` (field, present, new) go in; `conflicts` (field, ours, the registry's) wait for a decision."""

    nct_id: str
    title: str
    is_new: bool
    changes: Sequence[tuple[str, str, str]]
    conflicts: Sequence[tuple[str, str, str]]


def previews_of(report: Iterable[Mapping]) -> list[TrialPreview]:
    """The trials of `ImportRun.report`; a query for the sites, and one for each kind of entry that changes."""
    report = list(report)
    lines = [line for outcome in report for line in (*outcome["changes"], *outcome["conflicts"])]
    names = _names_of([parse_path(path) for path, *_ in lines])
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
    """The trials that an import created (True) or updated, the created first; at most `SHOWN`."""
    versions = run.versions.select_related("trial").order_by("trial__nct_id", "number")
    found = {version.trial: version.number == 1 for version in reversed(versions)}
    return sorted(found.items(), key=lambda item: (not item[1], item[0].number))[:SHOWN]


def _line(names: Mapping[tuple[str, int | None], str], path: str, before, after) -> tuple[str, str, str]:
    target = parse_path(path)
    label = path_label(path, names.get((target.place, target.row), ""))
    return label, _value(target, before), _value(target, after)


def _value(target: PathTarget, value) -> str:
    return format_value(target, value) if target.is_known else as_text(value)


def _names_of(targets: Iterable[PathTarget]) -> dict[tuple[str, int | None], str]:
    """How the sites and entries are called, by the path of their list and their id."""
    ids = defaultdict(set)
    for target in targets:
        if target.row:
            ids[target.place].add(target.row)
    sites = TrialSite.objects.filter(pk__in=ids.pop(LOCATIONS_PATH, ())).select_related("facility")
    names = {(LOCATIONS_PATH, site.pk): site.facility.title for site in sites}
    for place, rows in ids.items():
        model = LIST_MODELS.get(RELATION_BY_PATH.get(place, ""))
        found = model.objects.in_bulk(rows) if model else {}
        names |= {(place, pk): str(row) for pk, row in found.items()}
    return names
