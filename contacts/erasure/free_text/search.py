"""Search for texts that mention a person, with excerpts."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst

from common.permissions import is_administrator
from contacts.erasure.free_text.fields import FreeTextColumns, registered_free_text
from contacts.models import Role
from history.redaction import matching_rows_q, superseded_events, trails_with_fields

#: How many mentions a page shows.
MENTIONS_SHOWN = 50
_EXCERPT_CONTEXT = 70


class TextLocation(NamedTuple):
    """A row with a mention: the label of its table, its key, and the label of the text. No personal value."""

    label: str
    key: str
    text_label: str = ""


class ExcerptPart(NamedTuple):
    text: str
    is_hit: bool


@dataclass(frozen=True)
class Mention:
    """A text that mentions a person. `is_former`: a former value in the history; `excerpt`: the text around it."""

    place: TextLocation
    location: str
    edit_url: str
    is_former: bool
    is_redactable: bool
    excerpt: tuple[ExcerptPart, ...] = ()


class Search(NamedTuple):
    """The pattern, the user who searches, the trials whose records are searched, and people whose rows are skipped."""

    pattern: str
    user: Any
    trials: Collection[int]
    without: Collection[int]


def trial_ids_of(people: Collection[int]) -> set[int]:
    """The trials in which these people have or had a role."""
    roles = Role.objects.filter(person__in=people).order_by().values_list("trial", "trial_site__trial")
    return {trial for row in roles for trial in row if trial}


def find_mentions(pattern: str, user, *, people: Collection[int], is_before_erasure: bool) -> list[TextLocation]:
    """The readable texts that match the pattern of these people; those to edit by hand first. Two queries.

    Before an erasure the people's own rows are left out, because the erasure empties them.
    """
    if not pattern:
        return []
    search = Search(pattern, user, trial_ids_of(people), people if is_before_erasure else ())
    first, *others = (_keys(rows) for field in registered_free_text() for rows in _matching_rows(field, search))
    order = {model._meta.label_lower: number for number, (_, model) in enumerate(_tables())}
    locations = (TextLocation(*row) for row in first.union(*others, all=True))
    return sorted(locations, key=lambda location: (order[location.label], len(location.key), location.key))


def load_mentions(locations: Iterable[TextLocation], user, *, pattern: str = "") -> list[Mention]:
    """The mentions at these locations that the user may read; one query for each table, two for a history table."""
    by_table = defaultdict(dict)
    for location in locations:
        by_table[location.label][location.key] = location
    tables = ((field, model, by_table[model._meta.label_lower]) for field, model in _tables())
    return [one for field, model, keyed in tables if keyed for one in _read(field, model, keyed, user, pattern)]


def _matching_rows(field: FreeTextColumns, search: Search) -> Iterator[QuerySet]:
    own = field.own_rows(search.without).values("pk")
    rows = field.rows(search.user)
    if not rows.query.is_empty():
        matches = matching_rows_q(field.model, field.fields, search.pattern)
        yield rows.filter(field.within_trials(search.trials)).filter(matches).exclude(pk__in=own)
        within = field.events_within_trials(search.trials)
        for former in superseded_events(field.model, field.fields, search.pattern, within=within):
            yield (
                _visible_former_rows(former, field, search.user)
                .exclude(pgh_obj_id__in=own)
                .order_by("pgh_obj_id", "-pgh_id")
                .distinct("pgh_obj_id")
            )


def _visible_former_rows(former: QuerySet, field: FreeTextColumns, user) -> QuerySet:
    """All history for administrators, else the history of existing rows that the user may read."""
    return former if is_administrator(user) else former.filter(pgh_obj_id__in=field.rows(user).values("pk"))


def _keys(rows: QuerySet) -> QuerySet:
    label = Value(rows.model._meta.label_lower, TextField())
    return rows.annotate(place_label=label, place_key=Cast("pk", TextField())).values_list("place_label", "place_key")


def _tables() -> Iterator[tuple[FreeTextColumns, type[Model]]]:
    """Each table with free text, and its history tables."""
    for field in sorted(registered_free_text(), key=lambda field: field.is_redactable):
        yield field, field.model
        for trail, _ in trails_with_fields(field.model, field.fields):
            yield field, trail


def _read(field: FreeTextColumns, model, locations: dict[str, TextLocation], user, pattern: str) -> Iterator[Mention]:
    if model is field.model:
        rows = field.rows(user).filter(pk__in=locations).select_related(*field.related).order_by("pk")
        pairs = [(row, row) for row in rows]
    else:
        pairs = _with_current_rows(
            _visible_former_rows(model.objects.filter(pk__in=locations), field, user).order_by("pk"), field
        )
    for row, current_row in pairs:
        yield _mention(field, row, current_row, locations[str(row.pk)], pattern)


def _with_current_rows(former: QuerySet, field: FreeTextColumns) -> list[tuple[Model, Model | None]]:
    """Each history event with its current row; None for a deleted row."""
    events = list(former)
    current = field.model._base_manager.select_related(*field.related).in_bulk([row.pgh_obj_id for row in events])
    return [(row, current.get(row.pgh_obj_id)) for row in events]


def _mention(field: FreeTextColumns, row, current_row, location: TextLocation, pattern: str) -> Mention:
    name, excerpt = _excerpt(field, row, pattern)
    text_label = field.label or capfirst(str(field.model._meta.get_field(name).verbose_name))
    is_former = row is not current_row
    return Mention(
        place=location._replace(text_label=location.text_label or text_label),
        location=field.location(current_row) if current_row else "Deleted record",
        edit_url="" if is_former else field.edit_url(current_row),
        is_former=is_former,
        is_redactable=is_former or field.is_redactable,
        excerpt=excerpt,
    )


def _excerpt(field: FreeTextColumns, row, pattern: str) -> tuple[str, tuple[ExcerptPart, ...]]:
    """The name of the first column with a match, and the text around the match."""
    names = [name for name in field.fields if hasattr(row, name)]
    for name in names if pattern else ():
        for text in _texts_in(getattr(row, name)):
            if match := re.search(pattern, text, re.IGNORECASE):
                return name, tuple(_excerpt_parts(text, match, pattern))
    return names[0], ()


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts_in(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def _excerpt_parts(text: str, first: re.Match, pattern: str) -> Iterator[ExcerptPart]:
    start, end = max(0, first.start() - _EXCERPT_CONTEXT), min(len(text), first.end() + _EXCERPT_CONTEXT)
    position = start
    yield ExcerptPart("…" if start else "", False)
    for match in re.compile(pattern, re.IGNORECASE).finditer(text, start, end):
        yield ExcerptPart(text[position : match.start()], False)
        yield ExcerptPart(match.group(), True)
        position = match.end()
    yield ExcerptPart(text[position:end] + ("…" if end < len(text) else ""), False)
