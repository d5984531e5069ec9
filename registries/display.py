"""Labels of the paths of a record, its values as text, and the words that differ from the last import."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst

from common.enum_labels import choice_label
from common.markup import resolve_escapes
from common.partial_dates import PartialDateField
from common.partial_dates.value import PartialDate
from publishing.trial_data import LIST_MODELS
from registries.choices import ConflictCategory
from registries.ctgov import completeness, field_map, path_resolution
from trials.models import Outcome, Trial
from trials.status_display import NOT_PUBLISHED

_CAMEL_CASE_BOUNDARY = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
_BRACKETED_KEY = re.compile(r"\[[^]]*\]")


def path_label(path: str, name: str = "") -> str:
    """`protocolSection.statusModule.whyStopped` → "Why stopped".

    `….locations[#17].status` → "Site no. 17: status", with the name of the site or entry in place of its number;
    `….locations.status` → "Status of all sites".
    """
    if path in completeness.WHILE_RECRUITING:
        return f"{capfirst(path.rpartition('.')[2])} of all sites"
    target = path_resolution.parse_path(path)
    if column := field_map.COLUMN_BY_PATH.get(target.field_path):
        return capfirst(Trial._meta.get_field(column).verbose_name)
    label = _entry_label(target, name) if target.path != target.field_path else _list_label(path)
    return f"{label}: {field_label(target)}" if target.entry_key else label


def field_label(target: path_resolution.PathTarget) -> str:
    """The field of a site or list entry: "status", "time frame"."""
    if target.column and target.field_path in field_map.RELATION_BY_PATH:
        return str(
            LIST_MODELS[field_map.RELATION_BY_PATH[target.field_path]]._meta.get_field(target.column).verbose_name
        )
    return _humanize(target.entry_key)


def _entry_label(target: path_resolution.PathTarget, name: str) -> str:
    label = "Site" if target.field_path == field_map.LOCATIONS_PATH else _list_entry_label(target.field_path)
    if name:
        return f"{label} “{resolve_escapes(name)}”"
    return f"{label} no. {target.row}" if target.row else label


def _list_entry_label(list_path: str) -> str:
    """The label of a list's entry: "Primary outcome", "Arm group"."""
    if kind := field_map.OUTCOME_KIND_BY_PATH.get(list_path):
        return f"{Outcome.Kind(kind).label} outcome"
    model = LIST_MODELS.get(field_map.RELATION_BY_PATH.get(list_path, ""))
    return capfirst(model._meta.verbose_name) if model else _list_label(list_path)


def _list_label(path: str) -> str:
    *_, last = path.split("Module.", 1)
    return capfirst(_humanize(last))


def _humanize(name: str) -> str:
    """`timeFrame` → "time frame"."""
    return _CAMEL_CASE_BOUNDARY.sub(" ", _BRACKETED_KEY.sub(" ", name)).replace(".", ", ").lower()


CONTEXT_WORDS = 12
"""Words of a long text that are shown before and after a difference."""
LONG_TEXT_WORDS = 120
"""Longer texts are shown in excerpts."""
_WORDS = re.compile(r"\S+\s*")


@dataclass(frozen=True, slots=True)
class ValueDisplay:
    """One value of a difference: a status, or text."""

    text: SafeString | str
    status: str | None = None


def is_status_target(target: path_resolution.PathTarget) -> bool:
    """Whether the value is a recruitment status, which is displayed as a status label."""
    return target.category == ConflictCategory.SITE_STATUS or target.column in ("overall_status", "last_known_status")


def format_value(target: path_resolution.PathTarget, value: Any) -> str:
    """A value of a record as text, one line for each entry; `NOT_PUBLISHED` for no value."""
    if value in (None, "", [], {}):
        return NOT_PUBLISHED
    if target.field_path == field_map.LOCATIONS_PATH or target.field_path in path_resolution.ROLE_KIND_BY_PATH:
        return "\n".join(_format_site_or_contacts(target, value))
    if target.is_entry and not target.entry_key:
        return "\n".join(_format_entry(target, value))
    return _format_field(model_field_for(target), value)


def model_field_for(target: path_resolution.PathTarget) -> models.Field | None:
    """The model field of the target's column."""
    if not target.column:
        return None
    model = LIST_MODELS[field_map.RELATION_BY_PATH[target.field_path]] if target.is_entry else Trial
    return model._meta.get_field(target.column)


