"""Open conflicts with their current local values, and their resolution: atomic and with an author.

The caller passes the digests of the values that the user saw: a conflict whose values changed since is not resolved.
The trial and its sites are locked as in an import, so that concurrent decisions are serialized.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import transaction
from django.utils import timezone

from history.authorship import authored
from publishing.trial_data import TrialData, load_trial_data
from registries.choices import ConflictCategory, Decision
from registries.ctgov import list_matching, merge, path_resolution, rows_to_study
from registries.ctgov.apply_value import ValueApplier
from registries.ctgov.importing.studies import lock_sites
from registries.display import field_label, path_label
from registries.models import Conflict
from trials.models import Trial


@dataclass
class OpenConflict:
    """An open conflict. `ours` is the current value of our rows, not the one from when it was raised."""

    conflict: Conflict
    trial_data: TrialData = field(repr=False)
    may_decide: bool = True

    @cached_property
    def target(self) -> path_resolution.PathTarget:
        return path_resolution.parse_path(self.conflict.path)

    @cached_property
    def ours(self) -> Any:
        return None if self.is_target_missing else path_resolution.current_value(self.target, self.trial_data)

    @cached_property
    def is_target_missing(self) -> bool:
        """Whether the row of the conflict was deleted or cannot be changed, so that only ours can be kept."""
        try:
            path_resolution.current_value(self.target, self.trial_data)
        except path_resolution.TargetMissing:
            return True
        return not self.target.is_known or self.conflict.category == ConflictCategory.SITE

    @property
    def is_already_equal(self) -> bool:
        """Whether people have since entered the registry's value."""
        return not self.is_target_missing and merge.has_same_value(self.conflict.theirs, self.ours)

    @property
    def state_digest(self) -> str:
        """A digest of both values, which a page sends back: it changes when either value changes."""
        return list_matching.entry_digest({"theirs": self.conflict.theirs, "ours": self.ours})

    @property
    def name(self) -> str:
        """The name of the facility or list entry."""
        if self.target.site_id is not None:
            sites = (site for site in self.trial_data.sites if site["id"] == self.target.site_id)
            return next(
                (rows_to_study.build_location(site).facility or "Facility name not published" for site in sites), ""
            )
        return next((name for entry in self._entries() if (name := list_matching.entry_name(entry))), "")

    @property
    def town(self) -> str:
        """City, state, country and listing number of the site: distinguishes sites with the same name."""
        site = next((site for site in self.trial_data.sites if site["id"] == self.target.site_id), None)
        if site is None:
            return ""
        location = rows_to_study.build_location(site)
        listing = f"listing {site['duplicate_index']}" if site["duplicate_index"] > 1 else ""
        return ", ".join(part for part in (location.city, location.state, location.country, listing) if part)

    def _entries(self) -> list[dict]:
        whole = path_resolution.PathTarget(self.target.path, self.target.field_path, self.target.row)
        ours = (
            path_resolution.current_value(whole, self.trial_data)
            if self.target.is_entry and not self.is_target_missing
            else None
        )
        return [entry for entry in (ours, self.conflict.theirs, self.conflict.base) if isinstance(entry, dict)]

    @property
    def label(self) -> str:
        """The label without the site's name, which is in the heading: "Status"."""
        return field_label(self.target).capitalize() if self.target.site_id else str(self)

    def __str__(self) -> str:
        return path_label(self.conflict.path, self.name)


def load_open_conflicts(
    conflicts: Iterable[Conflict], *, decidable: Collection[int] | None = None
) -> list[OpenConflict]:
    """The conflicts in the same order, in a fixed number of queries. `decidable`: ids that the user may resolve."""
    conflicts = list(conflicts)
    trial_data_by_id = load_trial_data({conflict.trial_id for conflict in conflicts})
    return [
        OpenConflict(conflict, trial_data_by_id[conflict.trial_id], decidable is None or conflict.pk in decidable)
        for conflict in conflicts
    ]


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
