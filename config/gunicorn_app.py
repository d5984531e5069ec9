"""Runs gunicorn from Python instead of its command line."""

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


def connect_worker_to_database(worker: Worker) -> None:
    """Register each worker as a user of the embedded database, so that it stops even if the master is killed."""
    connections["default"].ensure_connection()
    connections.close_all()
