"""Registry of free text fields that may mention people; each app registers its own with `register_free_text`."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Model, Q, QuerySet

from common.permissions import is_administrator


@dataclass(frozen=True)
class FreeTextField:
    """Columns of free text of one table.

    `label` names the text ("" takes the column's verbose name); `location` is the title of a row and `edit_url` the
    address of its form. Administrators read all rows; `readable` gives the rows that other users may read.
    `person_paths` lead to the people whose own row it is: erasing them empties it. `guards` are the triggers that
    forbid updates. `trial` leads to the trial of a registry record: such texts are searched only for trials in which
    the person has or had a role, as a registry has half a million records and no index finds a name.

    Texts that are not redactable are public or identify somebody; they are edited by hand in their form.
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
        """The rows that the user may read, unordered."""
        if is_administrator(user):
            return self.model._base_manager.order_by()
        return self.readable(user).order_by() if self.readable else self.model._base_manager.none()

    def within_trials(self, trials: Collection[int]) -> Q:
        """A filter of rows: those of these trials where the field belongs to a trial, else all."""
        return Q(**{f"{self.trial}__in": trials}) if self.trial else Q()

    def events_within_trials(self, trials: Collection[int]) -> Q:
        """The same filter for history events of the rows."""
        return Q(**{f"{'pgh_obj_id' if self.trial == 'pk' else self.trial}__in": trials}) if self.trial else Q()

    def own_rows(self, people) -> QuerySet:
        """The rows that belong to these people."""
        if not self.person_paths:
            return self.model._base_manager.none()
        return self.model._base_manager.filter(
            reduce(or_, (Q(**{f"{path}__in": people}) for path in self.person_paths))
        )


_registry: list[FreeTextField] = []


def register_free_text(*fields: FreeTextField) -> None:
    """Register one FreeTextField for each table; a second one for the same table replaces the first."""
    for field in fields:
        _registry[:] = [other for other in _registry if other.model is not field.model]
        _registry.append(field)


def registered_free_text() -> tuple[FreeTextField, ...]:
    return tuple(_registry)
