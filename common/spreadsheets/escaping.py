"""Escapes text that a spreadsheet would run as a formula, and reverses it. Pure."""

#: A cell that begins with one of these is a formula. Source: OWASP, "CSV Injection".
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
ESCAPE_PREFIX = "'"


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
