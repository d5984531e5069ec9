"""A proposal as its page tells it: what was, what is now, what is proposed, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from work.models import Proposal
from work.proposals.types import get_proposal_type


@dataclass(frozen=True, slots=True)
class ComparisonRow:
    """One field in words. `was` is what the proposer saw, `now` what stands today; once decided, that is past too."""

    label: str
    old: str
    current: str
    proposed: str

    @property
    def is_changed(self) -> bool:
        return self.proposed != self.current


def comparison_rows(proposal: Proposal) -> Sequence[ComparisonRow]:
    """Every field that the proposal says something about, and those that stand beside it."""
    kind = get_proposal_type(proposal)
    old = proposal.old
    now = kind.current_values(proposal.trial_site) if proposal.is_open else old
    told = [name for name in kind.labels if name in old or proposal.new.get(name)]

    def words(values, name):
        return kind.format_value(name, values.get(name, ""))

    return [
        ComparisonRow(kind.labels[name], words(old, name), words(now, name), words(now | proposal.new, name))
        for name in told
    ]


def is_outdated(proposal: Proposal) -> bool:
    """Whether what it is about was changed since it was proposed."""
    return get_proposal_type(proposal).current_values(proposal.trial_site) != proposal.old


def proposal_summary(proposal: Proposal) -> str:
    """Such as "Recruiting → Terminated": the first value that would change, without a query."""
    kind = get_proposal_type(proposal)
    name = next((name for name in kind.labels if name in proposal.new), "")
    was, new = (kind.format_value(name, values.get(name, "")) for values in (proposal.old, proposal.new))
    return f"{was} → {new}"
