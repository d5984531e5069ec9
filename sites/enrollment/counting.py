"""Counts as people and spreadsheets write them. Pure."""

import re

_GROUPED = re.compile(r"\d{1,3}(?:[,'’\u0020\u00a0\u2009\u202f]\d{3})+")
LARGEST = 2_147_483_647


def read_count(text: str) -> int | None:
    """`12`, `1,234` and `1 234` as numbers, a blank as not known. ValueError, in words, for anything else."""
    plain = text.strip()
    if not plain:
        return None
    if _GROUPED.fullmatch(plain):
        plain = re.sub(r"\D", "", plain)
    if not (plain.isascii() and plain.isdigit()):
        raise ValueError(f"“{plain[:20]}” is not a whole number.")
    if len(plain) > 10 or int(plain) > LARGEST:
        raise ValueError(f"{plain[:20]} is too large.")
    return int(plain)


def plain_count(text: str) -> str:
    """The number as it is stored, or the text as it was typed where it is none."""
    try:
        count = read_count(text)
    except ValueError:
        return text.strip()
    return "" if count is None else str(count)
