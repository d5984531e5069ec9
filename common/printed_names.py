"""A printed name without what the first comparison of names did not know: forms of address, boards, a function. Pure.

It stands before the comparison (`common.person_names`), so that the keys of before can still be made: digests of them
are kept (docs/decisions/0010).
"""

import re

from common.credentials import is_credential, is_job_title, is_title
from common.text import fold

_COMMAS = str.maketrans({"，": ", ", "﹐": ", ", "、": ", ", "；": "; "})
_PARTS = re.compile(r"([,;])")
_PIECES = re.compile(r" [-–—|]+ | ?/ ?|: ")

#: Said before a name, and no part of one anywhere.
_FORMS_OF_ADDRESS = frozenset(
    """
    dhr docteur doctora dottoressa drrernat frau madame meneer mevr mevrouw monsieur professoressa profssa senor senora
    sra
    """.split()  # noqa: SIM905
)
#: Names too: a form of address only with a dot or before two names.
_ALSO_NAMES = frozenset({"herr", "ing", "mag", "sr"})
_DIPLOMAS = frozenset({"dipl", "dipling", "diplpsych", "diplbiol", "diplchem", "diplkfm", "diplpad", "dring"})
_OF_DIPLOMA = frozenset({"biol", "chem", "ing", "kfm", "pad", "psych"})
#: Behind "Dr.", in small letters with a dot: "Dr. rer. nat.".
_OF_DOCTOR = frozenset({"hum", "jur", "med", "nat", "oec", "phil", "rer", "sc", "troph"})
_BOARDS = frozenset({"bcacp", "bccp", "bcidp", "bcop", "bcps"})


def bare_name(name: str) -> str:
    """The name without them, in its order: "Frau Dr. rer. nat. Anna Berger - Study Nurse" is "Anna Berger"."""
    parts = _PARTS.split(name.translate(_COMMAS))
    left = []
    for mark, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        bare = _without_address(_without_function(part.strip()))
        if mark and (not bare or _is_degree(part)):
            continue
        left.append(f"{mark} {bare}" if mark else bare)
    return "".join(left).strip() or name


def _without_function(part: str) -> str:
    pieces = [piece for piece in _PIECES.split(" ".join(part.split())) if piece]
    names = [piece for piece in pieces if not is_job_title(piece)]
    return names[0] if len(names) == 1 < len(pieces) and len(names[0].split()) > 1 else part


def _without_address(part: str) -> str:
    words = part.split()
    place = 0
    found = False
    while place < len(words) - 1 and (step := _address(words, place)):
        found |= not is_title(words[place])
        place += step
    while len(words) - place > 2 and _letters(words[-1]) in _DIPLOMAS - {"dipl"} | _BOARDS:
        words.pop()
        found = True
    return " ".join(words[place:]) if found else part


def _address(words: list[str], place: int) -> int:
    """How many words from a place on are a form of address; 0 for none."""
    word, letters = words[place], _letters(words[place])
    if letters in _ALSO_NAMES:
        return int(word.endswith(".") or len(words) - place > 2)
    if letters in _FORMS_OF_ADDRESS or letters in _DIPLOMAS or is_title(word):
        return 1
    behind = _letters(words[place - 1]) if place else ""
    is_part = (behind == "dipl" and letters in _OF_DIPLOMA) or (letters in _OF_DOCTOR and word == word.lower())
    return int(bool(behind) and is_part and word.endswith("."))


def _is_degree(part: str) -> bool:
    """Whether a text behind a comma is nothing but degrees, one of them of these: "Dr. rer. nat.", "BCOP"."""
    words = part.split()
    own = _FORMS_OF_ADDRESS | _DIPLOMAS | _BOARDS
    found = [
        _letters(word) in own
        or (_letters(word) in _OF_DOCTOR | _OF_DIPLOMA and word.endswith("."))
        or (_letters(word) == "mag" and word.endswith("."))
        for word in words
    ]
    return any(found) and all(is_own or is_credential(word) for is_own, word in zip(found, words, strict=True))


def _letters(word: str) -> str:
    return "".join(letter for letter in fold(word).casefold() if letter.isalpha())
