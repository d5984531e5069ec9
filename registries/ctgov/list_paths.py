"""Maps the lists of a record to our tables: the path of each list, and the row ids of its entries in order. Pure."""

from collections.abc import Mapping, Sequence

from publishing.trial_data import LIST_MODELS, Row, TrialData
from registries.ctgov import field_map

#: Relation of Trial → the paths of its lists in a record; outcomes have three.
PATHS_BY_RELATION: dict[str, list[str]] = {
    name: [field_map.to_camel_case(path) for path in field_map.OUTCOME_LISTS.values()]
    if name == "outcomes"
    else [field_map.to_camel_case(field_map.PARTS[name][0])]
    for name in LIST_MODELS
}
OUTCOME_KIND_BY_PATH = {field_map.to_camel_case(path): kind for kind, path in field_map.OUTCOME_LISTS.items()}
RELATION_BY_PATH = {path: name for name, paths in PATHS_BY_RELATION.items() for path in paths}


def row_ids_by_path(bundle: TrialData) -> dict[str, list[int]]:
    """The row ids of a trial's lists, by the path of the list."""
    return {path: [row["id"] for row in rows_for_path(bundle, path)] for path in RELATION_BY_PATH}


def rows_for_path(bundle: TrialData, path: str) -> list[Row]:
    """The rows of one list of a record, in order."""
    rows, kind = bundle.lists[RELATION_BY_PATH[path]], OUTCOME_KIND_BY_PATH.get(path)
    return [row for row in rows if kind is None or row["kind"] == kind]


def merged_row_ids(bundle: TrialData, merged: Mapping[str, Sequence[int | None]], name: str) -> list[int | None]:
    """The row ids of all lists of a relation after a merge; an unchanged list has its current rows."""
    current = row_ids_by_path(bundle)
    return [pk for path in PATHS_BY_RELATION[name] for pk in merged.get(path, current[path])]
