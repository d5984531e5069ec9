"""Normalizes and compares names of people. Pure.

A name is its words without accents, case, titles, degrees and punctuation. "Berger, Anna" is "Anna Berger"; only
degrees and titles behind a comma are no part of a name, so "Berger, Anna" and "Berger, Bert" are two names.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache

from common.bare_names import bare_name
from common.degrees_and_job_titles import is_credential, is_job_title, is_title, without_credentials, without_titles
from common.text import fold, normalize

#: A name of more words is treated as a sentence: its order counts, and it is no misspelling of another name.
MAX_WORDS = 12
#: Similarity of two full names from which one may be a misspelling of the other.
SIMILARITY_THRESHOLD = 0.9
_MAX_COMPARED_LETTERS = 100  # letters

_PARENTHESES = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_SEPARATORS = re.compile(r"[\s.\-/_&+]+")
_NO_LETTERS = re.compile(r"[^\w\s.\-/&+]")
_GENERATIONS = frozenset({"jr", "junior", "sr", "senior", "ii", "iii", "iv"})
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2,}")
_TRANSLITERATED = str.maketrans(
    {"ä": "ae", "ö": "oe", "ü": "ue", "å": "aa", "ø": "oe", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "Å": "Aa", "Ø": "Oe"}
)


@dataclass(frozen=True, slots=True)
class PersonName:
    """A parsed name. `words` are as printed, given names first; `is_ordered`: a comma defines the order.

    `keys` are comparison keys: two names with a common key are equal without regard to accents, case, titles, degrees,
    hyphens and, where no comma defines it, the order of family and given names. `reduced_keys` are those of the name
    without middle initials and "Jr.", where it has some.
    """

    words: tuple[str, ...]
    is_ordered: bool
    tokens: tuple[str, ...]
    optional: tuple[str, ...]
    keys: frozenset[str]
    reduced_keys: frozenset[str] = field(default_factory=frozenset)

    @property
    def is_full(self) -> bool:
        """Whether it has more than a family name."""
        return len(self.tokens) + len(self.optional) > 1 or any(map(_WITHOUT_SPACES.fullmatch, self.tokens))


@lru_cache(maxsize=8192)
def parse_name(name: str) -> PersonName:
    """Parse a printed name. The key of a one-word name includes its printed annotations."""
    bare = bare_name(name)
    parsed = former_name(bare)
    if bare == name or parsed.is_full:
        return parsed
    return replace(parsed, keys=frozenset({f"={alone}"} if (alone := _plain_letters(name)) else ()))


@lru_cache(maxsize=8192)
def former_name(name: str) -> PersonName:
    """A name parsed without `bare_name`: stored digests of erased people are of these keys."""
    given_names, family = _name_parts(normalize(name))
    words = (*given_names, *family)
    tokens, optional = _tokens(words)
    full = frozenset(_all_keys(words, is_ordered=bool(given_names)))
    if len(tokens) + len(optional) < 2 and not any(map(_WITHOUT_SPACES.fullmatch, tokens)):
        alone = _plain_letters(name)
        return PersonName(words, bool(given_names), tokens, optional, frozenset({f"={alone}"} if alone else ()))
    reduced: frozenset[str] = frozenset()
    if optional and len(tokens) > 1:
        reduced = frozenset(_all_keys(words, is_ordered=bool(given_names), reduced=True))
    return PersonName(words, bool(given_names), tokens, optional, full, reduced)


def is_same_name(name: str, other: str) -> bool:
    """Whether two printed names are equal; a middle initial or "Jr." in only one of them is ignored.

    A family name alone is equal only as printed, degrees included.
    """
    one, two = parse_name(name), parse_name(other)
    return not accepted_keys(one).isdisjoint(lookup_keys(two))


def lookup_keys(name: PersonName) -> set[str]:
    """Keys for looking a name up: its keys, and the keys without initials with the prefix "~"."""
    return set(name.keys) | {f"~{key}" for key in name.reduced_keys}


def accepted_keys(name: PersonName) -> set[str]:
    """Which lookup keys of other names match this name (see `is_same_name`)."""
    if name.reduced_keys or not name.is_full:
        return set(name.keys | name.reduced_keys)
    return set(name.keys) | {f"~{key}" for key in name.keys}


def is_similar_name(name: str, other: str) -> bool:
    """Whether two unequal names may be of one person: initials, a shorter form, a misspelling."""
    if is_job_title(name) or is_job_title(other) or is_same_name(name, other):
        return False
    shorter, longer = sorted((_all_tokens(name), _all_tokens(other)), key=len)
    if not shorter or len(longer) > MAX_WORDS:
        return False
    if _is_abbreviation_of(shorter, longer):
        return True
    one, two = "".join(sorted(shorter))[:_MAX_COMPARED_LETTERS], "".join(sorted(longer))[:_MAX_COMPARED_LETTERS]
    return len(shorter) == len(longer) > 1 and SequenceMatcher(None, one, two).ratio() >= SIMILARITY_THRESHOLD


def _name_parts(name: str) -> tuple[list[str], list[str]]:
    """(given names, family name) where a comma separates them; else ([], all words)."""
    text = _PARENTHESES.sub(" ", name)
    first, *others = [part.strip() for part in re.split(r"[,;]", text if text.strip() else name)]
    family = without_credentials(without_titles(first)).split()
    is_short = len(family) < 2
    given_names, suffixes = [], []
    for part in others:
        bare = without_titles(part)
        if not bare or is_credential(bare, after_short_name=is_short) or is_job_title(bare):
            continue
        words = without_credentials(bare, min_words=1).split()
        (suffixes if all(_is_generation(word) for word in words) else given_names).extend(words)
    if not family:
        return [], [*given_names, *suffixes] or first.split()
    return given_names, [*family, *suffixes]


def _is_generation(word: str) -> bool:
    return word.strip(".").casefold() in _GENERATIONS


def _tokens(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(significant words, initials and generations that may be omitted)."""
    tokens = _split(fold(" ".join(words)).casefold())
    optional = tuple(token for token in tokens if len(token) == 1 or token in _GENERATIONS)
    return tuple(token for token in tokens if token not in optional), optional


