"""Texts of a record that a page must show verbatim, and those that it shows in another form."""

import re
from functools import cache
from itertools import chain

from django.db.models import TextChoices

#: Paths of names of people, which are merged.
NAMES = ("overallOfficials.name", "investigatorFullName", "oldNameTitle")

#: Last names of paths with codes, and paths that are shown in another form or checked by name.
_CODES = {
    "overallStatus", "lastKnownStatus", "status", "statusForNctId", "type", "class", "studyType", "phases",
    "allocation", "interventionModel", "primaryPurpose", "observationalModel",
    "timePerspective", "masking", "whoMasked", "retention",
    "sex", "stdAges", "samplingMethod", "ipdSharing", "infoTypes", "role",
}  # fmt: skip
_FREE_TYPES = ("availIpds.type",)
_SHOWN_DIFFERENTLY = ("locations.country", "minimumAge", "maximumAge", ".id", "locations.status")


def is_code(path: str) -> bool:
    return path.rpartition(".")[2] in _CODES and not path.endswith(_FREE_TYPES)


def is_text(path: str) -> bool:
    last = path.rpartition(".")[2]
    is_unmodelled = "novel" in path.split(".")  # our own records' word for what is not modelled
    if is_unmodelled or is_code(path) or "contacts." in path or "centralContacts." in path or "date" in last.lower():
        return False
    return not path.endswith(_SHOWN_DIFFERENTLY) or path.endswith(
        ("orgStudyIdInfo.id", "secondaryIdInfos.id", "availIpds.id")
    )


@cache
def codes() -> frozenset[str]:
    """Every code that reads otherwise than its words."""
    modules = [f"{app}.choices" for app in ("trials", "sites", "contacts")]
    values = [value for name in modules for value in vars(__import__(name, fromlist=["_"])).values()]
    choices = [value for value in values if isinstance(value, type) and issubclass(value, TextChoices)]
    words = set(chain.from_iterable(re.findall(r"\w+", label) for one in choices for label in one.labels))
    return frozenset(code for one in choices for code in one.values if len(code) > 2) - words
