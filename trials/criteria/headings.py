"""The headings of eligibility criteria, in the variants of real records.

A heading begins its line, or follows the end of a sentence: "Key Inclusion Criteria:", "EXCLUSION CRITERIA", "Exclusion
Criteria - For all participants :", "Adults; exclusion criteria: smokers". Its title is the heading and nothing else,
so that a title never holds criteria. A sentence about criteria ("Further inclusion criteria apply.") is none.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from common.markup import marker, resolve_escapes
from trials.criteria.classify import (
    CRITERIA,
    HEADING_NAME,
    HEADING_NAMES,
    CriteriaType,
    has_negation,
    heading_type,
    mentions_both_types,
    sentence_type,
)

LONGEST_TITLE = 110
LONGEST_SENTENCE = 300
MAX_WORDS_BEFORE = 8
MAX_WORDS_AFTER = 20

_ADJECTIVES = (
    r"(?:(?:the|key|main|major|general|specific|common|primary|additional|other|further|list of|overall|basic|detailed|"
    r"principaux|principales|wichtigste|patient|participant|subject|partner|study) )"
)
_SHORT_HEADING = re.compile(rf"{_ADJECTIVES}?(?P<kind>in|ex)clusions? ?[:：]", re.IGNORECASE)
_OTHER_HEADING = re.compile(
    rf"{_ADJECTIVES}?(?:withdrawal|drop-?out|discontinuation|elimination|removal|removing|rejection|termination|exit) "
    rf"{CRITERIA} ?[:：]?",
    re.IGNORECASE,
)
_ORDINAL = re.compile(r"(?:\(?(?:\d{1,2}(?:\.\d{1,2}){0,3}|[A-Z]|[IVX]{1,4}(?:\.\d{1,2}){0,2})[.):]* )", re.IGNORECASE)
_VERB = re.compile(
    r"\b(?:apply|applies|applied|may|must|meets?|meeting|met|fulfil\w*|satisf\w*|is|are|be|been|will|would|has|have|had|"
    r"was|were|do|does|can|should|not|no|without|who|whose|see|violat\w*|according)\b",
    re.IGNORECASE,
)
_LIST_INTRODUCTION = re.compile(
    r"(?: (?:for|of|in|to) [^:：;.]{1,70}?)? "
    r"(?:(?:are|is|were|was|will be|include|includes|included|including|comprise|comprises|consist of)\b[^:：;.]{0,60}"
    r"[:：]|includes?\b)",
    re.IGNORECASE,
)
_CONNECTOR = re.compile(
    r"[ –—-]*(?:(?:only|specific|solely|applicable|related|unique|common) )*"
    r"(?:for|in|of|to|by|at|per|during|before|after|on|pour|para|por|für|bei|des|du|de|del|per|voor)\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r" ?(?:\([^()]{1,60}\)|\[[^\[\]]{1,60}\]) ?")
_OF_A_LIST = re.compile(r"\b(?:following|these|if they|below|must|if|criteria|reasons)\b", re.IGNORECASE)
_CAPITAL = r"(?:(?:Key|Other|Additional|Main|KEY|MAIN) )?(?:Non-|NON-)?(?:In|Ex|IN|EX)(?:clusion|CLUSION) "
_INLINE_HEADING = re.compile(
    rf"(?<!\S)(?P<before>\S+) (?=(?P<heading>{_CAPITAL}(?:[Cc]riteria|CRITERIA)\b(?P<end> ?[:：]|$)?))"
)
_AFTER_SENTENCE = re.compile(
    rf"(?<=[.;!?~])[\s*•–-]*(?P<heading>{_ADJECTIVES}?(?:{HEADING_NAMES})(?: \([^()]{{1,40}}\))? ?[:：])", re.IGNORECASE
)
_BARE_AFTER_SENTENCE = re.compile(r"(?<=[.;!?~])[\s*•–-]*(?P<heading>(?:in|ex)clusions? ?[:：])", re.IGNORECASE)
_ABBREVIATION = re.compile(r"(?:\b(?:i\.e|e\.g|cf|vs|incl|excl|resp|no|see)\.)$", re.IGNORECASE)
_INSIDE_A_SENTENCE = frozenset(
    {"any", "all", "or", "following", "meet", "per", "to", "from", "no", "new", "see", "/", "not", "for", "with", "by"}
    | {"in", "under", "these", "both", "our", "each"}
)
_CONTINUATION_WORDS = _INSIDE_A_SENTENCE | {"the", "of", "and", "other", "key", "additional", "main"}
_ORNAMENT = "-*_#~=>–— \t\xa0"


class HeadingForm(StrEnum):
    TITLE = "title"  # a line or the beginning of one
    ITEM = "item"  # the entry of a list
    SENTENCE = "sentence"  # names its type and introduces a list
    UNNAMED = "unnamed"  # a sentence that implies its type without naming it
    NOTE = "note"  # a sentence about both types


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its type, its title as written, and the text that follows on the same line."""

    kind: CriteriaType
    title: str
    rest: str
    form: HeadingForm


