"""Reading one record: bytes in, a `Study` out, or a `RecordError` that says where and why. Pure.

Limits, far beyond the registry's own (texts of 32,000 characters, records 12 levels deep): a text has at most 100,000
characters, a record nests at most 254 levels, a whole number fits 64 bits.
"""

import hashlib
import re

import orjson
from msgspec import DecodeError, ValidationError, convert
from msgspec.json import Decoder

from registries.ctgov import parse_errors
from registries.ctgov.schema import Study

_decode = Decoder().decode
_NCT_ID = re.compile(rb'"nctId"\s*:\s*"(NCT[0-9]{8})"')
_ESCAPED_CONTROL_OR_COLON = re.compile(rb"\\(?:u00[01]|u007[fF]|u003[aA]|[bf])")
_DELETE = b"\x7f"


class RecordError(ValueError):
    """Why a record cannot be read: `NCT01234567 locations[2].status: unknown code 'OPEN'`, as far as it is known."""

    def __init__(self, nct_id: str, place: str, reason: str):
        self.nct_id, self.place, self.reason = nct_id, place, reason
        where = " ".join(part for part in (nct_id, place) if part)
        super().__init__(f"{where}: {reason}" if where else reason)


def read_study(raw: bytes) -> Study:
    """The study in one record's JSON; RecordError for anything that is not one, whatever it is."""
    tree = _decode_strict(raw)
    try:
        study = convert(tree, Study)
    except ValidationError as error:
        place, reason = parse_errors.type_error(tree, Study) or ("", str(error))
        raise RecordError(find_nct_id(raw), place, reason) from None
    if not study.protocol_section.identification_module.nct_id:
        raise RecordError("", "nctId", "the NCT number is missing")
    return study


def find_nct_id(raw: bytes) -> str:
    """The first NCT number that stands as an `nctId` in a record, well-formed or not; "" when there is none."""
    found = _NCT_ID.search(raw)
    return found[1].decode() if found else ""


def record_hash(raw: bytes) -> bytes:
    """The SHA-256 digest of the record's own bytes (32 bytes): equal only when nothing at all has changed."""
    return hashlib.sha256(raw).digest()


def canonical_json(raw: bytes) -> bytes:
    """A readable record with sorted keys and no spaces: equal when two spellings of a record say the same."""
    return orjson.dumps(_decode(raw), option=orjson.OPT_SORT_KEYS)


def _decode_strict(raw: bytes) -> dict:
    """All of a record as plain values, modelled or not, when it is sound."""
    try:
        tree = _decode(raw)
        spelt = orjson.dumps(tree)
    except (DecodeError, UnicodeDecodeError, RecursionError, TypeError) as error:
        place, reason = parse_errors.first_error(raw) or ("", parse_errors.error_text(error, raw))
        raise RecordError(find_nct_id(raw), place, reason) from None
    if _needs_strict_check(raw, spelt) and (fault := parse_errors.first_error(raw)):
        raise RecordError(find_nct_id(raw), *fault)
    return tree


def _needs_strict_check(raw: bytes, spelt: bytes) -> bool:
    """Whether a closer look is needed, told from bytes alone because it is asked of every record.

    A key that stands twice is read once, so the record spelt anew has fewer colons.
    """
    if _ESCAPED_CONTROL_OR_COLON.search(raw) or _DELETE in raw:
        return True
    if raw != spelt and raw.count(b":") != spelt.count(b":"):
        return True
    return len(raw) > parse_errors.MAX_TEXT_LENGTH and parse_errors.may_have_long_text(raw)
