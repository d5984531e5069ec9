"""SQL of a page of trials: from a queryset of search rows to the keys of the rows on the page.

Up to 1,001 matches are collected first. When there are no more, the page is cut from these; otherwise matches are dense
in the order of dates, and the page is found by an index scan in that order. So a rare word never scans the dates, and a
common one never collects a hundred thousand trials.
"""

from typing import NamedTuple

from django.core.exceptions import EmptyResultSet
from django.db import connection

from publishing.querysets import SearchRowQuerySet, search_box_query
from publishing.search.cursor import Cursor
from trials.choices import OverallStatus

COUNT_CAP = 1_000
#: Overall statuses by how soon one can join, the soonest last; all others rank below.
GROUPS = (
    (OverallStatus.NOT_YET_RECRUITING, OverallStatus.ENROLLING_BY_INVITATION, OverallStatus.TEMPORARILY_NOT_AVAILABLE),
    (OverallStatus.RECRUITING, OverallStatus.AVAILABLE),
)
HIGHEST_RANK = 0.999
_GROUP = " ".join(
    f"WHEN status IN ({', '.join(repr(status.value) for status in statuses)}) THEN {place}"
    for place, statuses in enumerate(GROUPS, start=1)
)
_NEWEST = "ORDER BY updated_on DESC, trial_id DESC"


class Sql(NamedTuple):
    """A statement and its parameters."""

    text: str
    params: list

    def fetch(self) -> list[tuple]:
        with connection.cursor() as cursor:
            cursor.execute(self.text, self.params)
            return cursor.fetchall()


EMPTY_PAGE = Sql("SELECT ''::text AS updated_on, 0::bigint AS trial_id, 0 AS found WHERE false", [])


def unfiltered_page(rows: SearchRowQuerySet, after: Cursor | None, limit: int) -> Sql:
    """A page without filters: (updated_on, trial_id), newest first, by the index on dates."""
    matching = matching_rows(rows)
    if matching is None:
        return EMPTY_PAGE
    where, keys = _after(after)
    text = f"SELECT * FROM ({matching.text}) AS m WHERE {where} {_NEWEST} LIMIT {limit:d}"
    return Sql(text, [*matching.params, *keys])


def newest_page(rows: SearchRowQuerySet, after: Cursor | None, limit: int) -> Sql:
    """A page of matching rows: (updated_on, trial_id, found), newest first.

    `found` is the number of matches, capped at 1,001.
    """
    matching = matching_rows(rows)
    if matching is None:
        return EMPTY_PAGE
    where, keys = _after(after)
    text = f"""
        WITH few AS MATERIALIZED (SELECT * FROM ({matching.text}) AS m LIMIT {COUNT_CAP + 1}),
        counted AS (SELECT count(*) AS found FROM few)
        SELECT updated_on, trial_id, (SELECT found FROM counted) AS found FROM (
            (SELECT * FROM few
                WHERE (SELECT found FROM counted) <= {COUNT_CAP} AND {where} {_NEWEST} LIMIT {limit:d})
            UNION ALL
            (SELECT * FROM ({matching.text}) AS m
                WHERE (SELECT found FROM counted) > {COUNT_CAP} AND {where} {_NEWEST} LIMIT {limit:d})
        ) AS page {_NEWEST}
    """
    return Sql(text, [*matching.params, *keys, *matching.params, *keys])


def ranked_page(rows: SearchRowQuerySet, words: str, after: Cursor | None, limit: int) -> Sql:
    """The page of the newest 1,000 matches by rank: (rank, trial_id, found), the best first."""
    newest = newest_page(rows, None, COUNT_CAP)
    query, query_params = search_box_query(words).sql
    where, keys = _ranked_after(after)
    text = f"""
        WITH newest AS MATERIALIZED ({newest.text}),
        ranked AS MATERIALIZED (
            SELECT ts_rank(words, {query}) AS rank, trial_id, found
            FROM newest JOIN publishing_trialrow USING (trial_id)
        )
        SELECT rank, trial_id, found FROM ranked WHERE {where} ORDER BY rank DESC, trial_id DESC LIMIT {limit:d}
    """
    return Sql(text, [*newest.params, *query_params, *keys])


def recruiting_page(rows: SearchRowQuerySet, words: str, after: Cursor | None, limit: int) -> Sql:
    """A ranked page with recruiting trials first, then those not yet recruiting, then all others.

    From the newest 1,000 matches and, when there are more, also the newest 1,000 recruiting ones. A rank is between 0
    and 1; the group is its integer part. Only groups that the page can reach are ranked.
    """
    newest = newest_page(rows, None, COUNT_CAP)
    recruiting = matching_rows(rows.filter(status__in=GROUPS[-1])) or EMPTY_PAGE
    query, query_params = search_box_query(words).sql
    where, keys = _ranked_after(after)
    above = int(float(after.place)) if after else len(GROUPS) + 1
    text = f"""
        WITH newest AS MATERIALIZED ({newest.text}),
        counted AS (SELECT max(found) AS found FROM newest),
        pool AS MATERIALIZED (
            SELECT trial_id, words, CASE {_GROUP} ELSE 0 END AS place FROM publishing_trialrow WHERE trial_id IN (
                SELECT trial_id FROM newest
                UNION ALL
                (SELECT trial_id FROM ({recruiting.text}) AS m
                    WHERE (SELECT found FROM counted) > {COUNT_CAP} {_NEWEST} LIMIT {COUNT_CAP})
            )
        ),
        reached AS (
            SELECT coalesce(max(least), 0) AS least FROM generate_series(0, {len(GROUPS)}) AS least
            WHERE (SELECT count(*) FROM pool WHERE place >= least AND place < {above:d}) >= {limit:d}
        ),
        ranked AS MATERIALIZED (
            SELECT (place + least(ts_rank(words, {query}), {HIGHEST_RANK}))::real AS rank, trial_id
            FROM pool WHERE place >= (SELECT least FROM reached) AND place <= {above:d}
        )
        SELECT rank, trial_id, (SELECT found FROM counted) FROM ranked
        WHERE {where} ORDER BY rank DESC, trial_id DESC LIMIT {limit:d}
    """
    return Sql(text, [*newest.params, *recruiting.params, *query_params, *keys])


def _ranked_after(cursor: Cursor | None) -> tuple[str, list]:
    return ("(rank, trial_id) < (%s::real, %s)", [cursor.place, cursor.pk]) if cursor else ("true", [])


def join_documents(page: Sql, size: int) -> Sql:
    """The documents of a page's first `size` rows, in order: (document, digest, updated_on, trial_id).

    The row after these has no document: it only indicates a next page.
    """
    text = f"""
        SELECT CASE WHEN place <= {size:d} THEN document END, digest, updated_on, trial_id
        FROM (SELECT *, row_number() OVER ({_NEWEST}) AS place FROM ({page.text}) AS found) AS placed
        JOIN publishing_trialdocument USING (trial_id) ORDER BY place
    """
    return Sql(text, page.params)


def matching_rows(rows: SearchRowQuerySet) -> Sql | None:
    """The query without an order; None when nothing can match."""
    try:
        text, params = rows.order_by().values("updated_on", "trial_id").query.sql_with_params()
    except EmptyResultSet:
        return None
    return Sql(text, list(params))


def _after(cursor: Cursor | None) -> tuple[str, list]:
    """Row comparison for keyset pagination: exact among equal dates, answered by one index lookup."""
    return ("(updated_on, trial_id) < (%s, %s)", [cursor.place, cursor.pk]) if cursor else ("true", [])
