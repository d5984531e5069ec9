"""Advisory locks of transactions and of sessions, seen from a second session."""

import psycopg
import pytest
from django.db import DatabaseError, connection, transaction

from common.advisory_locks import LockKey, lock_text, lock_transaction, session_lock, try_lock_transaction

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def other_session():
    """`other_session(function)`: whether another session gets the lock of the import that a function takes at once."""
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as session:
        yield lambda function: session.execute(f"SELECT {function}", [LockKey.IMPORT]).fetchone()[0]


def test_a_lock_of_a_transaction_ends_with_it(other_session):
    with transaction.atomic():
        lock_transaction(LockKey.IMPORT)
        assert not other_session("pg_try_advisory_xact_lock(%s)")
    assert other_session("pg_try_advisory_xact_lock(%s)")


def test_a_shared_lock_allows_other_shared_ones_only(other_session):
    with transaction.atomic():
        lock_transaction(LockKey.IMPORT, is_shared=True)
        assert other_session("pg_try_advisory_xact_lock_shared(%s)")
        assert not other_session("pg_try_advisory_xact_lock(%s)")


def test_waiting_ends_after_the_timeout(other_session):
    assert other_session("pg_try_advisory_lock(%s)")
    with pytest.raises(DatabaseError, match="lock timeout"), transaction.atomic():
        lock_transaction(LockKey.IMPORT, timeout="50ms")
    with transaction.atomic():
        assert not try_lock_transaction(LockKey.IMPORT)


@pytest.mark.parametrize("wait", [True, False])
def test_a_session_lock_lasts_across_transactions(other_session, wait):
    with session_lock(LockKey.IMPORT, wait=wait) as is_locked:
        with transaction.atomic():
            pass
        assert is_locked
        assert not other_session("pg_try_advisory_xact_lock(%s)")
    assert other_session("pg_try_advisory_xact_lock(%s)")


def test_a_session_lock_of_another_stays_with_it(other_session):
    assert other_session("pg_try_advisory_lock(%s)")
    with session_lock(LockKey.IMPORT, wait=False) as is_locked:
        assert not is_locked
    assert other_session("pg_advisory_unlock(%s)")


def test_a_text_is_locked_by_its_hash():
    with psycopg.connect(**connection.get_connection_params(), autocommit=True) as session, transaction.atomic():
        lock_text("sender")
        locked = [
            session.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [text]).fetchone()[0]
            for text in ("sender", "another")
        ]
    assert locked == [False, True]


def test_the_timeout_of_the_transaction_is_restored():
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '5s'")
        for timeout in ("0", "50ms"):
            lock_transaction(LockKey.IMPORT, timeout=timeout)
            cursor.execute("SHOW lock_timeout")
            assert cursor.fetchone() == ("5s",)
