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
from contacts.erasure.free_text.registry import Texts, known_texts
from contacts.models import Role
from history.redaction import former_rows, naming, trails_keeping

#: How many a page shows.
SHOWN = 50
_AROUND = 70


class Place(NamedTuple):
    """A row in which somebody is named: the label of the table that holds it, its key, and what the text is where that
    is known. Nothing of the person."""

    label: str
    key: str
    what: str = ""


class Piece(NamedTuple):
    text: str
    is_hit: bool


@dataclass(frozen=True)
class Mention:
    """A text that names somebody. `is_former`: what it said before, kept in its history; `excerpt` where it does."""

    place: Place
    where: str
    mended_at: str
    is_former: bool
    is_blacked_out: bool
    excerpt: tuple[Piece, ...] = ()


class Search(NamedTuple):
    """For what is looked, for whom, in which trials' records, and in nobody's own rows `without`."""

    pattern: str
    user: Any
    trials: Collection[int]
    without: Collection[int]


def trials_of(people: Collection[int]) -> set[int]:
    """Where they have or had a role."""
    roles = Role.objects.filter(person__in=people).order_by().values_list("trial", "trial_site__trial")
    return {trial for row in roles for trial in row if trial}


def places_naming(pattern: str, user, *, people: Collection[int], is_before: bool) -> list[Place]:
    """Where the user may read a text with the pattern of these people; what is to be mended by hand first. Two queries.

    Before they are erased, rows of their own are left out: they go.
    """
    if not pattern:
        return []
    search = Search(pattern, user, trials_of(people), people if is_before else ())
    first, *others = (_keys(rows) for texts in known_texts() for rows in _naming(texts, search))
    order = {model._meta.label_lower: number for number, (_, model) in enumerate(_tables())}
    found = (Place(*row) for row in first.union(*others, all=True))
    return sorted(found, key=lambda place: (order[place.label], len(place.key), place.key))


def mentions_at(places: Iterable[Place], user, *, pattern: str = "") -> list[Mention]:
    """What stands there, as far as the user may read it; one query for each table, two where it is a history."""
    wanted = defaultdict(dict)
    for place in places:
        wanted[place.label][place.key] = place
    read = ((texts, model, wanted[model._meta.label_lower]) for texts, model in _tables())
    return [one for texts, model, here in read if here for one in _read(texts, model, here, user, pattern)]


def _naming(texts: Texts, search: Search) -> Iterator[QuerySet]:
    own = texts.own_rows(search.without).values("pk")
    rows = texts.rows(search.user)
    if not rows.query.is_empty():
        found = naming(texts.model, texts.fields, search.pattern)
        yield rows.filter(texts.near(search.trials)).filter(found).exclude(pk__in=own)
        within = texts.near_in_trail(search.trials)
        for former in former_rows(texts.model, texts.fields, search.pattern, within=within):
            yield (
                _of_rows(former, texts, search.user)
                .exclude(pgh_obj_id__in=own)
                .order_by("pgh_obj_id", "-pgh_id")
                .distinct("pgh_obj_id")
            )


def _of_rows(former: QuerySet, texts: Texts, user) -> QuerySet:
    """Others than administrators read the history of what stands and is theirs."""
    return former if is_administrator(user) else former.filter(pgh_obj_id__in=texts.rows(user).values("pk"))


def _keys(rows: QuerySet) -> QuerySet:
    label = Value(rows.model._meta.label_lower, TextField())
    return rows.annotate(place_label=label, place_key=Cast("pk", TextField())).values_list("place_label", "place_key")


def _tables() -> Iterator[tuple[Texts, type[Model]]]:
    """Each table that holds texts, and the trails of it."""
    for texts in sorted(known_texts(), key=lambda texts: texts.is_blacked_out):
        yield texts, texts.model
        for trail, _ in trails_keeping(texts.model, texts.fields):
            yield texts, trail


def _read(texts: Texts, model, places: dict[str, Place], user, pattern: str) -> Iterator[Mention]:
    if model is texts.model:
        rows = texts.rows(user).filter(pk__in=places).select_related(*texts.related).order_by("pk")
        pairs = [(row, row) for row in rows]
    else:
        pairs = _with_standing(_of_rows(model.objects.filter(pk__in=places), texts, user).order_by("pk"), texts)
    for row, standing in pairs:
        yield _mention(texts, row, standing, places[str(row.pk)], pattern)


def _with_standing(former: QuerySet, texts: Texts) -> list[tuple[Model, Model | None]]:
    """Each row of a trail with the row that it is about; None for one that was deleted."""
    rows = list(former)
    standing = texts.model._base_manager.select_related(*texts.related).in_bulk([row.pgh_obj_id for row in rows])
    return [(row, standing.get(row.pgh_obj_id)) for row in rows]


def _mention(texts: Texts, row, standing, place: Place, pattern: str) -> Mention:
    name, excerpt = _excerpt(texts, row, pattern)
    what = texts.words or capfirst(str(texts.model._meta.get_field(name).verbose_name))
    is_former = row is not standing
    return Mention(
        place=place._replace(what=place.what or what),
        where=texts.where(standing) if standing else "Something that was deleted",
        mended_at="" if is_former else texts.mended_at(standing),
        is_former=is_former,
        is_blacked_out=is_former or texts.is_blacked_out,
        excerpt=excerpt,
    )


def _excerpt(texts: Texts, row, pattern: str) -> tuple[str, tuple[Piece, ...]]:
    """The first column with a hit, and the words around it."""
    kept = [name for name in texts.fields if hasattr(row, name)]
    for name in kept if pattern else ():
        for text in _texts_in(getattr(row, name)):
            if hit := re.search(pattern, text, re.IGNORECASE):
                return name, tuple(_pieces(text, hit, pattern))
    return kept[0], ()


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _texts_in(list(value.values()))
    elif isinstance(value, list):
        for one in value:
            yield from _texts_in(one)


def _pieces(text: str, hit: re.Match, pattern: str) -> Iterator[Piece]:
    start, end = max(0, hit.start() - _AROUND), min(len(text), hit.end() + _AROUND)
    done = start
    yield Piece("…" if start else "", False)
    for found in re.compile(pattern, re.IGNORECASE).finditer(text, start, end):
        yield Piece(text[done : found.start()], False)
        yield Piece(found.group(), True)
        done = found.end()
    yield Piece(text[done:end] + ("…" if end < len(text) else ""), False)
