"""Resolves conflicts with the registry value, the local value or another value; atomic and with an author.

The caller passes the digests of the values that the user saw: a conflict whose values changed since is not resolved.
The trial and its sites are locked as in an import, so that concurrent decisions are serialized.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from registries.choices import Decision
from registries.conflicts.open_conflicts import OpenConflict, load_open_conflicts
from registries.ctgov.apply_value import ValueApplier
from registries.ctgov.importing.studies import lock_sites
from registries.models import Conflict
from trials.models import Trial

MAX_CONFLICTS_PER_REQUEST = 500
"""Maximum number of conflicts in one request."""


@dataclass(frozen=True, slots=True)
class ResolutionResult:
    """`decided` now, `already_decided` before, and `changed` since the user saw them, with their current values."""

    decided: Sequence[Conflict]
    already_decided: Sequence[Conflict]
    changed: Sequence[OpenConflict]


@transaction.atomic
def resolve_conflicts(
    user, seen_digests: Mapping[int, str], decision: Decision, *, reason: str = ""
) -> ResolutionResult:
    """Resolve conflicts (id → digest of the values on the page) with the local or the registry value.

    LookupError when the user may not resolve one of them.
    """
    open_conflicts, already_decided = _lock_conflicts(user, seen_digests)
    unchanged = [one for one in open_conflicts if one.state_digest == seen_digests[one.conflict.pk]]
    decided = [one for one in unchanged if not (decision == Decision.THEIRS and one.is_target_missing)]
    with authored(user.actor, reason=reason or f"Registry difference: {decision.label.lower()}"):
        if decision == Decision.THEIRS:
            _apply_theirs(decided, user.actor, reason)
    _mark_decided(decided, decision, user.actor, reason)
    changed = [one for one in open_conflicts if one not in decided]
    return ResolutionResult([one.conflict for one in decided], already_decided, changed)


@transaction.atomic
def resolve_with_value(
    user, pk: int, seen_digest: str, write: Callable[[OpenConflict], None], *, reason: str = ""
) -> ResolutionResult:
    """Resolve a conflict with another value, which `write` puts into our rows. An exception rolls both back."""
    open_conflicts, already_decided = _lock_conflicts(user, {pk: seen_digest})
    decided = [one for one in open_conflicts if one.state_digest == seen_digest and not one.is_target_missing]
    with authored(user.actor, reason=reason):
        for open_conflict in decided:
            write(open_conflict)
    _mark_decided(decided, Decision.EDITED, user.actor, reason)
    changed = [one for one in open_conflicts if one not in decided]
    return ResolutionResult([one.conflict for one in decided], already_decided, changed)


def _lock_conflicts(user, seen_digests: Mapping[int, str]) -> tuple[list[OpenConflict], list[Conflict]]:
    """(conflicts that are still open, conflicts that are decided), after locking their trials and sites."""
    decidable = Conflict.objects.decidable_by(user).filter(pk__in=seen_digests)
    trial_ids = set(decidable.order_by().values_list("trial", flat=True))
    list(Trial.objects.filter(pk__in=trial_ids).order_by("pk").select_for_update().values_list("pk"))
    lock_sites(trial_ids)
    conflicts = list(decidable.order_by("pk").select_related("trial"))
    if len(conflicts) != len(seen_digests):
        raise LookupError("The user may not resolve all of these conflicts.")
    already_decided = [conflict for conflict in conflicts if conflict.decision]
    return load_open_conflicts(conflict for conflict in conflicts if not conflict.decision), already_decided


def _apply_theirs(open_conflicts: Sequence[OpenConflict], author: str, reason: str) -> None:
    now = timezone.now()
    for open_conflict in open_conflicts:
        applier = ValueApplier(open_conflict.trial_data, author, now, reason)
        applier.apply(open_conflict.target, open_conflict.conflict.theirs)


def _mark_decided(open_conflicts: Sequence[OpenConflict], decision: Decision, author: str, reason: str) -> None:
    values = {"decision": decision, "decided_by": author, "decided_at": timezone.now(), "reason": reason}
    for open_conflict in open_conflicts:
        conflict, target = open_conflict.conflict, open_conflict.target
        Conflict.objects.filter(pk=conflict.pk).update(ours=open_conflict.ours, **values)
        if target.is_entry and not target.entry_key and decision == Decision.THEIRS:
            inner = Conflict.objects.open().filter(trial=conflict.trial_id, path__startswith=f"{conflict.path}.")
            inner.update(**values | {"decision": Decision.SETTLED})
