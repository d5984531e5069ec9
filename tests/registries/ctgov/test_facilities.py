"""Finding the facilities of places: the same ones, at the same cost under outdated table statistics."""

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


def test_spellings_of_a_place_are_one_facility():
    known = a_facility(1)
    existing, made, again = resolve_places(a_place(1, name=" hospital  1 "), a_place(2), a_place(2, city="LYON"))
    assert existing == known.pk
    assert made == again == Facility.objects.get(name="Hospital 2").pk


def test_a_masked_name_always_gets_a_new_facility():
    masked = a_place(1, name="Research Site")
    assert len({*resolve_places(masked, masked), *resolve_places(masked)}) == 3


def test_each_facility_is_read_once_under_the_worst_query_plan():
    """As after a first import, when the statistics still describe an empty table."""
    for number in range(PLACES):
        a_facility(number)
    with connection.cursor() as cursor:
        for way in OTHER_SCAN_TYPES:
            cursor.execute(f"SET LOCAL enable_{way} = off")
    before = rows_read()
    assert len(set(resolve_places(*map(a_place, range(PLACES))))) == PLACES
    assert rows_read() - before <= PLACES


def rows_read() -> int:
    """The number of facility rows that this transaction read by sequential scans."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = %s", [Facility._meta.db_table]
        )
        return cursor.fetchone()[0]
