"""Labels for the paths of a registry record."""

import re

from django.utils.text import capfirst

from common.markup import resolve_escapes
from publishing.trial_data import LIST_MODELS
from registries.ctgov.completeness import WHILE_RECRUITING
from registries.ctgov.field_map import COLUMN_BY_PATH
from registries.ctgov.list_paths import OUTCOME_KIND_BY_PATH, RELATION_BY_PATH
from registries.ctgov.path_targets import LOCATIONS_PATH, PathTarget, parse_path
from trials.models import Outcome, Trial

_CAMEL_CASE_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BRACKETED_KEY = re.compile(r"\[[^]]*\]")


def path_label(path: str, name: str = "") -> str:
    """`protocolSection.statusModule.whyStopped` → "Why stopped".

    `….locations[#17].status` → "Site no. 17: status", with the name of the site or entry in place of its number;
    `….locations.status` → "Status of all sites".
    """
    if path in WHILE_RECRUITING:
        return f"{capfirst(path.rpartition('.')[2])} of all sites"
    target = parse_path(path)
    if column := COLUMN_BY_PATH.get(target.place):
        return capfirst(Trial._meta.get_field(column).verbose_name)
    label = _entry_label(target, name) if target.path != target.place else _list_label(path)
    return f"{label}: {field_label(target)}" if target.inner else label


def field_label(target: PathTarget) -> str:
    """The field of a site or list entry: "status", "time frame"."""
    if target.column and target.place in RELATION_BY_PATH:
        return str(LIST_MODELS[RELATION_BY_PATH[target.place]]._meta.get_field(target.column).verbose_name)
    return _humanize(target.inner)


def _entry_label(target: PathTarget, name: str) -> str:
    label = "Site" if target.place == LOCATIONS_PATH else _list_entry_label(target.place)
    if name:
        return f"{label} “{resolve_escapes(name)}”"
    return f"{label} no. {target.row}" if target.row else label


def _list_entry_label(place: str) -> str:
    """The label of a list's entry: "Primary outcome", "Arm group"."""
    if kind := OUTCOME_KIND_BY_PATH.get(place):
        return f"{Outcome.Kind(kind).label} outcome"
    model = LIST_MODELS.get(RELATION_BY_PATH.get(place, ""))
    return capfirst(model._meta.verbose_name) if model else _list_label(place)


def _list_label(path: str) -> str:
    *_, last = path.split("Module.", 1)
    return capfirst(_humanize(last))


def _humanize(name: str) -> str:
    """`timeFrame` → "time frame"."""
    return _CAMEL_CASE_BOUNDARY.sub(" ", _BRACKETED_KEY.sub(" ", name)).replace(".", ", ").lower()
