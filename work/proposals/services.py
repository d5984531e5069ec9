"""Proposing, deciding and taking back. Each is atomic and has one effect however often it is asked."""

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from history.actor_names import actor_names
from history.authorship import authored
from history.versioning import StaleVersion
from sites.models import TrialSite
from sites.services.status import check_change
from sites.status_transitions import Authority
from work.choices import ProposalDecision, ProposalKind
from work.models import Proposal
from work.proposals.types import PROPOSAL_TYPES, Values, get_proposal_type, serialize_interim


class AlreadyDecidedError(Exception):
    """Somebody was quicker; `proposal` says what was decided."""

    def __init__(self, proposal: Proposal):
        super().__init__(f"Proposal {proposal.pk} is decided: {proposal.decision}.")
        self.proposal = proposal


def propose(site: TrialSite, *, kind: str, new: Values, why: str, author: str, version: int) -> Proposal:
    """Ask the trial's coordinator for other values. The same proposal a second time is the first one.

    `version` is the site's or facility's as the author saw it. ValidationError without a reason, when nothing would
    change, and when somebody's other proposal is open; StaleVersion.
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
    """Ask for a status that only the trial's coordinator decides. ValidationError where it could not be accepted."""
    change = check_change(
        site, to=to, effective_on=effective_on, interim=interim, authority=Authority.TRIAL_COORDINATOR,
        reason=reason, accept_warnings=accept_warnings,
    )  # fmt: skip
    between = {"between": serialize_interim(change.interim)} if change.interim else {}
    new = {"status": to, "since": str(change.effective_on), **between}
    return propose(site, kind=ProposalKind.STATUS, new=new, why=reason, author=author, version=version)


@transaction.atomic
def accept(
    proposal: Proposal, *, user, version: int, accept_warnings: bool = False, decision_note: str = ""
) -> Proposal:
    """Make it so, exactly as the user would do it themselves, on the site or facility at the `version` they saw.

    ValidationError when a rule refuses now; StaleVersion; DecidedAlreadyError.
    """
    current = _lock_open(proposal)
    proposer = actor_names([current.proposed_by])[current.proposed_by]
    reason = f"Proposal {current.pk} of {proposer}: {current.why}"
    get_proposal_type(current).apply(
        current.trial_site, current.new, user=user, reason=reason, version=version, accept_warnings=accept_warnings
    )
    return _close(current, ProposalDecision.ACCEPTED, user.actor, decision_note)


@transaction.atomic
def decline(proposal: Proposal, *, author: str, decision_note: str) -> Proposal:
    """Leave everything as it is and say why. ValidationError without words; DecidedAlreadyError."""
    if not decision_note.strip():
        raise ValidationError("Say why, for whoever proposed it.", code="declined-in-words")
    return _close(_lock_open(proposal), ProposalDecision.DECLINED, author, decision_note)


@transaction.atomic
def withdraw(proposal: Proposal, *, author: str) -> Proposal:
    """Take one's own proposal back. DecidedAlreadyError."""
    return _close(_lock_open(proposal), ProposalDecision.WITHDRAWN, author)


@transaction.atomic
def acknowledge(proposal: Proposal, *, author: str) -> None:
    """The proposer has read the outcome; a second time changes nothing."""
    with authored(author):
        Proposal.objects.filter(pk=proposal.pk, acknowledged_at__isnull=True).update(acknowledged_at=timezone.now())


def open_proposal(site: TrialSite, kind: str) -> Proposal | None:
    """The proposal of this kind that waits for its decision."""
    place = {"facility": site.facility_id} if kind == ProposalKind.FACILITY else {"trial_site": site.pk, "kind": kind}
    return Proposal.objects.open().filter(**place).first()


def _validate_proposal(old: Values, new: Values, why: str) -> None:
    if not why.strip():
        raise ValidationError({"why": "Say why, for whoever decides it."}, code="proposal-says-why")
    if all(old.get(name, "") == text for name, text in new.items()):
        raise ValidationError("This is what stands there already.", code="proposal-changes-something")


def _existing_proposal(proposal: Proposal) -> Proposal:
    other = open_proposal(proposal.trial_site, proposal.kind)
    said = ("new", "why", "proposed_by")
    if other is None or any(getattr(other, name) != getattr(proposal, name) for name in said):
        raise ValidationError("Another proposal about this waits for its decision.", code="proposal-open-once")
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
