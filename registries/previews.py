"""Preview of a dry run and result of an import for display: trials, field labels and formatted values."""

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
    """(trial, whether it was created) of an import, created ones first; at most `MAX_TRIALS_SHOWN`."""
    versions = run.versions.select_related("trial").order_by("trial__nct_id", "number")
    trials = {version.trial: version.number == 1 for version in reversed(versions)}
    return sorted(trials.items(), key=lambda item: (not item[1], item[0].number))[:MAX_TRIALS_SHOWN]


def _line(names: Mapping[tuple[str, int | None], str], path: str, before, after) -> tuple[str, str, str]:
    target = parse_path(path)
    label = path_label(path, names.get((target.place, target.row), ""))
    return label, _value(target, before), _value(target, after)


def _value(target: PathTarget, value) -> str:
    return format_value(target, value) if target.is_known else as_text(value)


def _names_of(targets: Iterable[PathTarget]) -> dict[tuple[str, int | None], str]:
    """The names of sites and list entries, by the path of the list and the row id."""
    ids = defaultdict(set)
    for target in targets:
        if target.row:
            ids[target.place].add(target.row)
    sites = TrialSite.objects.filter(pk__in=ids.pop(LOCATIONS_PATH, ())).select_related("facility")
    names = {(LOCATIONS_PATH, site.pk): site.facility.title for site in sites}
    for place, rows in ids.items():
        model = LIST_MODELS.get(RELATION_BY_PATH.get(place, ""))
        entries = model.objects.in_bulk(rows) if model else {}
        names |= {(place, pk): str(entry) for pk, entry in entries.items()}
    return names
