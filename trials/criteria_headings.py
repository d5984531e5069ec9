"""The headings of eligibility criteria, in the variants of real records.

A heading names one kind of criteria and says nothing else: "Key Inclusion Criteria:", "EXCLUSION CRITERIA", "Exclusion Criteria
- For all participants :". A sentence about criteria ("Further inclusion criteria apply.") is none.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from trials.markup import marker, plain


class Kind(StrEnum):
    INCLUSION = "inclusion"
    EXCLUSION = "exclusion"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Heading:
    """What a line opens: a kind, its title as written, and the text that follows on the same line."""

    kind: Kind
    title: str
    rest: str = ""


_CRITERIA = r"criteri(?:a|as|on)|citeria"
_NAMED = re.compile(
    rf"\b(?P<no>non?[ -]+)?(?P<kind>in|ex)clusions? +(?:{_CRITERIA})\b|\bcriteria for (?P<no2>non?[ -]+)?(?P<kind2>in|ex)clusion\b",
    re.IGNORECASE,
)
_BARE = re.compile(r"(?P<kind>in|ex)clusions? ?[:：]", re.IGNORECASE)
_BOTH = re.compile(
    rf"\b(?:inclusion|eligibility)(?: (?:{_CRITERIA}))? ?(?:/|and|or|&) ?exclusion|\bexclusion ?(?:/|and|or|&) ?inclusion", re.IGNORECASE
)
_STRICT = re.compile(rf"(?:(?:key|main|major|general) )?(?:in|ex)clusion (?:{_CRITERIA}) ?[:：.-]*", re.IGNORECASE)
_SAYS_SOMETHING = re.compile(
    r"\b(?:apply|applies|applied|may|must|meets?|meeting|met|fulfil\w*|is|are|be|been|will|has|have|had|was|were|do|does|not|who)\b",
    re.IGNORECASE,
)
_INELIGIBLE = re.compile(
    r"\b(?:not (?:be )?eligible|ineligible|(?:are|be|were) excluded|(?:may|must|should) not (?:have|meet) any)\b", re.IGNORECASE
)
_ELIGIBLE = re.compile(r"\beligible\b", re.IGNORECASE)
_NEGATION = re.compile(r"\b(?:not|no|none|never|cannot)\b", re.IGNORECASE)
_OF_A_LIST = re.compile(r"\b(?:following|these|if they|below)\b", re.IGNORECASE)
_LOST = re.compile(r"(\S+) (?=(?:(?:Key|Other|Additional) )?(?:Inclusion|INCLUSION|Exclusion|EXCLUSION) (?:[Cc]riteria|CRITERIA)\b(:|$)?)")
_LEADS_ON = frozenset("the any all of or and following meet other key additional per to from / no new see".split())
LONGEST_TITLE = 110
LONGEST_SENTENCE = 300


def read_heading(line: str, current: Kind) -> Heading | None:
    """The heading that a line is, below criteria of the `current` kind; None for any other line."""
    body = plain(line.strip())
    found = marker(line)
    if found:
        title = body[len(plain(found[0])) :].strip()
        at_margin = not line[:1].isspace()
        return Heading(_kind_named(title), _tidy(title)) if at_margin and _STRICT.fullmatch(title) else None
    if _BOTH.search(body):
        return _mixed(body)
    return _title(body.lstrip("-*_# ")) or _sentence(body, current)


def heading_apart(line: str) -> list[str]:
    """The line, parted before a heading that lost its own line ("* Signed consent Exclusion Criteria:")."""
    for found in _LOST.finditer(line):
        if found[2] is not None and not _leads_on(found[1]):
            return [line[: found.end()].rstrip(), line[found.end() :]]
    return [line]


def hides_a_heading(line: str, current: Kind) -> bool:
    """Whether a line below criteria of a kind seems to turn to the other kind without saying so surely."""
    if any(not _leads_on(found[1]) for found in _LOST.finditer(line)):
        return True
    turn = _spoken_kind(plain(line.strip())) if not marker(line) and line.rstrip().endswith((":", "：")) else None
    return turn is not None and current is not Kind.OTHER and turn is not current


def speaks_of_exclusion(text: str) -> bool:
    """Whether the text excludes somebody in words of its own."""
    return bool(re.search(r"\bexclu|\bineligib|\bnot eligible|\bnon-inclusion", text, re.IGNORECASE))


def _title(body: str) -> Heading | None:
    bare = _BARE.match(body)
    if bare:
        return Heading(_kind(bare["kind"], None), _tidy(bare[0]), body[bare.end() :].strip())
    found = _NAMED.search(body[:LONGEST_TITLE])
    if not found:
        return None
    colon = re.search("[:：]", body[found.end() :])
    end = found.end() + colon.end() if colon else len(body)
    if end <= LONGEST_TITLE and not _SAYS_SOMETHING.search(body[:end]):
        return Heading(_kind_named(body), _tidy(body[:end]), body[end:].strip())
    rest = body[found.end() :].strip()
    if found.start() == 0 and rest[:1].isupper():
        return Heading(_kind_named(body), found[0], rest)
    return None


def _sentence(body: str, current: Kind) -> Heading | None:
    """A sentence that leads into a list can name its kind. It never turns exclusion to inclusion: most such are exceptions."""
    if not body.endswith((":", "：")) or len(body) > LONGEST_SENTENCE:
        return None
    if _NAMED.search(body):
        kind = Kind.EXCLUSION if _NEGATION.search(body) else _kind_named(body)
    else:
        kind = _spoken_kind(body) if _OF_A_LIST.search(body) and current is not Kind.EXCLUSION else None
    return None if kind in (None, current) else Heading(kind, "", body)


def _spoken_kind(sentence: str) -> Kind | None:
    """The kind that a sentence means without naming it: "Women were ineligible if they:"."""
    if _INELIGIBLE.search(sentence):
        return Kind.EXCLUSION
    return Kind.INCLUSION if _ELIGIBLE.search(sentence) and not _NEGATION.search(sentence) else None


def _mixed(body: str) -> Heading | None:
    """A line on both kinds belongs to neither."""
    return Heading(Kind.OTHER, "", body) if len(body) <= LONGEST_SENTENCE else None


def _kind_named(text: str) -> Kind:
    found = _NAMED.search(text)
    return _kind(found["kind"] or found["kind2"], found["no"] or found["no2"])


def _kind(kind: str, negation: str | None) -> Kind:
    return Kind.INCLUSION if kind.lower() == "in" and not negation else Kind.EXCLUSION


def _tidy(title: str) -> str:
    return title.strip().rstrip(":：.- ")


def _leads_on(word: str) -> bool:
    """Whether a word before "Inclusion Criteria" makes it a part of a sentence."""
    return word.lower().strip("(\"'") in _LEADS_ON or word.endswith(("/", "-")) or marker(word + " x") is not None
