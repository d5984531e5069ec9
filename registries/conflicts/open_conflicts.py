"""Open conflicts with their current local values and labels."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from publishing.trial_data import TrialData, load_trial_data
from registries.choices import ConflictCategory
from registries.ctgov import list_matching, merge, rows_to_study
from registries.ctgov.path_targets import PathTarget, TargetMissing, current_value, parse_path
from registries.display import field_label, path_label
from registries.models import Conflict


@dataclass
class OpenConflict:
    """An open conflict. `ours` is the current value of our rows, not the one from when it was raised."""

    conflict: Conflict
    trial_data: TrialData = field(repr=False)
    may_decide: bool = True

    @cached_property
    def target(self) -> PathTarget:
        return parse_path(self.conflict.path)

    @cached_property
    def ours(self) -> Any:
        return None if self.is_target_missing else current_value(self.target, self.trial_data)

    @cached_property
    def is_target_missing(self) -> bool:
        """Whether the row of the conflict was deleted or cannot be changed, so that only ours can be kept."""
        try:
            current_value(self.target, self.trial_data)
        except TargetMissing:
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
        whole = PathTarget(self.target.path, self.target.field_path, self.target.row)
        ours = current_value(whole, self.trial_data) if self.target.is_entry and not self.is_target_missing else None
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