def _split(text: str) -> list[str]:
    return [token for token in _SEPARATORS.split(_NO_LETTERS.sub("", text)) if token and not is_title(token)]


def _all_keys(words: tuple[str, ...], *, is_ordered: bool, reduced: bool = False) -> set[str]:
    """The words concatenated; in every rotation where no comma defines the order; umlauts in both spellings."""
    text = normalize(" ".join(words))
    keys = set()
    for spelling in {text, text.translate(_TRANSLITERATED)}:
        tokens = _split(fold(spelling).casefold())
        if reduced:
            tokens = [token for token in tokens if len(token) > 1 and token not in _GENERATIONS]
        rotations = range(1 if is_ordered or len(tokens) > MAX_WORDS else len(tokens))
        keys |= {"".join(tokens[start:] + tokens[:start]) for start in rotations}
    return keys - {""}


def _plain_letters(name: str) -> str:
    """A printed name without accents, case and punctuation, degrees included."""
    folded = fold(unicodedata.normalize("NFC", name)).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _all_tokens(name: str) -> list[str]:
    parsed = parse_name(name)
    return [*parsed.tokens, *(one for one in parsed.optional if one not in _GENERATIONS)]


def _is_abbreviation_of(shorter: list[str], longer: list[str]) -> bool:
    """Whether each word of the shorter is a word of the longer or its initial, and not all are initials."""
    remaining = list(longer)
    equal = 0
    for token in sorted(shorter, key=len, reverse=True):
        match = next((word for word in remaining if word == token), None)
        if match is None:
            match = next((word for word in remaining if 1 in (len(word), len(token)) and word[0] == token[0]), None)
        if match is None:
            return False
        equal += len(token) > 1 and match == token
        remaining.remove(match)
    return bool(equal) or (not remaining and len(shorter) > 1)
