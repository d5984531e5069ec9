"""Parses integers of query parameters and forms."""

MAX_KEY_DIGITS = 18  # each fits into a bigint


def parse_whole_number(text: str) -> int | None:
    """The integer of one to eighteen ASCII digits; None for any other text.

    `int` and `str.isdigit` also accept digits of other scripts, superscripts, signs, blanks and underscores.
    """
    is_valid = text.isascii() and text.isdigit() and len(text) <= MAX_KEY_DIGITS
    return int(text) if is_valid else None