def read_heading(line: str) -> Heading | None:
    """The heading that a line is or begins with; None for any other line."""
    if marker(line):
        return _item_heading(line)
    body = resolve_escapes(line.strip())
    if mentions_both_types(body):
        return _heading_on_both_types(body)
    return _title_heading(body.lstrip(_ORNAMENT)) or _sentence_heading(body)


def split_at_headings(line: str) -> list[str]:
    """The line split before each heading within it that follows a sentence or lost its line break."""
    starts = [
        match.start("heading")
        for match in _INLINE_HEADING.finditer(line)
        if match["end"] is not None and not _continues_sentence(match["before"]) and not _is_within_title(line, match)
    ]
    is_item = marker(line) is not None
    after_sentence = [_AFTER_SENTENCE] if ":" in line or "：" in line else []
    if _SHORT_HEADING.match(line.lstrip(_ORNAMENT)):
        after_sentence.append(_BARE_AFTER_SENTENCE)
    for pattern in after_sentence:
        for match in pattern.finditer(line):
            is_lowercase = match["heading"][0].islower()
            if not _ABBREVIATION.search(line[max(0, match.start() - 8) : match.start()]) and not (
                is_item and is_lowercase
            ):
                starts.append(match.start("heading"))
    bounds = [0, *sorted(set(starts) - {0}), len(line)]
    return [line[start:end].rstrip() for start, end in pairwise(bounds)]


def _is_within_title(line: str, match: re.Match[str]) -> bool:
    """Whether the words before a heading within a line belong to it: "Part A and Part B Inclusion Criteria:"."""
    end = match.end() if match.end() > match.end("heading") else match.end("heading")
    if marker(line) or end > LONGEST_TITLE:
        return False
    heading = _title_heading(resolve_escapes(line[:end].strip()).lstrip(_ORNAMENT))
    return heading is not None and heading.form is HeadingForm.TITLE and not heading.rest


def contains_heading(line: str, current: CriteriaType) -> bool:
    """Whether a line below criteria of a type seems to introduce the other type without being a heading."""
    if any(not _continues_sentence(match["before"]) for match in _INLINE_HEADING.finditer(line)):
        return True
    if current is CriteriaType.OTHER:
        return False
    body = _entry_text(line)
    if marker(line):
        heading = _title_heading(body)
        return heading is not None and heading.kind not in (current, CriteriaType.OTHER)
    if not _ends_with_colon(body):
        return False
    named = HEADING_NAME.search(body[:LONGEST_SENTENCE])
    return (named is not None and heading_type(named) is not current) or sentence_type(body) not in (None, current)


def is_long_title(line: str, current: CriteriaType) -> bool:
    """Whether a line begins like a heading of another type but is too long to be one."""
    body = resolve_escapes(line.strip()).lstrip(_ORNAMENT)
    named = None if marker(line) else HEADING_NAME.match(body)
    return named is not None and heading_type(named) is not current and _ends_with_colon(body)


def _heading_on_both_types(body: str) -> Heading | None:
    """A line about both types: a heading of type OTHER, or a sentence that is a note."""
    if len(body) > LONGEST_SENTENCE:
        return None
    is_heading = len(body) <= LONGEST_TITLE and (
        _ends_with_colon(body) or not (_VERB.search(body) or body.endswith("."))
    )
    return Heading(CriteriaType.OTHER, "", body, HeadingForm.SENTENCE if is_heading else HeadingForm.NOTE)


def _item_heading(line: str) -> Heading | None:
    """An unindented list item is a heading when it has only an adjective or a group beside the name of the type."""
    if line[:1].isspace():
        return None
    heading = _title_heading(_entry_text(line))
    if heading is None or heading.form is not HeadingForm.TITLE:
        return None
    named = HEADING_NAME.search(heading.title)
    if named and not _is_plain(heading.title[: named.start()]):
        return None
    return Heading(heading.kind, heading.title, heading.rest, HeadingForm.ITEM)


