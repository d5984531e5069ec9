"""JSON responses assembled as bytes, for pages of lists and single objects, with headers for conditional requests."""

from collections.abc import Callable, Iterable
from datetime import datetime
from hashlib import blake2b
from typing import Any

import orjson
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from rest_framework.exceptions import NotFound

from api.query_params import CURSOR, ListParams
from publishing.search.cursor import Cursor
from publishing.search.sql import join_documents, newest_page, unfiltered_page

BEHIND_HEADER = "Sitelight-Behind"


def page_json(request, results: Iterable[str | bytes], next_cursor: str) -> bytes:
    """A page of JSON documents; `next_cursor` is "" on the last page."""
    texts = (result if isinstance(result, str) else result.decode() for result in results)
    return f'{{"next":{_next_link(request, next_cursor)},"results":[{",".join(texts)}]}}'.encode()


def json_response(request, body: bytes, *, etag: str = "", changed_at: datetime | None = None, is_behind: bool = False):
    """200 with the body, or 304. `is_behind`: some latest changes are not included."""
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = f'"{etag or digest([body])}"'
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization"
    timestamp = int(changed_at.timestamp()) if changed_at else None
    if timestamp:
        response["Last-Modified"] = http_date(timestamp)
    if is_behind:
        response[BEHIND_HEADER] = "true"
    return get_conditional_response(request, response["ETag"], timestamp, response)


def digest(parts: Iterable[bytes]) -> str:
    """Hash of all parts in order."""
    hasher = blake2b(digest_size=16)
    for part in parts:
        hasher.update(part)
    return hasher.hexdigest()


def _next_link(request, next_cursor: str) -> str:
    """The URL of the next page as JSON, or null."""
    if not next_cursor:
        return "null"
    query = request.GET.copy()
    query[CURSOR] = next_cursor
    return orjson.dumps(request.build_absolute_uri(f"{request.path}?{query.urlencode()}")).decode()


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
