"""Whole numbers out of addresses and forms."""

MAX_KEY_DIGITS = 18  # each fits into a bigint


def parse_whole_number(text: str) -> int | None:
    """The number that one to eighteen ASCII digits write; None for anything else.

    `int` and `str.isdigit` also take digits of other scripts, superscripts, signs, blanks and underscores.
    """
    is_one = text.isascii() and text.isdigit() and len(text) <= MAX_KEY_DIGITS
    return int(text) if is_one else None
