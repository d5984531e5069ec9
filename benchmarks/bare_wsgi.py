"""Baseline of the API benchmark: one psycopg connection per worker, stored documents joined into the API's response.

Without authentication, parameter checks and optional headers: the difference to the API is the cost of the framework.
"""

from urllib.parse import parse_qs, urlencode

import django
import psycopg

from benchmarks.database import bare_parameters

django.setup()

from django.http import QueryDict  # noqa: E402 (Django's settings come first)

from publishing.search.cursor import Cursor, query_key  # noqa: E402

_PAGE = """
    SELECT document, updated_on, trial_id FROM publishing_trialdocument JOIN (
        SELECT trial_id, updated_on FROM publishing_trialrow
        WHERE is_public AND (updated_on, trial_id) < (%s, %s) ORDER BY updated_on DESC, trial_id DESC LIMIT %s
    ) AS page USING (trial_id) ORDER BY updated_on DESC, trial_id DESC
"""
_connections: list[psycopg.Connection] = []


def application(environ, start_response):
    """A page that is not the last, as the API writes it."""
    query = {name: values[0] for name, values in parse_qs(environ["QUERY_STRING"]).items()}
    key = query_key(environ["PATH_INFO"], QueryDict(), without=())
    after = Cursor.parse(query["cursor"], "n", key)
    rows = _connection().execute(_PAGE, [after.place, after.pk, int(query["page_size"])]).fetchall()
    query["cursor"] = Cursor("n", rows[-1][1], rows[-1][2]).signed(key)
    link = f"http://{environ['HTTP_HOST']}{environ['PATH_INFO']}?{urlencode(query)}"
    body = f'{{"next":"{link}","results":[{",".join([row[0] for row in rows])}]}}'.encode()
    start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
    return [body]


def _connection() -> psycopg.Connection:
    if not _connections:
        _connections.append(psycopg.connect(**bare_parameters(), autocommit=True))
    return _connections[0]
