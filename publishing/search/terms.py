"""The vocabulary of search: the terms under which a trial is found beside its words.

A term is a kind and a value, `st:recruiting`. The read side writes them into a trial's search row, the filters ask for
them: both take them from here, so that a filter cannot ask for what nobody writes. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Protocol

from common.search_tokens import indexed_words
from common.text import fold

LONGEST, LONGEST_TEXT = 200, 10_000


class TermType(StrEnum):
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


class WordsAndSynonyms(Protocol):
    """Words that are looked for together, each as its parts, and other words for the same (plain texts)."""

    units: Sequence[list[str]]
    synonyms: Sequence[str]


def make_term(kind: TermType, value: str) -> str:
    """One term, cut at a length no code reaches: the database refuses a term of more than 2,046 bytes."""
    return f"{kind}:{fold(value).casefold().strip()}"[:LONGEST]


def word_terms(kind: TermType, texts: Iterable[str]) -> Iterator[str]:
    """A term for each word of some texts: `cw:breast`, `cw:cancer`; of the beginning only when they are endless."""
    for word in indexed_words("\n".join(texts)[:LONGEST_TEXT]):
        yield f"{kind}:{word[: LONGEST - 3]}"


def word_prefix_tsquery(kind: TermType, spans: Iterable[WordsAndSynonyms]) -> str:
    """A tsquery: each word begins a word of that kind, or one of its synonyms stands there; "" without a word."""
    return " & ".join(f"({_span_tsquery(kind, span)})" for span in spans)


def _span_tsquery(kind: TermType, span: WordsAndSynonyms) -> str:
    asked = [[f"{kind}:{part[: LONGEST - 3]}" for part in parts] for parts in span.units]
    typed = [tsquery_prefix_all(words) for words in asked]
    together = "".join(part for parts in span.units for part in parts)
    joined = tsquery_prefix_all([f"{kind}:{together[: LONGEST - 3]}"])
    synonyms = [" & ".join(quote_term(f"{kind}:{word}") for word in text.split()) for text in span.synonyms]
    return " | ".join(f"({query})" for query in [" & ".join(typed), joined, *synonyms])


def quote_term(one_term: str) -> str:
    """A term as PostgreSQL reads it in a tsquery, whatever is in it."""
    escaped = one_term.replace("\\", "\\\\").replace("'", "''")
    return f"'{escaped}'"


def tsquery_any(terms: Iterable[str]) -> str:
    """A tsquery: at least one of these terms."""
    return " | ".join(map(quote_term, terms))


def tsquery_prefix_all(terms: Iterable[str]) -> str:
    """A tsquery: for each of these a term that begins with it."""
    return " & ".join(f"{quote_term(one_term)}:*" for one_term in sorted(terms))
