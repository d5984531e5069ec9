"""Starts other processes of Sitelight on the test database."""

import os
import subprocess
import sys
from pathlib import Path

from django.db import connection

PROJECT = Path(__file__).resolve().parents[1]


def environment(**more: str) -> dict[str, str]:
    """The environment in which `manage.py` finds this test's database, on a server or in the embedded cluster."""
    database = connection.settings_dict
    where = {"PGUSER": database["USER"], "PGPASSWORD": database["PASSWORD"], "PGPORT": str(database["PORT"] or 5432)}
    host, name = database["HOST"] or "localhost", database["NAME"]
    address = f"postgres:///{host}/{name}" if host.startswith("/") else f"postgres://{host}:{where['PGPORT']}/{name}"
    return {**os.environ, **where, "DATABASE_URL": address, "SECRET_KEY": "a dull test key"} | more


def start(*arguments: str, **more: str) -> subprocess.Popen:
    """`manage.py` with these arguments, running; `more` are variables of its environment."""
    command = [sys.executable, PROJECT / "manage.py", *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, env=environment(**more), cwd=PROJECT, stdout=pipe, stderr=pipe, text=True)


def run(*arguments: str, **more: str) -> subprocess.CompletedProcess:
    """The same, ended."""
    process = start(*arguments, **more)
    output, errors = process.communicate(timeout=120)
    return subprocess.CompletedProcess(arguments, process.returncode, output, errors)
