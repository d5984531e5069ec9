"""Normal forms of text for storage, search and comparison. Pure.

`normalize` is for stored text (NFC). `fold` is for search; a letter becomes at most two.
`comparison_key` is for equality.
"""

import re
import unicodedata

_NOT_ASCII = re.compile(r"[^\x00-\x7f]+")

#: Replacements of letters that Unicode does not decompose, and of typographic marks.
LETTERS = str.maketrans(
    {
        "ł": "l", "Ł": "L", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D", "ħ": "h", "Ħ": "H",
        "ŧ": "t", "Ŧ": "T", "ı": "i", "ß": "ss", "ẞ": "SS", "þ": "th", "Þ": "Th", "æ": "ae", "Æ": "Ae",
        "œ": "oe", "Œ": "Oe", "ŋ": "n", "Ŋ": "N", "ĸ": "k",
        "‘": "'", "’": "'", "‛": "'", "ʼ": "'", "ʻ": "'", "′": "'", "´": "'",
        "“": '"', "”": '"', "„": '"', "‟": '"', "″": '"',
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-",
    }
)  # fmt: skip

#: Separators of words in comparisons, as a pattern for both Python and PostgreSQL: all of ASCII but letters and
#: digits, and the marks and spaces of other scripts that Unicode does not decompose.
SEPARATORS = (
    r"[\u0001-\u002f\u003a-\u0040\u005b-\u0060\u007b-\u007f\u0085\u00a1\u00ab\u00b7\u00bb\u00bf\u1680\u2022\u2026"
    r"\u2028\u2029\u2039\u203a\u3001\u3002]+"
)
_SEPARATORS = re.compile(SEPARATORS)
#: What `is_blank` takes for nothing: spaces, format characters (Cf) and letters without a shape (Hangul fillers, the
#: empty Braille pattern, the grapheme joiner, variation selectors), between the brackets of a regular expression of
#: PostgreSQL, Python and the API's schema; of the basic plane, because a schema's pattern writes no others.
BLANK = (
    r"\u0009-\u000d\u001c-\u0020\u0085\u00a0\u00ad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f"
    r"\u1160\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f\u2800\u3000\u3164\ufe00-\ufe0f\ufeff"
    r"\uffa0\ufff9-\ufffb"
)
_VISIBLE = re.compile(f"[^{BLANK}]")

#: All except the tab, which occurs in pasted cells; between the brackets of a regular expression.
CONTROL_CHARACTERS = r"\x00-\x08\x0a-\x1f\x7f"
_CONTROL_CHARACTERS = re.compile(f"[{CONTROL_CHARACTERS}]")


def normalize(text: str) -> str:
    """The text in NFC."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def is_blank(text: str) -> bool:
    """Whether nothing of the text is visible: spaces, format characters and letters that have no shape."""
    return _VISIBLE.search(text) is None


def has_control_characters(text: str) -> bool:
    """Whether a text has control characters other than the tab."""
    return _CONTROL_CHARACTERS.search(text) is not None


def fold(text: str) -> str:
    """The text without accents, in plain letters and typewriter marks: "Łódź" is "Lodz", "O’Neil" is "O'Neil"."""
    return text if text.isascii() else _NOT_ASCII.sub(_folded, text)


def comparison_key(text: str) -> str:
    """The folded text without case, with single spaces: equal for texts that look the same to a reader."""
    return " ".join(fold(text).casefold().split())


def search_key(text: str) -> str:
    """The comparison key with punctuation as spaces, like `plain_text()` in the database (`common.db_lookups`)."""
    return _SEPARATORS.sub(" ", fold(text).casefold()).strip(" ")


def _folded(run: re.Match) -> str:
    letters = unicodedata.normalize("NFKD", run[0].translate(LETTERS)).translate(LETTERS)
    return "".join(letter for letter in letters if not _is_invisible(letter))


def _is_invisible(letter: str) -> bool:
    """An accent, or a format character: soft hyphen, zero-width space, byte order mark."""
    return bool(unicodedata.combining(letter)) or unicodedata.category(letter) == "Cf"
