"""Collects the lines of eligibility criteria under their headings; decides whether a text can be split."""

import re
from dataclasses import dataclass, field
from enum import StrEnum

from common.markup import marker, resolve_escapes
from trials.criteria.classify import (
    CriteriaType,
    is_turned_round,
    mentions_both_types,
    mentions_exclusion,
    sentence_type,
)
from trials.criteria.headings import (
    Heading,
    HeadingForm,
    contains_heading,
    is_long_title,
    read_heading,
    split_at_headings,
)

MAX_HEADINGS = 60  # real records have 14 at most
MAX_HEADINGS_ON_A_LINE = 3
LONGEST_CAPTION = 80
LONGEST_LEAD = 60

_GROUP = re.compile(
    r"\b(?:groups?|cohorts?|parts?|arms?|phases?|patients?|controls?|participants?|subjects?|volunteers?|donors?|"
    r"recipients?|sub-?study|study|stage|partners?|caregivers?|parents?|children|adults|cases)\b",
    re.IGNORECASE,
)
_ITEM_NUMBER = re.compile(r"\s*\d{1,6}\\?[.)]\s")
_CAPTION_ORNAMENT = "-*•·+<>[]_#~=: \t\xa0"
_VERB = re.compile(r"\b(?:is|are|was|were|be|must|may|have|has|had|meet|meets|not|no|with)\b", re.IGNORECASE)


class UnsplitReason(StrEnum):
    """Why a text stays one section."""

    NO_TEXT = "no text"
    NO_HEADING = "no heading"
    ONE_HEADING = "only one half has a heading"
    EMPTY_HALF = "empty half"
    UNHEADED_LIST = "a list before the first heading"
    LONG_TITLE = "long title"
    HIDDEN_HEADING = "heading inside a criterion"
    CONTRADICTION = "a sentence against its heading"
    TURNED_ROUND = "a heading that names one type but means the other"
    TOO_MANY_HEADINGS = "too many headings"


@dataclass(slots=True)
class SectionDraft:
    """A section while its lines are being collected, still in markup."""

    kind: CriteriaType
    title: str = ""
    form: HeadingForm = HeadingForm.TITLE
    lines: list[str] = field(default_factory=list)
    has_rest: bool = False

    @property
    def is_empty(self) -> bool:
        return not any(re.search(r"\w", line) for line in self.lines)

    def pop_caption(self, following: CriteriaType, groups: "GroupHeadings") -> str:
        """Remove and return the last line when it is the caption of the heading that follows it; else "".

        With a colon ("Part A:") always; without ("CONTROL GROUP") only where the next group's inclusion begins, or the
        single line of a short criterion would be lost to it.
        """
        nonblank = [number for number, line in enumerate(self.lines) if line.strip()]
        if not nonblank:
            return ""
        line = self.lines[nonblank[-1]].rstrip()
        if len(line) > LONGEST_CAPTION or _VERB.search(line) or _ITEM_NUMBER.match(line):
            return ""
        is_at_margin = not line[0].isspace() and not marker(line)
        if not (is_at_margin and line.endswith(":")) and not self._ends_in_a_group(nonblank, following, groups):
            return ""
        del self.lines[nonblank[-1] :]
        return resolve_escapes(line).strip(_CAPTION_ORNAMENT)

    def _ends_in_a_group(self, nonblank: list[int], following: CriteriaType, groups: "GroupHeadings") -> bool:
        line = self.lines[nonblank[-1]].rstrip()
        if following is not CriteriaType.INCLUSION or line[-1] in ".;,":
            return False
        is_at_margin = not line[0].isspace() and not marker(line)
        if not groups.has_inclusion:
            return self.kind is CriteriaType.OTHER and len(nonblank) == 1 and is_at_margin
        if groups.is_captioned:
            return True
        before = self.lines[nonblank[-2]] if len(nonblank) > 1 else ""
        is_below_list = before[:1].isspace() or marker(before) is not None
        return is_at_margin and is_below_list and _GROUP.search(line) is not None


@dataclass(slots=True)
class GroupHeadings:
    """Whether a group's inclusion was headed before, and whether the first had a caption above its heading."""

    has_inclusion: bool = False
    is_captioned: bool = False

    def add(self, kind: CriteriaType, caption: str) -> None:
        if kind is CriteriaType.INCLUSION and not self.has_inclusion:
            self.has_inclusion, self.is_captioned = True, bool(caption)


def collect_sections(lines: list[str]) -> list[SectionDraft] | UnsplitReason:
    """The sections of a text's lines in order, none empty; or why they cannot be split reliably."""
    drafts, groups = [SectionDraft(CriteriaType.OTHER)], GroupHeadings()
    for line in lines:
        if not line.strip():
            drafts[-1].lines.append(line)
            continue
        for part in split_at_headings(line):
            if not _add_line(part, drafts, groups) or len(drafts) > MAX_HEADINGS:
                return UnsplitReason.TOO_MANY_HEADINGS
    drafts = _merge_empty_sections(drafts)
    return _reason_not_to_split(drafts) or drafts


