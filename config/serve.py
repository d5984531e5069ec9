"""`./run`: prepare the database and the files, load the demo once, say where, and serve until stopped."""
# ruff: noqa: T201 - it speaks to the person at the terminal

import argparse
import os
import signal
import socket
import sys
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.db import connections

from config.gunicorn_app import Gunicorn
from config.localdb.folders import make_folder
from config.secret_key import INSECURE_DEFAULT_KEY, load_or_create_secret, write_private
from config.static_files import collect_static_files

DEMO_LOGINS = "demo_logins.txt"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./run", description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="start with an empty database")
    with_demo = not parser.parse_args(arguments).no_demo
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    make_folder(settings.DATA_DIR)
    if settings.SECRET_KEY == INSECURE_DEFAULT_KEY:
        settings.SECRET_KEY = load_or_create_secret(settings.DATA_DIR)
    ensure_port_free(settings.PORT)
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static_files()
    if with_demo:
        load_demo_once()
    disable_mfa_for_demo()
    connections.close_all()
    serve()


def ensure_port_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another: PORT={port + 1} ./run")


def load_demo_once() -> None:
    """On a database without accounts. What the command says, its logins, is kept for the next starts."""
    if get_user_model().objects.exists():
        return
    print("Loading the demo data …", flush=True)
    said = StringIO()
    call_command("demo", stdout=said)
    write_private(settings.DATA_DIR / DEMO_LOGINS, said.getvalue())


def disable_mfa_for_demo() -> None:
    """No second factor where everybody knows the passwords, unless the environment settles it."""
    from demo.guards import is_loaded

    if not settings.SECOND_FACTOR_IS_SETTLED and is_loaded():
        settings.SECOND_FACTOR_DEMANDED = False


def print_address() -> None:
    """Called when the address answers."""
    print(f"\nSitelight is at http://127.0.0.1:{settings.PORT}/   (Ctrl-C stops it)")
    if settings.DATABASES["default"]["ENGINE"] == "config.localdb":
        instead = "" if settings.DATA_DIR == settings.DATA_DIR_WANTED else f", as {settings.DATA_DIR_WANTED} cannot be"
        print(f"Its data is in {settings.DATA_DIR}{instead}")
    logins: Path = settings.DATA_DIR / DEMO_LOGINS
    print(f"\n{logins.read_text()}" if logins.exists() else "", flush=True)


def serve() -> None:
    """Inside this process, which keeps the database up: the server's last act is to let it go."""
    Gunicorn({"bind": f"127.0.0.1:{settings.PORT}", "workers": 2, "threads": 4}, when_ready=print_address).run()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C while still preparing
        sys.exit(130)
