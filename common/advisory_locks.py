"""PostgreSQL's advisory locks: every key of the product, and functions that take them.

https://www.postgresql.org/docs/current/explicit-locking.html#ADVISORY-LOCKS
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum

from django.db import connection


class LockKey(IntEnum):
    """Keys of locks without a row; triggers and `lock_text` use keys of their own."""

    IMPORT = 0x517E11
    REGISTRY_SYNC = 0x517E12
    REBUILD = 7_420_001
    BULK_PUBLISH = 7_420_002
    EVALUATION = 7_420_003


def lock_transaction(key: LockKey, *, is_shared: bool = False, timeout: str = "0") -> None:
    """Wait for a lock and hold it until the transaction ends; DatabaseError after `timeout` ("2s"; "0": no limit)."""
    lock = "pg_advisory_xact_lock_shared(%s)" if is_shared else "pg_advisory_xact_lock(%s)"
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            WITH former AS MATERIALIZED (SELECT current_setting('lock_timeout') AS value)
            SELECT set_config('lock_timeout', %s, true), {lock}, set_config('lock_timeout', former.value, true)
            FROM former
            """,
            [timeout, key],
        )


def try_lock_transaction(key: LockKey) -> bool:
    """Take a lock until the transaction ends, or return False at once."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [key])
        return cursor.fetchone()[0]


def lock_text(text: str) -> None:
    """Wait for the lock of a text and hold it until the transaction ends; the key is a hash of the text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [text])


@contextmanager
def session_lock(key: LockKey, *, wait: bool = True) -> Iterator[bool]:
    """Hold a lock across transactions; yields whether it was taken, which without `wait` may be False."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'pg_advisory_lock' if wait else 'pg_try_advisory_lock'}(%s)", [key])
        is_locked = wait or cursor.fetchone()[0]
    try:
        yield is_locked
    finally:
        if is_locked:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])
