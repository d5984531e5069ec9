"""A place in a registry record in words that a coordinator knows."""

import re

from django.utils.text import capfirst

from registries.ctgov import columns
from trials.models import Trial

_PLACE = re.compile(r"\[(\d+)\]")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def camel(path: str) -> str:
    """`status_module.why_stopped` → `statusModule.whyStopped`, as records spell it."""
    return re.sub(r"_([a-z0-9])", lambda letter: letter[1].upper(), path).replace("agencyClass", "class")


_COLUMNS = {camel(path): column for column, path in columns.TRIAL.items()}


def path_in_words(path: str) -> str:
    """`protocolSection.statusModule.whyStopped` → "Why stopped"; `….locations[2].status` → "Site 3: status".

    The third in the record, that is; `….locations[#17].status`, of the site with the number 17 here: "Site no. 17: …".
    """
    if column := _COLUMNS.get(path):
        return capfirst(Trial._meta.get_field(column).verbose_name)
    *_, last = path.split("Module.", 1)
    head, _, rest = last.partition("].")
    name, _, number = head.rstrip("]").partition("[")
    thing = "Site" if name == "locations" else capfirst(_plain(name))
    numbered = f"{thing} {int(number) + 1}" if number.isdigit() else thing + number.replace("#", " no. ")
    return f"{numbered}: {_plain(rest)}" if rest else numbered


def _plain(name: str) -> str:
    """`timeFrame` → "time frame"."""
    return _HUMP.sub(" ", _PLACE.sub(" ", name)).replace(".", ", ").lower()
