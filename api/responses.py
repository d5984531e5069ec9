"""Answers in JSON, joined as bytes, with what a cache of the partner's own needs."""

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
    """A page of documents that are JSON already; `following` is the cursor of the next, "" on the last."""
    texts = (result if isinstance(result, str) else result.decode() for result in results)
    return f'{{"next":{_next_link(request, next_cursor)},"results":[{",".join(texts)}]}}'.encode()


def json_response(request, body: bytes, *, etag: str = "", changed_at: datetime | None = None, is_behind: bool = False):
    """200 with the body, or 304 when the partner has it. `is_behind`: the latest changes are not all in it."""
    response = HttpResponse(body, content_type="application/json")
    response["ETag"] = f'"{etag or digest([body])}"'
    response["Cache-Control"] = "private, no-cache"
    response["Vary"] = "Authorization"
    moment = int(changed_at.timestamp()) if changed_at else None
    if moment:
        response["Last-Modified"] = http_date(moment)
    if is_behind:
        response[BEHIND_HEADER] = "true"
    return get_conditional_response(request, response["ETag"], moment, response)


def digest(parts: Iterable[bytes]) -> str:
    """Of all parts, in order."""
    whole = blake2b(digest_size=16)
    for part in parts:
        whole.update(part)
    return whole.hexdigest()


def _next_link(request, next_cursor: str) -> str:
    """The address of the next page as JSON: the same question, further on."""
    if not next_cursor:
        return "null"
    query = request.GET.copy()
    query[CURSOR] = next_cursor
    return orjson.dumps(request.build_absolute_uri(f"{request.path}?{query.urlencode()}")).decode()
