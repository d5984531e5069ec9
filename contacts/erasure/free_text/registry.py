"""Which texts may name people. Each room says so of its own with `may_name_people`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from common.permissions import is_administrator


@dataclass(frozen=True)
class FreeTextField:
    """Columns of one table in which people write.

    `words` say what the text is ("" takes the column's own name), `where` and `mended_at` where a row's stands and the
    address of the form that changes it. Administrators read all; `readable` gives the rows that others may.
    `of_people` leads to those whose own row it is: erasing them empties it anyway. `guards` are the triggers that
    otherwise keep it as it was written. `trial` leads to the trial of what a record says at length, which is looked
    through only where somebody has or had a role: a registry has half a million records, and no index finds a name.

    What is not blacked out is published or somebody's identity: it is mended by hand, at its form.
    """

    model: type[Model]
    fields: tuple[str, ...]
    location: Callable[[Any], str]
    label: str = ""
    edit_url: Callable[[Any], str] = lambda row: ""
    readable: Callable[[Any], QuerySet] | None = None
    related: tuple[str, ...] = ()
    person_paths: tuple[str, ...] = ()
    is_redactable: bool = True
    guards: tuple[str, ...] = ()
    trial: str = ""

    def rows(self, user) -> QuerySet:
        """Those that the user may read, in no order."""
        if is_administrator(user):
            return self.model._base_manager.order_by()
        return self.readable(user).order_by() if self.readable else self.model._base_manager.none()

    def within_trials(self, trials: Collection[int]) -> Q:
        """The rows that are looked through for somebody of these trials; likewise of a trail with `near_in_trail`."""
        return Q(**{f"{self.trial}__in": trials}) if self.trial else Q()

    def events_within_trials(self, trials: Collection[int]) -> Q:
        return Q(**{f"{'pgh_obj_id' if self.trial == 'pk' else self.trial}__in": trials}) if self.trial else Q()

    def own_rows(self, people) -> QuerySet:
        """Those that are these people's own."""
        if not self.person_paths:
            return self.model._base_manager.none()
        return self.model._base_manager.filter(
            reduce(or_, (Q(**{f"{path}__in": people}) for path in self.person_paths))
        )


_registry: list[FreeTextField] = []


def register_free_text(*texts: FreeTextField) -> None:
    """One for a table; a second one of the same table takes the first one's place."""
    for one in texts:
        _registry[:] = [other for other in _registry if other.model is not one.model]
        _registry.append(one)


def registered_free_text() -> tuple[FreeTextField, ...]:
    return tuple(_registry)
