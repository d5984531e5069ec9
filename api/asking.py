"""What a list is asked for: its filters, its size, its place. Whatever is not understood is a 400 that names it."""

from typing import NamedTuple

from django.db.models import QuerySet
from rest_framework.exceptions import ValidationError

from publishing.cursors import Cursor
from trials.strict_filters import UNKNOWN_PARAMETER, StrictFilterSet

PAGE_SIZE, LARGEST_PAGE = 20, 200
NO_VALUE = "Give a value, or leave this parameter out."
CURSOR, SIZE = "cursor", "page_size"


class Asked(NamedTuple):
    """The rows asked for, the row after which the page begins, how many, and whether they are a part only."""

    queryset: QuerySet
    after: Cursor | None
    size: int
    is_narrowed: bool


def asked(request, filterset_class: type[StrictFilterSet], visible: QuerySet, order: str) -> Asked:
    """What a request asks of the rows that its user may see; `order` as in `Cursor`. ValidationError by parameter."""
    query = request.GET
    filterset = filterset_class(query, visible, without=(CURSOR, SIZE), user=request.user)
    size = after = None
    try:
        size = _size(query.get(SIZE, ""))
    except ValueError as error:
        filterset.refuse(SIZE, str(error))
    try:
        after = Cursor.parse(query[CURSOR], order) if query.get(CURSOR) else None
    except ValueError as error:
        filterset.refuse(CURSOR, str(error))
    for name, values in query.lists():
        if not all(value.strip() for value in values):
            filterset.refuse(name, NO_VALUE)
    if filterset.errors:
        raise ValidationError({name: list(messages) for name, messages in filterset.errors.items()})
    return Asked(filterset.qs, after, size, filterset.is_narrowing)


def refuse_parameters(request) -> None:
    """For answers that have none."""
    if request.GET:
        raise ValidationError({name: [UNKNOWN_PARAMETER] for name in request.GET})


def _size(text: str) -> int:
    if not text:
        return PAGE_SIZE
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= LARGEST_PAGE):
        raise ValueError(f"Give a number from 1 to {LARGEST_PAGE}.")
    return int(text)
