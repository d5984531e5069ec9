"""JSON responses assembled as bytes, with headers for conditional requests."""

from collections.abc import Iterable
from datetime import datetime
from hashlib import blake2b

import orjson
from django.http import HttpResponse
from django.utils.cache import get_conditional_response
from django.utils.http import http_date

from api.query_params import CURSOR

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
