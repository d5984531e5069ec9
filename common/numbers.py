"""Whole numbers out of addresses and forms."""

DIGITS_OF_A_KEY = 18  # each fits into a bigint


def whole_number(text: str) -> int | None:
    """The number that one to eighteen ASCII digits write; None for anything else.

    `int` and `str.isdigit` also take digits of other scripts, superscripts, signs, blanks and underscores.
    """
    is_one = text.isascii() and text.isdigit() and len(text) <= DIGITS_OF_A_KEY
    return int(text) if is_one else None
