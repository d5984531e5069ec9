"""A database that nobody will miss: on the server that DATABASE_URL names, or on a throw-away one of our own.

It is chosen before Django reads its settings; processes that are started afterwards inherit the choice.
"""

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import django
import psycopg
from psycopg import sql

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
os.environ.setdefault("SECRET_KEY", "benchmarks")  # otherwise one is kept in the data folder


@contextmanager
def throwaway_database(name: str, *, keep: bool = False) -> Iterator[None]:
    """Django set up on an empty, migrated database, dropped at the end.

    With `keep`, on a server that DATABASE_URL names, the database stays, and is used as it is when it is there.
    """
    server = os.environ.get("DATABASE_URL", "")
    with _on_server(server, name, keep) if server else _on_our_own():
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def bare_parameters() -> dict:
    """How psycopg alone reaches the database that Django is set up on."""
    from django.db import connection

    connection.ensure_connection()  # starts a server of our own
    wanted = ("host", "port", "user", "password", "dbname")
    return {name: value for name, value in connection.get_connection_params().items() if name in wanted}


@contextmanager
def _on_server(server: str, name: str, keep: bool) -> Iterator[None]:
    whole = f"{urlsplit(server).path.strip('/')}_{name}"
    named = sql.Identifier(whole)
    with psycopg.connect(server, autocommit=True) as connection:
        is_there = connection.execute("SELECT FROM pg_database WHERE datname = %s", [whole]).fetchone() is not None
        if is_there and not keep:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(named))
        if not (is_there and keep):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(named))
        os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{whole}").geturl()
        try:
            yield
        finally:
            os.environ["DATABASE_URL"] = server
            if not keep:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(named))


@contextmanager
def _on_our_own() -> Iterator[None]:
    """A cluster in the temporary folder; when we are killed, the next run of the tests clears it away."""
    from config.localdb.cluster import cluster_in
    from config.localdb.settings import embedded
    from config.localdb.testing import PREFIX, temporary_folder

    folder = temporary_folder() / f"{PREFIX}{uuid.uuid4().hex[:12]}"
    os.environ["SITELIGHT_DATA_DIR"] = str(folder)
    cluster = cluster_in(**embedded(folder)["LOCALDB"])
    cluster.join(throwaway=True)
    try:
        yield
    finally:
        cluster.leave()
        del os.environ["SITELIGHT_DATA_DIR"]
