"""Text that a spreadsheet does not run as a formula, and the same text back. Pure."""

#: A spreadsheet takes a cell that begins so for a formula. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
MARK = "'"


def harmless(text: str) -> str:
    """The text as it stands, or after an apostrophe where a spreadsheet would run it."""
    return f"{MARK}{text}" if text.lstrip(" ").startswith(FORMULA_STARTS) else text


def escaped(text: str) -> str:
    """After an apostrophe where a spreadsheet would run it; one that begins so already gets another."""
    return f"{MARK}{text}" if text.startswith(MARK) else harmless(text)


def plain(text: str) -> str:
    """What was escaped; any other text as it stands."""
    rest = text.removeprefix(MARK)
    return rest if text.startswith(MARK) and escaped(rest) == text else text
