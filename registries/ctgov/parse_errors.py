"""What exactly is wrong with a record, and where. Slow and thorough: asked only when a quick look raised a doubt."""

import json
import math
import re
from collections.abc import Iterator
from types import NoneType
from typing import Any, Literal, get_args, get_origin

from msgspec import Struct, ValidationError, convert
from msgspec.structs import fields

LONGEST_TEXT = 100_000
DEEPEST = 254  # the deepest nesting that orjson writes

Fault = tuple[str, str]
"""(place in the record, reason in words)"""

_MODULE = re.compile(r"^protocolSection\.[A-Za-z]+Module\.")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEY_TEXT_OR_BRACKET = re.compile(rb'"((?:[^"\\]|\\.)*+)"\s*:|"(?:[^"\\]|\\.)*+"|([\[{])|([\]}])', re.DOTALL)


class _Refused(str):
    """Stands in a tree for a value that cannot be one; its text is the reason."""


def anywhere(raw: bytes) -> Fault | None:
    """The first fault of a record whatever its keys mean; None when there is none, or no JSON to look into."""
    if place := _too_deep(raw):
        return place, f"nested deeper than {DEEPEST} levels"
    try:
        tree = _lenient.decode(raw.decode(errors="surrogateescape"))
    except (ValueError, RecursionError):
        return None
    return next(((short(place), reason) for place, value in _leaves(tree) if (reason := _of_leaf(value))), None)


def may_have_long_text(raw: bytes) -> bool:
    """Whether some text may be longer than allowed. Escapes count as they are written, so this can only err to yes."""
    return max(map(len, raw.replace(rb"\"", b"''").split(b'"'))) > LONGEST_TEXT


def by_type(value: Any, kind: Any, place: str = "") -> Fault | None:
    """The first place where a value does not fit a type of `records`."""
    kind = next((part for part in get_args(kind) if part is not NoneType), kind) if NoneType in get_args(kind) else kind
    if isinstance(kind, type) and issubclass(kind, Struct):
        return _of_object(value, kind, place)
    if get_origin(kind) is list:
        return _of_list(value, get_args(kind)[0], place)
    try:
        convert(value, kind)
    except ValidationError:
        return short(place), _misfit(value, kind)
    return None


def in_words(error: Exception, raw: bytes) -> str:
    """Why bytes are not JSON at all."""
    if not raw.strip():
        return "the record is empty"
    if raw.startswith(b"\xef\xbb\xbf"):
        return "not JSON: starts with a byte order mark"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8 text"
    if "truncated" in str(error):
        return "not JSON: the record is cut off"
    return "not JSON: " + str(error).removeprefix("JSON is malformed: ")


def short(place: str) -> str:
    """`protocolSection.statusModule.whyStopped` → `whyStopped`: no two modules share a name. The rest stays whole."""
    return _MODULE.sub("", place)


def _leaves(tree: Any) -> Iterator[tuple[str, Any]]:
    """(place, value) of everything that holds nothing else, keys included, in the record's order."""
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


def _of_leaf(value: Any) -> str | None:
    if isinstance(value, _Refused):
        return str(value)
    if not isinstance(value, str):
        return None
    if _SURROGATE.search(value):
        return "not Unicode text: a lone surrogate, or a byte that is not UTF-8"
    if control := _CONTROL.search(value):
        return f"control character U+{ord(control[0]):04X}"
    if len(value) > LONGEST_TEXT:
        return f"text of {len(value):,} characters; {LONGEST_TEXT:,} are allowed"
    return None


def _too_deep(raw: bytes) -> str | None:
    """The first names on the way to what is nested too deep; "the record" when the way has no names."""
    names: list[bytes] = []
    name = b""
    for key, opening, closing in (token.groups() for token in _KEY_TEXT_OR_BRACKET.finditer(raw)):
        if opening:
            names.append(name)
            if len(names) > DEEPEST:
                return short(b".".join(filter(None, names[:6])).decode(errors="replace")) or "the record"
        elif closing and names:
            names.pop()
        name = key or b""
    return None


def _of_object(value: Any, kind: type[Struct], place: str) -> Fault | None:
    if not isinstance(value, dict):
        return short(place), f"expected an object, got {_shown(value)}"
    known = {field.encode_name: field.type for field in fields(kind)}
    parts = (by_type(value[name], known[name], f"{place}.{name}".lstrip(".")) for name in value if name in known)
    return next(filter(None, parts), None)


def _of_list(value: Any, kind: Any, place: str) -> Fault | None:
    if not isinstance(value, list):
        return short(place), f"expected a list, got {_shown(value)}"
    entries = (by_type(entry, kind, f"{place}[{number}]") for number, entry in enumerate(value))
    return next(filter(None, entries), None)


def _misfit(value: Any, kind: Any) -> str:
    if get_origin(kind) is Literal:
        return f"unknown code {_shown(value)}" if isinstance(value, str) else f"expected a code, got {_shown(value)}"
    if hasattr(kind, "__metadata__"):
        return f"{_shown(value)} is not {kind.__metadata__[0].description}"
    return f"expected {'yes or no (true or false)' if kind is bool else 'text'}, got {_shown(value)}"


def _shown(value: Any) -> str:
    """A value as a person reads it, not too long."""
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "a list"
    shown = repr(value) if isinstance(value, str) else json.dumps(value)
    return shown if len(shown) <= 80 else shown[:78] + "…" + shown[-1]


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        found[key] = _Refused("the key stands twice in one object") if key in found else value
    return found


def _whole_number(digits: str) -> int | _Refused:
    fits = len(digits) <= 20 and -(2**63) <= int(digits) < 2**64
    return int(digits) if fits else _Refused("the number is too large")


def _number(digits: str) -> float | _Refused:
    return float(digits) if math.isfinite(float(digits)) else _Refused("the number is too large")


_lenient = json.JSONDecoder(
    object_pairs_hook=_object,
    parse_int=_whole_number,
    parse_float=_number,
    parse_constant=lambda name: _Refused(f"{name} is not JSON"),
    strict=False,
)
