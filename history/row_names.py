"""The rows and people that a trail names by number or key, by the words that people know them by."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

from django.db.models import Model

from history.names import names_of
from history.part_reading import PartEntry
from history.reading import Change, RowKey

_ACTOR = re.compile(r"user:[0-9]{1,18}")


def in_names(told: Iterable[PartEntry], user) -> list[PartEntry]:
    """The same entries, their values in words.

    A row that is gone, or that the user may not see, stays a number. One query for each kind of row, one for users.
    """
    told = list(told)
    words = _words_for(told, user)
    return [one._replace(entry=replace(one.entry, changes=_renamed(one.entry.changes, words))) for one in told]


def _words_for(told: list[PartEntry], user) -> Callable[[Any], Any]:
    values = [value for one in told for change in one.entry.changes for value in (change.old, change.new)]
    actors = names_of({value for value in values if isinstance(value, str) and _ACTOR.fullmatch(value)})
    rows = _rows([value for value in values if isinstance(value, RowKey)], user)

    def words(value: Any) -> Any:
        if isinstance(value, RowKey):
            return rows.get((value.model, int(value)), f"Number {int(value)}")
        return actors.get(value, value) if isinstance(value, str) else value

    return words


def _rows(keys: list[RowKey], user) -> dict[tuple[type[Model], int], str]:
    wanted = defaultdict(set)
    for key in keys:
        wanted[key.model].add(int(key))
    return {
        (model, pk): str(row) for model, ids in wanted.items() for pk, row in _seen_by(user, model).in_bulk(ids).items()
    }


def _seen_by(user, model: type[Model]):
    """With what a row's own words are made of: the rows that it must have."""
    rows = model._default_manager.select_related()
    return rows.visible_to(user) if hasattr(rows, "visible_to") else rows


def _renamed(changes: list[Change], words: Callable[[Any], Any]) -> list[Change]:
    return [Change(change.field, words(change.old), words(change.new)) for change in changes]
