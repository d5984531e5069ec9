"""Finds or creates the facility of each location, by its identity."""

from collections.abc import Iterable
from contextlib import nullcontext
from operator import itemgetter
from uuid import UUID

from history.tracking import without_insert_events
from publishing.trial_data import FACILITY_COLUMNS, Row
from registries.ctgov.importing.bulk_copy import CopyTarget, reserve_ids
from registries.ctgov.study_to_rows import facility_row
from sites.models import Facility

_IDENTIFY = """
    SELECT facility_identity(name, city, state, zip, country, false)
    FROM unnest(%s::text[], %s::text[], %s::text[], %s::text[], %s::text[]) WITH ORDINALITY
        AS place(name, city, state, zip, country, number)
    ORDER BY number
"""
# ANY(array) instead of a join: joins are planned from statistics, which describe an empty table in a first import
_FIND = f"SELECT identity, {', '.join(FACILITY_COLUMNS)} FROM sites_facility WHERE identity = ANY(%s)"
_IDENTITY = ("name", "city", "state", "zip", "country")
_CACHE_SIZE = 200_000
_key = itemgetter(*_IDENTITY)


class FacilityResolver:
    """Finds and creates facilities for one import run, with a cache.

    A masked name ("Research Site") gets a new facility each time. Call `clear_cache` after a rollback.
    """

    def __init__(self) -> None:
        self._known: dict[tuple, Row] = {}
        self._table = CopyTarget(Facility)

    def clear_cache(self) -> None:
        self._known.clear()

    def resolve(self, cursor, places: Iterable[Row], *, with_history: bool = True) -> list[tuple[Row, bool]]:
        """(facility row, whether it was created now) for each place, in order. New rows are inserted.

        `with_history=False` writes no audit trail for new rows, for callers whose `IdAllocation` lists them.
        """
        rows = [facility_row(place) for place in places]
        self._load_known(cursor, rows)
        with nullcontext() if with_history else without_insert_events():
            created_ids = self._create_missing(cursor, rows)
        return [self._resolved(row, created_ids) for row in rows]

    def _resolved(self, row: Row, created_ids: set[int]) -> tuple[Row, bool]:
        facility = row if row["is_masked"] else self._known[_key(row)]
        is_new = facility["id"] in created_ids
        created_ids.discard(facility["id"])
        return facility, is_new

    def _load_known(self, cursor, rows: list[Row]) -> None:
        """Load the facilities of unmasked places; each missing identity gets one new row without id."""
        if len(self._known) > _CACHE_SIZE:
            self.clear_cache()
        first_rows: dict[tuple, Row] = {}
        for row in rows:  # the first, because `history_replay` rebuilds a facility from its first location
            if not row["is_masked"] and _key(row) not in self._known:
                first_rows.setdefault(_key(row), row)
        unknown = list(first_rows.values())
        if not unknown:
            return
        identities = _compute_identities(cursor, unknown)
        by_identity = _find_by_identity(cursor, identities)
        for row, identity in zip(unknown, identities, strict=True):
            self._known[_key(row)] = by_identity.setdefault(identity, row)

    def _create_missing(self, cursor, rows: list[Row]) -> set[int]:
        """Insert the rows without id; returns the new ids."""
        new = {}
        for row in rows:
            facility = row if row["is_masked"] else self._known[_key(row)]
            if "id" not in facility:
                new[id(facility)] = facility
        first = reserve_ids(cursor, Facility, len(new))
        for pk, facility in enumerate(new.values(), start=first):
            facility |= {"id": pk, "version": 1}
        self._table.copy(cursor, new.values())
        return {facility["id"] for facility in new.values()}


def _compute_identities(cursor, places: list[Row]) -> list[UUID]:
    """The identity of each place, computed by the database function `facility_identity`."""
    cursor.execute(_IDENTIFY, [[place[name] for place in places] for name in _IDENTITY])
    return [identity for (identity,) in cursor.fetchall()]


def _find_by_identity(cursor, identities: list[UUID]) -> dict[UUID, Row]:
    """The facilities with these identities, by identity."""
    cursor.execute(_FIND, [identities])
    return {identity: dict(zip(FACILITY_COLUMNS, values, strict=True)) for identity, *values in cursor.fetchall()}
