"""Splits the text of eligibility criteria into inclusion, exclusion and other criteria.

The registry stores one text. Nearly all records have headings, in hundreds of variants, some repeated. Where a heading
is ambiguous, a split could reverse the meaning: then the text stays one section.
"""

import re
from dataclasses import dataclass

from common.markup import Node, lines_of, parse
from trials.criteria.classify import CriteriaType
from trials.criteria.parser import UnsplitReason, collect_sections

_PLAIN_TITLE = re.compile(r"(?:(?:in|ex)clusions?(?: criteria)?(?:: |$))*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria of one type under one heading. `title` is the heading as written, without its colon."""

    kind: CriteriaType
    title: str
    nodes: tuple[Node, ...]

    @property
    def caption(self) -> str:
        """The title without the name of the type: "for asthma group" of "Inclusion criteria for asthma group"."""
        return self.title[_PLAIN_TITLE.match(self.title).end() :]


@dataclass(frozen=True, slots=True)
class Criteria:
    """All sections in the record's order; one section of type OTHER when the text cannot be split."""

    sections: tuple[Section, ...]
    unsplit_reason: UnsplitReason | None = None

    @property
    def is_split(self) -> bool:
        return self.unsplit_reason is None

    @property
    def inclusion(self) -> list[Node]:
        return self._of(CriteriaType.INCLUSION)

    @property
    def exclusion(self) -> list[Node]:
        return self._of(CriteriaType.EXCLUSION)

    @property
    def other(self) -> list[Node]:
        return self._of(CriteriaType.OTHER)

    def _of(self, kind: CriteriaType) -> list[Node]:
        return [node for section in self.sections if section.kind is kind for node in section.nodes]


def read_criteria(text: str) -> Criteria:
    """The sections of an eligibility text. Never raises; every word of the text is in a title or a node, in order."""
    drafts = collect_sections(_lines(text))
    if isinstance(drafts, UnsplitReason):
        nodes = tuple(parse(text))
        return Criteria((Section(CriteriaType.OTHER, "", nodes),) if nodes else (), drafts)
    return Criteria(tuple(Section(draft.kind, draft.title, tuple(parse("\n".join(draft.lines)))) for draft in drafts))


def _lines(text: str) -> list[str]:
    """The lines of a text; a text on one line may have "~" instead of its line breaks."""
    lines = lines_of(text)
    return text.split("~") if len(lines) == 1 and text.count("~") > 1 else lines
