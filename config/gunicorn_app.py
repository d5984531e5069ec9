"""Gunicorn, started from inside Python instead of from its command line."""

import signal
from collections.abc import Callable

from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.workers.base import Worker


class Gunicorn(BaseApplication):
    def __init__(self, options: dict, *, when_ready: Callable[[], None]):
        hooks = {"when_ready": self._ready, "post_worker_init": connect_worker_to_database}
        self.options = {
            "limit_request_line": 8190,  # its highest: below, what is too long is ours to tell
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
        """A closed terminal sends SIGHUP, which gunicorn would take as "reload" and live on, unseen."""
        signal.signal(signal.SIGHUP, lambda *_: arbiter.signal(signal.SIGTERM, None))
        self.when_ready()


def connect_worker_to_database(worker: Worker) -> None:
    """Each worker counts as a user of the embedded database, so that it stops even when their master was killed."""
    connections["default"].ensure_connection()
    connections.close_all()
