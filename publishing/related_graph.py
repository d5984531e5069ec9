"""The graph of a trial and those most related to it, as the geometry of a picture whose nodes are links. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from publishing.related_trials import RelatedTrial
from trials.models import Trial

NODES = 8
WIDTH = 300  # in CSS pixels: the picture fits a window of 320
_ROOT_HEIGHT, _NODE_HEIGHT, _GAP, _SPINE, _INDENT = 34, 46, 10, 16, 44
#: Letters that fit a node's two lines, of 13 and 11 pixels.
_NAME_LETTERS, _REASON_LETTERS = 28, 44


@dataclass(frozen=True, slots=True)
class GraphNode:
    """One related trial; `strength` is the number of kinds of reasons, drawn as the width of its line."""

    related: RelatedTrial
    top: int

    @property
    def strength(self) -> int:
        return len(self.related.reasons)

    @property
    def middle(self) -> int:
        return self.top + _NODE_HEIGHT // 2

    @property
    def name(self) -> str:
        trial = self.related.row.trial
        return _shorten(trial.acronym or trial.number, _NAME_LETTERS)

    @property
    def reasons(self) -> str:
        """What they have in common: "Condition, sponsor"."""
        kinds = [reason.label.removeprefix("Same ").lower() for reason in self.related.reasons]
        return _shorten(", ".join(kinds).capitalize(), _REASON_LETTERS)


@dataclass(frozen=True, slots=True)
class RelatedGraph:
    """The trial above, its related trials below, each joined to the line that begins at the trial."""

    trial: Trial
    nodes: Sequence[GraphNode]
    width: int = WIDTH
    root_height: int = _ROOT_HEIGHT
    node_height: int = _NODE_HEIGHT
    spine: int = _SPINE
    indent: int = _INDENT

    @property
    def name(self) -> str:
        return _shorten(self.trial.acronym or self.trial.number, _NAME_LETTERS)

    @property
    def height(self) -> int:
        return self.nodes[-1].top + _NODE_HEIGHT + 2

    @property
    def node_width(self) -> int:
        return self.width - self.indent - 1


def related_graph(trial: Trial, related: Sequence[RelatedTrial]) -> RelatedGraph | None:
    """The first `NODES` related trials; None without any."""
    tops = (_ROOT_HEIGHT + _GAP + number * (_NODE_HEIGHT + _GAP) for number in range(NODES))
    nodes = [GraphNode(one, top) for one, top in zip(related, tops, strict=False)]
    return RelatedGraph(trial, nodes) if nodes else None


def _shorten(text: str, letters: int) -> str:
    return text if len(text) <= letters else f"{text[: letters - 1].rstrip()}…"
