"""Eligibility criteria told apart: who may take part, who may not, and what is neither.

The registry keeps one text. Nearly every record heads its halves, in hundreds of ways and some several times. Where a
heading can't be told surely, a split could tell people the opposite of what is meant: then the text stays one section.
"""

from dataclasses import dataclass

from trials.criteria.headings import heading_apart, hides_a_heading, read_heading
from trials.criteria.kinds import Kind, speaks_of_exclusion
from trials.markup import Node, marker, parse, plain


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria of one kind under one heading. `title` is the heading as written, without its colon."""

    kind: Kind
    title: str
    nodes: tuple[Node, ...]

    @property
    def says_more(self) -> bool:
        """Whether the heading tells more than its kind: "Inclusion criteria for asthma group"."""
        return bool(self.title) and self.title.lower() not in {"inclusion criteria", "exclusion criteria"}


@dataclass(frozen=True, slots=True)
class Criteria:
    """Every section in the record's order; a single one of no kind when the halves can't be told apart."""

    sections: tuple[Section, ...]

    @property
    def is_split(self) -> bool:
        return any(section.kind is Kind.INCLUSION for section in self.sections)

    @property
    def inclusion(self) -> list[Node]:
        return self._of(Kind.INCLUSION)

    @property
    def exclusion(self) -> list[Node]:
        return self._of(Kind.EXCLUSION)

    @property
    def other(self) -> list[Node]:
        return self._of(Kind.OTHER)

    def _of(self, kind: Kind) -> list[Node]:
        return [node for section in self.sections if section.kind is kind for node in section.nodes]


def read_criteria(text: str) -> Criteria:
    """The sections of an eligibility text. Never raises; every word of the text is in a title or a node, in order."""
    drafts = _drafts(text.replace("\r\n", "\n").replace("\r", "\n").split("\n"))
    if not _is_honest(drafts):
        nodes = tuple(parse(text))
        return Criteria((Section(Kind.OTHER, "", nodes),) if nodes else ())
    return Criteria(tuple(draft.section() for draft in drafts))


@dataclass(slots=True)
class _Draft:
    """A section while its lines are being collected, still in markup."""

    kind: Kind
    title: str
    lines: list[str]

    @property
    def is_empty(self) -> bool:
        return not self.title and not any(line.strip() for line in self.lines)

    def section(self) -> Section:
        return Section(self.kind, self.title, tuple(parse("\n".join(self.lines))))

    def take_caption(self, following: Kind) -> str:
        """The last line, taken away when it is the caption of the heading that follows it.

        With a colon ("Part A:") always; without ("CONTROL GROUP") only where the next group's inclusion begins, or the
        single line of a short criterion would be lost to it.
        """
        written = [number for number, line in enumerate(self.lines) if line.strip()]
        if not written:
            return ""
        line = self.lines[written[-1]].rstrip()
        begins_a_group = following is Kind.INCLUSION and (self.kind is Kind.OTHER or len(written) > 1)
        is_caption = (line.endswith(":") and len(line) <= 80) or (
            begins_a_group and len(line) <= 60 and line[-1] not in ".;,"
        )
        if not is_caption or line[0].isspace() or marker(line) or line.startswith("\\"):
            return ""
        del self.lines[written[-1] :]
        return plain(line).rstrip(" :")


def _drafts(lines: list[str]) -> list[_Draft]:
    drafts = [_Draft(Kind.OTHER, "", [])]
    for line in (part for whole in lines for part in heading_apart(whole)):
        _read_line(line, drafts)
    return [draft for draft in drafts if not draft.is_empty]


def _read_line(line: str, drafts: list[_Draft]) -> None:
    """Put a line into the last draft, or open the next one; what stands behind a title is read as a line of its own."""
    heading = read_heading(line, drafts[-1].kind)
    if heading is None:
        drafts[-1].lines.append(line)
        return
    caption = drafts[-1].take_caption(heading.kind) if heading.title else ""
    drafts.append(_Draft(heading.kind, ": ".join(filter(None, (caption, heading.title))), []))
    if heading.rest and heading.title:
        _read_line(_literal(heading.rest), drafts)
    elif heading.rest:
        drafts[-1].lines.append(_literal(heading.rest))


def _literal(text: str) -> str:
    """Plain text as markup again."""
    return text.replace("\\", "\\\\").replace("&", "\\&")


def _is_honest(drafts: list[_Draft]) -> bool:
    """Whether both halves are surely told: who may, who may not unless nobody is excluded, no heading overlooked."""
    kinds = {draft.kind for draft in drafts}
    body = [(draft.kind, line) for draft in drafts for line in draft.lines]
    if Kind.INCLUSION not in kinds or any(hides_a_heading(line, kind) for kind, line in body):
        return False
    return Kind.EXCLUSION in kinds or not any(speaks_of_exclusion(line) for _, line in body)
