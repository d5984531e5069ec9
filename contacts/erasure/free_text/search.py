"""Which texts name somebody, and what of them is shown."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Model, QuerySet, TextField, Value
from django.db.models.functions import Cast
from django.utils.text import capfirst

from common.permissions import is_administrator
from contacts.erasure.free_text.registry import FreeTextField, registered_free_text
from contacts.models import Role
from history.redaction import matching_rows_q, superseded_events, trails_with_fields

#: How many a page shows.
MENTIONS_SHOWN = 50
_EXCERPT_CONTEXT = 70


class TextLocation(NamedTuple):
    """A row in which somebody is named: the label of the table that holds it, its key, and what the text is where that
    is known. Nothing of the person."""

    label: str
    key: str
    what: str = ""


class ExcerptPart(NamedTuple):
    text: str
    is_hit: bool


@dataclass(frozen=True)
class Mention:
    """A text that names somebody. `is_former`: what it said before, kept in its history; `excerpt` where it does."""

    place: TextLocation
    location: str
    edit_url: str
    is_former: bool
    is_redactable: bool
    excerpt: tuple[ExcerptPart, ...] = ()


class Search(NamedTuple):
    """For what is looked, for whom, in which trials' records, and in nobody's own rows `without`."""

    pattern: str
    user: Any
    trials: Collection[int]
    without: Collection[int]


def trial_ids_of(people: Collection[int]) -> set[int]:
    """Where they have or had a role."""
    roles = Role.objects.filter(person__in=people).order_by().values_list("trial", "trial_site__trial")
    return {trial for row in roles for trial in row if trial}


def find_mentions(pattern: str, user, *, people: Collection[int], is_before_erasure: bool) -> list[TextLocation]:
    """Where the user may read a text with the pattern of these people; what is to be mended by hand first. Two queries.

    Before they are erased, rows of their own are left out: they go.
    """
    if not pattern:
        return []
    search = Search(pattern, user, trial_ids_of(people), people if is_before_erasure else ())
    first, *others = (_keys(rows) for texts in registered_free_text() for rows in _matching_rows(texts, search))
    order = {model._meta.label_lower: number for number, (_, model) in enumerate(_tables())}
    found = (TextLocation(*row) for row in first.union(*others, all=True))
    return sorted(found, key=lambda place: (order[place.label], len(place.key), place.key))


def load_mentions(places: Iterable[TextLocation], user, *, pattern: str = "") -> list[Mention]:
    """What stands there, as far as the user may read it; one query for each table, two where it is a history."""
    wanted = defaultdict(dict)
    for place in places:
        wanted[place.label][place.key] = place
    read = ((texts, model, wanted[model._meta.label_lower]) for texts, model in _tables())
    return [one for texts, model, here in read if here for one in _read(texts, model, here, user, pattern)]


def _matching_rows(texts: FreeTextField, search: Search) -> Iterator[QuerySet]:
    own = texts.own_rows(search.without).values("pk")
    rows = texts.rows(search.user)
    if not rows.query.is_empty():
        found = matching_rows_q(texts.model, texts.fields, search.pattern)
        yield rows.filter(texts.within_trials(search.trials)).filter(found).exclude(pk__in=own)
        within = texts.events_within_trials(search.trials)
        for former in superseded_events(texts.model, texts.fields, search.pattern, within=within):
            yield (
                _visible_former_rows(former, texts, search.user)
                .exclude(pgh_obj_id__in=own)
                .order_by("pgh_obj_id", "-pgh_id")
                .distinct("pgh_obj_id")
            )


def _visible_former_rows(former: QuerySet, texts: FreeTextField, user) -> QuerySet:
    """Others than administrators read the history of what stands and is theirs."""
    return former if is_administrator(user) else former.filter(pgh_obj_id__in=texts.rows(user).values("pk"))


def _keys(rows: QuerySet) -> QuerySet:
    label = Value(rows.model._meta.label_lower, TextField())
    return rows.annotate(place_label=label, place_key=Cast("pk", TextField())).values_list("place_label", "place_key")


def _tables() -> Iterator[tuple[FreeTextField, type[Model]]]:
    """Each table that holds texts, and the trails of it."""
    for texts in sorted(registered_free_text(), key=lambda texts: texts.is_redactable):
        yield texts, texts.model
        for trail, _ in trails_with_fields(texts.model, texts.fields):
            yield texts, trail


def _read(texts: FreeTextField, model, places: dict[str, TextLocation], user, pattern: str) -> Iterator[Mention]:
    if model is texts.model:
        rows = texts.rows(user).filter(pk__in=places).select_related(*texts.related).order_by("pk")
        pairs = [(row, row) for row in rows]
    else:
        pairs = _with_current_rows(
            _visible_former_rows(model.objects.filter(pk__in=places), texts, user).order_by("pk"), texts
        )
    for row, standing in pairs:
        yield _mention(texts, row, standing, places[str(row.pk)], pattern)


def _with_current_rows(former: QuerySet, texts: FreeTextField) -> list[tuple[Model, Model | None]]:
    """Each row of a trail with the row that it is about; None for one that was deleted."""
    rows = list(former)
    standing = texts.model._base_manager.select_related(*texts.related).in_bulk([row.pgh_obj_id for row in rows])
    return [(row, standing.get(row.pgh_obj_id)) for row in rows]


def _mention(texts: FreeTextField, row, current_row, place: TextLocation, pattern: str) -> Mention:
    name, excerpt = _excerpt(texts, row, pattern)
    what = texts.label or capfirst(str(texts.model._meta.get_field(name).verbose_name))
    is_former = row is not current_row
    return Mention(
        place=place._replace(what=place.what or what),
        location=texts.location(current_row) if current_row else "Something that was deleted",
        edit_url="" if is_former else texts.edit_url(current_row),
        is_former=is_former,
        is_redactable=is_former or texts.is_redactable,
        excerpt=excerpt,
    )


def _excerpt(texts: FreeTextField, row, pattern: str) -> tuple[str, tuple[ExcerptPart, ...]]:
    """The first column with a hit, and the words around it."""
    kept = [name for name in texts.fields if hasattr(row, name)]
    for name in kept if pattern else ():
        for text in _texts_in(getattr(row, name)):
            if hit := re.search(pattern, text, re.IGNORECASE):
                return name, tuple(_excerpt_parts(text, hit, pattern))
    return kept[0], ()


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts_in(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def _excerpt_parts(text: str, hit: re.Match, pattern: str) -> Iterator[ExcerptPart]:
    start, end = max(0, hit.start() - _EXCERPT_CONTEXT), min(len(text), hit.end() + _EXCERPT_CONTEXT)
    done = start
    yield ExcerptPart("…" if start else "", False)
    for found in re.compile(pattern, re.IGNORECASE).finditer(text, start, end):
        yield ExcerptPart(text[done : found.start()], False)
        yield ExcerptPart(found.group(), True)
        done = found.end()
    yield ExcerptPart(text[done:end] + ("…" if end < len(text) else ""), False)
