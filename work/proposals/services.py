"""Services that submit, accept, decline and withdraw change requests. Each is atomic and idempotent."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from history.authorship import actor_names, authored
from history.optimistic_locking import StaleVersion
from sites.models import TrialSite
from sites.services import Authority, check_change
from work.models import Proposal, ProposalDecision, ProposalKind
from work.proposals.types import PROPOSAL_TYPES, Values, get_proposal_type, serialize_interim


class AlreadyDecidedError(Exception):
    """The request was already decided; `proposal` has the decision."""

    def __init__(self, proposal: Proposal):
        super().__init__(f"Proposal {proposal.pk} is decided: {proposal.decision}.")
        self.proposal = proposal


def propose(site: TrialSite, *, kind: str, new: Values, why: str, author: str, version: int) -> Proposal:
    """Submit a change request. If the same request is open, it is returned instead.

    `version` is that of the site or facility shown to the author. ValidationError without a reason, if nothing would
    change, or if another request is open; StaleVersion.
    """
    subject, old = PROPOSAL_TYPES[kind].versioned_object(site), PROPOSAL_TYPES[kind].current_values(site)
    if subject.version != version:
        raise StaleVersion(subject)
    _validate_proposal(old, new, why)
    facility = site.facility if kind == ProposalKind.FACILITY else None
    proposal = Proposal(
        trial_site=site, facility=facility, kind=kind, old=old, new=dict(new), why=why.strip(), proposed_by=author,
        seen_version=version,
    )  # fmt: skip
    try:
        with transaction.atomic(), authored(author, reason=why):
            proposal.save()
    except IntegrityError:
        return _existing_proposal(proposal)
    return proposal


def propose_status(
    site: TrialSite, *, to: str, effective_on, interim=(), reason: str, author: str, accept_warnings: bool, version: int
) -> Proposal:
    """Request a status that needs approval. ValidationError if it could not be accepted."""
    change = check_change(
        site, to=to, effective_on=effective_on, interim=interim, authority=Authority.TRIAL_COORDINATOR,
        reason=reason, accept_warnings=accept_warnings,
    )  # fmt: skip
    interim_values = {"between": serialize_interim(change.interim)} if change.interim else {}
    new = {"status": to, "since": str(change.effective_on), **interim_values}
    return propose(site, kind=ProposalKind.STATUS, new=new, why=reason, author=author, version=version)


@transaction.atomic
def accept(
    proposal: Proposal, *, user, version: int, accept_warnings: bool = False, decision_note: str = ""
) -> Proposal:
    """Apply a request as a change by the deciding user, at the `version` of the site or facility shown to them.

    ValidationError if a rule rejects it; StaleVersion; AlreadyDecidedError.
    """
    current = _lock_open(proposal)
    proposer = actor_names([current.proposed_by])[current.proposed_by]
    reason = f"Change request {current.pk} of {proposer}: {current.why}"
    get_proposal_type(current).apply(
        current.trial_site, current.new, user=user, reason=reason, version=version, accept_warnings=accept_warnings
    )
    return _close(current, ProposalDecision.ACCEPTED, user.actor, decision_note)


@transaction.atomic
def decline(proposal: Proposal, *, author: str, decision_note: str) -> Proposal:
    """Decline a request with a comment. ValidationError without one; AlreadyDecidedError."""
    if not decision_note.strip():
        raise ValidationError("Enter a comment for the requester.", code="declined-in-words")
    return _close(_lock_open(proposal), ProposalDecision.DECLINED, author, decision_note)


@transaction.atomic
def withdraw(proposal: Proposal, *, author: str) -> Proposal:
    """Withdraw a request. AlreadyDecidedError."""
    return _close(_lock_open(proposal), ProposalDecision.WITHDRAWN, author)


@transaction.atomic
def acknowledge(proposal: Proposal, *, author: str) -> None:
    """Record that the requester has read the decision. A second call has no effect."""
    with authored(author):
        Proposal.objects.filter(pk=proposal.pk, acknowledged_at__isnull=True).update(acknowledged_at=timezone.now())


def open_proposal(site: TrialSite, kind: str) -> Proposal | None:
    """The open request of this kind about the site or its facility."""
    subject = {"facility": site.facility_id} if kind == ProposalKind.FACILITY else {"trial_site": site.pk, "kind": kind}
    return Proposal.objects.open().filter(**subject).first()


def _validate_proposal(old: Values, new: Values, why: str) -> None:
    if not why.strip():
        raise ValidationError({"why": "Enter a reason for change."}, code="proposal-says-why")
    if all(old.get(name, "") == text for name, text in new.items()):
        raise ValidationError("No change: these are the current values.", code="proposal-changes-something")


def _existing_proposal(proposal: Proposal) -> Proposal:
    other = open_proposal(proposal.trial_site, proposal.kind)
    compared = ("new", "why", "proposed_by")
    if other is None or any(getattr(other, name) != getattr(proposal, name) for name in compared):
        raise ValidationError("Another change request about this is open.", code="proposal-open-once")
    return other


def _lock_open(proposal: Proposal) -> Proposal:
    current = Proposal.objects.with_places().select_for_update(of=("self",)).get(pk=proposal.pk)
    if not current.is_open:
        raise AlreadyDecidedError(current)
    return current


def _close(proposal: Proposal, decision: str, author: str, decision_note: str = "") -> Proposal:
    proposal.decision, proposal.decision_note = decision, decision_note.strip()
    proposal.decided_by, proposal.decided_at = author, timezone.now()
    with authored(author, reason=decision_note.strip()):
        proposal.save(update_fields=["decision", "decision_note", "decided_by", "decided_at"])
    return proposal
