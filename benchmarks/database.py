"""Temporary database for benchmarks: on the server of DATABASE_URL, or on a temporary embedded server.

It is set in the environment before Django reads its settings, so that child processes use it, too.
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
os.environ.setdefault("SECRET_KEY", "benchmarks")  # otherwise one is stored in the data folder


@contextmanager
def throwaway_database(name: str, *, keep: bool = False) -> Iterator[None]:
    """Django set up on an empty, migrated database, dropped at the end.

    With `keep` and DATABASE_URL, the database is not dropped, and an existing one is used without changes.
    """
    server = os.environ.get("DATABASE_URL", "")
    with _on_server(server, name, keep) if server else _on_embedded_server():
        django.setup()
        from django.core.management import call_command
        from django.db import connections

        call_command("migrate", verbosity=0)
        try:
            yield
        finally:
            connections.close_all()


def bare_parameters() -> dict:
    """Connection parameters for psycopg, of the database that Django uses."""
    from django.db import connection

    connection.ensure_connection()  # starts the embedded server
    names = ("host", "port", "user", "password", "dbname")
    return {name: value for name, value in connection.get_connection_params().items() if name in names}


@contextmanager
def _on_server(server: str, name: str, keep: bool) -> Iterator[None]:
    database = f"{urlsplit(server).path.strip('/')}_{name}"
    identifier = sql.Identifier(database)
    with psycopg.connect(server, autocommit=True) as connection:
        exists = connection.execute("SELECT FROM pg_database WHERE datname = %s", [database]).fetchone() is not None
        if exists and not keep:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))
        if not (exists and keep):
            connection.execute(sql.SQL("CREATE DATABASE {}").format(identifier))
        os.environ["DATABASE_URL"] = urlsplit(server)._replace(path=f"/{database}").geturl()
        try:
            yield
        finally:
            os.environ["DATABASE_URL"] = server
            if not keep:
                connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


@contextmanager
def _on_embedded_server() -> Iterator[None]:
    """A cluster in the temporary folder; if this process is killed, the next test run removes it."""
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