def _add_line(line: str, drafts: list[SectionDraft], groups: GroupHeadings) -> bool:
    """Put a line into the last draft, or open the next one. False when the line has too many headings."""
    for _ in range(MAX_HEADINGS_ON_A_LINE):
        heading = _opened_heading(line, drafts)
        if heading is None:
            drafts[-1].lines.append(line)
            return True
        caption = drafts[-1].pop_caption(heading.kind, groups) if heading.title else ""
        groups.add(heading.kind, caption)
        drafts.append(
            SectionDraft(
                heading.kind,
                ": ".join(filter(None, (caption, heading.title))),
                heading.form,
                has_rest=bool(heading.rest),
            )
        )
        if not heading.rest:
            return True
        line = _escape_markup(heading.rest)
        if not heading.title:
            drafts[-1].lines.append(line)
            return True
    return False


def _opened_heading(line: str, drafts: list[SectionDraft]) -> Heading | None:
    """The heading that a line opens in this context: a list item or sentence of the current type opens none."""
    heading = read_heading(line)
    last = drafts[-1]
    if heading is None or (heading.form in (HeadingForm.ITEM, HeadingForm.UNNAMED) and heading.kind is last.kind):
        return None
    if heading.form is HeadingForm.UNNAMED:
        turns = last.kind is CriteriaType.OTHER or (last.kind is CriteriaType.INCLUSION and not last.is_empty)
        return heading if turns else None
    return heading


def _merge_empty_sections(drafts: list[SectionDraft]) -> list[SectionDraft]:
    """Without empty sections: a heading above another heading of its type is joined with its title."""
    joined: list[SectionDraft] = []
    for draft in drafts:
        if joined and joined[-1].is_empty and joined[-1].kind is draft.kind:
            above = joined.pop()
            draft.title = ": ".join(filter(None, (above.title, draft.title)))
            draft.lines = above.lines + draft.lines
        joined.append(draft)
    return [draft for draft in joined if draft.title or not draft.is_empty]


def _reason_not_to_split(drafts: list[SectionDraft]) -> UnsplitReason | None:
    """Why the text cannot be split reliably, or None."""
    kinds = {draft.kind for draft in drafts}
    body = [(draft, line) for draft in drafts for line in draft.lines if line.strip()]
    if not body and not drafts:
        return UnsplitReason.NO_TEXT
    if kinds == {CriteriaType.OTHER}:
        return UnsplitReason.NO_HEADING
    if drafts[0].kind is CriteriaType.OTHER and not drafts[0].title and any(marker(line) for line in drafts[0].lines):
        return UnsplitReason.UNHEADED_LIST
    if any(draft.is_empty for draft in drafts):
        return UnsplitReason.EMPTY_HALF
    if any(is_long_title(line, draft.kind) for draft, line in body):
        return UnsplitReason.LONG_TITLE
    if any(contains_heading(line, draft.kind) for draft, line in body if draft.form is not HeadingForm.NOTE):
        return UnsplitReason.HIDDEN_HEADING
    if any(_is_turned_round(draft.title) for draft in drafts) or any(_is_lead_turned_round(line) for _, line in body):
        return UnsplitReason.TURNED_ROUND
    if any(_continues_list(draft) for draft in drafts) or _is_contradicted(drafts):
        return UnsplitReason.CONTRADICTION
    if CriteriaType.INCLUSION not in kinds:
        return UnsplitReason.ONE_HEADING
    if CriteriaType.EXCLUSION not in kinds and any(mentions_exclusion(line) for _, line in body):
        return UnsplitReason.ONE_HEADING
    return None


def _is_turned_round(title: str) -> bool:
    return any(is_turned_round(part) for part in title.split(": "))


def _is_lead_turned_round(line: str) -> bool:
    """Whether an unindented line begins with such a heading, or with one about both types followed by criteria."""
    lead, colon, rest = resolve_escapes(line).partition(":")
    if not colon or marker(line) or line[:1].isspace() or len(lead) > LONGEST_LEAD:
        return False
    return bool(rest.strip()) if mentions_both_types(lead) else is_turned_round(lead)


def _continues_list(draft: SectionDraft) -> bool:
    """Whether a list continues below a heading that was one of its items, or below a note about both types."""
    if draft.form is HeadingForm.NOTE:
        return any(marker(line) for line in draft.lines[1:])
    if draft.form is not HeadingForm.ITEM or not draft.has_rest:
        return False
    return any(marker(line) and not line[:1].isspace() for line in draft.lines[1:])


def _is_contradicted(drafts: list[SectionDraft]) -> bool:
    """Whether a section opened by a sentence contains a sentence of the other type, or contradicts a heading."""
    named = {
        draft.kind for draft in drafts if draft.form is not HeadingForm.UNNAMED and draft.kind is not CriteriaType.OTHER
    }
    for draft in drafts:
        if draft.form is not HeadingForm.UNNAMED:
            continue
        if draft.kind in named:
            return True
        if any(
            not marker(line)
            and not line[:1].isspace()
            and sentence_type(resolve_escapes(line)) not in (None, draft.kind)
            for line in draft.lines
        ):
            return True
    return False


def _escape_markup(text: str) -> str:
    """Plain text as markup again."""
    return text.replace("\\", "\\\\").replace("&", "\\&")
