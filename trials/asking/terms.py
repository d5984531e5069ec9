"""The vocabulary of search: the terms under which a trial is found beside its words.

A term is a kind and a value, `st:recruiting`. The read side writes them into a trial's search row, the filters ask for
them: both take them from here, so that a filter cannot ask for what nobody writes. Pure.
"""

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum

from common.text import fold

LONGEST, LONGEST_TEXT = 200, 10_000
_WORD = re.compile(r"\w+")


class Kind(StrEnum):
    """What a term is about. The values are short because every search row repeats them."""

    NUMBER = "id"
    STATUS = "st"
    STUDY_TYPE = "ty"
    PHASE = "ph"
    SPONSOR_CLASS = "sc"
    SEX = "sx"
    HEALTHY = "hv"
    RESULTS = "re"
    COUNTRY = "co"
    RECRUITING_IN = "rc"
    CONDITION = "cw"
    INTERVENTION = "iw"
    SPONSOR = "sw"


def term(kind: Kind, value: str) -> str:
    """One term, cut at a length no code reaches: the database refuses a term of more than 2,046 bytes."""
    return f"{kind}:{fold(value).casefold().strip()}"[:LONGEST]


def word_terms(kind: Kind, texts: Iterable[str]) -> Iterator[str]:
    """A term for each word of some texts: `cw:breast`, `cw:cancer`; of the beginning only when they are endless."""
    for word in words_of(" ".join(texts)[:LONGEST_TEXT]):
        yield f"{kind}:{word}"


def words_of(text: str) -> set[str]:
    """The different words of a text, folded; cut like terms."""
    return {word[: LONGEST - 3] for word in _WORD.findall(fold(text).casefold())}


def quoted(one_term: str) -> str:
    """A term as PostgreSQL reads it in a tsquery, whatever is in it."""
    escaped = one_term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def any_of(terms: Iterable[str]) -> str:
    """A tsquery: at least one of these terms."""
    return " | ".join(map(quoted, terms))


def all_beginning(terms: Iterable[str]) -> str:
    """A tsquery: for each of these a term that begins with it."""
    return " & ".join(f"{quoted(one_term)}:*" for one_term in sorted(terms))
