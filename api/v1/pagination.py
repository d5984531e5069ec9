"""Responses for pages of lists and for single objects."""

from collections.abc import Callable
from typing import Any

import orjson
from django.db.models import QuerySet
from rest_framework.exceptions import NotFound

from api.query_params import ListParams
from api.responses import digest, json_response, page_json
from publishing.search.cursor import Cursor
from publishing.search.sql import join_documents, newest_page, unfiltered_page

SerializeRows = Callable[[QuerySet], list[dict[str, Any]]]


def trial_page(request, params: ListParams, *, is_behind: bool):
    """A page of stored documents."""
    select_page = newest_page if params.is_narrowed else unfiltered_page
    rows = join_documents(select_page(params.queryset, params.after, params.size + 1), params.size).fetch()
    page = rows[: params.size]
    next_cursor = Cursor("n", page[-1][2], page[-1][3]).signed(params.query) if len(rows) > params.size else ""
    body = page_json(request, [document for document, *_ in page], next_cursor)
    etag = digest([*(row[1].encode() for row in page), next_cursor.encode()])
    return json_response(request, body, etag=etag, is_behind=is_behind)


def id_ordered_page(request, params: ListParams, serialize: SerializeRows):
    """A page in the order of ids; `serialize` converts the rows."""
    rows = params.queryset.filter(pk__gt=params.after.pk) if params.after else params.queryset
    results = serialize(rows.order_by("pk")[: params.size + 1])
    page = results[: params.size]
    next_cursor = Cursor("d", "", page[-1]["id"]).signed(params.query) if len(results) > params.size else ""
    return json_response(request, page_json(request, [orjson.dumps(row) for row in page], next_cursor))


def detail_response(request, results: list[dict[str, Any]]):
    """The single object, or 404."""
    if not results:
        raise NotFound
    return json_response(request, orjson.dumps(results[0]))
