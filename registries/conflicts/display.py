"""What the registry or we say at some place, in words, with what differs from the last import marked."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe

from common.enum_labels import code_in_words
from common.markup import plain
from common.partial_dates import PartialDateField
from common.partial_dates.value import PartialDate
from publishing.trial_data import PARTS
from registries.choices import Thing
from registries.ctgov import field_map
from registries.ctgov.list_paths import RELATION_OF
from registries.ctgov.path_targets import LOCATIONS, PEOPLE, Target
from trials.models import Trial
from trials.status_display import NOT_PUBLISHED

AROUND = 12
"""Words of a long text that are shown on either side of a difference."""
LONG = 120
"""Words from which on a text is shown in pieces."""
_WORDS = re.compile(r"\S+\s*")


def status_at(target: Target) -> bool:
    """Whether a recruitment status stands there, which is shown with its mark."""
    return target.thing == Thing.SITE_STATUS or target.column in ("overall_status", "last_known_status")


def in_words(target: Target, value: Any) -> str:
    """A value of a record as text, a line for each thing; nothing is said as such."""
    if value in (None, "", [], {}):
        return NOT_PUBLISHED
    if target.place == LOCATIONS or target.place in PEOPLE:
        return "\n".join(_of_people_and_places(target, value))
    if target.is_entry and not target.inner:
        return "\n".join(_of_entry(target, value))
    return _of_field(field_at(target), value)


def field_at(target: Target) -> models.Field | None:
    """The column that holds what stands there."""
    if not target.column:
        return None
    model = PARTS[RELATION_OF[target.place]] if target.is_entry else Trial
    return model._meta.get_field(target.column)


def _of_field(field: models.Field | None, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        item = field.base_field if isinstance(field, ArrayField) else None
        return "\n".join(_of_field(item, one) for one in value)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    if isinstance(field, PartialDateField):
        return PartialDate(value).in_words()
    known = dict(field.flatchoices) if field is not None else {}
    return plain(str(known.get(value, value)))


def _of_entry(target: Target, entry: dict) -> Iterator[str]:
    for key, value in entry.items():
        field = field_at(Target(target.path, target.place, target.row or 0, key))
        yield f"{str(field.verbose_name).capitalize()}: {_of_field(field, value)}" if field else _of_field(None, value)


def _of_people_and_places(target: Target, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (_person(one) for one in value)
    elif isinstance(value, str):
        yield code_in_words(value, "SiteStatus")
    elif target.inner == "facility":
        yield from _place(value)
    else:
        printed = {name: value.get(field_map.camel(key), "") for name, key in field_map.PLACE.items()}
        yield from _place(printed | {"latitude": None, "longitude": None})
        yield code_in_words(value.get("status", ""), "SiteStatus") or "Status not published"
        yield from (_person(one) for one in value.get("contacts", []))


def _person(said: dict) -> str:
    role = code_in_words(said.get("role", ""), "ContactRole" if "affiliation" not in said else "OfficialRole")
    phone = " ext. ".join(filter(None, (said.get("phone"), said.get("phoneExt"))))
    told = (said.get("name"), role, said.get("affiliation"), phone, said.get("email"))
    return " · ".join(part for part in told if part) or "Somebody unnamed"


def _place(said: dict) -> Iterator[str]:
    yield said["name"] or "Facility name not published"
    yield ", ".join(filter(None, (said["city"], " ".join(filter(None, (said["state"], said["zip"]))), said["country"])))
    if said["latitude"] is not None:
        yield f"At {said['latitude']}, {said['longitude']}"


def marked(before: str, text: str) -> SafeString:
    """`text` with the words marked that `before` does not have there; a long one only where it differs."""
    old, new = _WORDS.findall(before), _WORDS.findall(text)
    blocks = SequenceMatcher(None, [word.strip() for word in old], [word.strip() for word in new]).get_opcodes()
    pieces = [_piece(tag, new[start:end], len(new), number == 0, number == len(blocks) - 1)
              for number, (tag, _, _, start, end) in enumerate(blocks)]  # fmt: skip
    return mark_safe("".join(pieces))


def _piece(tag: str, words: list[str], of: int, is_first: bool, is_last: bool) -> str:
    if tag != "equal":
        return format_html("<mark>{}</mark>", "".join(words)) if words else _gap(of)
    if of <= LONG or len(words) <= 2 * AROUND:
        return conditional_escape("".join(words))
    head = "" if is_first else "".join(words[:AROUND])
    tail = "" if is_last else "".join(words[-AROUND:])
    return conditional_escape(f"{head}… {tail}")


def _gap(of: int) -> str:
    """Words of the last import that are not there any more: in a long text their place would be lost."""
    return format_html('<mark title="Words are missing here">{}</mark> ', "[…]") if of else ""
