"""Which rows of ours the lists of a record are: the path of each list, and the ids of its entries in order. Pure."""

from collections.abc import Mapping, Sequence

from publishing.trial_data import PARTS, Bundle, Row
from registries.ctgov import field_map

#: Relation of Trial → the path of its list as records spell it; outcomes have three.
PATHS: dict[str, list[str]] = {
    name: [field_map.camel(path) for path in field_map.OUTCOME_LISTS.values()]
    if name == "outcomes"
    else [field_map.camel(field_map.PARTS[name][0])]
    for name in PARTS
}
KIND_OF = {field_map.camel(path): kind for kind, path in field_map.OUTCOME_LISTS.items()}
RELATION_OF = {path: name for name, paths in PATHS.items() for path in paths}


def rows_by_path(bundle: Bundle) -> dict[str, list[int]]:
    """The ids of a trial's parts, by the path of their list."""
    return {path: [row["id"] for row in rows_at(bundle, path)] for path in RELATION_OF}


def rows_at(bundle: Bundle, path: str) -> list[Row]:
    """The rows of one list of a record, in order."""
    rows, kind = bundle.parts[RELATION_OF[path]], KIND_OF.get(path)
    return [row for row in rows if kind is None or row["kind"] == kind]


def kept_rows(bundle: Bundle, kept: Mapping[str, Sequence[int | None]], name: str) -> list[int | None]:
    """The rows of all lists of a relation after a merge; a list that it left alone has those that it had."""
    present = rows_by_path(bundle)
    return [pk for path in PATHS[name] for pk in kept.get(path, present[path])]
