"""Names of people in one normal form, and which two of them are the same name. Pure.

A name is its words without accents, case, titles, degrees and punctuation. "Berger, Anna" is "Anna Berger"; only
degrees and titles behind a comma are no part of a name, so "Berger, Anna" and "Berger, Bert" are two names.
"""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from functools import lru_cache

from common.credentials import is_credential, is_job_title, is_title, without_credentials, without_titles
from common.printed_names import bare_name
from common.text import fold, normalize

#: A name of more words is a sentence: its order counts, and it is no slip of another one.
MAX_WORDS = 12
#: How much of two full names is alike where one may be a slip of the other.
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
    """A name taken apart. `words` are as printed, given names first; `is_ordered`: a comma says which they are.

    `keys` are its comparison keys: two names with a key in common are written alike, accents, case, titles, degrees,
    hyphens and, where no comma tells the order, the order of family and given names aside. `reduced_keys` are those
    of the name without middle initials and "Jr.", where it has some.
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
    """Take a printed name apart. A name of one word keeps what stands beside it in its key, as it is printed."""
    bare = bare_name(name)
    parsed = former_name(bare)
    if bare == name or parsed.is_full:
        return parsed
    return replace(parsed, keys=frozenset({f"={alone}"} if (alone := _plain_letters(name)) else ()))


@lru_cache(maxsize=8192)
def former_name(name: str) -> PersonName:
    """A printed name as it was taken apart before `bare_name`: kept digests of erased people are of its keys."""
    given, family = _name_parts(normalize(name))
    words = (*given, *family)
    tokens, optional = _tokens(words)
    full = frozenset(_all_keys(words, is_ordered=bool(given)))
    if len(tokens) + len(optional) < 2 and not any(map(_WITHOUT_SPACES.fullmatch, tokens)):
        alone = _plain_letters(name)
        return PersonName(words, bool(given), tokens, optional, frozenset({f"={alone}"} if alone else ()))
    reduced: frozenset[str] = frozenset()
    if optional and len(tokens) > 1:
        reduced = frozenset(_all_keys(words, is_ordered=bool(given), reduced=True))
    return PersonName(words, bool(given), tokens, optional, full, reduced)


def is_same_name(name: str, other: str) -> bool:
    """Whether two printed names are one: a middle initial or "Jr." that only one of them has is no difference.

    A family name alone is the same only where it is printed alike, degrees included.
    """
    one, two = parse_name(name), parse_name(other)
    return not accepted_keys(one).isdisjoint(lookup_keys(two))


def lookup_keys(name: PersonName) -> set[str]:
    """By what a name is looked up: as it stands, and marked as what it is without initials."""
    return set(name.keys) | {f"~{key}" for key in name.reduced_keys}


def accepted_keys(name: PersonName) -> set[str]:
    """Which of the keys that other names show mean this one (see `is_same_name`)."""
    if name.reduced_keys or not name.is_full:
        return set(name.keys | name.reduced_keys)
    return set(name.keys) | {f"~{key}" for key in name.keys}


def is_similar_name(name: str, other: str) -> bool:
    """Whether two printed names may be one person's though they are not the same: initials, a shorter form, a slip."""
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
    """(given names, family name) where a comma tells them apart; else ([], all words)."""
    text = _PARENTHESES.sub(" ", name)
    first, *others = [part.strip() for part in re.split(r"[,;]", text if text.strip() else name)]
    family = without_credentials(without_titles(first)).split()
    is_short = len(family) < 2
    given, behind = [], []
    for part in others:
        bare = without_titles(part)
        if not bare or is_credential(bare, after_short_name=is_short) or is_job_title(bare):
            continue
        words = without_credentials(bare, min_words=1).split()
        (behind if all(_is_generation(word) for word in words) else given).extend(words)
    if not family:
        return [], [*given, *behind] or first.split()
    return given, [*family, *behind]


def _is_generation(word: str) -> bool:
    return word.strip(".").casefold() in _GENERATIONS


def _tokens(words: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(the words that name somebody, the initials and generations that may be left out)."""
    found = _split(fold(" ".join(words)).casefold())
    optional = tuple(one for one in found if len(one) == 1 or one in _GENERATIONS)
    return tuple(one for one in found if one not in optional), optional


def _split(text: str) -> list[str]:
    return [token for token in _SEPARATORS.split(_NO_LETTERS.sub("", text)) if token and not is_title(token)]


def _all_keys(words: tuple[str, ...], *, is_ordered: bool, reduced: bool = False) -> set[str]:
    """The words run together; from each word on where no comma says which is the first; umlauts in both spellings."""
    text = normalize(" ".join(words))
    keys = set()
    for spelt in {text, text.translate(_TRANSLITERATED)}:
        tokens = _split(fold(spelt).casefold())
        if reduced:
            tokens = [token for token in tokens if len(token) > 1 and token not in _GENERATIONS]
        turns = range(1 if is_ordered or len(tokens) > MAX_WORDS else len(tokens))
        keys |= {"".join(tokens[turn:] + tokens[:turn]) for turn in turns}
    return keys - {""}


def _plain_letters(name: str) -> str:
    """A printed name without accents, case and punctuation, degrees included."""
    folded = fold(unicodedata.normalize("NFC", name)).casefold()
    return "".join(letter for letter in folded if letter.isalnum())


def _all_tokens(name: str) -> list[str]:
    parsed = parse_name(name)
    return [*parsed.tokens, *(one for one in parsed.optional if one not in _GENERATIONS)]


def _is_abbreviation_of(shorter: list[str], longer: list[str]) -> bool:
    """Whether each word of the shorter is a word of the longer or its initial, and not all are initials of a longer."""
    left = list(longer)
    equal = 0
    for token in sorted(shorter, key=len, reverse=True):
        match = next((one for one in left if one == token), None)
        if match is None:
            match = next((one for one in left if 1 in (len(one), len(token)) and one[0] == token[0]), None)
        if match is None:
            return False
        equal += len(token) > 1 and match == token
        left.remove(match)
    return bool(equal) or (not left and len(shorter) > 1)
