"""Escapes text that a spreadsheet would run as a formula, and characters of a workbook; reverses both. Pure."""

import re

#: A cell that begins with one of these is a formula. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ESCAPE_PREFIX = "'"
#: A UTF-16 code unit in the text of a workbook, such as `_x000D_`. Source: ECMA-376-1, 22.9.2.19 (ST_Xstring).
_CODE_UNITS = re.compile("(?:_x[0-9A-Fa-f]{4}_)+")
_ESCAPE_LIKE = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def escape_formula(text: str) -> str:
    """The text, with an apostrophe in front where a spreadsheet would run it."""
    return f"{ESCAPE_PREFIX}{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def escape_formula_reversibly(text: str) -> str:
    """Like `escape_formula`; a text that begins with an apostrophe gets another one."""
    return f"{ESCAPE_PREFIX}{text}" if text.startswith(ESCAPE_PREFIX) else escape_formula(text)


def unescape_formula(text: str) -> str:
    """The unescaped text; any other text unchanged."""
    rest = text.removeprefix(ESCAPE_PREFIX)
    return rest if text.startswith(ESCAPE_PREFIX) and escape_formula_reversibly(rest) == text else text


def unescape_characters(text: str) -> str:
    """The text of a workbook with its escaped characters; those that are no text stay escaped."""
    return _CODE_UNITS.sub(_decode_code_units, text) if "_x" in text else text


def escape_characters(text: str) -> str:
    """The text for a workbook: what looks like an escaped character is not read as one."""
    return _ESCAPE_LIKE.sub("_x005F_", text)


def _decode_code_units(match: re.Match[str]) -> str:
    try:
        decoded = bytes.fromhex(match[0].replace("_x", "").replace("_", "")).decode("utf-16-be")
    except UnicodeDecodeError:
        return match[0]
    return match[0] if _NO_TEXT.search(decoded) else decoded
