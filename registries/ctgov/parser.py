"""Parses one record: bytes to a `Study`, or a `RecordError` with place and reason. Pure.

Limits, far above the registry's own (texts of 32,000 characters, records 12 levels deep): a text has at most 100,000
characters, a record at most 254 levels, an integer 64 bits.
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
    """Why a record cannot be parsed: `NCT01234567 locations[2].status: unknown code 'OPEN'`; parts may be unknown."""

    def __init__(self, nct_id: str, place: str, reason: str):
        self.nct_id, self.place, self.reason = nct_id, place, reason
        where = " ".join(part for part in (nct_id, place) if part)
        super().__init__(f"{where}: {reason}" if where else reason)


def read_study(raw: bytes) -> Study:
    """The study in one record's JSON; RecordError for any other input."""
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
    """The first `nctId` in a record, well-formed or not; "" when there is none."""
    match = _NCT_ID.search(raw)
    return match[1].decode() if match else ""


def record_hash(raw: bytes) -> bytes:
    """The SHA-256 digest of the record's bytes (32 bytes)."""
    return hashlib.sha256(raw).digest()


def canonical_json(raw: bytes) -> bytes:
    """A valid record with sorted keys and no spaces: equal for two spellings of the same content."""
    return orjson.dumps(_decode(raw), option=orjson.OPT_SORT_KEYS)


def _decode_strict(raw: bytes) -> dict:
    """The whole record as plain values, modelled or not; RecordError when it is not valid."""
    try:
        tree = _decode(raw)
        encoded = orjson.dumps(tree)
    except (DecodeError, UnicodeDecodeError, RecursionError, TypeError) as error:
        place, reason = parse_errors.first_error(raw) or ("", parse_errors.error_text(error, raw))
        raise RecordError(find_nct_id(raw), place, reason) from None
    if _needs_strict_check(raw, encoded) and (fault := parse_errors.first_error(raw)):
        raise RecordError(find_nct_id(raw), *fault)
    return tree


def _needs_strict_check(raw: bytes, encoded: bytes) -> bool:
    """Whether `parse_errors.first_error` is needed; checked on bytes only, for speed.

    A key that appears twice is decoded once, so the encoded record has fewer colons.
    """
    if _ESCAPED_CONTROL_OR_COLON.search(raw) or _DELETE in raw:
        return True
    if raw != encoded and raw.count(b":") != encoded.count(b":"):
        return True
    return len(raw) > parse_errors.MAX_TEXT_LENGTH and parse_errors.may_have_long_text(raw)
