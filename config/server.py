"""Gunicorn, started from inside Python instead of from its command line."""

import signal
from collections.abc import Callable

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter


class Gunicorn(BaseApplication):
    def __init__(self, chosen: dict, *, when_ready: Callable[[], None]):
        self.chosen = {"loglevel": "warning", "control_socket_disable": True, "when_ready": self._ready, **chosen}
        self.when_ready = when_ready
        super().__init__()

    def load_config(self) -> None:
        for name, value in self.chosen.items():
            self.cfg.set(name, value)

    def load(self):
        from config.wsgi import application

        return application

    def _ready(self, arbiter: Arbiter) -> None:
        """A closed terminal sends SIGHUP, which gunicorn would take as "reload" and live on, unseen."""
        signal.signal(signal.SIGHUP, lambda *_: arbiter.signal(signal.SIGTERM, None))
        self.when_ready()
