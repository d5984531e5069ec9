"""Finding the facilities of places: the same ones, and no dearer when the server judges its tables wrongly."""

import pytest
from django.db import connection

from history import set_session_author
from history.authorship import authored
from registries.ctgov.importing.facilities import FacilityResolver
from sites.models import Facility
from tests.factories import a_facility

pytestmark = pytest.mark.django_db

PLACES = 60
OTHER_SCAN_TYPES = [
    "hashjoin",
    "mergejoin",
    "indexscan",
    "indexonlyscan",
    "bitmapscan",
    "material",
    "memoize",
]


def a_place(number: int, **values) -> dict:
    blank = {"state": "", "zip": "", "latitude": None, "longitude": None}
    return blank | {"name": f"Hospital {number}", "city": "Lyon", "country": "France"} | values


def resolve_places(*places: dict) -> list[int]:
    with connection.cursor() as cursor, authored("import:test"):
        set_session_author(cursor)
        return [facility["id"] for facility, _ in FacilityResolver().resolve(cursor, places)]


def test_a_place_is_found_however_it_is_spelled_and_made_once():
    known = a_facility(1)
    found, made, again = resolve_places(a_place(1, name=" hospital  1 "), a_place(2), a_place(2, city="LYON"))
    assert found == known.pk
    assert made == again == Facility.objects.get(name="Hospital 2").pk


def test_a_mask_is_never_found_again():
    masked = a_place(1, name="Research Site")
    assert len({*resolve_places(masked, masked), *resolve_places(masked)}) == 3


def test_each_facility_is_read_once_for_all_places_on_the_worst_of_plans():
    """As after a first import, when the server still believes that the table is all but empty."""
    for number in range(PLACES):
        a_facility(number)
    with connection.cursor() as cursor:
        for way in OTHER_SCAN_TYPES:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    before = rows_read()
    assert len(set(resolve_places(*map(a_place, range(PLACES))))) == PLACES
    assert rows_read() - before <= PLACES


def rows_read() -> int:
    """How many rows of facilities this transaction has read one after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = %s", [Facility._meta.db_table]
        )
        return cursor.fetchone()[0]
