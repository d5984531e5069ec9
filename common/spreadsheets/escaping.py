"""Text that a spreadsheet does not run as a formula, and the same text back. Pure."""

#: A spreadsheet takes a cell that begins so for a formula. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ESCAPE_PREFIX = "'"


def escape_formula(text: str) -> str:
    """The text as it stands, or after an apostrophe where a spreadsheet would run it."""
    return f"{ESCAPE_PREFIX}{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def escape_formula_reversibly(text: str) -> str:
    """After an apostrophe where a spreadsheet would run it; one that begins so already gets another."""
    return f"{ESCAPE_PREFIX}{text}" if text.startswith(ESCAPE_PREFIX) else escape_formula(text)


def unescape_formula(text: str) -> str:
    """What was escaped; any other text as it stands."""
    rest = text.removeprefix(ESCAPE_PREFIX)
    return rest if text.startswith(ESCAPE_PREFIX) and escape_formula_reversibly(rest) == text else text
