"""Text that a spreadsheet does not run, and the same text back."""

from sites.board.sheet import harmless

MARK = "'"


def escaped(text: str) -> str:
    """After an apostrophe where a spreadsheet would run it; one that begins so already gets another."""
    return f"{MARK}{text}" if text.startswith(MARK) else harmless(text)


def plain(text: str) -> str:
    """What was escaped; any other text as it stands."""
    rest = text.removeprefix(MARK)
    return rest if text.startswith(MARK) and escaped(rest) == text else text
