"""A proposal as its page tells it: what was, what is now, what is proposed, side by side."""

from collections.abc import Sequence
from dataclasses import dataclass

from work.models import Proposal
from work.proposals.types import kind_of


@dataclass(frozen=True, slots=True)
class Row:
    """One field in words. `was` is what the proposer saw, `now` what stands today; once decided, that is past too."""

    label: str
    was: str
    now: str
    proposed: str

    @property
    def is_changed(self) -> bool:
        return self.proposed != self.now


def rows_of(proposal: Proposal) -> Sequence[Row]:
    """Every field that the proposal says something about, and those that stand beside it."""
    kind = kind_of(proposal)
    old = proposal.old
    now = kind.present(proposal.trial_site) if proposal.is_open else old
    told = [name for name in kind.labels if name in old or proposal.new.get(name)]

    def words(values, name):
        return kind.in_words(name, values.get(name, ""))

    return [
        Row(kind.labels[name], words(old, name), words(now, name), words(now | proposal.new, name)) for name in told
    ]


def is_overtaken(proposal: Proposal) -> bool:
    """Whether what it is about was changed since it was proposed."""
    return kind_of(proposal).present(proposal.trial_site) != proposal.old


def headline(proposal: Proposal) -> str:
    """Such as "Recruiting → Terminated": the first value that would change, without a query."""
    kind = kind_of(proposal)
    name = next((name for name in kind.labels if name in proposal.new), "")
    was, new = (kind.in_words(name, values.get(name, "")) for values in (proposal.old, proposal.new))
    return f"{was} → {new}"
