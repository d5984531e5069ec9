"""Tokenizes text for search: one analyzer for indexed and typed text. Pure.

A text is folded, and every character that is no letter or digit separates words: `CD3/CD28` is two words, `COVID-19`
is `covid 19`. Words joined with `-`, `/`, `.`, `'`, `&` or `+` are also indexed in their joined form, `covid19`,
so that a text is found by each way of writing it: with a hyphen, with a space, as one word.

Search rows store the output of this module: a change needs a migration that marks every trial stale.
"""

import re
import unicodedata
from collections.abc import Iterator

from common.text import fold

#: Limits of joined forms, in words and letters.
LONGEST_COMPOUND, LONGEST_JOINED = 4, 24

_GREEK = {
    letter: unicodedata.name(letter).rpartition(" ")[2].lower()
    for letter in map(chr, [*range(0x3B1, 0x3C2), *range(0x3C3, 0x3CA)])
} | {"λ": "lambda", "ς": "sigma"}  # fmt: skip
#: A Greek letter alone, or beside Latin letters and digits, is a symbol, not part of a Greek word.
_SYMBOL = re.compile(r"(?<![\u0370-\u03ff])[\u0391-\u03a1\u03a3-\u03a9\u03b1-\u03c9](?![\u0370-\u03ff])")
_MICRO = re.compile("[\u00b5\u03bc](?=[glm]\\b)", re.IGNORECASE)
_TRADE_MARKS = str.maketrans(dict.fromkeys("™®©℠", " "))
_POSSESSIVE = re.compile(r"(?<=\w)'s\b")
_SEPARATORS = re.compile(r"[\W_]+")
# Anchored at the beginning of a word and without backtracking, so that matching takes linear time.
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?:[-/.'&+_]{1,3}+[^\W_]++)++")
_UNIT = re.compile(r"[^\W_]++(?:[-.'&+_]{1,3}+[^\W_]++)*+")
_PARTS = re.compile(r"[^\W_]+")
_ROMAN = re.compile(r"[ivx]+")


def plain(text: str) -> str:
    """Folded, in lower case, with single spaces in place of everything that is no letter or digit."""
    return " ".join(_SEPARATORS.sub(" ", _prepared(text)).split())


def compact(text: str) -> str:
    """`plain` without spaces: equal for each way of writing a name, `MK-3475`, `MK 3475`, `mk3475`."""
    return _SEPARATORS.sub("", _prepared(text))


def words_of(text: str) -> list[str]:
    """The words in their order."""
    return plain(text).split()


def units_of(text: str) -> Iterator[list[str]]:
    """The words in their order, each as its parts: `non-small-cell lung` is `["non", "small", "cell"], ["lung"]`.

    A slash separates two words: `breast/ovarian` means both.
    """
    for unit in _UNIT.findall(_prepared(text)):
        yield _PARTS.findall(unit)


def joined_forms(parts: list[str]) -> list[str]:
    """Neighbouring parts written as one word, two at a time and more.

    Not of digits alone, which would be another number, nor of Roman numerals: phase I/II is not phase III.
    """
    return [
        joined
        for size in range(2, min(len(parts), LONGEST_COMPOUND) + 1)
        for start in range(len(parts) - size + 1)
        if len(joined := "".join(parts[start : start + size])) <= LONGEST_JOINED and not _is_number(joined)
    ]


def indexed_text(text: str) -> str:
    """The words in their order, then, separated so that no phrase spans them, the joined forms."""
    prepared = _prepared(text)
    words, joined = _SEPARATORS.sub(" ", prepared), _joined_forms_in(prepared)
    return f"{words} . {' '.join(joined)}" if joined else words


def indexed_words(text: str) -> set[str]:
    """The different words and joined forms of a text."""
    prepared = _prepared(text)
    return {*_PARTS.findall(prepared), *_joined_forms_in(prepared)}


def _joined_forms_in(prepared: str) -> dict[str, None]:
    compounds = map(_PARTS.findall, _COMPOUND.findall(prepared))
    return dict.fromkeys(form for parts in compounds for form in joined_forms(parts))


def _is_number(joined: str) -> bool:
    return joined.isdigit() or _ROMAN.fullmatch(joined) is not None


def _prepared(text: str) -> str:
    """Folded and in lower case, Greek symbols by their names, without trade marks and the possessive s."""
    if not text.isascii():
        text = _MICRO.sub("u", text.translate(_TRADE_MARKS))
        text = _SYMBOL.sub(lambda letter: f"-{_GREEK[letter[0].lower()]}-", text)
    folded = fold(text).casefold()
    return _POSSESSIVE.sub("", folded) if "'" in folded else folded
