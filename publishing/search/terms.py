"""Search terms: type and value of a trial's attributes, such as `st:recruiting`. Pure.

Used both to build search rows and to filter them, so that the two cannot differ.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from common.search_tokens import indexed_words
from common.text import fold

LONGEST, LONGEST_TEXT = 200, 10_000


class TermType(StrEnum):
    """Types of terms. Values are short because every search row repeats them."""

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
    CONDITION_SLUG = "cs"
    SPONSOR_SLUG = "ss"


class WordsAndSynonyms(Protocol):
    """Words that are searched together, each as its parts, and their synonyms (plain texts)."""

    units: Sequence[list[str]]
    synonyms: Sequence[str]


def make_term(kind: TermType, value: str) -> str:
    """One term, truncated: PostgreSQL rejects lexemes of more than 2,046 bytes."""
    return f"{kind}:{fold(value).casefold().strip()}"[:LONGEST]


def word_terms(kind: TermType, texts: Iterable[str]) -> Iterator[str]:
    """A term for each word of some texts: `cw:breast`, `cw:cancer`; limited to the first LONGEST_TEXT characters."""
    for word in indexed_words("\n".join(texts)[:LONGEST_TEXT]):
        yield f"{kind}:{word[: LONGEST - 3]}"


def word_prefix_tsquery(kind: TermType, spans: Iterable[WordsAndSynonyms]) -> str:
    """A tsquery: each word, or one of its synonyms, begins a word of that kind; "" without words."""
    return " & ".join(f"({_span_tsquery(kind, span)})" for span in spans)


def _span_tsquery(kind: TermType, span: WordsAndSynonyms) -> str:
    prefixes = [[f"{kind}:{part[: LONGEST - 3]}" for part in parts] for parts in span.units]
    typed_queries = [tsquery_prefix_all(words) for words in prefixes]
    together = "".join(part for parts in span.units for part in parts)
    joined = tsquery_prefix_all([f"{kind}:{together[: LONGEST - 3]}"])
    synonyms = [" & ".join(quote_term(f"{kind}:{word}") for word in text.split()) for text in span.synonyms]
    return " | ".join(f"({query})" for query in [" & ".join(typed_queries), joined, *synonyms])


def quote_term(one_term: str) -> str:
    """A term quoted for a tsquery."""
    escaped = one_term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def tsquery_any(terms: Iterable[str]) -> str:
    """A tsquery: at least one of these terms."""
    return " | ".join(map(quote_term, terms))


def tsquery_all(terms: Iterable[str]) -> str:
    """A tsquery: all of these terms."""
    return " & ".join(quote_term(one_term) for one_term in sorted(terms))


def tsquery_prefix_all(terms: Iterable[str]) -> str:
    """A tsquery: for each of these a term that begins with it."""
    return " & ".join(f"{quote_term(one_term)}:*" for one_term in sorted(terms))