def _format_field(field: models.Field | None, value: Any) -> str:
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        item_field = field.base_field if isinstance(field, ArrayField) else None
        return "\n".join(_format_field(item_field, item) for item in value)
    if isinstance(value, dict):
        return ", ".join(str(part) for part in value.values() if part)
    if isinstance(field, PartialDateField):
        return PartialDate(value).as_text()
    labels = dict(field.flatchoices) if field is not None else {}
    return resolve_escapes(str(labels.get(value, value)))


def _format_entry(target: path_resolution.PathTarget, entry: dict) -> Iterator[str]:
    for key, value in entry.items():
        field = model_field_for(path_resolution.PathTarget(target.path, target.field_path, target.row or 0, key))
        yield (
            f"{str(field.verbose_name).capitalize()}: {_format_field(field, value)}"
            if field
            else _format_field(None, value)
        )


def _format_site_or_contacts(target: path_resolution.PathTarget, value: Any) -> Iterator[str]:
    if isinstance(value, list):
        yield from (_format_contact(contact) for contact in value)
    elif isinstance(value, str):
        yield choice_label(value, "SiteStatus")
    elif target.entry_key == "facility":
        yield from _format_facility(value)
    else:
        printed = {name: value.get(field_map.to_camel_case(key), "") for name, key in field_map.PLACE.items()}
        yield from _format_facility(printed | {"latitude": None, "longitude": None})
        yield choice_label(value.get("status", ""), "SiteStatus") or "Status not published"
        yield from (_format_contact(contact) for contact in value.get("contacts", []))


def _format_contact(contact: dict) -> str:
    role = choice_label(contact.get("role", ""), "ContactRole" if "affiliation" not in contact else "OfficialRole")
    phone = " ext. ".join(filter(None, (contact.get("phone"), contact.get("phoneExt"))))
    parts = (contact.get("name"), role, contact.get("affiliation"), phone, contact.get("email"))
    return " · ".join(part for part in parts if part) or "Unnamed contact"


def _format_facility(facility: dict) -> Iterator[str]:
    yield facility["name"] or "Facility name not published"
    yield ", ".join(
        filter(
            None, (facility["city"], " ".join(filter(None, (facility["state"], facility["zip"]))), facility["country"])
        )
    )
    if facility["latitude"] is not None:
        yield f"At {facility['latitude']}, {facility['longitude']}"


def highlight_changes(before: str, text: str) -> SafeString:
    """`text` as HTML with the words marked that differ from `before`; a long text is reduced to excerpts."""
    old, new = _WORDS.findall(before), _WORDS.findall(text)
    blocks = list(_compare_words([word.strip() for word in old], [word.strip() for word in new]))
    pieces = [_diff_segment(tag, new[start:end], len(new), number == 0, number == len(blocks) - 1)
              for number, (tag, start, end) in enumerate(blocks)]  # fmt: skip
    return mark_safe("".join(pieces))


def _compare_words(old: list[str], new: list[str]) -> Iterator[tuple[str, int, int]]:
    """(tag, start, end) of each block of `new`, with the tags of `SequenceMatcher`.

    Only what lies between the common beginning and the common end is compared, because `SequenceMatcher` is slow.
    """
    start = _common_length(old, new)
    end = _common_length(reversed(old[start:]), reversed(new[start:]))
    if start:
        yield "equal", 0, start
    middle = SequenceMatcher(None, old[start : len(old) - end], new[start : len(new) - end])
    for tag, _, _, first, last in middle.get_opcodes():
        yield tag, start + first, start + last
    if end:
        yield "equal", len(new) - end, len(new)


def _common_length(old: Iterable[str], new: Iterable[str]) -> int:
    """How many words both begin with."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(old, new, strict=False)))


def _diff_segment(tag: str, segment: list[str], total_words: int, is_first: bool, is_last: bool) -> str:
    if tag != "equal":
        return format_html("<mark>{}</mark>", "".join(segment)) if segment else _deletion_marker(total_words)
    if total_words <= LONG_TEXT_WORDS or len(segment) <= 2 * CONTEXT_WORDS:
        return conditional_escape("".join(segment))
    head = "" if is_first else "".join(segment[:CONTEXT_WORDS])
    tail = "" if is_last else "".join(segment[-CONTEXT_WORDS:])
    return conditional_escape(f"{head}… {tail}")


def _deletion_marker(total_words: int) -> str:
    """A mark where words of the last import were removed."""
    return format_html('<mark title="Words are missing here">{}</mark> ', "[…]") if total_words else ""
