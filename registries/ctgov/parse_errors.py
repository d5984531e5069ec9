"""Finds what is wrong with a record, and where. Slow: called only when a quick check failed or is in doubt."""

import json
import math
import re
from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from msgspec import Struct, ValidationError, convert
from msgspec.structs import fields

MAX_TEXT_LENGTH = 100_000
MAX_DEPTH = 254  # the deepest nesting that orjson writes

Fault = tuple[str, str]
"""(place in the record, reason in words)"""

_MODULE = re.compile(r"^protocolSection\.[A-Za-z]+Module\.")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEY_TEXT_OR_BRACKET = re.compile(rb'"((?:[^"\\]|\\.)*+)"\s*:|"(?:[^"\\]|\\.)*+"|([\[{])|([\]}])', re.DOTALL)


class _InvalidValue(str):
    """Placeholder for an invalid value in a decoded tree; its text is the reason."""


def first_error(raw: bytes) -> Fault | None:
    """The first fault of a record that does not depend on its schema; None when there is none, or it is not JSON."""
    if place := _depth_error(raw):
        return place, f"nested deeper than {MAX_DEPTH} levels"
    try:
        tree = _LENIENT_DECODER.decode(raw.decode(errors="surrogateescape"))
    except (ValueError, RecursionError):
        return None
    return next(((short_path(place), reason) for place, value in _leaves(tree) if (reason := _leaf_error(value))), None)


def may_have_long_text(raw: bytes) -> bool:
    """Whether some text may be too long. Escapes count as written, so that only a positive answer can be wrong."""
    return max(map(len, raw.replace(rb"\"", b"''").split(b'"'))) > MAX_TEXT_LENGTH


def type_error(value: Any, kind: Any, place: str = "") -> Fault | None:
    """The first place where a value does not fit a type of `schema`."""
    kind = next((part for part in get_args(kind) if part is not NoneType), kind) if NoneType in get_args(kind) else kind
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _object_error(value, kind, place)
    if get_origin(kind) is list:
        return _list_error(value, get_args(kind)[0], place)
    try:
        convert(value, kind)
    except ValidationError:
        return short_path(place), _mismatch_text(value, kind)
    return None


def error_text(error: Exception, raw: bytes) -> str:
    """Why bytes are not valid JSON."""
    if not raw.strip():
        return "the record is empty"
    if raw.startswith(b"\xef\xbb\xbf"):
        return "not JSON: starts with a byte order mark"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    if "truncated" in str(error):
        return "not JSON: the record is cut off"
    return "not JSON: " + str(error).removeprefix("JSON is malformed: ")


def short_path(place: str) -> str:
    """`protocolSection.statusModule.whyStopped` → `whyStopped`: no two modules share a name. Other paths unchanged."""
    return _MODULE.sub("", place)


def _leaves(tree: Any) -> Iterator[tuple[str, Any]]:
    """(place, value) of every leaf, keys included, in the order of the record."""
    pending = [("", tree)]
    while pending:
        place, value = pending.pop()
        if isinstance(value, dict):
            yield from ((place, key) for key in value)
            pending += [(f"{place}.{key}".lstrip("."), item) for key, item in reversed(value.items())]
        elif isinstance(value, list):
            pending += [(f"{place}[{number}]", item) for number, item in reversed(list(enumerate(value)))]
        else:
            yield place, value


def _leaf_error(value: Any) -> str | None:
    if isinstance(value, _InvalidValue):
        return str(value)
    if not isinstance(value, str):
        return None
    if _SURROGATE.search(value):
        return "not Unicode text: a lone surrogate, or a byte that is not UTF-8"
    if control := _CONTROL.search(value):
        return f"control character U+{ord(control[0]):04X}"
    if len(value) > MAX_TEXT_LENGTH:
        return f"text of {len(value):,} characters; {MAX_TEXT_LENGTH:,} are allowed"
    return None


def _depth_error(raw: bytes) -> str | None:
    """The first keys of the path that is nested too deep; "the record" when the path has no keys."""
    names: list[bytes] = []
    name = b""
    for key, opening, closing in (token.groups() for token in _KEY_TEXT_OR_BRACKET.finditer(raw)):
        if opening:
            names.append(name)
            if len(names) > MAX_DEPTH:
                return short_path(b".".join(filter(None, names[:6])).decode(errors="replace")) or "the record"
        elif closing and names:
            names.pop()
        name = key or b""
    return None


def _object_error(value: Any, kind: type[Struct], place: str) -> Fault | None:
    if not isinstance(value, dict):
        return short_path(place), f"expected an object, got {_display_value(value)}"
    known = {field.encode_name: field.type for field in fields(kind)}
    parts = (type_error(value[name], known[name], f"{place}.{name}".lstrip(".")) for name in value if name in known)
    return next(filter(None, parts), None)


def _list_error(value: Any, kind: Any, place: str) -> Fault | None:
    if not isinstance(value, list):
        return short_path(place), f"expected a list, got {_display_value(value)}"
    entries = (type_error(entry, kind, f"{place}[{number}]") for number, entry in enumerate(value))
    return next(filter(None, entries), None)


def _mismatch_text(value: Any, kind: Any) -> str:
    if get_origin(kind) is Literal:
        return (
            f"unknown code {_display_value(value)}"
            if isinstance(value, str)
            else f"expected a code, got {_display_value(value)}"
        )
    if hasattr(kind, "__metadata__"):
        return f"{_display_value(value)} is not {kind.__metadata__[0].description}"
    return f"expected {'yes or no (true or false)' if kind is bool else 'text'}, got {_display_value(value)}"


def _display_value(value: Any) -> str:
    """A value for an error message, at most 80 characters."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = repr(value) if isinstance(value, str) else json.dumps(value)
    return shown if len(shown) <= 80 else shown[:78] + "…" + shown[-1]


def _object_pairs_hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in pairs:
        values[key] = _InvalidValue("the key appears twice in one object") if key in values else value
    return values


def _parse_int(digits: str) -> int | _InvalidValue:
    fits = len(digits) <= 20 and -(2**63) <= int(digits) < 2**64
    return int(digits) if fits else _InvalidValue("the number is too large")


def _parse_float(digits: str) -> float | _InvalidValue:
    return float(digits) if math.isfinite(float(digits)) else _InvalidValue("the number is too large")


_LENIENT_DECODER = json.JSONDecoder(
    object_pairs_hook=_object_pairs_hook,
    parse_int=_parse_int,
    parse_float=_parse_float,
    parse_constant=lambda name: _InvalidValue(f"{name} is not JSON"),
    strict=False,
)
