"""Open conflicts as they stand now: what the registry says, what we say, and what the thing is called."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from publishing.trial_data import Bundle, load_bundles
from registries.choices import Thing
from registries.ctgov import rows_to_study
from registries.ctgov.list_matching import digest, name_of
from registries.ctgov.path_targets import Gone, Target, said_here, target_of
from registries.models import Conflict
from registries.path_labels import path_in_words, what_of


@dataclass
class Question:
    """An open conflict. `ours` is read from our rows, not from when it was raised."""

    conflict: Conflict
    bundle: Bundle = field(repr=False)
    may_decide: bool = True

    @cached_property
    def target(self) -> Target:
        return target_of(self.conflict.path)

    @cached_property
    def ours(self) -> Any:
        return None if self.is_gone else said_here(self.target, self.bundle)

    @cached_property
    def is_gone(self) -> bool:
        """Whether what it is about is no longer here, so that only ours can stay."""
        try:
            said_here(self.target, self.bundle)
        except Gone:
            return True
        return not self.target.is_known or self.conflict.thing == Thing.SITE

    @property
    def is_agreed(self) -> bool:
        """Whether people have since made it what the registry says."""
        return not self.is_gone and _plain(self.ours) == _plain(self.conflict.theirs)

    @property
    def seen(self) -> str:
        """What stands for both sides on a page: another value on either side is another question."""
        return digest({"theirs": self.conflict.theirs, "ours": self.ours})

    @property
    def name(self) -> str:
        """The facility, or the name of the entry."""
        if self.target.site_id is not None:
            sites = (site for site in self.bundle.sites if site["id"] == self.target.site_id)
            return next(
                (rows_to_study.location_of(site).facility or "Facility name not published" for site in sites), ""
            )
        return next((name for entry in self._entries() if (name := name_of(entry))), "")

    @property
    def town(self) -> str:
        """Where the site is, and which of its twins it is: what tells sites of one name apart."""
        site = next((site for site in self.bundle.sites if site["id"] == self.target.site_id), None)
        if site is None:
            return ""
        place = rows_to_study.location_of(site)
        twin = f"entry {site['twin']} of this place" if site["twin"] > 1 else ""
        return ", ".join(part for part in (place.city, place.state, place.country, twin) if part)

    def _entries(self) -> list[dict]:
        whole = Target(self.target.path, self.target.place, self.target.row)
        here = said_here(whole, self.bundle) if self.target.is_entry and not self.is_gone else None
        said = (here, self.conflict.theirs, self.conflict.base)
        return [entry for entry in said if isinstance(entry, dict)]

    @property
    def what(self) -> str:
        """The thing without its site, which a heading names: "Status"."""
        return what_of(self.target).capitalize() if self.target.site_id else str(self)

    def __str__(self) -> str:
        return path_in_words(self.conflict.path, self.name)


def questions_of(conflicts: Iterable[Conflict], *, decidable: Collection[int] | None = None) -> list[Question]:
    """The conflicts in the same order, in a fixed number of queries. `decidable`: the ids that may be decided."""
    conflicts = list(conflicts)
    bundles = load_bundles({conflict.trial_id for conflict in conflicts})
    return [
        Question(conflict, bundles[conflict.trial_id], decidable is None or conflict.pk in decidable)
        for conflict in conflicts
    ]


def _plain(value: Any) -> Any:
    """Nothing, however it is spelt."""
    return None if value in ("", [], {}) else value
