"""Who writes and why, as a value, and the block of code that it holds for.

How the database learns who writes: two settings, local to a transaction, named by django-pghistory.

`pghistory.context` itself is not used: its inner blocks rewrite the outer block's reason and leave it so, and
its statements can be neither `executemany` nor hold a `%` without parameters.

Saying who writes, for a block of code.
"""

import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from typing import Self
from uuid import UUID

from django.db import connection, transaction
from psycopg import sql as postgres
from psycopg.pq import TransactionStatus

_KEY = re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9_.-]+)?")


@dataclass(frozen=True)
class Author:
    """`actor` is a key (`user:7`, `import:ctgov`, `demo`), never a name or an address: those must stay erasable.

    `id` groups what was written together, and is the key of the row that keeps the rest.
    """

    actor: str
    reason: str = ""
    route: str = ""
    request_id: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4, compare=False)

    def __post_init__(self):
        if not _KEY.fullmatch(self.actor):
            raise ValueError(f"{self.actor!r} is no author. Give a key such as user:7, import:ctgov or system:migrate.")

    def with_values(self, **values: str) -> Self:
        """The same author with other words, under an id of its own."""
        return replace(self, id=uuid.uuid4(), **values)

    @property
    def settings(self) -> tuple[str, str]:
        """What the database is told: the id, and the rest as JSON without its blanks."""
        said = {key: value for key, value in asdict(self).items() if value and key != "id"}
        return str(self.id), json.dumps(said)


@dataclass
class AuthorScope:
    """A stretch of code with one author. `is_signed`: the open transaction knows of it."""

    author: Author
    is_set: bool = False


current_scope: ContextVar[AuthorScope | None] = ContextVar("innermost", default=None)


def current_author() -> Author | None:
    """The author of the innermost block, if there is one."""
    block = current_scope.get()
    return block and block.author


_WRITE = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:insert|update|delete|merge|copy|truncate|with|do|call|execute|explain)\b",
    re.IGNORECASE | re.DOTALL,
)
_SET_AUTHOR = "SELECT set_config('pghistory.context_id', {}, true), set_config('pghistory.context_metadata', {}, true)"


def set_session_author(cursor, author: Author | None = None) -> UUID:
    """Sign the rest of the cursor's transaction: for COPY, and for connections that Django does not know.

    `cursor` is Django's or psycopg's; without `author` it is the block's. Gives the id that the trail rows carry.
    """
    author = author or current_author()
    if author is None:
        raise ValueError("Say who writes: sign inside history.authored(...), or give an Author.")
    _set_session_variables(cursor, author.settings)
    if _status(cursor.connection) == TransactionStatus.IDLE:
        raise transaction.TransactionManagementError("Open a transaction before signing it.")
    _mark_author_set()
    return author.id


def author_wrapper(execute, sql, params, many, context):
    """Django's execute wrapper: the author goes in one message with the statement.

    Once a transaction would not do: rolling back to a savepoint takes the settings back as well.
    """
    author, cursor = current_author(), context["cursor"]
    if author is None or not _is_write(sql) or getattr(cursor, "name", None):  # a named cursor only reads
        return execute(sql, params, many, context)
    if many:
        with transaction.atomic(context["connection"].alias, savepoint=False):
            set_session_author(cursor, author)
            return execute(sql, params, many, context)
    _mark_author_set()
    return _at_last_result(execute(_with_author(sql, params, author, cursor), params, many, context))


def restore_outer_author(outer: AuthorScope | None) -> None:
    """At the end of a block inside a transaction, give the pen back to the block around it, or to nobody."""
    if connection.connection is None or _status(connection.connection) != TransactionStatus.INTRANS:
        return
    with connection.cursor() as cursor:
        _set_session_variables(cursor, outer.author.settings if outer else ("", ""))
    if outer:
        outer.is_set = True


def _set_session_variables(cursor, settings: tuple[str, str]) -> None:
    cursor.execute(_SET_AUTHOR.format("%s", "%s"), settings)


def _mark_author_set() -> None:
    block = current_scope.get()
    if block:
        block.is_set = True


def _is_write(sql) -> bool:
    return bool(_WRITE.match(_text(sql)))


def _text(sql, connection=None) -> str:
    if isinstance(sql, postgres.Composable):
        return sql.as_string(connection)
    return sql.decode() if isinstance(sql, bytes) else sql


def _status(psycopg_connection) -> TransactionStatus:
    return psycopg_connection.info.transaction_status


def _with_author(sql, params, author: Author, cursor) -> str:
    literals = [postgres.Literal(value).as_string(cursor.connection) for value in author.settings]
    signature = _SET_AUTHOR.format(*literals)
    if params is not None:
        signature = signature.replace("%", "%%")
    return f"{signature}; {_text(sql, cursor.connection)}"


def _at_last_result(cursor):
    """Leave the signature's own result behind, so that the caller reads its statement's."""
    while cursor is not None and cursor.nextset():
        pass
    return cursor


__all__ = ["Author", "authored", "current_author", "set_session_author"]


@contextmanager
def authored(actor: str = "", *, reason: str = "", route: str = "", request_id: str = "") -> Iterator[Author]:
    """Every write in the block is this author's; also a decorator.

    What a nested block leaves out it takes from the one around it, which is back in force afterwards. A block
    for which nobody names an actor is a ValueError.
    """
    outer = current_scope.get()
    given = {"actor": actor, "reason": reason, "route": route, "request_id": request_id}
    said = {key: value for key, value in given.items() if value}
    block = AuthorScope(outer.author.with_values(**said) if outer else Author(**{"actor": ""} | said))
    token = current_scope.set(block)
    try:
        with nullcontext() if outer else connection.execute_wrapper(author_wrapper):
            yield block.author
    finally:
        current_scope.reset(token)
        if block.is_set:
            restore_outer_author(outer)
