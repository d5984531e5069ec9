"""`./run`: prepare the database and static files, load the demo once, print the URL, and serve until stopped."""
# ruff: noqa: T201 - prints to the terminal

import argparse
import os
import secrets
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from hashlib import sha256
from io import StringIO
from pathlib import Path

import django
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker

from config.localdb.folders import make_folder

DEMO_LOGINS = "demo_logins.txt"
STATIC_FILES_STAMP = "static_files"


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="./run", description=__doc__)
    parser.add_argument("--no-demo", action="store_true", help="start with an empty database")
    with_demo = not parser.parse_args(arguments).no_demo
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    make_folder(settings.DATA_DIR)
    ensure_secret_key()
    ensure_port_free(settings.PORT)
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    collect_static_files()
    if with_demo:
        load_demo_once()
    disable_mfa_for_demo()
    connections.close_all()
    serve()


def ensure_secret_key() -> None:
    """Use the stored key, or a new one, unless the environment has one."""
    if settings.SECRET_KEY != settings.INSECURE_DEFAULT_KEY:
        return
    if not settings.SECRET_KEY_FILE.exists() or not settings.SECRET_KEY_FILE.read_text():
        write_private(settings.SECRET_KEY_FILE, secrets.token_urlsafe(50))
    settings.SECRET_KEY = settings.SECRET_KEY_FILE.read_text()


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only."""
    unfinished = path.with_name(f"{path.name}.unfinished")
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    unfinished.rename(path)


def collect_static_files() -> None:
    """Collect, hash and compress the static files, only when they changed."""
    stamp, state = settings.DATA_DIR / STATIC_FILES_STAMP, _static_files_state()
    is_collected = (Path(settings.STATIC_ROOT) / "staticfiles.json").exists()
    if not is_collected or not stamp.exists() or stamp.read_text() != state:
        call_command("collectstatic", interactive=False, verbosity=0)
        stamp.write_text(state)


def _static_files_state() -> str:
    """A hash of paths, sizes and modification times of all static files."""
    return sha256("\n".join([str(settings.STATIC_ROOT), *sorted(_static_files())]).encode()).hexdigest()


def _static_files() -> Iterator[str]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            yield f"{storage.path(path)} {status.st_size} {status.st_mtime_ns}"


def ensure_port_free(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            sys.exit(f"Port {port} cannot be used ({error.strerror}). Choose another: PORT={port + 1} ./run")


def load_demo_once() -> None:
    """Load the demo into a database without accounts; the printed logins are stored for later starts."""
    if get_user_model().objects.exists():
        return
    print("Loading the demo data …", flush=True)
    output = StringIO()
    call_command("demo", stdout=output)
    write_private(settings.DATA_DIR / DEMO_LOGINS, output.getvalue())


def disable_mfa_for_demo() -> None:
    """Disable required MFA for the demo, whose passwords are public, unless set in the environment."""
    from demo.loader import is_loaded

    if not settings.SECOND_FACTOR_IS_SETTLED and is_loaded():
        settings.SECOND_FACTOR_DEMANDED = False


def print_address() -> None:
    """Print the URL; called when the server is ready."""
    print(f"\nSitelight is at http://127.0.0.1:{settings.PORT}/   (Ctrl-C stops it)")
    if settings.DATABASES["default"]["ENGINE"] == "config.localdb":
        configured = settings.CONFIGURED_DATA_DIR
        note = "" if configured == settings.DATA_DIR else f", as {configured} cannot be"
        print(f"Its data is in {settings.DATA_DIR}{note}")
    logins: Path = settings.DATA_DIR / DEMO_LOGINS
    print(f"\n{logins.read_text()}" if logins.exists() else "", flush=True)


def serve() -> None:
    """Serve in this process, which keeps the embedded database running until it ends."""
    Gunicorn({"bind": f"127.0.0.1:{settings.PORT}", "workers": 2, "threads": 4}, when_ready=print_address).run()


class Gunicorn(BaseApplication):
    """gunicorn, run from Python instead of its command line."""

    def __init__(self, options: dict, *, when_ready: Callable[[], None]):
        hooks = {"when_ready": self._ready, "post_worker_init": _connect_worker_to_database}
        self.options = {
            "limit_request_line": 8190,  # the maximum; longer URLs are handled by AddressLengthMiddleware
            "loglevel": "warning",
            "control_socket_disable": True,
            **hooks,
            **options,
        }
        self.when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.options.items():
            self.cfg.set(name, value)

    def load(self):
        from config.wsgi import application

        return application

    def _ready(self, arbiter: Arbiter) -> None:
        """Stop on SIGHUP, which a closed terminal sends and gunicorn would handle as a reload."""
        signal.signal(signal.SIGHUP, lambda *_: arbiter.signal(signal.SIGTERM, None))
        self.when_ready()


def _connect_worker_to_database(worker: Worker) -> None:
    """Register each worker as a user of the embedded database, so that it stops even if the master is killed."""
    connections["default"].ensure_connection()
    connections.close_all()


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:  # Ctrl-C while still preparing
        sys.exit(130)
