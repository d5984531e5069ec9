"""Deciding what the registry and we say differently: theirs, ours, or something else. Each is atomic and says who.

Whoever decides says what they saw of both sides: where either has changed since, nothing is decided for it. The trial
is locked as an import locks it, and its sites, so that of two at the same moment one comes second and sees it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from registries.choices import Decision
from registries.conflicts.open_conflicts import OpenConflict, load_open_conflicts
from registries.ctgov.apply_value import ValueApplier
from registries.ctgov.importing.existing_studies import lock_sites
from registries.models import Conflict
from trials.models import Trial

MAX_CONFLICTS_PER_REQUEST = 500
"""At most so many conflicts in one decision."""


@dataclass(frozen=True, slots=True)
class ResolutionResult:
    """`decided` now, decided `before` by somebody, and `changed` since they were seen, as they stand now."""

    decided: Sequence[Conflict]
    already_decided: Sequence[Conflict]
    changed: Sequence[OpenConflict]


@transaction.atomic
def resolve_conflicts(
    user, seen_digests: Mapping[int, str], decision: Decision, *, reason: str = ""
) -> ResolutionResult:
    """Decide conflicts (id → what stood for both sides on the page) for ours or theirs.

    LookupError when one of them is not the user's to decide.
    """
    held, before = _lock_conflicts(user, seen_digests)
    fresh = [question for question in held if question.state_digest == seen_digests[question.conflict.pk]]
    wrong = [question for question in fresh if decision == Decision.THEIRS and question.is_target_missing]
    decided = [question for question in fresh if question not in wrong]
    with authored(user.actor, reason=reason or f"Difference with the registry: {decision.label.lower()}"):
        if decision == Decision.THEIRS:
            _apply_theirs(decided, user.actor, reason)
    _mark_decided(decided, decision, user.actor, reason)
    changed = [question for question in held if question not in decided]
    return ResolutionResult([question.conflict for question in decided], before, changed)


@transaction.atomic
def resolve_with_value(
    user, pk: int, seen_digest: str, write: Callable[[OpenConflict], None], *, reason: str = ""
) -> ResolutionResult:
    """`write` puts a third value into our rows, and the conflict is closed with it. What it raises undoes both."""
    held, before = _lock_conflicts(user, {pk: seen_digest})
    fresh = [question for question in held if question.state_digest == seen_digest and not question.is_target_missing]
    with authored(user.actor, reason=reason):
        for question in fresh:
            write(question)
    _mark_decided(fresh, Decision.EDITED, user.actor, reason)
    return ResolutionResult(
        [question.conflict for question in fresh], before, [one for one in held if one not in fresh]
    )


def _lock_conflicts(user, seen_digests: Mapping[int, str]) -> tuple[list[OpenConflict], list[Conflict]]:
    """The conflicts that are still open, as they stand, with their trials and sites locked; and the others."""
    mine = Conflict.objects.decidable_by(user).filter(pk__in=seen_digests)
    trial_ids = set(mine.order_by().values_list("trial", flat=True))
    list(Trial.objects.filter(pk__in=trial_ids).order_by("pk").select_for_update().values_list("pk"))
    lock_sites(trial_ids)
    conflicts = list(mine.order_by("pk").select_related("trial"))
    if len(conflicts) != len(seen_digests):
        raise LookupError("Not all of these conflicts are the user's to decide.")
    before = [conflict for conflict in conflicts if conflict.decision]
    return load_open_conflicts(conflict for conflict in conflicts if not conflict.decision), before


def _apply_theirs(open_conflicts: Sequence[OpenConflict], author: str, reason: str) -> None:
    now = timezone.now()
    for question in open_conflicts:
        ValueApplier(question.bundle, author, now, reason).apply(question.target, question.conflict.theirs)


def _mark_decided(open_conflicts: Sequence[OpenConflict], decision: Decision, author: str, reason: str) -> None:
    said = {"decision": decision, "decided_by": author, "decided_at": timezone.now(), "reason": reason}
    for question in open_conflicts:
        Conflict.objects.filter(pk=question.conflict.pk).update(ours=question.ours, **said)
        if question.target.is_entry and not question.target.inner and decision == Decision.THEIRS:
            inner = Conflict.objects.open().filter(trial=question.conflict.trial_id)
            inner.filter(path__startswith=f"{question.conflict.path}.").update(**said | {"decision": Decision.SETTLED})
