"""A place in a registry record in words that a coordinator knows."""

import re

from django.utils.text import capfirst

from common.markup import plain
from publishing.trial_data import PARTS
from registries.ctgov.completeness import WHILE_RECRUITING
from registries.ctgov.field_map import COLUMN_AT
from registries.ctgov.list_paths import KIND_OF, RELATION_OF
from registries.ctgov.path_targets import LOCATIONS, Target, target_of
from trials.models import Outcome, Trial

_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_PLACES = re.compile(r"\[[^]]*\]")


def path_in_words(path: str, name: str = "") -> str:
    """`protocolSection.statusModule.whyStopped` → "Why stopped".

    `….locations[#17].status` → "Site no. 17: status", with the name of the site or entry in place of its number;
    `….locations.status` → "Status of all sites".
    """
    if path in WHILE_RECRUITING:
        return f"{capfirst(path.rpartition('.')[2])} of all sites"
    target = target_of(path)
    if column := COLUMN_AT.get(target.place):
        return capfirst(Trial._meta.get_field(column).verbose_name)
    thing = _entry(target, name) if target.path != target.place else _list(path)
    return f"{thing}: {what_of(target)}" if target.inner else thing


def what_of(target: Target) -> str:
    """What of a site or of an entry: "status", "time frame"."""
    if target.column and target.place in RELATION_OF:
        return str(PARTS[RELATION_OF[target.place]]._meta.get_field(target.column).verbose_name)
    return _plain(target.inner)


def _entry(target: Target, name: str) -> str:
    thing = "Site" if target.place == LOCATIONS else _noun(target.place)
    if name:
        return f"{thing} “{plain(name)}”"
    return f"{thing} no. {target.row}" if target.row else thing


def _noun(place: str) -> str:
    """One entry of a list: "Primary outcome", "Arm group"."""
    if kind := KIND_OF.get(place):
        return f"{Outcome.Kind(kind).label} outcome"
    model = PARTS.get(RELATION_OF.get(place, ""))
    return capfirst(model._meta.verbose_name) if model else _list(place)


def _list(path: str) -> str:
    *_, last = path.split("Module.", 1)
    return capfirst(_plain(last))


def _plain(name: str) -> str:
    """`timeFrame` → "time frame"."""
    return _HUMP.sub(" ", _PLACES.sub(" ", name)).replace(".", ", ").lower()
