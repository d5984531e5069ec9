"""Which facility a place of a record is: found by its identity, or made."""

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
# A list, not a join: a join is planned from statistics, and during a first import those tell of an empty table
_FIND = f"SELECT identity, {', '.join(FACILITY_COLUMNS)} FROM sites_facility WHERE identity = ANY(%s)"
_IDENTITY = ("name", "city", "state", "zip", "country")
_CACHE_SIZE = 200_000
_key = itemgetter(*_IDENTITY)


class FacilityResolver:
    """Finds and makes facilities for one import run; remembers what it saw.

    A mask gets a facility of its own each time. Call `forget` when a transaction was rolled back.
    """

    def __init__(self) -> None:
        self._known: dict[tuple, Row] = {}
        self._table = CopyTarget(Facility)

    def clear_cache(self) -> None:
        self._known.clear()

    def resolve(self, cursor, places: Iterable[Row], *, with_history: bool = True) -> list[tuple[Row, bool]]:
        """(facility row, whether it was made now) for each place, in order. New rows are in the table afterwards.

        `traced=False` leaves no trail of the new ones, for a caller whose manifest names them.
        """
        wanted = [facility_row(place) for place in places]
        self._load_known(cursor, wanted)
        with nullcontext() if with_history else without_insert_events():
            made_now = self._create_missing(cursor, wanted)
        return [self._resolved(row, made_now) for row in wanted]

    def _resolved(self, row: Row, made_now: set[int]) -> tuple[Row, bool]:
        facility = row if row["is_masked"] else self._known[_key(row)]
        first_use = facility["id"] in made_now
        made_now.discard(facility["id"])
        return facility, first_use

    def _load_known(self, cursor, rows: list[Row]) -> None:
        """Learn the facilities of unmasked places; those missing get one new row for each identity."""
        if len(self._known) > _CACHE_SIZE:
            self.clear_cache()
        unknown = list(
            {_key(row): row for row in rows if not row["is_masked"] and _key(row) not in self._known}.values()
        )
        if not unknown:
            return
        identities = _compute_identities(cursor, unknown)
        by_identity = _find_by_identity(cursor, identities)
        for row, identity in zip(unknown, identities, strict=True):
            self._known[_key(row)] = by_identity.setdefault(identity, row)

    def _create_missing(self, cursor, rows: list[Row]) -> set[int]:
        """Give new facilities their ids and rows; returns the ids."""
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
    """The identity of each place, which the database computes."""
    cursor.execute(_IDENTIFY, [[place[name] for place in places] for name in _IDENTITY])
    return [identity for (identity,) in cursor.fetchall()]


def _find_by_identity(cursor, identities: list[UUID]) -> dict[UUID, Row]:
    """The facilities that have these identities, by identity."""
    cursor.execute(_FIND, [identities])
    return {identity: dict(zip(FACILITY_COLUMNS, found, strict=True)) for identity, *found in cursor.fetchall()}
