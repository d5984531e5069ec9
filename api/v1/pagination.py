"""Pages of lists, and answers of one thing."""

from collections.abc import Callable
from typing import Any

import orjson
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound

from api.query_params import Asked
from api.responses import answer, digest, page_body
from publishing.search.cursor import Cursor
from publishing.search.sql import newest_first, walked, with_documents

Shape = Callable[[QuerySet], list[dict[str, Any]]]


def trial_page(request, wanted: Asked, *, is_behind: bool):
    """A page of documents, as they are kept."""
    find = newest_first if wanted.is_narrowed else walked
    rows = with_documents(find(wanted.queryset, wanted.after, wanted.size + 1), wanted.size).fetch()
    page = rows[: wanted.size]
    following = Cursor("n", page[-1][2], page[-1][3]).signed(wanted.query) if len(rows) > wanted.size else ""
    body = page_body(request, [document for document, *_ in page], following)
    etag = digest([*(row[1].encode() for row in page), following.encode()])
    return answer(request, body, etag=etag, is_behind=is_behind)


def numbered_page(request, wanted: Asked, shape: Shape):
    """A page in the order of ids, as `shape` makes it of its rows."""
    rows = wanted.queryset.filter(pk__gt=wanted.after.pk) if wanted.after else wanted.queryset
    shaped = shape(rows.order_by("pk")[: wanted.size + 1])
    page = shaped[: wanted.size]
    following = Cursor("d", "", page[-1]["id"]).signed(wanted.query) if len(shaped) > wanted.size else ""
    return answer(request, page_body(request, [orjson.dumps(row) for row in page], following))


def only_one(request, shaped: list[dict[str, Any]]):
    """The one thing, or 404."""
    if not shaped:
        raise NotFound
    return answer(request, orjson.dumps(shaped[0]))
