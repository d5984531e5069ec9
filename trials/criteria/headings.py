"""The headings of eligibility criteria, in the variants of real records.

A heading names one kind of criteria and says nothing else: "Key Inclusion Criteria:", "EXCLUSION CRITERIA", "Exclusion
Criteria - For all participants :". A sentence about criteria ("Further inclusion criteria apply.") is none.
"""

import re
from dataclasses import dataclass

from trials.criteria.kinds import CRITERIA, NAMED, Kind, is_on_both, kind_named, kind_spoken, negates
from trials.markup import marker, plain

LONGEST_TITLE = 110
LONGEST_SENTENCE = 300

_BARE = re.compile(r"(?P<kind>in|ex)clusions? ?[:：]", re.IGNORECASE)
_STRICT = re.compile(rf"(?:(?:key|main|major|general) )?(?:in|ex)clusion (?:{CRITERIA}) ?[:：.-]*", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:apply|applies|applied|may|must|meets?|meeting|met|fulfil\w*|is|are|be|been|will|has|have|had|was|were|do|does|"
    r"not|who)\b",
    re.IGNORECASE,
)
_OF_A_LIST = re.compile(r"\b(?:following|these|if they|below)\b", re.IGNORECASE)
_LOST = re.compile(
    r"(?<!\S)(?P<before>\S+) (?=(?:(?:Key|Other|Additional) )?(?:In|Ex|IN|EX)(?:clusion|CLUSION) "
    r"(?:[Cc]riteria|CRITERIA)\b(?P<end>:|$)?)"
)
_LEADS_ON = frozenset(
    {"the", "any", "all", "of", "or", "and", "following", "meet", "other", "key", "additional", "per", "to", "from"}
    | {"no", "new", "see", "/"}
)


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line opens: a kind, its title as written, and the text that follows on the same line."""

    kind: Kind
    title: str
    rest: str = ""


def read_heading(line: str, current: Kind) -> Heading | None:
    """The heading that a line is, below criteria of the `current` kind; None for any other line."""
    body = plain(line.strip())
    if marker(line):
        return _entry(line)
    if is_on_both(body):
        return Heading(Kind.OTHER, "", body) if len(body) <= LONGEST_SENTENCE else None
    return _title(body.lstrip("-*_# ")) or _sentence(body, current)


def heading_apart(line: str) -> list[str]:
    """The line, parted before a heading that lost its own line ("* Signed consent Exclusion Criteria:")."""
    for found in _LOST.finditer(line):
        if found["end"] is not None and not _leads_on(found["before"]):
            return [line[: found.end()].rstrip(), line[found.end() :]]
    return [line]


def hides_a_heading(line: str, current: Kind) -> bool:
    """Whether a line below criteria of a kind seems to turn to the other kind without saying so surely."""
    if any(not _leads_on(found["before"]) for found in _LOST.finditer(line)):
        return True
    if current is Kind.OTHER or marker(line) or not _introduces(line.rstrip()):
        return False
    return kind_spoken(plain(line)) not in (None, current)


def _entry(line: str) -> Heading | None:
    """A list's entry is a heading only at the margin and in the plainest words."""
    if line[:1].isspace():
        return None
    title = plain(line[marker(line).end() :].strip())
    return Heading(kind_named(title), _tidy(title)) if _STRICT.fullmatch(title) else None


def _title(body: str) -> Heading | None:
    bare = _BARE.match(body)
    if bare:
        kind = Kind.INCLUSION if bare["kind"].lower() == "in" else Kind.EXCLUSION
        return Heading(kind, _tidy(bare[0]), body[bare.end() :].strip())
    found = NAMED.search(body[:LONGEST_TITLE])
    if not found:
        return None
    colon = re.search("[:：]", body[found.end() :])
    end = found.end() + colon.end() if colon else len(body)
    if end <= LONGEST_TITLE and not _VERB.search(body[:end]):
        return Heading(kind_named(body), _tidy(body[:end]), body[end:].strip())
    rest = body[found.end() :].strip()
    return Heading(kind_named(body), found[0], rest) if found.start() == 0 and rest[:1].isupper() else None


def _sentence(body: str, current: Kind) -> Heading | None:
    """A sentence that leads into a list can tell its kind; below exclusions most such sentences are exceptions."""
    if not _introduces(body) or len(body) > LONGEST_SENTENCE:
        return None
    kind = kind_named(body)
    if kind:
        kind = Kind.EXCLUSION if negates(body) else kind
    elif _OF_A_LIST.search(body) and current is not Kind.EXCLUSION:
        kind = kind_spoken(body)
    return None if kind in (None, current) else Heading(kind, "", body)


def _introduces(body: str) -> bool:
    return body.endswith((":", "："))


def _tidy(title: str) -> str:
    return title.strip().rstrip(":：.- ")


def _leads_on(word: str) -> bool:
    """Whether a word before "Inclusion Criteria" makes it a part of a sentence."""
    return word.lower().strip("(\"'") in _LEADS_ON or word.endswith(("/", "-")) or marker(f"{word} x") is not None
