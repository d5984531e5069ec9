"""Converts typed search words to a PostgreSQL tsquery. Pure.

All words must match, in any spelling or by a synonym. `"A phrase"` matches literally, `or` separates alternatives, `-`
excludes.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from itertools import islice, pairwise, product

from common.search_tokens import LONGEST_COMPOUND, joined_forms, units_of
from common.text import fold

Parts = list[str]
#: Synonyms by the compact form of the typed words.
Synonyms = dict[str, list[str]]

#: Maximum words of one synonym; words for which synonyms are looked up; words of a query.
LONGEST_SYNONYM, EXPANDED_WORDS, MAX_WORDS = 5, 24, 60
#: Characters of the input that are read; forms accept no more.
LONGEST = 500
_TOKEN = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_LETTERS_AND_NUMBER = re.compile(r"([^\W\d_]+)(\d{1,8})([^\W\d_]?)|(\d{1,4})([^\W\d_]{1,3})")
#: Prefixes that are often written separately: non small, anti inflammatory.
_PREFIXES = frozenset(
    (
        *(
            "anti",
            "bio",
            "cardio",
            "chemo",
            "co",
            "electro",
            "extra",
            "immuno",
            "inter",
            "intra",
            "micro",
            "multi",
            "neo",
        ),
        *("neuro", "non", "peri", "post", "pre", "pseudo", "radio", "re", "semi", "sub", "trans", "ultra", "un", "x"),
    )
)


@dataclass(frozen=True, slots=True)
class Span:
    """Typed words that are searched together, and their synonyms."""

    units: tuple[Parts, ...]
    synonyms: tuple[str, ...] = ()

    def __hash__(self) -> int:
        return hash((self.text, self.synonyms))

    @property
    def text(self) -> str:
        return " ".join(part for parts in self.units for part in parts)

    @property
    def spellings(self) -> list[str]:
        """The words as typed, and each synonym: plain texts."""
        return [self.text, *self.synonyms]

    @property
    def tsquery(self) -> str:
        return _any([_all_units(self.units), *(phrase_tsquery(synonym) for synonym in self.synonyms)])


@dataclass(slots=True)
class TextQuery:
    """`clauses` are alternatives; each requires all spans and phrases and none of the excluded ones."""

    clauses: list["Clause"] = field(default_factory=list)

    @property
    def tsquery(self) -> str:
        """For `to_tsquery`; "" without words."""
        return _any([text for clause in self.clauses if (text := clause.tsquery)])

    @property
    def spans(self) -> list[Span]:
        """All required spans."""
        return [span for clause in self.clauses for span in clause.spans]


@dataclass(slots=True)
class Clause:
    spans: list[Span] = field(default_factory=list)
    phrases: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)

    @property
    def tsquery(self) -> str:
        excluded = [f"!({query})" for query in map(phrase_tsquery, self.excluded) if query]
        return _all([*(span.tsquery for span in self.spans), *map(phrase_tsquery, self.phrases), *excluded])


def text_query(typed: str, synonyms_of: Callable[[list[str]], Synonyms]) -> TextQuery:
    """The query of a search box. `synonyms_of` is called once, with the compact forms of all candidates."""
    clauses = _parse_clauses(typed)
    groups = [group for clause in clauses for group in clause.groups]
    candidates = list(dict.fromkeys(key for group in groups for key in _candidates(group)))
    synonyms = synonyms_of(candidates) if candidates else {}
    return TextQuery(
        [
            Clause(
                [span for group in clause.groups for span in _spans(group, synonyms)], clause.phrases, clause.excluded
            )
            for clause in clauses
        ]
    )


def spans_of(typed: str, synonyms_of: Callable[[list[str]], Synonyms]) -> list[Span]:
    """Spans of words without query syntax, for a single-field filter."""
    group = list(islice(units_of(typed[:LONGEST]), MAX_WORDS))
    candidates = _candidates(group)
    return _spans(group, synonyms_of(candidates) if candidates else {})


def phrase_tsquery(text: str) -> str:
    """A query for words in sequence, in any joined spelling."""
    units = _merge_pairs(list(units_of(text)))
    choices = [list(dict.fromkeys([tuple(parts), *_joined_variants(parts), *_split_forms(parts)])) for parts in units]
    if not choices:
        return ""
    written = product(*choices) if len(choices) < 5 else [tuple(choice[0] for choice in choices)]
    return _any([" <-> ".join(map(_quoted, sum(words, ()))) for words in list(written)[:8]])


@dataclass(slots=True)
class _ClauseDraft:
    """A clause before synonyms; neighbouring words are a group."""

    groups: list[list[Parts]] = field(default_factory=lambda: [[]])
    phrases: list[str] = field(default_factory=list)
    excluded: list[str] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        return not (any(self.groups) or self.phrases or self.excluded)


def _parse_clauses(typed: str) -> list[_ClauseDraft]:
    """The clauses of the first MAX_WORDS words and phrases of a text."""
    clauses = [_ClauseDraft()]
    for minus, quoted, word in islice(_TOKEN.findall(fold(typed[:LONGEST])), MAX_WORDS):
        clause = clauses[-1]
        if word.casefold() == "or":
            clauses.append(_ClauseDraft())
        elif minus or word.startswith("-"):
            clause.excluded.append(quoted or word)
            clause.groups.append([])
        elif word:
            clause.groups[-1].extend(units_of(word))
        else:
            clause.phrases.append(quoted)
            clause.groups.append([])
    return [clause for clause in clauses if not clause.is_empty]


def _candidates(group: list[Parts]) -> list[str]:
    """Every run of neighbouring words that may have a synonym."""
    words = ["".join(parts) for parts in group[:EXPANDED_WORDS]]
    sizes = range(1, LONGEST_SYNONYM + 1)
    return ["".join(words[start : start + size]) for start in range(len(words)) for size in sizes]


def _spans(group: list[Parts], synonyms: Synonyms) -> Iterable[Span]:
    """The group cut into the longest runs that have synonyms, and the words between them."""
    spans, start = [], 0
    while start < len(group):
        size = next(
            (size for size in range(LONGEST_SYNONYM, 0, -1) if _key(group, start, size) in synonyms),
            2 if _belong_together(group[start : start + 2]) else 1,
        )
        units = tuple(group[start : start + size])
        span_synonyms = synonyms.get(_key(group, start, size), [])
        spans.append(Span(units, tuple(span_synonyms)))
        start += size
    return spans


def _key(group: list[Parts], start: int, size: int) -> str:
    units = group[start : start + size]
    return "".join(part for parts in units for part in parts) if len(units) == size else ""


def _belong_together(units: list[Parts]) -> bool:
    """Whether two words are often written as one: PD 1, 5 FU, non small."""
    if len(units) < 2 or any(len(parts) > 1 for parts in units):
        return False
    return units[0][0] in _PREFIXES or _LETTERS_AND_NUMBER.fullmatch(units[0][0] + units[1][0]) is not None


def _merge_pairs(units: list[Parts]) -> list[Parts]:
    """Merge each pair that belongs together into one word of two parts."""
    merged: list[Parts] = []
    for parts in units:
        if merged and _belong_together([merged[-1], parts]):
            merged[-1] = [*merged[-1], *parts]
        else:
            merged.append(parts)
    return merged


def _all_units(units: tuple[Parts, ...]) -> str:
    units_query = _all([_unit(parts) for parts in units])
    together = any(_belong_together(list(pair)) for pair in pairwise(units))
    return _any([units_query, *(_quoted("".join(a + b)) for a, b in pairwise(units) if together and len(units) == 2)])


def _unit(parts: Parts) -> str:
    return _any(
        [" <-> ".join(map(_quoted, words)) for words in [tuple(parts), *_joined_variants(parts), *_split_forms(parts)]]
    )


def _joined_variants(parts: Parts) -> list[tuple[str, ...]]:
    """All variants with neighbouring parts joined, for few parts."""
    if len(parts) > LONGEST_COMPOUND:
        return []
    known = set(joined_forms(parts))
    variants = []
    for start, end in ((a, b) for a in range(len(parts)) for b in range(a + 2, len(parts) + 1)):
        joined = "".join(parts[start:end])
        if joined in known:
            variants.append((*parts[:start], joined, *parts[end:]))
    return variants


def _split_forms(parts: Parts) -> list[tuple[str, ...]]:
    """`covid19` as two words, `covid 19`."""
    match = _LETTERS_AND_NUMBER.fullmatch(parts[0]) if len(parts) == 1 else None
    return [tuple(filter(None, match.groups()))] if match and len(list(filter(None, match.groups()))) > 1 else []


def _quoted(word: str) -> str:
    return f"'{word}'"


def _all(queries: Iterable[str]) -> str:
    return " & ".join(f"({query})" if " | " in query else query for query in queries if query)


def _any(queries: Iterable[str]) -> str:
    several = list(dict.fromkeys(filter(None, queries)))
    return several[0] if len(several) == 1 else " | ".join(f"({query})" for query in several)