def _entry_text(line: str) -> str:
    """The text of a list's entry, without its bullet or number."""
    body = line.lstrip(" \t\xa0")
    bullet = marker(line)
    return resolve_escapes(body[bullet.end() if bullet else 0 :].strip()).lstrip(_ORNAMENT)


def _title_heading(body: str) -> Heading | None:
    bare = _SHORT_HEADING.match(body)
    if bare:
        kind = CriteriaType.INCLUSION if bare["kind"].lower() == "in" else CriteriaType.EXCLUSION
        return Heading(kind, _strip_title(bare[0]), _strip_rest(body[bare.end() :]), HeadingForm.TITLE)
    if _OTHER_HEADING.fullmatch(body):
        return Heading(CriteriaType.OTHER, _strip_title(body), "", HeadingForm.TITLE)
    match = HEADING_NAME.search(body[:LONGEST_TITLE])
    if not match or not _can_precede_name(body[: match.start()], match[0]):
        return None
    kind, after = heading_type(match), body[match.end() :]
    title, rest = _split_title(body, match.end())
    if title:
        return Heading(kind, _strip_title(title), _strip_rest(rest), HeadingForm.TITLE)
    if _is_plain(body[: match.start()]) and _LIST_INTRODUCTION.match(after):
        return Heading(kind, "", body, HeadingForm.SENTENCE)
    return None


def _split_title(body: str, end: int) -> tuple[str, str]:
    """The title and what follows it on the line; `end` is the end of the type's name. ("", body) for no title."""
    after = body[end:]
    colon = re.search("[:：]", after[:LONGEST_TITLE])
    before_colon = after[: colon.start()] if colon else after
    if not before_colon.strip(" -–—.*_~#="):
        return body[: end + (colon.end() if colon else len(after))], after[colon.end() :] if colon else ""
    bracket = _BRACKET.match(after)
    if bracket and not after[bracket.end() :].lstrip(" -–—.*_~#=")[:1].strip(":："):
        stop = end + (colon.end() if colon and colon.start() >= bracket.end() else bracket.end())
        return body[:stop], body[stop:]
    is_group = (
        _CONNECTOR.match(before_colon)
        and len(body) - len(after) + len(before_colon) <= LONGEST_TITLE
        and len(before_colon.split()) <= MAX_WORDS_AFTER
        and not _VERB.search(before_colon)
        and ";" not in before_colon
        and (colon or not before_colon.rstrip().endswith((",", ";")))
    )
    if is_group:
        return body[:end] + before_colon, after[colon.end() :] if colon else ""
    if before_colon[:3].strip()[:1] in set("-–—•") or (
        before_colon[0].isspace() and (before_colon.strip()[0].isupper() or before_colon.strip()[0].isdigit())
    ):
        return body[:end], after
    return "", body


def _can_precede_name(before: str, name: str) -> bool:
    """Whether the words before the name of a type belong to a heading: a number, an adjective, a group."""
    words = before[_ORDINAL.match(before).end() if _ORDINAL.match(before) else 0 :].split()
    if not words or _is_plain(before):
        return True
    if len(words) > (MAX_WORDS_BEFORE if name[0].isupper() else 2):
        return False
    text = " ".join(words)
    return not (re.search(r"[.;!?,]", text) or _VERB.search(text) or words[-1].lower() in _INSIDE_A_SENTENCE)


def _is_plain(before: str) -> bool:
    return re.fullmatch(rf"(?:{_ORDINAL.pattern})?(?:{_ADJECTIVES})*", before, re.IGNORECASE) is not None


def _sentence_heading(body: str) -> Heading | None:
    if not _ends_with_colon(body) or len(body) > LONGEST_SENTENCE or not _OF_A_LIST.search(body):
        return None
    named = HEADING_NAME.search(body)
    kind = sentence_type(body)
    if named:
        kind = None if has_negation(body) and kind is not heading_type(named) else heading_type(named)
    return Heading(kind, "", body, HeadingForm.UNNAMED) if kind else None


def _ends_with_colon(body: str) -> bool:
    return body.endswith((":", "："))


def _strip_title(title: str) -> str:
    return title.strip().strip("*_~#").rstrip(":：.- *_~#=")


def _strip_rest(text: str) -> str:
    return text.strip().strip("*_~#= ")


def _continues_sentence(word: str) -> bool:
    """Whether a word before "Inclusion Criteria" makes it a part of a sentence."""
    return (
        word.lower().strip("(\"'") in _CONTINUATION_WORDS
        or word.endswith(("/", "-"))
        or word.isdigit()
        or marker(f"{word} x") is not None
    )
