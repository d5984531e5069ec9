"""Proposals on My work: to decide, and one's own that were decided."""

from collections.abc import Iterator
from datetime import date, timedelta

from django.db.models import Q
from django.utils import timezone

from history.names import names_of
from work.codes import ProposalDecision, ProposalKind
from work.items import Item, Kind
from work.models import Proposal
from work.proposals.reading import headline
from work.scope import trials_of

TOLD_FOR = timedelta(days=7)


def proposals_of(user, *, today: date) -> Iterator[Item]:
    """Three queries, however many there are."""
    rows = [*_to_decide(user), *_decided(user)]
    names = names_of([proposal.proposed_by if proposal.is_open else proposal.decided_by for proposal in rows])
    for proposal in rows:
        yield _asked(proposal, names) if proposal.is_open else _told(proposal, names)


def _to_decide(user):
    """Of one's trials; a hospital's identity is every administrator's too."""
    mine = Q(trial_site__trial__in=trials_of(user).values("pk"))
    if user.is_superuser:
        mine |= Q(kind=ProposalKind.FACILITY)
    open_ones = Proposal.objects.open().filter(mine)
    return open_ones.exclude(proposed_by=user.actor).with_places().order_by("proposed_at", "pk")


def _decided(user):
    """What others decided of one's own within a week, until one has noted it."""
    own = Proposal.objects.visible_to(user).filter(proposed_by=user.actor, noted_at__isnull=True)
    recent = own.filter(decided_at__gte=timezone.now() - TOLD_FOR).exclude(decided_by=user.actor)
    return recent.with_places().order_by("decided_at", "pk")


def _asked(proposal: Proposal, names: dict[str, str]) -> Item:
    what = f"Proposed: {headline(proposal)}"
    rule = f"{proposal.trial_site.facility.title}. {names[proposal.proposed_by]}: {proposal.why}"
    return _item(proposal, what, rule, "Decide")


def _told(proposal: Proposal, names: dict[str, str]) -> Item:
    decision = "Accepted" if proposal.decision == ProposalDecision.ACCEPTED else "Declined"
    words = f": {proposal.words}" if proposal.words else "."
    rule = f"{proposal.trial_site.facility.title}. {names[proposal.decided_by]}{words}"
    return _item(proposal, f"{decision}: {headline(proposal)}", rule, "See it")


def _item(proposal: Proposal, what: str, rule: str, act: str) -> Item:
    url = proposal.get_absolute_url()
    return Item(Kind.PROPOSAL, proposal.trial_site.trial, what, rule, url=url, act=act)
