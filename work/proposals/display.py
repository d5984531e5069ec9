"""A change request for display: old, current and requested values side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from work.models import Proposal
from work.proposals.types import get_proposal_type


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One field for display: `old` as shown to the requester, `current` as of today or before the decision."""

    label: str
    old: str
    current: str
    proposed: str

    @property
    def is_changed(self) -> bool:
        return self.proposed != self.current


def comparison_rows(proposal: Proposal) -> Sequence[ComparisonRow]:
    """The fields that the request is about, and the other old values."""
    kind = get_proposal_type(proposal)
    old = proposal.old
    current = kind.current_values(proposal.trial_site) if proposal.is_open else old
    names = [name for name in kind.labels if name in old or proposal.new.get(name)]

    def text(values, name):
        return kind.format_value(name, values.get(name, ""))

    return [
        ComparisonRow(kind.labels[name], text(old, name), text(current, name), text(current | proposal.new, name))
        for name in names
    ]


def is_outdated(proposal: Proposal) -> bool:
    """Whether the values changed after the request."""
    return get_proposal_type(proposal).current_values(proposal.trial_site) != proposal.old


def proposal_summary(proposal: Proposal) -> str:
    """Such as "Recruiting → Terminated": the first value that would change, without a query."""
    kind = get_proposal_type(proposal)
    name = next((name for name in kind.labels if name in proposal.new), "")
    old, new = (kind.format_value(name, values.get(name, "")) for values in (proposal.old, proposal.new))
    return f"{old} → {new}"
