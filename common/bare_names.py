"""Removes forms of address, board certifications and job titles from a printed name. Pure.

Applied before `common.person_names`, so that keys without this step can still be computed: their digests are stored
(docs/decisions/0010).
"""

import re

from common.degrees_and_job_titles import is_credential, is_job_title, is_title
from common.text import fold

_COMMAS = str.maketrans({"，": ", ", "﹐": ", ", "、": ", ", "；": "; "})
_PARTS = re.compile(r"([,;])")
_PIECES = re.compile(r" [-–—|]+ | ?/ ?|: ")

#: Forms of address before a name that are never part of one.
_FORMS_OF_ADDRESS = frozenset(
    """
    dhr docteur doctora dottoressa drrernat frau madame meneer mevr mevrouw monsieur professoressa profssa senor senora
    sra
    """.split()  # noqa: SIM905
)
#: Also names: a form of address only with a dot or before two names.
_ALSO_NAMES = frozenset({"herr", "ing", "mag", "sr"})
_DIPLOMAS = frozenset({"dipl", "dipling", "diplpsych", "diplbiol", "diplchem", "diplkfm", "diplpad", "dring"})
_OF_DIPLOMA = frozenset({"biol", "chem", "ing", "kfm", "pad", "psych"})
#: After "Dr.", in lower case with a dot: "Dr. rer. nat.".
_OF_DOCTOR = frozenset({"hum", "jur", "med", "nat", "oec", "phil", "rer", "sc", "troph"})
_BOARDS = frozenset({"bcacp", "bccp", "bcidp", "bcop", "bcps"})


def bare_name(name: str) -> str:
    """The name without these parts, in its order: "Frau Dr. rer. nat. Anna Berger - Study Nurse" is "Anna Berger"."""
    parts = _PARTS.split(name.translate(_COMMAS))
    name_parts = []
    for separator, part in zip(["", *parts[1::2]], parts[::2], strict=True):
        bare = _without_address(_without_job_title(part.strip()))
        if separator and (not bare or _is_degree(part)):
            continue
        name_parts.append(f"{separator} {bare}" if separator else bare)
    return "".join(name_parts).strip() or name


def _without_job_title(text: str) -> str:
    parts = [segment for segment in _PIECES.split(" ".join(text.split())) if segment]
    names = [segment for segment in parts if not is_job_title(segment)]
    return names[0] if len(names) == 1 < len(parts) and len(names[0].split()) > 1 else text


def _without_address(part: str) -> str:
    words = part.split()
    index = 0
    is_changed = False
    while index < len(words) - 1 and (step := _address_length(words, index)):
        is_changed |= not is_title(words[index])
        index += step
    while len(words) - index > 2 and _letters(words[-1]) in _DIPLOMAS - {"dipl"} | _BOARDS:
        words.pop()
        is_changed = True
    return " ".join(words[index:]) if is_changed else part


def _address_length(words: list[str], index: int) -> int:
    """How many words from an index on are a form of address; 0 for none."""
    word, letters = words[index], _letters(words[index])
    if letters in _ALSO_NAMES:
        return int(word.endswith(".") or len(words) - index > 2)
    if letters in _FORMS_OF_ADDRESS or letters in _DIPLOMAS or is_title(word):
        return 1
    previous = _letters(words[index - 1]) if index else ""
    is_part = (previous == "dipl" and letters in _OF_DIPLOMA) or (letters in _OF_DOCTOR and word == word.lower())
    return int(bool(previous) and is_part and word.endswith("."))


def _is_degree(part: str) -> bool:
    """Whether a text after a comma consists of degrees, at least one of this module: "Dr. rer. nat.", "BCOP"."""
    words = part.split()
    known = _FORMS_OF_ADDRESS | _DIPLOMAS | _BOARDS
    matches = [
        _letters(word) in known
        or (_letters(word) in _OF_DOCTOR | _OF_DIPLOMA and word.endswith("."))
        or (_letters(word) == "mag" and word.endswith("."))
        for word in words
    ]
    return any(matches) and all(is_own or is_credential(word) for is_own, word in zip(matches, words, strict=True))


def _letters(word: str) -> str:
    return "".join(letter for letter in fold(word).casefold() if letter.isalpha())
