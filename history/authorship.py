"""The author of writes: a value, a context manager, the session settings that pass it to the database, and its name.

The database reads two settings, local to a transaction, named by django-pghistory. `pghistory.context` itself is not
used: its inner blocks overwrite the outer block's reason permanently, and it supports neither `executemany` nor a `%`
in statements without parameters.
"""

import json
import re
import uuid
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from dataclasses import asdict, dataclass, field, replace
from typing import Self
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import connection, transaction
from psycopg import sql as postgres
from psycopg.pq import TransactionStatus

_KEY = re.compile(r"[a-z][a-z0-9_-]*(:[A-Za-z0-9_.-]+)?")


@dataclass(frozen=True)
class Author:
    """`actor` is a key (`user:7`, `import:ctgov`, `demo`), never a name or an address: those must stay erasable.

    `id` groups the writes of one block, and is the key of their Context row.
    """

    actor: str
    reason: str = ""
    route: str = ""
    request_id: str = ""
    id: uuid.UUID = field(default_factory=uuid.uuid4, compare=False)

    def __post_init__(self):
        if not _KEY.fullmatch(self.actor):
            raise ValueError(f"{self.actor!r} is not a valid actor key such as user:7 or import:ctgov.")

    def with_values(self, **values: str) -> Self:
        """A copy with other values and a new id."""
        return replace(self, id=uuid.uuid4(), **values)

    @property
    def settings(self) -> tuple[str, str]:
        """Values of the two session settings: the id, and the other values as JSON without blanks."""
        metadata = {key: value for key, value in asdict(self).items() if value and key != "id"}
        return str(self.id), json.dumps(metadata)


@dataclass
class AuthorScope:
    """A block with one author. `is_set`: the settings of the open transaction name it."""

    author: Author
    is_set: bool = False


current_scope: ContextVar[AuthorScope | None] = ContextVar("current_scope", default=None)


def current_author() -> Author | None:
    """The author of the innermost block, if there is one."""
    scope = current_scope.get()
    return scope and scope.author


_WRITE = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*(?:insert|update|delete|merge|copy|truncate|with|do|call|execute|explain)\b",
    re.IGNORECASE | re.DOTALL,
)
_SET_AUTHOR = "SELECT set_config('pghistory.context_id', {}, true), set_config('pghistory.context_metadata', {}, true)"


def set_session_author(cursor, author: Author | None = None) -> UUID:
    """Set the author for the rest of the cursor's transaction: for COPY, and for connections outside Django.

    `cursor` is Django's or psycopg's; `author` defaults to the block's. Returns the context id of the trail rows.
    """
    author = author or current_author()
    if author is None:
        raise ValueError("No author: use history.authored(...), or pass an Author.")
    _set_session_variables(cursor, author.settings)
    if _status(cursor.connection) == TransactionStatus.IDLE:
        raise transaction.TransactionManagementError("Open a transaction before setting its author.")
    _mark_author_set()
    return author.id


def author_wrapper(execute, sql, params, many, context):
    """Database execute wrapper that sends the author with each writing statement.

    Once per transaction is not enough: a rollback to a savepoint also reverts the settings.
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
    """At the end of a block inside a transaction, restore the author of the outer block, or none."""
    if connection.connection is None or _status(connection.connection) != TransactionStatus.INTRANS:
        return
    with connection.cursor() as cursor:
        _set_session_variables(cursor, outer.author.settings if outer else ("", ""))
    if outer:
        outer.is_set = True


def _set_session_variables(cursor, settings: tuple[str, str]) -> None:
    cursor.execute(_SET_AUTHOR.format("%s", "%s"), settings)


def _mark_author_set() -> None:
    scope = current_scope.get()
    if scope:
        scope.is_set = True


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
    settings_sql = _SET_AUTHOR.format(*literals)
    if params is not None:
        settings_sql = settings_sql.replace("%", "%%")
    return f"{settings_sql}; {_text(sql, cursor.connection)}"


def _at_last_result(cursor):
    """Skip the result of the settings statement, so that the caller reads the result of its own."""
    while cursor is not None and cursor.nextset():
        pass
    return cursor


__all__ = ["Author", "authored", "current_author", "set_session_author"]


@contextmanager
def authored(actor: str = "", *, reason: str = "", route: str = "", request_id: str = "") -> Iterator[Author]:
    """All writes in the block have this author; also usable as a decorator.

    A nested block inherits omitted values from the outer one, which is restored afterwards. ValueError without any
    actor.
    """
    outer = current_scope.get()
    arguments = {"actor": actor, "reason": reason, "route": route, "request_id": request_id}
    values = {key: value for key, value in arguments.items() if value}
    scope = AuthorScope(outer.author.with_values(**values) if outer else Author(**{"actor": ""} | values))
    token = current_scope.set(scope)
    try:
        with nullcontext() if outer else connection.execute_wrapper(author_wrapper):
            yield scope.author
    finally:
        current_scope.reset(token)
        if scope.is_set:
            restore_outer_author(outer)


ACTOR_LABELS = {
    "import:ctgov": "Import from ClinicalTrials.gov",
    "demo": "Demo data",
    "public": "Public visitor",
    "command:remove_second_factors": "Server operator",
    "command:createsuperuser": "Server operator",
    "command:changepassword": "Server operator",
}


def actor_names(actors: Iterable[str]) -> dict[str, str]:
    """{key: name}; an unknown key stays as it is, except for deleted users. One query."""
    keys = set(actors)
    ids = [int(key.removeprefix("user:")) for key in keys if key.startswith("user:") and key[5:].isdigit()]
    users = {f"user:{pk}": str(user) for pk, user in get_user_model().objects.in_bulk(ids).items()} if ids else {}
    names = ACTOR_LABELS | dict.fromkeys((f"user:{pk}" for pk in ids), "Deleted user") | users
    return {key: names.get(key, key) for key in keys}
